import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { client } from "../api/queries";
import { percent } from "../i18n/format";
import { Button } from "../parts/Button";
import { useTrouble } from "../parts/Trouble";
import { over, type RunLine } from "./queries";

/** How far a run of the twin is; it can be cancelled, and asked for again when it did not come to an end. */
export function Progress({ run }: { run: RunLine }) {
  const { t } = useTranslation("target");
  const words = useTrouble();
  const again = (): void => void client.invalidateQueries({ queryKey: ["twin"] });
  const cancel = useMutation({ mutationFn: () => api.post(`/twin/runs/${run.id}/cancel`), onSettled: again });
  if (over(run.state)) return <p className={run.state === "failed" ? "refused" : "two"} role="alert">{run.error?.message ?? t(`state.${run.state}`)}</p>;
  return (
    <div className="twin-progress" role="status">
      <span>{t(`state.${run.state}`)}{run.total > 1 && run.state === "running" ? ` · ${percent(run.done / run.total)}` : ""}</span>
      <progress max={Math.max(1, run.total)} {...(run.total > 1 ? { value: run.done } : {})} aria-label={t(`state.${run.state}`)} />
      <Button small isPending={cancel.isPending} onPress={() => cancel.mutate()}>{t("cancel")}</Button>
      {cancel.error && <span className="refused">{words(cancel.error)}</span>}
    </div>
  );
}
