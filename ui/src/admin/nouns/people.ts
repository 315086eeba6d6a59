import { listAt, type Draft } from "../model";
import { MediaSuited } from "../rows/MediaSuited";
import { QueuesRanked } from "../rows/QueuesRanked";
import { SkillsHeld } from "../rows/SkillsHeld";
import { SkillsSuited } from "../rows/SkillsSuited";
import { firstId, type Noun } from "./noun";

export const brands: Noun = {
  key: "brands", icon: "storefront",
  fields: [
    { kind: "text", path: "name", required: true },
    { kind: "colour", path: "colour", half: true },
    { kind: "choice", path: "locale", choices: ["fr", "en"], words: "language", half: true },
    { kind: "text", path: "signature_fr", rows: 4, half: true },
    { kind: "text", path: "signature_en", rows: 4, half: true },
    { kind: "text", path: "closing_fr", rows: 2, half: true },
    { kind: "text", path: "closing_en", rows: 2, half: true },
  ],
  blank: () => ({ name: "", colour: "#0a5b66", locale: "fr", signature_fr: "", signature_en: "", closing_fr: "", closing_en: "" }),
  side: (item, _, say) => say(`language.${String(item["locale"])}`),
};

export const teams: Noun = {
  key: "teams", icon: "users-three", routed: true,
  fields: [{ kind: "text", path: "name", required: true }, { kind: "pick", path: "brand_id", noun: "brands", empty: true }, { kind: "own", path: "ranks", Editor: QueuesRanked }],
  blank: () => ({ name: "", brand_id: null, ranks: [] }),
  side: (item, look, say) => look.name("brands", item["brand_id"]) ?? say("teams.brand_id_empty"),
};

export const skills: Noun = {
  key: "skills", icon: "graduation-cap", routed: true,
  fields: [
    { kind: "text", path: "name_fr", required: true, half: true },
    { kind: "text", path: "name_en", required: true, half: true },
    { kind: "text", path: "key", required: true },
  ],
  blank: () => ({ key: "", name_fr: "", name_en: "" }),
  side: (item) => String(item["key"] ?? ""),
};

export const groups: Noun = {
  key: "groups", icon: "stack", routed: true,
  fields: [{ kind: "text", path: "name", required: true }, { kind: "own", path: "skills", Editor: SkillsHeld }],
  blank: () => ({ name: "", skills: [] }),
  side: (item, look) => (Array.isArray(item["skills"]) ? (item["skills"] as { skill_id: number; level: number }[]).map((one) => `${look.name("skills", one.skill_id) ?? "?"} ${one.level}`).join(", ") : ""),
};

export const segments: Noun = {
  key: "segments", icon: "star", routed: true,
  fields: [
    { kind: "text", path: "name", required: true, half: true },
    { kind: "pick", path: "brand_id", noun: "brands", empty: true, half: true },
    { kind: "number", path: "tier", least: 0, most: 9 },
    { kind: "section", path: "targets" },
    { kind: "duration", path: "targets.voice", optional: true, half: true },
    { kind: "duration", path: "targets.chat", optional: true, half: true },
    { kind: "duration", path: "targets.email", optional: true, half: true },
    { kind: "duration", path: "targets.form", optional: true, half: true },
    { kind: "duration", path: "targets.message", optional: true, half: true },
    { kind: "own", path: "skills", Editor: SkillsSuited },
  ],
  blank: () => ({ name: "", brand_id: null, tier: 0, targets: { voice: null, chat: null, email: null, form: null, message: null }, skills: [] }),
  side: (item, look, say) => look.name("brands", item["brand_id"]) ?? say("segments.brand_id_empty"),
};

export const agents: Noun = {
  key: "agents", icon: "user", routed: true,
  fields: [
    { kind: "text", path: "name", required: true, half: true },
    { kind: "text", path: "email", type: "email", required: true, half: true },
    { kind: "text", path: "password", type: "password", half: true },
    { kind: "choice", path: "role", choices: ["agent", "supervisor", "planner", "knowledge", "auditor", "administrator"], words: "role", half: true },
    { kind: "choice", path: "locale", choices: ["fr", "en"], words: "language", half: true },
    { kind: "switch", path: "active", half: true },
    { kind: "section", path: "place" },
    { kind: "pick", path: "team_id", noun: "teams", empty: true, half: true },
    { kind: "picks", path: "brand_ids", noun: "brands" },
    { kind: "section", path: "work" },
    { kind: "picks", path: "group_ids", noun: "groups" },
    { kind: "own", path: "skills", Editor: SkillsHeld },
    { kind: "own", path: "ranks", Editor: QueuesRanked },
    { kind: "section", path: "capacity" },
    { kind: "number", path: "capacity.voice", least: 0, most: 5, half: true },
    { kind: "number", path: "capacity.chat", least: 0, most: 20, half: true },
    { kind: "number", path: "capacity.email", least: 0, most: 50, half: true },
    { kind: "number", path: "capacity.form", least: 0, most: 50, half: true },
    { kind: "number", path: "capacity.message", least: 0, most: 50, half: true },
    { kind: "section", path: "hands" },
    { kind: "number", path: "units.voice", least: 1, most: 60, half: true },
    { kind: "number", path: "units.chat", least: 1, most: 60, half: true },
    { kind: "number", path: "units.email", least: 1, most: 60, half: true },
    { kind: "number", path: "units.form", least: 1, most: 60, half: true },
    { kind: "number", path: "units.message", least: 1, most: 60, half: true },
    { kind: "section", path: "kept_free" },
    { kind: "number", path: "kept_free.voice", least: 0, most: 60, half: true },
    { kind: "number", path: "kept_free.chat", least: 0, most: 60, half: true },
    { kind: "number", path: "kept_free.email", least: 0, most: 60, half: true },
    { kind: "number", path: "kept_free.form", least: 0, most: 60, half: true },
    { kind: "number", path: "kept_free.message", least: 0, most: 60, half: true },
  ],
  blank: (look) => {
    const brand = firstId(look, "brands");
    return { name: "", email: "", password: "", role: "agent", locale: "fr", team_id: null, brand_ids: brand === null ? [] : [brand], skills: [], group_ids: [], ranks: [], capacity: { voice: 1, chat: 3, email: 5, form: 5, message: 5 }, units: { voice: null, chat: null, email: null, form: null, message: null }, kept_free: { voice: 0, chat: 0, email: 0, form: 0, message: 0 }, active: true };
  },
  side: (item, look, say) => [say(`role.${String(item["role"])}`), look.name("teams", item["team_id"])].filter(Boolean).join(" · "),
};

const steers = (draft: Draft): boolean => listAt(draft, "media").length > 0;

export const motives: Noun = {
  key: "motives", icon: "tag",
  fields: [
    { kind: "text", path: "name_fr", required: true, half: true },
    { kind: "text", path: "name_en", required: true, half: true },
    { kind: "pick", path: "brand_id", noun: "brands", empty: true },
    { kind: "switch", path: "active" },
    { kind: "section", path: "steer" },
    { kind: "own", path: "media", Editor: MediaSuited },
    { kind: "text", path: "steer_fr", rows: 2, when: steers },
    { kind: "text", path: "steer_en", rows: 2, when: steers },
    { kind: "number", path: "steer_waiting", least: 0, when: steers },
  ],
  blank: () => ({ brand_id: null, name_fr: "", name_en: "", active: true, media: [], steer_fr: "", steer_en: "", steer_waiting: 3 }),
  side: (item, look, say) => look.name("brands", item["brand_id"]) ?? say("motives.brand_id_empty"),
};

export const macros: Noun = {
  key: "macros", icon: "note-pencil",
  fields: [
    { kind: "text", path: "title", required: true },
    { kind: "choice", path: "language", choices: ["fr", "en"], words: "language", half: true },
    { kind: "pick", path: "brand_id", noun: "brands", empty: true, half: true },
    { kind: "text", path: "body", rows: 9, required: true },
  ],
  blank: () => ({ brand_id: null, title: "", body: "", language: "fr" }),
  side: (item, look, say) => `${say(`language.${String(item["language"])}`)} · ${look.name("brands", item["brand_id"]) ?? say("macros.brand_id_empty")}`,
};

export const declineReasons: Noun = {
  key: "decline_reasons", icon: "hand-grabbing", ordered: "position",
  fields: [
    { kind: "text", path: "name_fr", required: true, half: true },
    { kind: "text", path: "name_en", required: true, half: true },
    { kind: "text", path: "code", required: true, fixedOnceSaved: true },
  ],
  blank: () => ({ code: "", name_fr: "", name_en: "", position: 100 }),
  side: (item) => String(item["code"] ?? ""),
  compare: (a, b) => Number(a["position"]) - Number(b["position"]) || a.id - b.id,
};
