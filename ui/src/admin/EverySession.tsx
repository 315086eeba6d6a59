import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { browserOf } from "../account/Sessions";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import type { List, Role, Session } from "../api/types";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { Skeleton } from "../parts/Skeleton";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";
import { useWords } from "./words";

interface Held extends Session { account: { id: number; name: string; role: Role } }
const KEY = ["admin", "sessions"];
const SEARCH_FROM = 9;

/** Who is signed in, on which browser, since when; an administrator ends any of them at once. */
export function EverySession() {
  const { say } = useWords();
  const { t } = useTranslation();
  const words = useTrouble();
  const now = useNow();
  const [typed, type] = useState("");
  const { data, error, refetch } = useQuery({ queryKey: KEY, queryFn: () => api.get<List<Held>>("/admin/sessions"), refetchInterval: 30_000 });
  const end = useMutation({
    mutationFn: (one: Held) => api.delete(`/admin/sessions/${one.id}`),
    onSuccess: (_, one) => { toast(say("sessions.ended", { name: one.account.name })); void client.invalidateQueries({ queryKey: KEY }); },
    onError: (refusal) => { toast(words(refusal), { tone: "wrong" }); void client.invalidateQueries({ queryKey: KEY }); },
  });
  if (error && !data) return <div className="rest"><Trouble title={say("sessions.not_read")} error={error} onRetry={() => void refetch()} /></div>;
  if (!data) return <Skeleton lines={5} />;
  const shown = data.items.filter((one) => one.account.name.toLowerCase().includes(typed.trim().toLowerCase()));
  return (
    <>
      {data.items.length >= SEARCH_FROM && <input className="seek" type="search" value={typed} onChange={(event) => type(event.target.value)} aria-label={say("sessions.seek")} placeholder={say("sessions.seek")} />}
      {shown.length === 0 && <p className="two" role="status">{say("sessions.none")}</p>}
      <ul className="held" aria-label={say("sessions.many")}>
        {shown.map((one) => (
          <li key={one.id}>
            <span className="cut"><b className="b">{one.account.name}</b> <span className="two">· {t(`role.${one.account.role}`)}</span><br />
              <span className="small two">{browserOf(one.user_agent)} · {one.ip}</span></span>
            <span className="small three when">{t("account.session_seen", { seen: moment(one.last_seen_ms, now), created: moment(one.created_ms, now) })}</span>
            {one.current ? <span className="tag box">{say("sessions.here")}</span>
              : <Button small isDisabled={end.isPending} aria-label={say("sessions.end_of", { name: one.account.name, browser: browserOf(one.user_agent) })} onPress={() => end.mutate(one)}>{say("sessions.end")}</Button>}
          </li>
        ))}
      </ul>
    </>
  );
}
