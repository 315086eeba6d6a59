import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { DialogBox } from "../parts/DialogBox";
import { Skeleton } from "../parts/Skeleton";
import { toast } from "../parts/toasts";
import { Trouble } from "../parts/Trouble";
import { useAct } from "./acts";
import type { Person } from "./model";

interface Skill { skill_id: number; name: string; level: number }
const LEVELS = ["0", "1", "2", "3", "4", "5"] as const;
type Level = (typeof LEVELS)[number];

/** Changes what someone can do, at once; the toast takes it back. */
export function SkillsDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const act = useAct();
  const { data, error, refetch } = useQuery({ queryKey: ["board", "skills", person.id], queryFn: () => api.get<{ items: Skill[] }>(`/board/agents/${person.id}/skills`), staleTime: 0, gcTime: 0 });
  const [changed, change] = useState<Record<number, number>>({});
  const put = (items: Skill[]): Promise<unknown> => api.put(`/board/agents/${person.id}/skills`, { skills: items.map(({ skill_id, level }) => ({ skill_id, level })) });
  const go = (): void => {
    const before = data?.items ?? [];
    const after = before.map((one) => ({ ...one, level: changed[one.skill_id] ?? one.level }));
    void act(put(after), () => {
      toast(t("person.skills_done", { name: person.name }), { action: { name: t("person.undo"), run: () => void act(put(before)) }, for_ms: 10_000 });
      onClose();
    });
  };
  return (
    <DialogBox title={t("person.skills_title", { name: person.name })} isOpen onClose={onClose} width="520px">
      <p className="small two">{t("person.skills_lead")}</p>
      {error && <Trouble title={t("person.skills_trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={4} />}
      {data?.items.length === 0 && <p className="two">{t("person.skills_none")}</p>}
      <div className="skills">
        {data?.items.map((one) => (
          <ChoiceInput key={one.skill_id} label={t("person.level", { name: one.name })} value={String(changed[one.skill_id] ?? one.level) as Level}
            choices={LEVELS.map((key) => ({ key, name: key }))} onChange={(level) => change({ ...changed, [one.skill_id]: Number(level) })} />
        ))}
      </div>
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" isDisabled={Object.keys(changed).length === 0} onPress={go}>{t("person.save")}</Button></div>
    </DialogBox>
  );
}
