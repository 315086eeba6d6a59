import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { readDuration, withTarget, withTier, type Content } from "../content";
import { requiredBy, serves, withQueue } from "./edits";
import { CountInput, PickInput, TimeSpan } from "./inputs";
import { useWrong } from "./problems";

type Json = Record<string, unknown>;
const record = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
interface Props { content: Content; name: string; onChange: (content: Content) => void }

/** A queue: within which it ought to be answered, its tier, the skills that it requires. What else it does stays as it is. */
export function QueueForm({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const queue = content.policy.queues?.[name];
  if (!queue) return null;
  const by = Object.keys(content.groups ?? {}).filter((group) => serves(content, group, name));
  return (
    <div className="sc-form">
      <div className="pairs">
        <TimeSpan label={t("form.target_of", { ns: "twin", name })} wrong={wrong("policy", "queues", name, "target")} value={readDuration(queue.target ?? "1m")} onChange={(ms) => { if (ms > 0) onChange(withTarget(content, name, ms)); }} />
        <CountInput label={t("form.tier_of", { ns: "twin", name })} hint={t("queue.tier_hint")} value={Number(queue.tier ?? 0)} least={0} most={9} wrong={wrong("policy", "queues", name, "tier")} onChange={(tier) => { if (tier !== null && tier >= 0 && tier <= 9) onChange(withTier(content, name, tier)); }} />
      </div>
      <Asked content={content} name={name} onChange={onChange} />
      <p className="small two">{by.length ? t("queue.served_by", { groups: by.join(", ") }) : t("queue.served_by_members")}</p>
    </div>
  );
}

/** Skills that are required. Preferred ones and those that are relaxed stay as the document has them. */
function Asked({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const queue = content.policy.queues?.[name];
  const asked = record(queue?.["skills"]);
  const plain = queue ? requiredBy(queue).filter(([skill]) => typeof asked[skill] === "number" || record(asked[skill])["floor"] === undefined) : [];
  const declared = content.policy["skills"];
  const all = Array.isArray(declared) ? (declared as string[]) : Object.keys(record(declared));
  const left = all.filter((skill) => !(skill in asked));
  const set = (skills: Json): void => onChange(withQueue(content, name, { skills: Object.keys(skills).length ? skills : undefined }));
  const level = (skill: string, value: number): void => set({ ...asked, [skill]: typeof asked[skill] === "number" ? value : { ...record(asked[skill]), required: value } });
  const rest = Object.keys(asked).filter((skill) => !plain.some(([one]) => one === skill));
  return (
    <>
      <h5>{t("queue.requires")}</h5>
      <ul className="sc-levels">
        {plain.map(([skill, value]) => (
          <li key={skill}>
            <span>{skill}</span>
            <CountInput label={t("queue.level_of", { skill })} value={value} least={1} most={5} onChange={(next) => { if (next !== null && next >= 1 && next <= 5) level(skill, next); }} />
            <Button look="quiet" small iconOnly aria-label={t("act.drop_skill", { skill })} onPress={() => set(Object.fromEntries(Object.entries(asked).filter(([key]) => key !== skill)))}><Icon name="x" /></Button>
          </li>
        ))}
        {plain.length === 0 && <li className="three">{t("queue.requires_none")}</li>}
      </ul>
      {wrong("policy", "queues", name, "skills") && <span className="wrong">{wrong("policy", "queues", name, "skills")}</span>}
      {rest.length > 0 && <p className="small three">{t("queue.relaxed", { skills: rest.join(", ") })}</p>}
      {left.length > 0 && <div className="sc-row"><PickInput label={t("queue.add_skill")} value="" choices={[{ key: "", name: t("choose") }, ...left.map((key) => ({ key, name: key }))]} onChange={(skill) => { if (skill) set({ ...asked, [skill]: 1 }); }} /></div>}
    </>
  );
}
