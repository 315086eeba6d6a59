import { client, meQuery } from "../../api/queries";
import { checks } from "../fields/Checks";
import { DayInput } from "../fields/DayInput";
import { PersonInput } from "../fields/PersonInput";
import { listAt, textAt, type Draft } from "../model";
import { Deliveries } from "../panels/Deliveries";
import { KeyUse } from "../panels/KeyUse";
import type { Noun } from "./noun";

const RIGHTS = ["read_contacts", "deliver", "serve", "supervise", "read_figures", "run_twin", "read_settings", "change_settings", "read_audit"];

/** Of a role's rights: what a key of such a person can be given. */
export const keys: Noun = {
  key: "keys", icon: "key",
  fields: [
    { kind: "text", path: "name", required: true, half: true },
    { kind: "own", path: "account_id", Editor: PersonInput, half: true },
    { kind: "own", path: "rights", Editor: checks(RIGHTS, "right") },
    { kind: "picks", path: "brand_ids", noun: "brands" },
    { kind: "own", path: "expires_ms", Editor: DayInput, half: true },
  ],
  blank: () => ({ name: "", account_id: client.getQueryData(meQuery.queryKey)?.id ?? null, rights: ["read_contacts", "deliver"], brand_ids: [], expires_ms: null }),
  side: (item, look) => [`${textAt(item, "prefix")}…`, textAt(item, "account_name"), listAt<number>(item, "brand_ids").map((id) => look.name("brands", id)).join(", ")].filter(Boolean).join(" · "),
  panels: [{ Panel: KeyUse }],
};

const EVENTS = [
  "contact.opened", "contact.queued", "contact.offered", "contact.accepted", "contact.declined", "contact.transferred", "contact.slept", "contact.woken", "contact.closed", "contact.abandoned",
  "message.received", "message.answered", "note.added", "message.delivery",
  "appointment.made", "appointment.moved", "appointment.cancelled",
];

export const webhooks: Noun = {
  key: "webhooks", icon: "webhooks-logo",
  fields: [
    { kind: "text", path: "name", required: true, half: true },
    { kind: "pick", path: "brand_id", noun: "brands", empty: true, half: true, fixedOnceSaved: true },
    { kind: "text", path: "url", type: "url", required: true },
    { kind: "own", path: "events", Editor: checks(EVENTS, "event") },
    { kind: "switch", path: "active" },
  ],
  blank: () => ({ name: "", brand_id: null, url: "", events: ["contact.opened", "message.received", "message.answered", "contact.closed"], active: true }),
  side: (item, look, say) => [look.name("brands", item["brand_id"]) ?? say("webhooks.brand_id_empty"), item["active"] === false ? say("common.off") : textAt(item, "failing_since_ms") ? say("webhooks.state_failing") : ""].filter(Boolean).join(" · "),
  panels: [{ Panel: Deliveries }],
};

const web = (draft: Draft): boolean => textAt(draft, "kind") === "web";
const asterisk = (draft: Draft): boolean => textAt(draft, "kind") === "asterisk";

export const voiceServers: Noun = {
  key: "voice_servers", icon: "phone",
  fields: [
    { kind: "choice", path: "kind", choices: ["asterisk", "web"], words: "voice_kind", fixedOnceSaved: true, half: true },
    { kind: "text", path: "name", required: true, half: true },
    { kind: "text", path: "url", type: "url", when: asterisk },
    { kind: "section", path: "ways", when: web },
    { kind: "lines", path: "ice_urls" },
    { kind: "text", path: "username", half: true },
    { kind: "text", path: "password", type: "password", half: true },
    { kind: "text", path: "phones_url", when: asterisk },
    { kind: "switch", path: "relayed", when: web },
    { kind: "choice", path: "country", choices: ["FR", "BE", "CH", "LU", "GB", "IE", "DE", "ES", "IT", "NL", "PT", "US", "CA", "MA"], words: "country", half: true },
    { kind: "switch", path: "active" },
  ],
  blank: () => ({ name: "", kind: "asterisk", url: "", username: "", password: "", country: "FR", ice_urls: [], phones_url: "", relayed: false, active: true }),
  side: (item, _, say) => [say(`voice_kind.${textAt(item, "kind")}`), item["active"] === false ? say("common.off") : ""].filter(Boolean).join(" · "),
};
