import { useTranslation } from "react-i18next";
import { Labelled } from "../admin/fields/Labelled";
import { NativeSelect, type Choice } from "../admin/fields/NativeSelect";
import { NumberInput } from "../admin/fields/NumberInput";
import { languageName } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { SwitchInput } from "../parts/SwitchInput";
import { TextInput } from "../parts/TextInput";
import { choiceOf, FIELDS, recordedOf, saidAs, textOf, type Content, type Field, type KeyChoice, type Names, type Step } from "./content";
import { Listen } from "./Listen";
import type { Problem } from "./queries";

interface Props {
  content: Content; name: string; step: Step; names: Names | undefined; problems: readonly Problem[];
  onChange: (step: Step) => void; onGo: (name: string) => void; onRemove: () => void; onStart: () => void; isDisabled: boolean;
}
const NONE = "–";
const PLAIN: readonly string[] = ["queues", "motives", "hours", "channels"];

/** What a step says and where it leads. */
export function StepForm({ content, name, step, names, problems, onChange, onGo, onRemove, onStart, isDisabled }: Props) {
  const { t } = useTranslation("menus");
  const mine = problems.filter((one) => one.path === `/steps/${name}` || one.path.startsWith(`/steps/${name}/`));
  const wrongAt = (key: string): string | null => mine.find((one) => one.path.startsWith(`/steps/${name}/${key}`))?.message ?? null;
  const set = (key: string, value: unknown): void => {
    const next = { ...step, [key]: value };
    if (value === undefined || value === "" || value === null) delete next[key];
    onChange(next);
  };
  return (
    <fieldset className="step-form" disabled={isDisabled}>
      <legend>{t(`kind.${step.kind}`)} <code className="three">{name}</code></legend>
      <p className="small two">{t(`what.${step.kind}`)}</p>
      {mine.filter((one) => one.path === `/steps/${name}`).map((one) => <p key={one.code} className="refused" role="status">{one.message}</p>)}
      <TextInput label={t("field.title")} value={step.title ?? ""} onChange={(title) => set("title", title)} maxLength={120} />
      {FIELDS[step.kind].map((field) => <OneField key={field.key} {...{ content, step, names, field, set, onGo }} wrong={wrongAt(field.key)} />)}
      <div className="acts">
        {content.start !== name && <Button small look="quiet" onPress={onStart}>{t("act.start_here")}</Button>}
        <Button small look="quiet" isDisabled={content.human === name || content.start === name} onPress={onRemove}><Icon name="trash" />{t("act.remove_step")}</Button>
      </div>
    </fieldset>
  );
}

interface One { content: Content; step: Step; names: Names | undefined; field: Field; set: (key: string, value: unknown) => void; onGo: (name: string) => void; wrong: string | null }

function OneField({ content, step, names, field, set, onGo, wrong }: One) {
  const { t } = useTranslation("menus");
  const label = t(`field.${field.key === "prompt" ? "title" : field.key}`) + (field.optional ? ` (${t("optional")})` : "");
  const value = step[field.key];
  const text = typeof value === "string" ? value : "";
  const name = field.as;
  if (name === "prompt") return <PromptField {...{ content, step, names, wrong }} onChange={(prompt) => set("prompt", prompt)} />;
  if (name === "keys") return <KeysField {...{ content, step, names, wrong, onGo }} onChange={(keys) => set("keys", keys)} />;
  if (name === "languages") return <LanguagesField {...{ content, step, wrong }} onChange={(keys) => set("keys", keys)} />;
  if (name === "switch") return <SwitchInput label={label} value={value === true || value === "true"} onChange={(on) => set(field.key, on || undefined)} />;
  if (name === "number") return <Labelled label={label} wrong={wrong}>{(tied) => <NumberInput {...tied} value={value === undefined ? null : Number(value)} least={2} most={32} onChange={(next) => set(field.key, next)} />}</Labelled>;
  if (name === "ask") return <Labelled label={label}>{(tied) => <NativeSelect {...tied} choices={[{ key: "always", name: t("ask.always") }, { key: "unknown", name: t("ask.unknown") }]} value={text || "always"} onChange={(next) => set(field.key, next === "always" ? undefined : next)} />}</Labelled>;
  if (name === "step") return <StepPick {...{ content, label, wrong, onGo }} optional={field.optional ?? false} value={text} onChange={(next) => set(field.key, next)} />;
  if (PLAIN.includes(name)) return <NamePick label={label} wrong={wrong} optional={field.optional ?? false} value={text} names={(names?.[name as "queues"] ?? [])} onChange={(next) => set(field.key, next)} />;
  return <TextInput label={label} wrong={wrong} value={value === undefined ? "" : String(value)} onChange={(next) => set(field.key, next)} maxLength={40} hint={name === "duration" ? t("hint.duration") : undefined} />;
}

const titled = (content: Content): Choice[] => Object.entries(content.steps).map(([key, one]) => ({ key, name: one.title ? `${one.title} (${key})` : key }));

function StepPick({ content, label, wrong, optional, value, onChange, onGo }: { content: Content; label: string; wrong: string | null; optional: boolean; value: string; onChange: (name: string) => void; onGo: (name: string) => void }) {
  const { t } = useTranslation("menus");
  const choices = [...(optional ? [{ key: NONE, name: NONE }] : []), ...titled(content)];
  return (
    <div className="with-go">
      <Labelled label={label} wrong={wrong}>{(tied) => <NativeSelect {...tied} choices={choices} value={value || (optional ? NONE : "")} placeholder={value} onChange={(next) => onChange(next === NONE ? "" : next)} />}</Labelled>
      {value in content.steps && <Button look="quiet" iconOnly aria-label={t("act.go_to", { name: value })} onPress={() => onGo(value)}><Icon name="caret-right" /></Button>}
    </div>
  );
}

function NamePick({ label, wrong, optional, value, names, onChange }: { label: string; wrong: string | null; optional: boolean; value: string; names: readonly string[]; onChange: (name: string) => void }) {
  const choices = [...(optional ? [NONE] : []), ...names].map((one) => ({ key: one, name: one }));
  return <Labelled label={label} wrong={wrong}>{(tied) => <NativeSelect {...tied} choices={choices} value={value || (optional ? NONE : "")} placeholder={value} onChange={(next) => onChange(next === NONE ? "" : next)} />}</Labelled>;
}

function PromptField({ content, step, names, wrong, onChange }: { content: Content; step: Step; names: Names | undefined; wrong: string | null; onChange: (prompt: Step["prompt"]) => void }) {
  const { t } = useTranslation("menus");
  const recordings = Object.entries(names?.recordings ?? {});
  const set = (language: string, text: string, recorded: string): void => {
    const next = { ...step.prompt, [language]: saidAs(text, recorded) };
    onChange(Object.values(next).some((one) => textOf(one) || recordedOf(one)) || FIELDS[step.kind].some((one) => one.as === "prompt" && !one.optional) ? next : undefined);
  };
  return (
    <div className="prompts">
      {content.languages.map((language) => {
        const said = step.prompt?.[language], text = textOf(said), recorded = recordedOf(said);
        const there = recordings.filter(([, languages]) => languages.includes(language)).map(([one]) => one);
        return (
          <div key={language} className="menu-said">
            <TextInput label={t("field.prompt_in", { language: languageName(language) })} lang={language} rows={3} value={text} onChange={(next) => set(language, next, recorded)} maxLength={2000} wrong={language === content.languages[0] ? wrong : null} />
            <div className="row">
              {(there.length > 0 || recorded) && <Labelled label={t("field.recorded")}>{(tied) => <NativeSelect {...tied} choices={[{ key: NONE, name: t("spoken_by_machine") }, ...there.map((one) => ({ key: one, name: one }))]} value={recorded || NONE} placeholder={recorded} onChange={(next) => set(language, text, next === NONE ? "" : next)} />}</Labelled>}
              {text && !recorded && <Listen language={language} text={text} />}
            </div>
          </div>
        );
      })}
    </div>
  );
}

function KeysField({ content, step, names, wrong, onChange, onGo }: { content: Content; step: Step; names: Names | undefined; wrong: string | null; onChange: (keys: Step["keys"]) => void; onGo: (name: string) => void }) {
  const { t } = useTranslation("menus");
  const keys = step.keys ?? {};
  const free = "123456789*0".split("").filter((key) => !(key in keys) && key !== (content.human_key ?? "0"));
  const set = (key: string, choice: KeyChoice): void => onChange({ ...keys, [key]: choice });
  const drop = (key: string): void => onChange(Object.fromEntries(Object.entries(keys).filter(([one]) => one !== key)));
  return (
    <div className="keys-of" role="group" aria-label={t("field.keys")}>
      <span className="lab">{t("field.keys")}</span>
      {wrong && <span className="wrong">{wrong}</span>}
      <ul>{Object.entries(keys).map(([key, value]) => {
        const choice = choiceOf(value);
        const put = (more: Partial<typeof choice>): void => { const whole = { ...choice, ...more }; set(key, whole.motive || whole.title ? { to: whole.to, ...(whole.motive ? { motive: whole.motive } : {}), ...(whole.title ? { title: whole.title } : {}) } : whole.to); };
        return (
          <li key={key}>
            <kbd>{key}</kbd>
            <StepPick content={content} label={t("leads_to")} wrong={null} optional={false} value={choice.to} onChange={(to) => put({ to })} onGo={onGo} />
            <NamePick label={t("field.motive")} wrong={null} optional value={choice.motive ?? ""} names={names?.motives ?? []} onChange={(motive) => put({ motive })} />
            <Button look="quiet" iconOnly aria-label={t("act.drop_key", { key })} onPress={() => drop(key)}><Icon name="x" /></Button>
          </li>
        );
      })}</ul>
      <p className="small three"><kbd>{content.human_key ?? "0"}</kbd> {t("human_key_everywhere", { name: content.human })}</p>
      {free[0] !== undefined && <Button small onPress={() => set(free[0] ?? "1", content.human)}><Icon name="plus" />{t("act.add_key")}</Button>}
    </div>
  );
}

function LanguagesField({ content, step, wrong, onChange }: { content: Content; step: Step; wrong: string | null; onChange: (keys: Step["keys"]) => void }) {
  const { t } = useTranslation("menus");
  const keys = (step.keys ?? {}) as Record<string, string>;
  const keyOf = (language: string): string => Object.entries(keys).find(([, one]) => one === language)?.[0] ?? "";
  return (
    <div className="row">
      {content.languages.map((language) => (
        <Labelled key={language} label={t("field.key_for", { language: languageName(language) })} wrong={wrong}>
          {(tied) => <NativeSelect {...tied} choices={"123456789".split("").map((key) => ({ key, name: key }))} value={keyOf(language)} onChange={(key) => onChange({ ...Object.fromEntries(Object.entries(keys).filter(([old, one]) => one !== language && old !== key)), [key]: language })} />}
        </Labelled>
      ))}
    </div>
  );
}
