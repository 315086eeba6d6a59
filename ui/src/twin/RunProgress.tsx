import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { number, percent, span } from "../i18n/format";
import { Button } from "../parts/Button";
import { useTrouble } from "../parts/Trouble";
import { keepRun, type Run } from "./queries";
import "./twin.css";

const LEAST_SHARE = 0.03, LEAST_MS = 2_000;

/** How far a run is, how long it may still take, and a way to end it. */
export function RunProgress({ run }: { run: Run }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const now = useNow();
  const cancel = useMutation({ mutationFn: () => api.post<Run>(`/twin/runs/${run.id}/cancel`), onSuccess: keepRun });
  const share = run.total > 0 ? Math.min(1, run.done / run.total) : 0;
  const spent = run.started_ms === null ? 0 : Math.max(0, now - run.started_ms);
  // The first instants say nothing of the rest.
  const left = run.step === "living" && share >= LEAST_SHARE && spent >= LEAST_MS ? (spent / share) * (1 - share) : null;
  const said = run.state === "waiting" ? t("progress.waiting") : t(`step.${run.step || "starting"}`);
  return (
    <div className="progress">
      <p className="big" role="status">{said}</p>
      <div className="way" role="progressbar" aria-label={said} aria-valuemin={0} aria-valuemax={100} {...(run.total > 0 && run.state === "running" ? { "aria-valuenow": Math.round(share * 100), "aria-valuetext": percent(share) } : {})}><i style={{ width: `${share * 100}%` }} /></div>
      <p className="two">
        {run.step === "living" && t("progress.days", { done: number(run.done), total: number(run.total) })}
        {left !== null && ` · ${t("progress.left", { left: span(Math.max(1000, left)) })}`}
        {run.state === "running" && left === null && spent > LEAST_MS && `${run.step === "living" ? " · " : ""}${t("progress.since", { since: span(spent) })}`}
      </p>
      <p className="two">{t("progress.go_on")}</p>
      <div className="row"><Button isPending={cancel.isPending} onPress={() => cancel.mutate()}>{t("act.cancel")}</Button></div>
      {cancel.error && <p className="refused" role="alert">{words(cancel.error)}</p>}
    </div>
  );
}
