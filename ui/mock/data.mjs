// Invented people and contacts, enough to draw every state of the desk. Instants are relative to the start of the mock.
export const now = () => Date.now();
const MIN = 60_000, HOUR = 60 * MIN, DAY = 24 * HOUR;

export const brands = [{ id: 1, name: "Arvène", colour: "#0a5b66" }, { id: 2, name: "Ligéo", colour: "#6a4c93" }];
const [arvene, ligeo] = brands;
export const people = [
  { id: 1, name: "Camille Rousseau", email: "camille@demo.example", role: "agent", locale: "fr" },
  { id: 2, name: "Nadia Benhamou", email: "nadia@demo.example", role: "supervisor", locale: "fr" },
  { id: 3, name: "Alex Morgan", email: "alex@demo.example", role: "agent", locale: "en" },
  { id: 4, name: "Odile Vasseur", email: "odile@demo.example", role: "administrator", locale: "fr" },
];
export const me = (p) => ({
  id: p.id, name: p.name, email: p.email, role: p.role, locale: p.locale, theme: p.theme ?? "auto", brands,
  team: { id: 1, name: "Relation adhérents" }, keys_enabled: p.keys_enabled ?? true,
});

let nextMessage = 1000;
export const messageId = () => nextMessage++;
const base = {
  author: { kind: "customer", id: 1, name: "" }, quoted: null, html: null, has_remote_images: false, attachments: [],
  delivery: null, error: null, mail: null, event: null, new_text: "",
};
export const message = (m) => ({ ...base, id: messageId(), ...m, text: m.text ?? "", new_text: m.new_text ?? m.text ?? "" });

const T0 = now();
const customers = new Map();
const rows = new Map();
const messages = new Map();
export const store = { customers, rows, messages };

function customer(id, name, extra = {}) {
  customers.set(id, { id, name, language: "fr", segment: null, note: null, addresses: [], ...extra });
  return { id, name };
}
function contact(id, who, medium, extra, said = []) {
  const { used, target_ms, ...rest } = extra;
  const row = {
    id, request_id: 40_000 + id, medium, state: "in_hand", customer: who, brand: arvene, queue: { id: 1, name: "Santé" }, motive: null,
    subject: "", preview: "", language: "fr", arrived_ms: T0 - (used ?? 0.3) * target_ms, target_ms,
    due_ms: used === null ? null : T0 + (1 - used) * target_ms, awaiting: "us", unread: 0, wakes: null,
    agent: { id: 1, name: "Camille Rousseau" }, version: 1, ...rest,
  };
  rows.set(id, row);
  messages.set(id, said.map((m) => message({ contact_id: id, medium, direction: "in", author: { kind: "customer", id: who.id, name: who.name }, at_ms: row.arrived_ms, ...m })));
  return row;
}

const helene = customer(11, "Hélène Quéré", {
  segment: "Fidèle, 11 ans", note: "Santé Famille Plus, contrat 0427 118 936. Préfère l’e-mail.",
  addresses: [{ kind: "email", value: "helene.quere@courriel.example" }, { kind: "phone", value: "+33 6 12 34 56 41" }],
});
const aurelie = customer(12, "Aurélie Lefèvre", { addresses: [{ kind: "email", value: "aurelie.lefevre@courriel.example" }] });
const loic = customer(13, "Loïc Guégan", { addresses: [{ kind: "chat", value: "visiteur 8F2A" }] });
const jb = customer(14, "Jean-Baptiste Étienne", { addresses: [{ kind: "email", value: "jb.etienne@courriel.example" }] });
const sarl = customer(15, "SARL Delattre et Fils", { segment: "Entreprise" });
const ines = customer(16, "Inès Garnier");
const thierry = customer(17, "Thierry Noël");
const karim = customer(18, "Karim Benali", { language: "fr", addresses: [{ kind: "chat", value: "visiteur 77C1" }] });
const emma = customer(19, "Emma Whitfield", { language: "en", addresses: [{ kind: "email", value: "emma.whitfield@mail.example" }] });

export function fill() {
  contact(101, aurelie, "chat", { used: 1.23, target_ms: 40_000, subject: "Résiliation, déménagement", brand: ligeo, queue: { id: 3, name: "Box" }, unread: 1, preview: "Vous êtes toujours là ?" }, [
    { text: "Bonjour, je déménage le 15 décembre. Je dois résilier ou transférer ma ligne ?", at_ms: T0 - 6 * MIN },
    { direction: "out", author: { kind: "agent", id: 1, name: "Camille Rousseau" }, text: "Bonjour Madame Lefèvre, je regarde votre ligne tout de suite.", at_ms: T0 - 5 * MIN, delivery: "read" },
    { text: "Vous êtes toujours là ?", at_ms: T0 - 49_000 },
  ]);
  contact(102, loic, "chat", { used: 0.78, target_ms: 60_000, subject: "Débit faible le soir", brand: ligeo, queue: { id: 3, name: "Box" }, preview: "Le débit tombe à 3 Mb/s vers 20 h." }, [
    { text: "Le débit tombe à 3 Mb/s vers 20 h.", at_ms: T0 - 50_000 },
  ]);
  contact(103, helene, "email", { used: 0.53, target_ms: 4 * HOUR, subject: "Remboursement de mes lunettes et carte de tiers payant", motive: { id: 1, name: "Remboursement optique" }, preview: "J’ai changé de lunettes le 3 novembre…" }, [
    { text: "Bonjour, où en est le remboursement de mes lunettes ?", medium: "chat", at_ms: T0 - 16 * HOUR },
    { direction: "event", author: { kind: "system", id: null, name: "" }, medium: "chat", at_ms: T0 - 15.9 * HOUR, event: { code: "abandoned", params: { waited_ms: 6 * MIN } } },
    { text: "Bonjour,\n\nJ’ai changé de lunettes le 3 novembre (facture de 412 € jointe) et je n’ai encore rien reçu. Quand le remboursement sera-t-il versé ? Mon opticien me dit aussi que ma carte n’est plus valable : comment obtenir la nouvelle ?\n\nEnfin, ma fille Maëlle entre en apprentissage en janvier. Reste-t-elle couverte par mon contrat ?\n\nMerci d’avance,\nHélène Quéré",
      quoted: "> Le 3 nov. 2026 à 09:12, Prestations Arvène a écrit :\n> Bonjour Madame Quéré,\n> Votre demande a bien été enregistrée.\n> Cordialement,\n> Arvène",
      html: "<div style='font-family:Georgia'><p>Bonjour,</p><p>J’ai changé de lunettes le <b>3 novembre</b> (facture de 412 € jointe) et je n’ai encore rien reçu.</p><p><img data-src='https://images.example/logo.png' alt='logo' width='120' height='30'></p><p>Merci d’avance,<br>Hélène Quéré</p></div>",
      has_remote_images: true,
      mail: { from: "helene.quere@courriel.example", to: "prestations@arvene.example", cc: null, subject: "Remboursement de mes lunettes et carte de tiers payant", verdict: { spf: "pass", dkim: "pass", dmarc: "pass" }, defects: [], raw_file_id: 9 },
      attachments: [{ id: 1, filename: "facture-optique-0311.pdf", content_type: "application/pdf", size: 184_000 }, { id: 2, filename: "carte-tiers-payant.png", content_type: "image/png", size: 96_400 }], at_ms: T0 - 2.1 * HOUR },
    { direction: "event", author: { kind: "system", id: null, name: "" }, at_ms: T0 - 6 * MIN, event: { code: "accepted", params: { agent: "Camille Rousseau" } } },
    { direction: "note", author: { kind: "agent", id: 8, name: "Yann Le Goff" }, text: "Facture lisible, saisie ce matin. Virement au prochain lot, le mardi 24.", at_ms: T0 - 44 * MIN },
    { direction: "out", author: { kind: "agent", id: 1, name: "Camille Rousseau" }, text: "Bonjour Madame Quéré, nous regardons votre dossier.", at_ms: T0 - 5 * MIN, delivery: "failed", error: "Le serveur de messagerie d’Arvène refuse la pièce jointe : 31 Mo, la limite est de 25." },
  ]);
  contact(104, jb, "form", { used: 0.32, target_ms: 24 * HOUR, subject: "Devis surcomplémentaire", preview: "Nous sommes trois associés." }, [{ text: "Nom : Jean-Baptiste Étienne\nSociété : Étienne et associés\n\nNous sommes trois associés et cherchons une surcomplémentaire." }]);
  contact(105, sarl, "email", { used: 0.12, target_ms: 4 * HOUR, subject: "Bordereau de cotisations T3", awaiting: "customer", preview: "Merci, nous vérifions de notre côté." }, [{ text: "Pourriez-vous nous renvoyer le bordereau de cotisations du T3 ?" }]);
  contact(106, emma, "email", { used: 0.2, target_ms: 8 * HOUR, subject: "Invoice for October", language: "en", brand: ligeo, preview: "Could you send me the invoice for October?" }, [{ text: "Hello,\n\nCould you send me the invoice for October? My accountant needs it before Friday.\n\nBest regards,\nEmma Whitfield", mail: { from: "emma.whitfield@mail.example", to: "contact@ligeo.example", cc: null, subject: "Invoice for October", verdict: { spf: "fail", dkim: "none", dmarc: "fail" }, defects: ["bad_date"], raw_file_id: 10 } }]);
  contact(107, ines, "form", { used: null, target_ms: HOUR, subject: "Attestation de droits", state: "sleeping", wakes: { kind: "time", at_ms: T0 + 3.8 * HOUR } }, [{ text: "Il me faut une attestation de droits pour mon fils." }]);
  contact(108, thierry, "chat", { used: null, target_ms: HOUR, subject: "Échange de box", brand: ligeo, state: "sleeping", awaiting: "customer", wakes: { kind: "customer", at_ms: null } }, [{ text: "Ma box ne s’allume plus." }]);
  for (let i = 0; i < 5; i += 1) {
    const who = customer(30 + i, ["Maëva Charpentier", "Georges Pinel", "Sofia Rodrigues", "Hugo Marchand", "Léa Fontaine"][i]);
    contact(201 + i, who, i % 2 ? "email" : "chat", { used: 0.1 + i * 0.15, target_ms: i % 2 ? 4 * HOUR : 60_000, subject: ["Changement d’adresse", "Relance prélèvement", "Carte perdue", "Panne d’accès", "Question tarif"][i], state: "waiting", agent: null }, [{ text: "Bonjour, pouvez-vous m’aider ?" }]);
  }
}
export function offer() {
  const id = 300 + rows.size;
  const row = contact(id, karim, "chat", { used: 0.4, target_ms: 40_000, subject: "Panne d’accès internet", preview: "Plus de connexion depuis ce matin, voyant rouge.", brand: ligeo, queue: { id: 3, name: "Box" }, state: "offered", agent: null }, [{ text: "Plus de connexion depuis ce matin, voyant rouge." }]);
  row.due_ms = now() + 24_000;
  row.arrived_ms = now() - 16_000;
  return Object.assign(row, { offered_ms: now(), expires_ms: now() + 20_000, why: [{ code: "skill", params: { name: "Fibre", level: 4, required: 3 } }, { code: "longest_idle", params: { since_ms: now() - 190_000 } }] });
}
export function journey(row) {
  const step = (n, medium, ago, state, outcome, subject) => ({ contact_id: n, request_id: n, medium, arrived_ms: now() - ago, state, outcome, subject, queue: null, agent: "Camille Rousseau" });
  const own = { contact_id: row.id, request_id: row.request_id, medium: row.medium, arrived_ms: row.arrived_ms, state: row.state, outcome: row.outcome ?? null, subject: row.subject, queue: row.queue?.name ?? null, agent: row.agent?.name ?? null };
  if (row.id !== 103) return [own];
  return [own, { ...step(105, "chat", 16 * HOUR, "abandoned", "abandoned", "Remboursement optique"), request_id: row.request_id }, step(104, "form", 40 * DAY, "closed", "resolved", "Ajout d’un bénéficiaire"), step(106, "email", 250 * DAY, "closed", "unresolved", "Relevé annuel")];
}
export const macros = [
  { id: 1, title: "Accusé de réception", body: "Bonjour {{customer.name}},\n\nNous avons bien reçu votre message et revenons vers vous au plus vite.\n\nBien à vous,\n{{agent.name}}, {{brand.name}}", language: "fr" },
  { id: 2, title: "Pièce manquante", body: "Bonjour {{customer.name}},\n\nPour avancer, il nous manque une pièce : pourriez-vous nous l’envoyer en réponse à ce message ?", language: "fr" },
  { id: 3, title: "Invoice sent", body: "Hello {{customer.name}},\n\nPlease find your invoice attached.\n\nKind regards,\n{{agent.name}}", language: "en" },
];
export const motives = [{ id: 1, name_fr: "Remboursement optique", name_en: "Optical refund", active: true }, { id: 2, name_fr: "Panne d’accès", name_en: "Access failure", active: true }, { id: 3, name_fr: "Résiliation", name_en: "Termination", active: true }, { id: 4, name_fr: "Facture", name_en: "Invoice", active: true }];
export const directory = {
  queues: [{ id: 1, name: "Santé", medium: "email", brand_id: 1, open: true, waiting: 6 }, { id: 2, name: "Prévoyance", medium: "email", brand_id: 1, open: false, waiting: 0 }, { id: 3, name: "Box", medium: "chat", brand_id: 2, open: true, waiting: 8 }],
  agents: [{ id: 8, name: "Yann Le Goff", state: "ready", team: "Relation adhérents" }, { id: 9, name: "Fatou Diallo", state: "away", team: "Technique" }, { id: 10, name: "Paul Girard", state: "offline", team: "Technique" }],
};
