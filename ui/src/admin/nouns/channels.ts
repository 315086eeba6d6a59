import { MenuPick } from "../fields/MenuPick";
import { SharesOffered } from "../rows/SharesOffered";
import type { Field } from "../fields/field";
import { textAt, type Draft } from "../model";
import { ConnectionTest } from "../panels/ConnectionTest";
import { EmbedCode } from "../panels/EmbedCode";
import { FormFields } from "../rows/FormFields";
import { firstId, type Noun } from "./noun";

const MINUTE = 60_000;
const is = (...media: string[]) => (draft: Draft): boolean => media.includes(textAt(draft, "medium"));
/** A voice channel that pages may call: whichever server it has, or one that connects browsers. */
const fromPages = is("voice");
const TLS = ["tls", "starttls", "none"];

const server = (name: "imap" | "smtp"): Field[] => [
  { kind: "section", path: name, when: is("email") },
  { kind: "text", path: `settings.${name}.host`, when: is("email"), half: true },
  { kind: "number", path: `settings.${name}.port`, least: 1, most: 65_535, when: is("email"), half: true },
  { kind: "choice", path: `settings.${name}.tls`, choices: TLS, words: "tls", when: is("email"), half: true },
  { kind: "text", path: `settings.${name}.username`, when: is("email"), half: true },
  { kind: "text", path: `settings.${name}.password`, type: "password", when: is("email"), half: true },
];

/** A form is answered by e-mail: it starts with the address and the message. */
const FIRST_FIELDS = [
  { key: "email", label_fr: "Votre e-mail", label_en: "Your email", kind: "email", required: true, choices_fr: [], choices_en: [] },
  { key: "message", label_fr: "Votre demande", label_en: "Your request", kind: "long", required: true, choices_fr: [], choices_en: [] },
];

export const SETTINGS: Record<string, () => Draft> = {
  email: () => ({
    address: "", display_name: "", imap: { host: "", port: 993, tls: "tls", username: "", password: "", folder: "INBOX" },
    smtp: { host: "", port: 587, tls: "starttls", username: "", password: "" }, listener: false, trusted_server: "",
  }),
  chat: () => ({
    origins: [], title_fr: "", title_en: "", colour: "#0a5b66", ask_name: true, ask_email: true,
    warn_after_ms: 5 * MINUTE, release_after_ms: 10 * MINUTE, close_after_ms: 60 * MINUTE, gone_after_ms: 2 * MINUTE, reopen_within_ms: 24 * 60 * MINUTE, max_file_bytes: 10_000_000, appointment_channel_id: null,
  }),
  voice: () => ({ origins: [], server_id: null, numbers: [], menu_id: null, language: "fr", announces: true, says_position: true, announce_every_ms: 45_000, country: "", callback: false, callback_attempts: 3, callback_every_ms: 900_000, callback_from: "08:00", callback_to: "20:00", callback_sundays: false, record_percent: 0, record_queue_ids: [], record_purpose: "quality", record_days: 30, voicemail_days: 90, shares: [] }),
  message: () => ({ continue_within_ms: 7 * 24 * 60 * MINUTE }),
  form: () => ({ origins: [], title_fr: "", title_en: "", fields: FIRST_FIELDS, thanks_fr: "", thanks_en: "", reply_from_channel_id: null }),
};

const FIELDS: readonly Field[] = [
  { kind: "choice", path: "medium", choices: ["email", "chat", "form", "message", "voice"], words: "medium", fixedOnceSaved: true, half: true },
  { kind: "text", path: "name", required: true, half: true },
  { kind: "pick", path: "brand_id", noun: "brands", half: true, fixedOnceSaved: true },
  { kind: "pick", path: "queue_id", noun: "queues", half: true, suits: (queue, draft) => queue["brand_id"] === draft["brand_id"] && queue["medium"] === draft["medium"] },
  { kind: "switch", path: "active" },
  { kind: "section", path: "mail", when: is("email") },
  { kind: "text", path: "settings.address", type: "email", when: is("email"), half: true },
  { kind: "text", path: "settings.display_name", when: is("email"), half: true },
  ...server("imap"),
  { kind: "text", path: "settings.imap.folder", when: is("email"), half: true },
  ...server("smtp"),
  { kind: "switch", path: "settings.listener", when: is("email") },
  { kind: "text", path: "settings.trusted_server", when: is("email"), half: true },
  { kind: "section", path: "shown", when: is("chat", "form") },
  { kind: "text", path: "settings.title_fr", when: is("chat", "form"), half: true },
  { kind: "text", path: "settings.title_en", when: is("chat", "form"), half: true },
  { kind: "colour", path: "settings.colour", when: is("chat") },
  { kind: "lines", path: "settings.origins", when: is("chat", "form") },
  { kind: "switch", path: "settings.ask_name", when: is("chat"), half: true },
  { kind: "switch", path: "settings.ask_email", when: is("chat"), half: true },
  { kind: "bytes", path: "settings.max_file_bytes", when: is("chat") },
  { kind: "pick", path: "settings.appointment_channel_id", noun: "channels", empty: true, when: is("chat"), suits: (channel, draft) => (channel["medium"] === "form" || channel["medium"] === "email") && channel["brand_id"] === draft["brand_id"] },
  { kind: "section", path: "silence", when: is("chat") },
  { kind: "duration", path: "settings.warn_after_ms", when: is("chat"), half: true },
  { kind: "duration", path: "settings.release_after_ms", when: is("chat"), half: true },
  { kind: "duration", path: "settings.close_after_ms", when: is("chat"), half: true },
  { kind: "duration", path: "settings.gone_after_ms", when: is("chat"), half: true },
  { kind: "duration", path: "settings.reopen_within_ms", when: is("chat"), half: true },
  { kind: "duration", path: "settings.continue_within_ms", when: is("message"), half: true },
  { kind: "section", path: "telephone", when: is("voice") },
  { kind: "lines", path: "settings.numbers", when: is("voice") },
  { kind: "pick", path: "settings.server_id", noun: "voice_servers", empty: true, when: is("voice"), half: true },
  { kind: "lines", path: "settings.origins", when: fromPages },
  { kind: "own", path: "settings.menu_id", Editor: MenuPick, when: is("voice") },
  { kind: "choice", path: "settings.language", choices: ["fr", "en"], words: "language", when: is("voice"), half: true },
  { kind: "switch", path: "settings.announces", when: is("voice"), half: true },
  { kind: "switch", path: "settings.says_position", when: is("voice"), half: true },
  { kind: "duration", path: "settings.announce_every_ms", when: is("voice"), half: true },
  { kind: "own", path: "settings.shares", Editor: SharesOffered, when: is("voice") },
  { kind: "section", path: "callback", when: is("voice") },
  { kind: "switch", path: "settings.callback", when: is("voice") },
  { kind: "number", path: "settings.callback_attempts", when: is("voice"), half: true },
  { kind: "duration", path: "settings.callback_every_ms", when: is("voice"), half: true },
  { kind: "text", path: "settings.callback_from", when: is("voice"), half: true },
  { kind: "text", path: "settings.callback_to", when: is("voice"), half: true },
  { kind: "switch", path: "settings.callback_sundays", when: is("voice") },
  { kind: "section", path: "recording", when: is("voice") },
  { kind: "number", path: "settings.record_percent", when: is("voice"), half: true },
  { kind: "number", path: "settings.record_days", when: is("voice"), half: true },
  { kind: "choice", path: "settings.record_purpose", choices: ["quality", "proof", "training"], words: "purpose", when: is("voice"), half: true },
  { kind: "number", path: "settings.voicemail_days", when: is("voice"), half: true },
  { kind: "picks", path: "settings.record_queue_ids", noun: "queues", when: is("voice") },
  { kind: "own", path: "settings.fields", Editor: FormFields, when: is("form") },
  { kind: "section", path: "after", when: is("form") },
  { kind: "text", path: "settings.thanks_fr", rows: 3, when: is("form"), half: true },
  { kind: "text", path: "settings.thanks_en", rows: 3, when: is("form"), half: true },
  { kind: "pick", path: "settings.reply_from_channel_id", noun: "channels", when: is("form"), suits: (channel, draft) => channel["medium"] === "email" && channel["brand_id"] === draft["brand_id"] },
];

export const channels: Noun = {
  key: "channels", icon: "plugs-connected",
  fields: FIELDS,
  blank: (look) => ({ brand_id: firstId(look, "brands"), medium: "chat", name: "", queue_id: null, active: true, settings: SETTINGS["chat"]?.() ?? {} }),
  side: (item, look, say) => [look.name("brands", item["brand_id"]), say(`medium.${String(item["medium"])}`), item["active"] === false ? say("common.off") : ""].filter(Boolean).join(" · "),
  panels: [{ Panel: EmbedCode, when: is("chat", "form", "voice") }, { Panel: ConnectionTest, when: is("email") }],
};
