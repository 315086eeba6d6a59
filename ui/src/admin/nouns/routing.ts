import { momentTo, percent, target } from "../../i18n/format";
import { checks } from "../fields/Checks";
import { MomentInput } from "../fields/MomentInput";
import { RuleTry } from "../panels/RuleTry";
import { AnnouncedEffect } from "../rows/AnnouncedEffect";
import { Conditions } from "../rows/Conditions";
import { ExceptionsEditor } from "../rows/ExceptionsEditor";
import type { Draft } from "../model";
import { ClosingWords } from "../rows/ClosingWords";
import { PromisedHours } from "../rows/PromisedHours";
import { SkillsAsked } from "../rows/SkillsAsked";
import { TeamNeeds } from "../rows/TeamNeeds";
import { TeamsInOrder } from "../rows/TeamsInOrder";
import { TierSteps } from "../rows/TierSteps";
import { WeekEditor } from "../rows/WeekEditor";
import { firstId, type Noun } from "./noun";

const MINUTE = 60_000;
const COUNTRIES = ["", "FR", "BE", "CH", "LU", "GB", "IE", "DE", "ES", "IT", "NL", "PT", "US", "CA", "MA"];
const OFFICE = [["09:00", "12:30"], ["14:00", "18:00"]];

export const hours: Noun = {
  key: "hours", icon: "clock", routed: true,
  fields: [
    { kind: "text", path: "name", required: true },
    { kind: "zone", path: "timezone", half: true },
    { kind: "choice", path: "holidays", choices: COUNTRIES, words: "country", half: true },
    { kind: "own", path: "weekly", Editor: WeekEditor },
    { kind: "own", path: "exceptions", Editor: ExceptionsEditor },
  ],
  blank: () => ({ name: "", timezone: "Europe/Paris", weekly: { mon: OFFICE, tue: OFFICE, wed: OFFICE, thu: OFFICE, fri: OFFICE, sat: [], sun: [] }, holidays: "FR", exceptions: [] }),
  side: (item) => String(item["timezone"] ?? ""),
};

const writes = (draft: Draft): boolean => draft["medium"] !== "chat";
/** Whose customers wait while they look: they are told how long. */
const inPerson = (draft: Draft): boolean => draft["medium"] === "chat" || draft["medium"] === "voice";
const overflows = (draft: Draft): boolean => draft["overflow_queue_id"] !== null;

export const queues: Noun = {
  key: "queues", icon: "funnel", routed: true,
  fields: [
    { kind: "text", path: "name", required: true, half: true },
    { kind: "pick", path: "brand_id", noun: "brands", half: true, fixedOnceSaved: true },
    { kind: "choice", path: "medium", choices: ["voice", "chat", "email", "form", "message"], words: "medium", half: true, fixedOnceSaved: true },
    { kind: "pick", path: "hours_id", noun: "hours", empty: true, half: true },
    { kind: "section", path: "promise" },
    { kind: "target", path: "target" },
    { kind: "choice", path: "target_clock", choices: ["", "always", "open_hours"], words: "target_clock", half: true },
    { kind: "duration", path: "short_abandon_ms", half: true },
    { kind: "number", path: "tier", least: 0, most: 9 },
    { kind: "own", path: "tier_steps", Editor: TierSteps },
    { kind: "section", path: "announced", when: inPerson },
    { kind: "switch", path: "announces", when: inPerson },
    { kind: "percent", path: "announce_share", least: 50, most: 99, half: true, when: inPerson },
    { kind: "percent", path: "cushion_share", least: 0, most: 500, half: true, when: inPerson },
    { kind: "duration", path: "cushion_ms", half: true, when: inPerson },
    { kind: "own", path: "announced_effect", Editor: AnnouncedEffect, when: inPerson },
    { kind: "section", path: "who" },
    { kind: "own", path: "skills", Editor: SkillsAsked },
    { kind: "own", path: "team_needs", Editor: TeamNeeds },
    { kind: "choice", path: "agent_order", choices: ["", "least_busy", "longest_idle", "least_versatile", "teams"], words: "agent_order" },
    { kind: "own", path: "team_ids", Editor: TeamsInOrder, when: (draft) => draft["agent_order"] === "teams" },
    { kind: "section", path: "offer" },
    { kind: "duration", path: "offer_ms", half: true },
    { kind: "duration", path: "set_aside_ms", half: true },
    { kind: "duration", path: "keep_ms", half: true },
    { kind: "duration", path: "last_agent_ms", optional: true, half: true },
    { kind: "duration", path: "wrap_up_ms", half: true },
    { kind: "switch", path: "by_hand", half: true },
    { kind: "duration", path: "max_wait_ms", optional: true, half: true },
    { kind: "duration", path: "repeat_ms", optional: true, half: true },
    { kind: "section", path: "overflow" },
    { kind: "switch", path: "closes", when: (draft) => draft["hours_id"] !== null },
    { kind: "pick", path: "overflow_queue_id", noun: "queues", empty: true, half: true,
      suits: (queue, draft) => queue["brand_id"] === draft["brand_id"] && queue["medium"] === draft["medium"] && queue["id"] !== draft["id"] },
    { kind: "number", path: "max_length", least: 1, half: true },
    { kind: "duration", path: "overflow_after_ms", optional: true, half: true, when: overflows },
    { kind: "switch", path: "overflow_when_closed", half: true, when: (draft) => overflows(draft) && draft["closes"] === true },
    { kind: "own", path: "closing_fr", Editor: ClosingWords, when: (draft) => draft["hours_id"] !== null },
    { kind: "section", path: "hours", when: writes },
    { kind: "own", path: "promises", Editor: PromisedHours, when: writes },
  ],
  blank: (look) => ({
    brand_id: firstId(look, "brands"), name: "", medium: "chat", tier: 5, target_share: 0.8, target_ms: 40_000, hours_id: firstId(look, "hours"),
    set_aside_ms: 30_000, offer_ms: 20_000, keep_ms: 30 * MINUTE, skills: [], tier_steps: [], team_needs: [], max_wait_ms: null, target_clock: null, short_abandon_ms: 5_000,
    agent_order: null, team_ids: [], last_agent_ms: null, wrap_up_ms: 0, by_hand: true, announces: true, announce_share: 0.8, cushion_share: 0, cushion_ms: 0, repeat_ms: null, closes: false, overflow_queue_id: null, max_length: null, overflow_after_ms: null, overflow_when_closed: false,
    promises: null, closing_fr: "", closing_en: "",
  }),
  side: (item, look, say) => [look.name("brands", item["brand_id"]), say(`medium.${String(item["medium"])}`),
    say("queues.target_short", { share: percent(Number(item["target_share"] ?? 0)), time: target(Number(item["target_ms"] ?? 0)) })].filter(Boolean).join(" · "),
};

/** A noun without a brand is for all of them. */
const sameBrand = (item: Draft, draft: Draft): boolean => draft["brand_id"] === null || item["brand_id"] === draft["brand_id"];

export const reserves: Noun = {
  key: "reserves", icon: "lifebuoy", routed: true,
  fields: [
    { kind: "text", path: "name", required: true, half: true },
    { kind: "pick", path: "brand_id", noun: "brands", empty: true, half: true },
    { kind: "choice", path: "medium", choices: ["voice", "chat", "email", "form", "message"], words: "medium", half: true, fixedOnceSaved: true },
    { kind: "pick", path: "team_id", noun: "teams", empty: true, half: true },
    { kind: "section", path: "for" },
    { kind: "picks", path: "queue_ids", noun: "queues", suits: (queue, draft) => sameBrand(queue, draft) && queue["medium"] === draft["medium"] },
    { kind: "number", path: "tier", least: 0, most: 9 },
    { kind: "section", path: "when" },
    { kind: "number", path: "agents", least: 0, half: true },
    { kind: "number", path: "waiting", least: 0, half: true },
    { kind: "number", path: "level_percent", least: 1, most: 100, half: true },
    { kind: "duration", path: "level_window_ms", half: true, when: (draft) => draft["level_percent"] !== null },
    { kind: "picks", path: "against_ids", noun: "queues", suits: sameBrand },
  ],
  blank: (look) => ({ name: "", brand_id: firstId(look, "brands"), medium: "chat", queue_ids: [], tier: null, agents: 1, waiting: null, level_percent: null, level_window_ms: 15 * MINUTE, team_id: null, against_ids: [] }),
  side: (item, look, say) => [look.name("brands", item["brand_id"]), say(`medium.${String(item["medium"])}`)].filter(Boolean).join(" · "),
};

const MEDIA = ["voice", "chat", "email", "form", "message"] as const;

export const media: Noun = {
  key: "media", icon: "stack", routed: true, given: true,
  fields: [
    { kind: "number", path: "units", least: 1, most: 60, required: true, half: true },
    { kind: "switch", path: "exclusive", half: true },
    { kind: "own", path: "interrupts", Editor: checks(MEDIA, "medium") },
    { kind: "own", path: "pulls_back", Editor: checks(MEDIA, "medium") },
  ],
  blank: () => ({ medium: "chat", units: 6, interrupts: [], pulls_back: [], exclusive: false }),
  called: (item, say) => say(`medium.${String(item["medium"])}`),
  side: (item, _, say) => say("media.units_short", { units: Number(item["units"] ?? 0), count: Math.floor(60 / Number(item["units"] ?? 60)) }),
};

export const defaults: Noun = {
  key: "defaults", icon: "sliders-horizontal", routed: true, given: true,
  fields: [
    { kind: "choice", path: "agent_order", choices: ["least_busy", "longest_idle", "least_versatile"], words: "agent_order" },
    { kind: "number", path: "wake_reserve", least: 0, most: 60, required: true },
  ],
  blank: () => ({ agent_order: "least_busy", wake_reserve: 1 }),
  called: (_, say) => say("defaults.one"),
  side: (item, _, say) => say(`agent_order.${String(item["agent_order"])}`),
};

export const problems: Noun = {
  key: "problems", icon: "warning",
  fields: [
    { kind: "text", path: "name", required: true, half: true },
    { kind: "pick", path: "brand_id", noun: "brands", empty: true, half: true },
    { kind: "own", path: "begins_ms", Editor: MomentInput, half: true },
    { kind: "own", path: "ends_ms", Editor: MomentInput, half: true },
    { kind: "section", path: "told" },
    { kind: "text", path: "message_fr", rows: 2 },
    { kind: "text", path: "message_en", rows: 2 },
    { kind: "switch", path: "replies" },
    { kind: "section", path: "about" },
    { kind: "lines", path: "words" },
    { kind: "picks", path: "motive_ids", noun: "motives" },
    { kind: "picks", path: "from_queue_ids", noun: "queues" },
    { kind: "section", path: "served" },
    { kind: "picks", path: "queue_ids", noun: "queues" },
  ],
  blank: (look) => ({ name: "", brand_id: firstId(look, "brands"), message_fr: "", message_en: "", words: [], motive_ids: [], from_queue_ids: [], queue_ids: [], replies: true, owner_id: null, begins_ms: Date.now(), ends_ms: null }),
  side: (item, look) => [look.name("brands", item["brand_id"]), momentTo(Number(item["begins_ms"] ?? 0), Date.now())].filter(Boolean).join(" · "),
  compare: (a, b) => Number(b["begins_ms"]) - Number(a["begins_ms"]) || b.id - a.id,
};

export const rules: Noun = {
  key: "rules", icon: "tree-structure", ordered: "position",
  fields: [
    { kind: "text", path: "name", required: true, half: true },
    { kind: "pick", path: "brand_id", noun: "brands", half: true, fixedOnceSaved: true },
    { kind: "switch", path: "active" },
    { kind: "own", path: "conditions", Editor: Conditions },
    { kind: "section", path: "actions" },
    { kind: "pick", path: "actions.queue_id", noun: "queues", empty: true, half: true, suits: (queue, draft) => queue["brand_id"] === draft["brand_id"] },
    { kind: "pick", path: "actions.motive_id", noun: "motives", empty: true, half: true, suits: (motive, draft) => motive["brand_id"] === null || motive["brand_id"] === draft["brand_id"] },
  ],
  blank: (look) => ({ brand_id: firstId(look, "brands"), name: "", active: true, conditions: [{ field: "words", op: "contains", value: "" }], actions: { queue_id: null, motive_id: null } }),
  side: (item, look, say) => [look.name("brands", item["brand_id"]), item["active"] === false ? say("common.off") : ""].filter(Boolean).join(" · "),
  compare: (a, b) => Number(a["brand_id"]) - Number(b["brand_id"]) || Number(a["position"]) - Number(b["position"]) || a.id - b.id,
  panels: [{ Panel: RuleTry, forNew: true }],
};
