import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { number, percent } from "../i18n/format";
import type { ExtraProps } from "./call";

interface Side { side: "agent" | "caller"; loss_percent: number; jitter_ms: number; round_trip_ms: number | null; mos: number; grade: "good" | "fair" | "poor" }

/** How well a call that is over was heard, by the worse of its sides; behind it both. Nothing where nothing was measured. */
export function Heard({ conversation, call }: ExtraProps) {
  const { t } = useTranslation("calls");
  const over = call.ended_ms !== null;
  const { data } = useQuery({
    queryKey: ["call", conversation.contact.id, "quality", call.ended_ms], enabled: over && call.answered_ms !== null, staleTime: 60_000,
    queryFn: () => api.get<{ items: Side[] }>(`/contacts/${conversation.contact.id}/call/quality`),
  });
  const worse = [...(data?.items ?? [])].sort((a, b) => a.mos - b.mos)[0];
  if (!over || !worse) return null;
  return (
    <details className="heard-call">
      <summary className="small two">{t(`heard.${worse.grade}`)}</summary>
      <ul className="small two">
        {data?.items.map((one) => <li key={one.side}>{t(`heard.side.${one.side}`)} {t("heard.figures", { mos: number(one.mos, 1), loss: percent(one.loss_percent / 100), jitter: number(one.jitter_ms) })}</li>)}
      </ul>
    </details>
  );
}
