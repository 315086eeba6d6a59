/** A menu's document as plain values (docs/reference/menus.md), and what its forms do to it. */

/** What a menu of a brand can name. */
export interface Names { language: string; queues: string[]; motives: string[]; hours: string[]; channels: string[]; recordings: Record<string, string[]> }

export const KINDS = ["say", "choose", "collect", "identify", "hours", "language", "problems", "answer", "wait", "queue", "callback", "link", "voicemail", "goodbye"] as const;
export type Kind = (typeof KINDS)[number];
export type Said = string | { text?: string; recorded?: string | null };
export type Prompt = Partial<Record<string, Said>>;
export type KeyChoice = string | { to: string; motive?: string | null; title?: string };
export type Step = { kind: Kind; title?: string; prompt?: Prompt; keys?: Record<string, KeyChoice> } & Record<string, unknown>;
export interface Content {
  version: number; languages: string[]; start: string; human: string; human_key?: string; tries?: number; patience?: string;
  steps: Record<string, Step>;
}
export type FieldKind = "prompt" | "keys" | "languages" | "step" | "queues" | "motives" | "hours" | "channels" | "number" | "switch" | "text" | "duration" | "digit" | "ask";
export type FieldKey = "prompt" | "keys" | "next" | "otherwise" | "known" | "open" | "closed" | "told" | "after" | "solved" | "queue" | "motive" | "channel" | "hours" | "whole" | "least" | "most" | "save_as" | "offers_from" | "ask";
export interface Field { key: FieldKey; as: FieldKind; optional?: boolean }

const prompt: Field = { key: "prompt", as: "prompt" };
const next: Field = { key: "next", as: "step" };
const queue: Field = { key: "queue", as: "queues" };
const otherwise: Field = { key: "otherwise", as: "step" };
const some = (field: Field): Field => ({ ...field, optional: true });
const digits: Field[] = [{ key: "least", as: "number", optional: true }, { key: "most", as: "number", optional: true }];

/** What each kind of step is made of, in the order of its form. */
export const FIELDS: Record<Kind, readonly Field[]> = {
  say: [prompt, { key: "whole", as: "switch" }, next],
  choose: [prompt, { key: "keys", as: "keys" }, some(otherwise)],
  collect: [prompt, ...digits, { key: "save_as", as: "text" }, next, some(otherwise)],
  identify: [prompt, ...digits, { key: "known", as: "step", optional: true }, next],
  hours: [{ key: "hours", as: "hours" }, { key: "open", as: "step" }, { key: "closed", as: "step" }],
  language: [prompt, { key: "keys", as: "languages" }, { key: "ask", as: "ask" }, next],
  problems: [{ key: "told", as: "step", optional: true }, next],
  answer: [prompt, { key: "solved", as: "digit" }, { key: "after", as: "step", optional: true }, next],
  wait: [queue, { key: "offers_from", as: "duration" }, some(prompt), { key: "keys", as: "keys", optional: true }, next],
  queue: [some(queue), { key: "motive", as: "motives", optional: true }, some(prompt)],
  callback: [queue, { key: "motive", as: "motives", optional: true }, some(prompt), otherwise],
  link: [{ key: "channel", as: "channels" }, some(prompt), next, otherwise],
  voicemail: [queue, prompt],
  goodbye: [prompt],
};
export const PERSONS: readonly Kind[] = ["queue", "callback", "voicemail"];
export const textOf = (said: Said | undefined): string => (typeof said === "string" ? said : (said?.text ?? ""));
export const recordedOf = (said: Said | undefined): string => (typeof said === "string" ? "" : (said?.recorded ?? ""));
export const saidAs = (text: string, recorded: string): Said => (recorded ? { ...(text ? { text } : {}), recorded } : text);
export const choiceOf = (choice: KeyChoice): { to: string; motive?: string | null; title?: string } => (typeof choice === "string" ? { to: choice } : choice);

/** A new name for a step of a kind: figures keep it, so that it never changes afterwards. */
export function freshName(content: Content, kind: Kind): string {
  for (let at = 1; ; at += 1) {
    const name = at === 1 ? kind : `${kind}_${at}`;
    if (!(name in content.steps)) return name;
  }
}
export function freshStep(content: Content, kind: Kind, names: Names | undefined): Step {
  const step: Step = { kind };
  const put = (key: FieldKey, value: string): void => { (step as Record<string, unknown>)[key] = value; };
  for (const field of FIELDS[kind]) {
    if (field.as === "prompt" && !field.optional) step.prompt = Object.fromEntries(content.languages.map((one) => [one, ""]));
    if (field.as === "step" && !field.optional) put(field.key, content.human);
    if (field.as === "queues" && !field.optional) put(field.key, names?.queues[0] ?? "?");
    if (field.as === "hours") put(field.key, names?.hours[0] ?? "?");
    if (field.as === "channels") put(field.key, names?.channels[0] ?? "?");
    if (field.as === "keys" && !field.optional) step.keys = { "1": content.human };
    if (field.as === "languages") step.keys = Object.fromEntries(["fr", "en"].map((one, at) => [String(at + 1), one]));
    if (field.as === "text") put(field.key, "number");
  }
  return step;
}
export const withStep = (content: Content, name: string, step: Step): Content => ({ ...content, steps: { ...content.steps, [name]: step } });
export function without(content: Content, name: string): Content {
  const steps = Object.fromEntries(Object.entries(content.steps).filter(([one]) => one !== name));
  return { ...content, steps };
}
/** A first menu: a welcome, a choice, a person. */
export function firstContent(names: Names): Content {
  const said: Record<string, Record<string, string>> = {
    fr: { welcome: "Bonjour.", choose: "Pour parler à quelqu’un, tapez 1.", people: "Nous vous mettons en relation." },
    en: { welcome: "Hello.", choose: "To speak to somebody, press 1.", people: "We are putting you through." },
  };
  const languages = [names.language, ...["fr", "en"].filter((one) => one !== names.language)];
  const of = (key: string): Prompt => Object.fromEntries(languages.map((one) => [one, said[one]?.[key] ?? ""]));
  return {
    version: 1, languages, start: "welcome", human: "people",
    steps: {
      welcome: { kind: "say", prompt: of("welcome"), next: "choose" },
      choose: { kind: "choose", prompt: of("choose"), keys: { "1": "people" } },
      people: { kind: "queue", prompt: of("people"), ...(names.queues[0] ? { queue: names.queues[0] } : {}) },
    },
  };
}
