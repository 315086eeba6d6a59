import { useTranslation } from "react-i18next";
import { Labelled } from "../admin/fields/Labelled";
import { NumberInput } from "../admin/fields/NumberInput";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { UNCERTAIN, written, type Point, type Worth, type Wrong } from "./worth";

interface Props { worth: Worth; onChange: (worth: Worth) => void; wrong: readonly Wrong[]; queues: Readonly<Record<string, string>> }

/** What contacts are worth and agents cost: numbers of your own, with units, over starting values of the field. */
export function WorthForm({ worth, onChange, wrong, queues }: Props) {
  const { t } = useTranslation("target");
  const set = (next: Partial<Worth>): void => onChange({ ...worth, ...next });
  const said = (key: Wrong): string | null => (wrong.includes(key) ? t(`wrong.${key}`) : null);
  return (
    <>
      <p className="small two">{t("form.starting")}</p>
      <Labelled label={t("form.hour")} hint={t("form.hour_hint")} wrong={said("hour")}>{(attributes) => <NumberInput {...attributes} value={worth.hour} least={0} onChange={(hour) => set({ hour })} />}</Labelled>
      <Labelled label={t("form.share")} wrong={said("share")}>{(attributes) => <NumberInput {...attributes} value={worth.share} least={1} most={99} onChange={(share) => set({ share })} />}</Labelled>
      <Labelled label={t("form.budget")} hint={t("form.budget_hint")} wrong={said("budget")}>{(attributes) => <NumberInput {...attributes} value={worth.budget} least={0} onChange={(budget) => set({ budget })} />}</Labelled>
      <fieldset>
        <legend>{t("form.classes")}</legend>
        <p className="small three">{t("form.classes_hint")}</p>
        {Object.entries(worth.classes).map(([name, one]) => (
          <div key={name} className="of-class" role="group" aria-label={name}>
            <b className="b">{name}{queues[name] !== name && <span className="small three"> {queues[name]}</span>}</b>
            <Labelled label={t("form.value")}>{(attributes) => <NumberInput {...attributes} value={one.value} least={0} onChange={(value) => set({ classes: { ...worth.classes, [name]: { ...one, value } } })} />}</Labelled>
            <Labelled label={t("form.loss")}>{(attributes) => <NumberInput {...attributes} value={one.loss} least={0} onChange={(loss) => set({ classes: { ...worth.classes, [name]: { ...one, loss } } })} />}</Labelled>
          </div>
        ))}
        {said("classes") && <span className="wrong" role="alert">{said("classes")}</span>}
      </fieldset>
      <fieldset>
        <legend>{t("form.satisfaction")}</legend>
        <p className="small three">{t("form.satisfaction_hint")}</p>
        {worth.satisfaction.map((one, i) => <PointRow key={i} place={i + 1} point={one} onChange={(next) => set({ satisfaction: worth.satisfaction.map((old, j) => (j === i ? next : old)) })} onRemove={() => set({ satisfaction: worth.satisfaction.filter((_, j) => j !== i) })} />)}
        <Button small onPress={() => set({ satisfaction: [...worth.satisfaction, { wait_s: (worth.satisfaction.at(-1)?.wait_s ?? 0) + 60, share: 0 }] })}><Icon name="plus" />{t("form.point_add")}</Button>
        {said("satisfaction") && <span className="wrong" role="alert">{said("satisfaction")}</span>}
      </fieldset>
      <Labelled label={t("form.targets")} hint={t("form.targets_hint")} wrong={said("targets")}>{(attributes) => (
        <input {...attributes} key={worth.targets_s.join()} defaultValue={worth.targets_s.map(written).join(" ")} spellCheck={false} onBlur={(event) => set({ targets_s: readTargets(event.target.value) })} />
      )}</Labelled>
      <fieldset>
        <legend>{t("form.uncertain")}</legend>
        <p className="small three">{t("form.uncertain_hint")}</p>
        <div className="two-by">{UNCERTAIN.map((key) => <Labelled key={key} label={t(`form.uncertain_${key}`)}>{(attributes) => <NumberInput {...attributes} value={worth.uncertain[key]} least={0} most={200} onChange={(value) => set({ uncertain: { ...worth.uncertain, [key]: value } })} />}</Labelled>)}</div>
        {said("uncertain") && <span className="wrong" role="alert">{said("uncertain")}</span>}
      </fieldset>
    </>
  );
}

function PointRow({ point, place, onChange, onRemove }: { point: Point; place: number; onChange: (point: Point) => void; onRemove: () => void }) {
  const { t } = useTranslation("target");
  return (
    <div className="point" role="group" aria-label={t("form.point", { place })}>
      <Labelled label={t("form.point_wait")}>{(attributes) => <NumberInput {...attributes} value={point.wait_s} least={0} onChange={(wait_s) => onChange({ ...point, wait_s })} />}</Labelled>
      <Labelled label={t("form.point_share")}>{(attributes) => <NumberInput {...attributes} value={point.share} least={0} most={100} onChange={(share) => onChange({ ...point, share })} />}</Labelled>
      <Button small look="quiet" iconOnly aria-label={t("form.point_remove", { place })} onPress={onRemove}><Icon name="trash" /></Button>
    </div>
  );
}

/** "5s 20 1m": waits as people type them, in seconds. What is none is left out. */
function readTargets(text: string): number[] {
  const found = text.split(/[\s,;]+/).flatMap((one) => {
    const parts = /^(\d+)(s|m|min)?$/.exec(one.trim());
    return parts ? [Number(parts[1]) * (parts[2] && parts[2] !== "s" ? 60 : 1)] : [];
  });
  return [...new Set(found)].filter((one) => one > 0 && one <= 86_400).sort((a, b) => a - b);
}
