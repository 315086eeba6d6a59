// The settings of the invented centre: ten nouns in memory, with the refusals that the pages must show.
import { now } from "./data.mjs";

const MIN = 60_000, HOUR = 60 * MIN;
const OFFICE = [["09:00", "12:30"], ["14:00", "18:00"]];
const week = { mon: OFFICE, tue: OFFICE, wed: OFFICE, thu: OFFICE, fri: [["09:00", "12:30"], ["14:00", "17:00"]], sat: [["09:00", "12:00"]], sun: [] };
const nouns = {
  brands: [{ name: "Arvène", colour: "#6d2348", locale: "fr", signature_fr: "{{agent.name}}\nArvène Mutuelle", signature_en: "{{agent.name}}\nArvène Mutuelle" }, { name: "Ligéo", colour: "#ffd54a", locale: "fr", signature_fr: "", signature_en: "" }],
  teams: [{ name: "Relation adhérents", brand_id: 1 }, { name: "Technique", brand_id: 2 }, { name: "Débordement", brand_id: null }],
  skills: [["sante", "Santé", "Health"], ["optique", "Optique", "Optics"], ["fibre", "Fibre", "Fibre"], ["anglais", "Anglais", "English"], ["reclamation", "Réclamations", "Complaints"]].map(([key, name_fr, name_en]) => ({ key, name_fr, name_en })),
  hours: [{ name: "Bureaux de Nantes", timezone: "Europe/Paris", weekly: week, holidays: "FR", exceptions: [{ date: "2026-12-24", spans: [["09:00", "12:00"]], label: "Veille de Noël" }, { date: "2026-12-31", spans: [], label: "Inventaire" }] }],
  queues: [
    { brand_id: 1, name: "Santé", medium: "email", tier: 5, target_share: 1, target_ms: 4 * HOUR, hours_id: 1, set_aside_ms: 60_000, offer_ms: 30_000, keep_ms: 30 * MIN, skills: [{ skill_id: 1, required: true, level: 2, weight: 10, relax_after_ms: null }, { skill_id: 2, required: false, level: 3, weight: 60, relax_after_ms: 10 * MIN }], max_wait_ms: null },
    { brand_id: 1, name: "Tchat santé", medium: "chat", tier: 6, target_share: 0.8, target_ms: 40_000, hours_id: 1, set_aside_ms: 60_000, offer_ms: 20_000, keep_ms: 30 * MIN, skills: [], max_wait_ms: null },
    { brand_id: 2, name: "Box", medium: "chat", tier: 6, target_share: 0.8, target_ms: 60_000, hours_id: null, set_aside_ms: 60_000, offer_ms: 20_000, keep_ms: 0, skills: [{ skill_id: 3, required: true, level: 2, weight: 10, relax_after_ms: null }], max_wait_ms: 20 * MIN },
  ],
  channels: [
    { brand_id: 1, medium: "email", name: "prestations@arvene.example", queue_id: 1, active: true, settings: { address: "prestations@arvene.example", display_name: "Arvène, prestations", imap: { host: "imap.arvene.example", port: 993, tls: "tls", username: "prestations", password: "•••", folder: "INBOX" }, smtp: { host: "smtp.arvene.example", port: 587, tls: "starttls", username: "prestations", password: "•••" }, listener: false } },
    { brand_id: 1, medium: "chat", name: "Tchat du site", queue_id: 2, active: true, settings: { site_key: "sk_4hW2pQ9", origins: ["https://www.arvene.example"], title_fr: "Arvène, prestations santé", title_en: "Arvène, health benefits", colour: "#6d2348", ask_name: true, ask_email: true, warn_after_ms: 5 * MIN, release_after_ms: 10 * MIN, close_after_ms: HOUR, reopen_within_ms: 24 * HOUR, max_file_bytes: 10_000_000 } },
    { brand_id: 1, medium: "form", name: "Nous écrire", queue_id: null, active: true, settings: { form_key: "fk_7Zb1", origins: [], title_fr: "Nous écrire", title_en: "Write to us", fields: [{ key: "email", label_fr: "Votre e-mail", label_en: "Your email", kind: "email", required: true, choices_fr: [], choices_en: [] }, { key: "sujet", label_fr: "Sujet", label_en: "Subject", kind: "choice", required: true, choices_fr: ["Remboursement", "Contrat"], choices_en: ["Refund", "Contract"] }], thanks_fr: "Merci.", thanks_en: "Thank you.", reply_from_channel_id: 1 } },
  ],
  rules: [
    { brand_id: 1, name: "Résiliations", position: 10, active: true, conditions: [{ field: "words", op: "any_of", value: ["résilier", "résiliation"] }, { field: "language", op: "is", value: "fr" }], actions: { queue_id: 1, motive_id: 3 } },
    { brand_id: 1, name: "Messages en anglais", position: 20, active: true, conditions: [{ field: "language", op: "is", value: "en" }], actions: { queue_id: 1, motive_id: null } },
    { brand_id: 1, name: "Sujet du formulaire", position: 30, active: false, conditions: [{ field: "form_field", key: "sujet", op: "is", value: "Contrat" }], actions: { queue_id: 1, motive_id: 3 } },
  ],
  motives: [["Remboursement optique", "Optical refund"], ["Panne d’accès", "Access failure"], ["Résiliation", "Termination"]].map(([name_fr, name_en], i) => ({ brand_id: i === 1 ? 2 : null, name_fr, name_en, active: true })),
  macros: [{ brand_id: null, title: "Accusé de réception", body: "Bonjour {{customer.name}},\n\nNous avons bien reçu votre message.", language: "fr" }],
  agents: ["Camille Rousseau", "Nadia Benhamou", "Alex Morgan", "Odile Vasseur", "Yann Le Goff", "Fatou Diallo", "Paul Girard", "Inès Marchetti", "Thomas Keller", "Léa Fontaine"].map((name, i) => ({
    name, email: `${name.split(" ")[0].toLowerCase()}@demo.example`, role: ["agent", "supervisor", "agent", "administrator"][i] ?? "agent", locale: "fr", team_id: i % 2 ? 1 : 2, brand_ids: [1 + (i % 2)], skills: [{ skill_id: 1, level: 3 }, { skill_id: 2, level: 2 }], capacity: { chat: 3, email: 5, form: 5 }, active: i !== 9, has_password: true,
  })),
};
const made = Object.fromEntries(Object.entries(nouns).map(([key, items]) => [key, items.map((item, at) => ({ id: at + 1, archived: false, warnings: [], ...item }))]));
const trail = [];
const no = (status, code, message, field = null) => ({ status, data: { error: { code, message, field, details: {} } } });

function note(person, action, noun, before, after) {
  const keys = Object.keys(after).filter((key) => key !== "warnings" && JSON.stringify(before?.[key]) !== JSON.stringify(after[key]));
  const pick = (record) => record && Object.fromEntries(keys.map((key) => [key, record[key]]));
  trail.unshift({ id: trail.length + 1, at_ms: now(), account: { id: person.id, name: person.name }, action, noun, noun_id: after.id, before: pick(before), after: pick(after) });
}
const merge = (a, b) => (a && b && typeof a === "object" && typeof b === "object" && !Array.isArray(b) ? { ...a, ...Object.fromEntries(Object.entries(b).map(([k, v]) => [k, merge(a[k], v)])) } : b);

/** What the real server would refuse, one example a kind. */
function refusal(noun, item, french) {
  const name = item.name ?? item.title ?? item.name_fr;
  if (name !== undefined && !String(name).trim()) return no(422, "missing", french ? "Ce champ ne peut pas rester vide." : "This field cannot stay empty.", "name" in item ? "name" : "title" in item ? "title" : "name_fr");
  if (noun === "queues" && !(item.target_ms > 0)) return no(422, "too_small", french ? "L’objectif doit dépasser zéro." : "The target must be above zero.", "target_ms");
  if (noun === "channels" && item.medium === "chat" && item.settings.origins?.some((one) => !/^https?:\/\/[^/]+$/.test(one))) return no(422, "not_an_origin", french ? "Un site s’écrit https://www.exemple.fr, sans chemin." : "A site is written https://www.example.org, without a path.", "settings.origins.0");
  if (noun === "rules" && item.conditions.some((one) => one.value === "")) return no(422, "missing", french ? "Une condition attend une valeur." : "A condition awaits a value.", "conditions.0.value");
  return null;
}
const warned = (noun, item, french) => (noun === "channels" && item.queue_id === null ? [{ code: "channel_without_queue", message: french ? "Ce canal n’a pas de file : ses contacts n’iront à personne." : "This channel has no queue: nobody will get its contacts.", details: {} }] : []);

export function adminRoute({ method, parts, body, search, person, french }) {
  const [, noun, id, act] = parts;
  if (!["administrator", "supervisor"].includes(person.role)) return no(403, "forbidden", "…");
  if (noun === "audit") return { data: { items: trail.filter((one) => !search.get("noun") || one.noun === search.get("noun")), next: null } };
  if (noun === "rules" && id === "try") return { data: { matched: 38, total: 412, examples: [1, 2, 3].map((n) => ({ id: n, customer: { id: n, name: ["Hélène Quéré", "Karim Haddad", "Emma Whitfield"][n - 1] }, subject: "Résiliation de contrat", preview: "", arrived_ms: now() - n * 26 * HOUR, current_queue: { id: 1, name: "Santé" }, new_queue: { id: 2, name: "Tchat santé" } })) } };
  if (act === "test") return { data: { items: [{ step: "imap_sign_in", ok: true, error: null }, { step: "smtp_sign_in", ok: false, error: "AUTHENTICATIONFAILED Invalid credentials" }] } };
  const items = made[noun];
  if (!items) return no(404, "no_route", "…");
  if (method === "GET" && !id) return { data: { items: items.filter((one) => one.archived === (search.get("archived") === "1")), next: null } };
  const old = items.find((one) => one.id === Number(id));
  if (id && !old) return no(404, "not_found", french ? "Rien à cette adresse." : "Nothing there.");
  if (method === "GET") return { data: { ...old, warnings: warned(noun, old, french) } };
  if (method === "DELETE" && noun === "brands") return no(409, "in_use", french ? "Arvène sert encore à : Santé, Tchat santé." : "Arvène is still used by: Santé, Tchat santé.");
  const next = method === "DELETE" ? { ...old, archived: true } : merge(old ?? { id: items.length + 1, archived: false, warnings: [] }, body);
  const refused = method === "DELETE" ? null : refusal(noun, next, french);
  if (refused) return refused;
  if (!old && noun === "channels") Object.assign(next.settings, next.medium === "chat" ? { site_key: "sk_new" } : { form_key: "fk_new" });
  if (old) items[items.indexOf(old)] = next; else items.push(next);
  note(person, method === "DELETE" ? "archive" : method === "POST" ? "create" : body.archived === false ? "restore" : "change", noun, old, next);
  return { status: old ? 200 : 201, data: { ...next, warnings: warned(noun, next, french) } };
}
