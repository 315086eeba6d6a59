import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { nameOf } from "../admin/look";
import type { Item } from "../admin/model";
import { adminQuery, keep } from "../admin/queries";
import { api } from "../api/client";
import { toastWithUndo } from "../gather/undo";
import { Button } from "../parts/Button";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { keepTrial, type Trial } from "../trials/queries";
import { wait } from "./said";

interface Props { queue: string; bestMs: number; share: number; targets: readonly number[] }

/** Makes a target the queue's, as any change of its settings: a version, with an undo; or puts it on trial first. */
export function Apply({ queue, bestMs, share, targets }: Props) {
  const { t } = useTranslation("target");
  const words = useTrouble();
  const navigate = useNavigate();
  const [chosen, choose] = useState(bestMs);
  const { data: items } = useQuery(adminQuery("queues"));
  const same = items?.filter((one) => !one.archived && nameOf(one) === queue) ?? [];
  const item = same.length === 1 ? same[0] : undefined;
  const save = useMutation({
    mutationFn: ({ fields }: { fields: Record<string, unknown>; undo: boolean }) => api.patch<Item>(`/admin/queues/${item?.id}`, fields),
    onSuccess: (saved, { undo }) => {
      const before = { target_ms: item?.["target_ms"], target_share: item?.["target_share"] };
      keep("queues", saved);
      if (undo) toast(t("apply.undone"));
      else toastWithUndo(t("apply.done", { queue, wait: wait(chosen) }), () => save.mutate({ fields: before, undo: true }));
    },
  });
  const attempt = useMutation({
    mutationFn: () => api.post<Trial>("/trials", {
      name: t("apply.trial_name", { queue, wait: wait(chosen) }).slice(0, 120), why: t("apply.trial_why"), noun: "queues", noun_id: item?.id, mode: "switchback", changes: { target_ms: chosen },
      metric: "abandonment", smallest: 0.02, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, washout_ms: 600_000,
    }),
    onSuccess: (trial) => { keepTrial(trial); void navigate({ to: "/trials/$trialId", params: { trialId: String(trial.id) } }); },
  });
  if (!items) return null;
  if (!item) return <p className="small two">{t(same.length > 1 ? "apply.several" : "apply.no_queue", { queue })}</p>;
  const refused = save.error ?? attempt.error;
  const stands = item["target_ms"] === chosen && item["target_share"] === share;
  return (
    <div className="apply">
      <label>{t("apply.which")}<NativeSelect value={String(chosen)} choices={targets.map((one) => ({ key: String(one), name: one === bestMs ? t("apply.best", { wait: wait(one) }) : wait(one) }))} onChange={(key) => choose(Number(key))} /></label>
      <Button look="main" isDisabled={stands || save.isPending} onPress={() => save.mutate({ fields: { target_ms: chosen, target_share: share }, undo: false })}>{t("apply.act")}</Button>
      <Button isDisabled={item["target_ms"] === chosen || attempt.isPending} onPress={() => attempt.mutate()}>{t("apply.try")}</Button>
      <Link to="/admin/$noun/$id" params={{ noun: "queues", id: String(item.id) }}>{t("apply.open")}</Link>
      {stands && <span className="small two" role="status">{t("apply.stands")}</span>}
      {refused && <p className="refused" role="alert">{words(refused)}</p>}
    </div>
  );
}
