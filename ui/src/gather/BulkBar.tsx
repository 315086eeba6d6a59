import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Button as Pressable, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { number } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { BulkDialog } from "./BulkDialog";
import "./gather.css";
import type { BulkAsked, Job } from "./types";
import { refreshContacts } from "./undo";

interface Props { ids: readonly number[]; onClear: () => void }

export const jobQueryKey = (id: number | null): readonly unknown[] => ["jobs", id];

/** One act on the contacts chosen: what, how far it is, who was refused and why, and the way back. */
export function BulkBar({ ids, onClear }: Props) {
  const { t } = useTranslation("gather");
  const trouble = useTrouble();
  const [asked, ask] = useState<BulkAsked | null>(null);
  const [jobId, setJobId] = useState<number | null>(null);
  const [shown, show] = useState(false);
  const { data: job } = useQuery({
    queryKey: jobQueryKey(jobId), enabled: jobId !== null, queryFn: () => api.get<Job>(`/jobs/${jobId}`),
    // The stream tells of each step; the question now and then is for a lost line.
    refetchInterval: (query) => (query.state.data?.state === "done" ? false : 2000), staleTime: 0,
  });
  useEffect(() => { if (job?.state === "done") refreshContacts(); }, [job?.id, job?.state]);
  const tell = (error: unknown): void => toast(trouble(error), { tone: "wrong" });
  const start = (act: object): void => {
    ask(null);
    show(false);
    api.post<Job>("/jobs", { key: crypto.randomUUID(), act, contact_ids: ids }).then((made) => { setJobId(made.id); onClear(); }, tell);
  };
  const undo = (id: number): void => void api.post<Job>(`/jobs/${id}/undo`, { key: `undo-job-${id}` }).then((made) => setJobId(made.id), tell);
  if (ids.length === 0 && !job) return null;
  return (
    <section className="bulk" aria-label={t("bulk.title")}>
      {ids.length > 0 && (
        <>
          <b role="status">{t("bulk.chosen", { count: ids.length, said: number(ids.length) })}</b>
          <MenuTrigger>
            <Pressable className="btn main sm">{t("bulk.act")}<Icon name="caret-down" /></Pressable>
            <Popover className="pop" placement="top start">
              <Menu className="menu" aria-label={t("bulk.act")} onAction={(key) => (key === "spam" || key === "reopen" ? start({ action: key }) : ask(key as BulkAsked))}>
                {(["answer", "assign", "close", "motive", "sleep", "spam", "reopen"] as const).map((key) => <MenuItem key={key} id={key} className="item">{t(`bulk.${key}`)}</MenuItem>)}
              </Menu>
            </Popover>
          </MenuTrigger>
          <Button small look="quiet" onPress={onClear}>{t("bulk.none")}</Button>
        </>
      )}
      {job && (
        <div className="row wrap grow" role="status">
          {job.state === "running" && <progress max={job.total} value={job.done + job.refused} aria-label={t(`bulk.${job.action}`)} />}
          <span>{job.state === "running" ? t("bulk.running", { done: number(job.done + job.refused), total: number(job.total) })
            : job.done === 0 ? "" : job.undoes ? t("bulk.undone", { count: job.done, said: number(job.done) }) : t("bulk.done", { count: job.done, said: number(job.done), act: t(`bulk.${job.action}`) })}</span>
          {job.refused > 0 && <button type="button" className="btn sm" aria-expanded={shown} onClick={() => show(!shown)}><Icon name="warning" />{t("bulk.refused", { count: job.refused, said: number(job.refused) })}</button>}
          {job.can_undo && <Button small onPress={() => undo(job.id)}>{t("undo")}</Button>}
          {job.state === "done" && <Button small look="quiet" iconOnly aria-label={t("bulk.dismiss")} onPress={() => setJobId(null)}><Icon name="x" /></Button>}
        </div>
      )}
      {job && shown && <ul className="refusals small">{job.refusals.map((one) => <li key={one.contact_id}><b className="b">{one.customer || one.contact_id}</b> · {one.subject} : <span className="two">{one.message}</span></li>)}</ul>}
      {asked && <BulkDialog what={asked} count={ids.length} onClose={() => ask(null)} onGo={start} />}
    </section>
  );
}
