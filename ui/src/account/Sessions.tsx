import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { client, sessionsQuery } from "../api/queries";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";

/** "Firefox, Linux" out of a browser's long name for itself. */
export function browserOf(agent: string): string {
  const browser = /Edg\//.test(agent) ? "Edge" : /Firefox\//.test(agent) ? "Firefox" : /Chrome\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : null;
  const system = /Windows/.test(agent) ? "Windows" : /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iOS" : /Mac OS/.test(agent) ? "macOS" : /Linux/.test(agent) ? "Linux" : null;
  return [browser, system].filter(Boolean).join(", ") || agent.slice(0, 40) || "–";
}

export function Sessions() {
  const { t } = useTranslation();
  const words = useTrouble();
  const now = useNow();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const revoke = useMutation({
    mutationFn: (id: number) => api.delete(`/sessions/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
    onError: (refusal) => toast(words(refusal), { tone: "wrong" }),
  });
  if (error) return <Trouble title={t("account.sessions_trouble")} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={3} />;
  return (
    <ul>
      {data.map((one) => (
        <li key={one.id} className="ses">
          <Icon name={/Mobile|Android|iPhone/.test(one.user_agent) ? "device-mobile" : "browser"} />
          <div className="cut"><b className="b">{browserOf(one.user_agent)}</b> <span className="two">· {one.ip}</span><br />
            <span className="small three">{t("account.session_seen", { seen: moment(one.last_seen_ms, now), created: moment(one.created_ms, now) })}</span></div>
          {one.current ? <span className="tag box">{t("account.session_current")}</span>
            : <Button small onPress={() => revoke.mutate(one.id)} isDisabled={revoke.isPending} aria-label={t("account.session_revoke_of", { browser: browserOf(one.user_agent) })}>{t("account.session_revoke")}</Button>}
        </li>
      ))}
    </ul>
  );
}
