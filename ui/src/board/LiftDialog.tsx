import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import type { Medium } from "../api/types";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { toast } from "../parts/toasts";
import { useAct } from "./acts";
import { type For, ForHow, untilOf } from "./ForHow";
import type { Person } from "./model";

const MOST = 5;

/** Allows somebody a few contacts over their limits, until an hour; it ends by itself, and can be ended here. */
export function LiftDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const act = useAct();
  const now = useNow();
  const media = (Object.entries(person.limits) as [Medium, number][]).filter(([, most]) => most > 0);
  const lasts = (person.lifted_until_ms ?? 0) > now;
  const [extra, setExtra] = useState<Partial<Record<Medium, number>>>(lasts ? { ...person.lifted } : {});
  const [how, setHow] = useState<For>("h1");
  const chosen = Object.fromEntries(Object.entries(extra).filter(([, more]) => more > 0));
  const end = (): Promise<unknown> => act(api.delete(`/board/agents/${person.id}/lift`), () => { toast(t("lift.ended", { name: person.name })); onClose(); });
  const go = (): void => {
    const until_ms = untilOf(how);
    void act(api.put(`/board/agents/${person.id}/lift`, { extra: chosen, until_ms }), () => {
      toast(t("lift.done", { name: person.name, clock: clock(until_ms) }), { action: { name: t("move.undo"), run: () => void end() }, for_ms: 10_000 });
      onClose();
    });
  };
  return (
    <DialogBox title={t("lift.title", { name: person.name })} isOpen onClose={onClose}>
      <p className="small two">{t("lift.lead")}</p>
      {lasts && <p className="small" role="status">{t("lift.until", { clock: clock(person.lifted_until_ms ?? now) })}</p>}
      {media.map(([medium, most]) => (
        <SelectInput key={medium} label={main(`media.${medium}`)} hint={t("lift.usual", { most })} value={extra[medium] ?? 0} onChange={(more) => setExtra({ ...extra, [medium]: Number(more) })}
          choices={Array.from({ length: MOST + 1 }, (_, key) => ({ key, name: key === 0 ? t("lift.none") : `+${key}` }))} />
      ))}
      <ForHow label={t("lift.for")} value={how} onChange={setHow} />
      <div className="ends">
        {lasts && <Button look="quiet" onPress={() => void end()}>{t("lift.end")}</Button>}
        <Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" isDisabled={Object.keys(chosen).length === 0} onPress={go}>{t("lift.save")}</Button>
      </div>
    </DialogBox>
  );
}
