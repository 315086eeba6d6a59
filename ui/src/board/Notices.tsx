import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import type { List, Me } from "../api/types";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { useAct } from "./acts";
import "./notices.css";

interface Mine { id: number; text: string; at_ms: number; until_ms: number; by_name: string | null }
const KEY = ["notices"] as const;
const SERVES = ["administrator", "supervisor", "agent"];

/** What a supervisor tells the people at their desks: a bar above every page until it was read. */
export function Notices({ me }: { me: Me }) {
  const { t } = useTranslation("board");
  const act = useAct();
  const now = useNow();
  const { data } = useQuery({ queryKey: KEY, queryFn: () => api.get<List<Mine>>("/desk/notices"), enabled: SERVES.includes(me.role), staleTime: 60_000 });
  const shown = (data?.items ?? []).filter((one) => one.until_ms > now);
  return (
    <div role="status" aria-live="polite" className="notices">
      {shown.map((one) => (
        <section key={one.id} className="notice" aria-label={t("notice.label")}>
          <Icon name="megaphone" />
          <p><b>{one.text}</b> <span className="small two">{t("notice.by", { name: one.by_name ?? "–", clock: clock(one.at_ms) })}</span></p>
          <Button small aria-label={t("notice.read_named", { text: one.text })} onPress={() => {
            client.setQueryData<List<Mine>>(KEY, (list) => list && { ...list, items: list.items.filter((other) => other.id !== one.id) });
            void act(api.post(`/desk/notices/${one.id}/read`)).then(() => client.invalidateQueries({ queryKey: KEY }));
          }}>{t("notice.read")}</Button>
        </section>
      ))}
    </div>
  );
}
