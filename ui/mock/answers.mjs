// Each route of the contract, answered from memory.
import { adminRoute } from "./admin.mjs";
import { directory, journey, macros, me, message, motives, now, offer, people, store } from "./data.mjs";
import { stream, streams, tell } from "./stream.mjs";

const { rows, messages, customers } = store;
const presence = { state: "ready", reason: null, since_ms: now() - 190_000 };
const world = { empty: false, administrator: !process.env.MOCK_NEW };
const drafts = new Map(), files = new Map();
let nextFile = 100;
const DOT = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

const all = () => [...rows.values()];
const sorted = (state) => (world.empty ? [] : all().filter((row) => row.state === state && row.agent?.id !== null)).sort((a, b) => (a.due_ms ?? Infinity) - (b.due_ms ?? Infinity));
const inHand = () => sorted("in_hand").filter((row) => row.agent);
const count = (media) => inHand().filter((row) => media.includes(row.medium)).length;
export const desk = () => ({
  now_ms: now(), presence,
  capacity: [{ medium: "chat", in_hand: count(["chat"]), limit: 3 }, { medium: "email", in_hand: count(["email"]), limit: 5 }, { medium: "form", in_hand: count(["form"]), limit: 5 }],
  offers: sorted("offered"), in_hand: inHand(), sleeping: sorted("sleeping"),
  queues: { waiting: world.empty ? 0 : 14, most_urgent_share: world.empty ? null : 0.72 }, reasons: ["break", "lunch", "meeting", "training", "other"],
});
const moved = (row) => { if (row) row.version += 1; tell("desk", desk()); if (row) tell("contact", { contact_id: row.id, version: row.version }); };
const ended = (row) => ["closed", "abandoned"].includes(row.state);
function conversation(row, person) {
  const mine = row.state === "in_hand" && row.agent?.id === person.id;
  return {
    contact: {
      ...row, channel: { id: 1, name: row.medium === "email" ? "prestations@arvene.example" : "Tchat du site" }, outcome: row.outcome ?? null, closed_ms: row.closed_ms ?? null,
      request: { id: row.request_id, subject: row.subject, state: ended(row) ? "closed" : "open", opened_ms: row.arrived_ms },
      can: { reply: mine, note: true, transfer: mine, close: mine, sleep: mine, accept: row.state === "offered" },
    },
    messages: messages.get(row.id) ?? [], customer: customers.get(row.customer.id), journey: journey(row),
    viewers: row.id === 103 ? [{ id: 2, name: "Nadia Benhamou" }] : [], draft: drafts.get(row.id) ?? null, typing: { customer: false },
  };
}
function put(row, entry) {
  const one = message({ contact_id: row.id, medium: row.medium, ...entry, at_ms: now() });
  messages.get(row.id).push(one);
  tell("message", { contact_id: row.id, request_id: row.request_id, message: one });
  return one;
}
const event = (row, code, params) => put(row, { direction: "event", author: { kind: "system", id: null, name: "" }, event: { code, params } });
const no = (status, code, text, field = null) => ({ status, data: { error: { code, message: text, field, details: {} } } });

function post(row, { key, kind, text, file_ids = [] }, person) {
  const old = messages.get(row.id).find((one) => one.key === key);
  if (old) return { data: old };
  const attachments = file_ids.map((id) => files.get(id)).filter(Boolean).map(({ bytes, ...facts }) => facts);
  const one = put(row, { key, direction: kind === "note" ? "note" : "out", author: { kind: "agent", id: person.id, name: person.name }, text, attachments, delivery: kind === "note" ? null : "pending" });
  drafts.delete(row.id);
  if (kind !== "note") {
    row.awaiting = "customer";
    for (const [ms, delivery] of [[700, "sent"], [1800, "delivered"]]) setTimeout(() => { one.delivery = delivery; tell("delivery", { message_id: one.id, contact_id: row.id, delivery, error: null }); }, ms);
  }
  moved(row);
  return { data: one };
}
const acts = {
  accept(row, _, person) { if (row.state !== "offered") return no(409, "gone", "Ce contact n’est plus proposé : un autre conseiller l’a pris."); Object.assign(row, { state: "in_hand", agent: { id: person.id, name: person.name } }); event(row, "accepted", { agent: person.name }); moved(row); return { data: conversation(row, person) }; },
  take(row, _, person) { Object.assign(row, { state: "in_hand", agent: { id: person.id, name: person.name } }); event(row, "taken", { agent: person.name }); moved(row); return { data: conversation(row, person) }; },
  decline(row) { Object.assign(row, { state: "waiting", agent: null }); moved(row); return {}; },
  messages: post,
  typing: () => ({}),
  read(row) { row.unread = 0; return {}; },
  transfer(row, body, person) { event(row, "transferred", { agent: person.name, to: directory.queues.find((q) => q.id === body.queue_id)?.name ?? directory.agents.find((a) => a.id === body.agent_id)?.name ?? "", note: body.note }); Object.assign(row, { state: "waiting", agent: null }); moved(row); return {}; },
  sleep(row, { until_ms }, person) { Object.assign(row, { state: "sleeping", wakes: { kind: until_ms ? "time" : "customer", at_ms: until_ms } }); event(row, "slept", { agent: person.name, until_ms }); moved(row); return {}; },
  wake(row) { Object.assign(row, { state: "in_hand", wakes: null }); moved(row); return {}; },
  close(row, { outcome, motive_id }, person) { const motive = motives.find((m) => m.id === motive_id); Object.assign(row, { state: "closed", outcome, closed_ms: now(), motive: motive ? { id: motive.id, name: motive.name_fr } : null }); event(row, "closed", { agent: person.name, outcome }); moved(row); return {}; },
};
const play = {
  offer: () => { offer(); tell("desk", desk()); },
  say: (id) => { const row = rows.get(Number(id)); row.unread += 1; row.awaiting = "us"; put(row, { direction: "in", author: { kind: "customer", id: row.customer.id, name: row.customer.name }, text: "Merci ! Et pour la carte ?" }); moved(row); },
  type: (id) => tell("typing", { contact_id: Number(id), who: "customer" }),
  cut: () => { stream.cut = !stream.cut; if (stream.cut) for (const one of streams) one.destroy(); },
  empty: () => { world.empty = !world.empty; tell("desk", desk()); },
};
function contactRoute({ method, parts, body, person, search }) {
  const [, id, act, mid, last] = parts;
  if (!id) {
    const words = (search.get("q") ?? "").toLowerCase();
    const items = all().filter((row) => (!search.get("state") || row.state === search.get("state")) && (!search.get("customer") || row.customer.id === Number(search.get("customer"))) && `${row.customer.name} ${row.subject} ${row.preview}`.toLowerCase().includes(words));
    return { data: { items: items.slice(0, 20), next: null } };
  }
  const row = rows.get(Number(id));
  if (!row) return no(404, "no_contact", "Ce contact n’existe pas.");
  if (!act) return { data: conversation(row, person) };
  if (act === "draft") { body.text ? drafts.set(row.id, { ...body, updated_ms: now() }) : drafts.delete(row.id); return {}; }
  if (act === "messages" && last === "retry") {
    const one = messages.get(row.id).find((m) => m.id === Number(mid));
    Object.assign(one, { delivery: "pending", error: null });
    setTimeout(() => { one.delivery = "sent"; tell("delivery", { message_id: one.id, contact_id: row.id, delivery: "sent", error: null }); }, 900);
    return { data: one };
  }
  return method === "POST" && acts[act] ? acts[act](row, body, person) : no(404, "no_route", "?");
}
export function answers({ method, path, search, body, raw, person, french }) {
  const parts = path.replace(/^\/(api\/v1|mock)\//, "").split("/");
  if (path.startsWith("/mock/")) { play[parts[0]]?.(parts[1]); return {}; }
  const sign = (one) => ({ data: me(one), headers: { "Set-Cookie": `affluent_session=${one.id}; Path=/; HttpOnly; SameSite=Lax` } });
  if (parts[0] === "start") {
    if (method === "POST") { world.administrator = true; Object.assign(people[3], { name: body.name, email: body.email, locale: body.locale }); return sign(people[3]); }
    return { data: { needs_administrator: !world.administrator, demo: true, name: "Affluent", version: "0.1.0", locales: ["fr", "en"], demo_accounts: people.map(({ email, name, role }) => ({ email, name, role, password: "demo" })) } };
  }
  if (parts[0] === "session" && method === "POST") {
    const one = people.find((p) => p.email === body.email);
    return one && body.password === "demo" ? sign(one) : no(401, "wrong_password", french ? "Cette adresse et ce mot de passe ne vont pas ensemble." : "This address and this password do not match.");
  }
  if (!person) return no(401, "signed_out", "…");
  if (parts[0] === "session") {
    if (method === "DELETE") return { status: 204, headers: { "Set-Cookie": "affluent_session=; Path=/; Max-Age=0" } };
    if (body.password_old !== undefined && body.password_old !== "demo") return no(422, "wrong_password", "Le mot de passe actuel n’est pas celui-là.", "password_old");
    if (method === "PATCH") Object.assign(person, body);
    return { data: me(person) };
  }
  const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  switch (parts[0]) {
    case "sessions": return { data: { items: [{ id: 1, created_ms: now() - 3.6e6, last_seen_ms: now(), user_agent: agent, ip: "192.0.2.10", current: true }, { id: 2, created_ms: now() - 9e7, last_seen_ms: now() - 8e7, user_agent: "Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile", ip: "198.51.100.7", current: false }], next: null } };
    case "desk":
      if (parts[1] === "presence") { Object.assign(presence, { state: body.state, reason: body.reason ?? null, since_ms: now() }); tell("desk", desk()); }
      return { data: desk() };
    case "contacts": return contactRoute({ method, parts, body, person, search });
    case "customers": { const one = customers.get(Number(parts[1])); if (method === "PATCH") Object.assign(one, body); return { data: one }; }
    case "macros": return { data: { items: macros, next: null } };
    case "motives": return { data: { items: motives, next: null } };
    case "directory": return { data: directory };
    case "admin": return adminRoute({ method, parts, body, search, person, french });
    case "files": {
      if (method === "GET") { const file = files.get(Number(parts[1])); return { bytes: file?.bytes ?? DOT, headers: { "Content-Type": file?.content_type ?? "image/png" } }; }
      const head = raw.toString("latin1").slice(0, 600);
      const start = raw.indexOf("\r\n\r\n") + 4, end = raw.lastIndexOf("\r\n--");
      const file = { id: nextFile++, filename: Buffer.from(/filename="([^"]*)"/.exec(head)?.[1] ?? "file", "latin1").toString(), content_type: /Content-Type: ([^\r]+)/.exec(head)?.[1] ?? "application/octet-stream", size: end - start, bytes: raw.subarray(start, end) };
      files.set(file.id, file);
      const { bytes, ...facts } = file;
      return { data: facts };
    }
    default: return no(404, "no_route", "…");
  }
}
