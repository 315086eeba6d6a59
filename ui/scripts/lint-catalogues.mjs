// Checks the French and English texts: same keys, same placeholders, French typography. `--fix` mends the typography.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const HERE = new URL("../src/", import.meta.url);
const ROOMS = ["i18n", "admin/catalogue", "contacts/words", "board/words", "explain/words", "figures/words", "gather/words", "held/words", "trials/words", "twin/words", "twin/editor/words", "waits/words", "target/words", "admin/policy/words", "calls/words", "menus/words", "outbound/words", "phone/words", "problems/words", "recordings/words", "together/words"];
const PAIRS = ROOMS.map((room) => [`${room}/fr.json`, `${room}/en.json`]);
const NARROW = "\u202f", FIXED = "\u00a0";
const complaints = [];

const flat = (node, prefix = "") => Object.entries(node).flatMap(([key, value]) =>
  typeof value === "string" ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`));
// Plural forms may differ from one language to the other: only the stem must be on both sides.
const stem = (key) => key.replace(/_(zero|one|two|few|many|other)$/, "");
const placeholders = (text) => [...text.matchAll(/\{\{\s*([\w.]+)/g)].map((m) => m[1]).sort().join();

/** French text with the right spaces and apostrophes. Placeholders are left alone. */
function french(text) {
  return text.split(/(\{\{.*?\}\})/).map((part, i) => i % 2 ? part : part
    .replaceAll("'", "’")
    .replace(/[ \u00a0]([;!?])/g, `${NARROW}$1`)
    .replace(/[ \u202f]([:%€»])/g, `${FIXED}$1`)
    .replace(/«[ \u202f]/g, `«${FIXED}`)
    .replace(/\.\.\./g, "…")).join("")
    .replace(/(\}\}) ([;!?])/g, `$1${NARROW}$2`).replace(/(\}\}) ([:%€»])/g, `$1${FIXED}$2`);
}
const deep = (node) => Object.fromEntries(Object.entries(node).map(([k, v]) => [k, typeof v === "string" ? french(v) : deep(v)]));

for (const [frFile, enFile] of PAIRS) {
  const read = (file) => JSON.parse(readFileSync(new URL(file, HERE), "utf8"));
  let fr = read(frFile);
  const en = read(enFile);
  if (process.argv.includes("--fix")) {
    fr = deep(fr);
    writeFileSync(fileURLToPath(new URL(frFile, HERE)), JSON.stringify(fr, null, 2) + "\n");
  }
  const a = flat(fr), b = flat(en);
  const aStems = new Map(a.map(([k, v]) => [stem(k), v])), bStems = new Map(b.map(([k, v]) => [stem(k), v]));
  for (const key of aStems.keys()) if (!bStems.has(key)) complaints.push(`${enFile}: missing ${key}`);
  for (const key of bStems.keys()) if (!aStems.has(key)) complaints.push(`${frFile}: missing ${key}`);
  for (const [key, value] of a) {
    if (!value.trim()) complaints.push(`${frFile}: ${key} is empty`);
    if (french(value) !== value) complaints.push(`${frFile}: ${key} breaks French typography: ${value}`);
    if (/[^\s\u202f\u00a0«;!?:][;!?]/.test(value.replace(/\{\{.*?\}\}/g, "x"))) complaints.push(`${frFile}: ${key} lacks a space before a mark: ${value}`);
  }
  const bMap = new Map(b);
  for (const [key, value] of a) {
    const other = bMap.get(key);
    if (other !== undefined && placeholders(value) !== placeholders(other)) complaints.push(`${enFile}: ${key} has other placeholders`);
  }
  for (const [key, value] of b) {
    if (!value.trim()) complaints.push(`${enFile}: ${key} is empty`);
    if (/[\u202f]|\u00a0[:%]|'/.test(value)) complaints.push(`${enFile}: ${key} breaks English typography: ${value}`);
  }
}
if (complaints.length) {
  console.error(complaints.join("\n"));
  process.exit(1);
}
console.log("catalogues: same keys, typography right");
