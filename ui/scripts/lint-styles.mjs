// A class that begins a rule belongs to one stylesheet: the sheets of pages visited before stay loaded, and would
// change this one. What several rooms share is in parts/, or is named here. A class that stands alone in a selector
// (`.others`) reaches every page, so no other room may style that name, not even inside its own frame.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../src", import.meta.url));
const SHARED = new Set(["frame", "stale"]);
// Drawn by one room, and meant for others too, who add to them inside their own frame.
const LENT = new Set(["blk", "box-tick", "chart", "ends", "flip", "forest", "list-in", "live", "me", "rail", "tick", "unread"]);
const homes = new Map();
const alone = new Map();
const mentioned = new Map();
const note = (map, name, sheet) => map.set(name, (map.get(name) ?? new Set()).add(sheet));

for (const name of readdirSync(ROOT, { recursive: true }).filter((one) => one.endsWith(".css"))) {
  const text = readFileSync(join(ROOT, name), "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/@(media|supports)[^{]*\{/g, "{");
  for (const [, selectors] of text.matchAll(/([^{}]+)\{/g)) {
    for (const selector of selectors.split(",")) {
      const plain = selector.trim();
      const found = /^[a-z]*\.([A-Za-z][\w-]*)/.exec(plain);
      if (found && !SHARED.has(found[1])) note(homes, found[1], name);
      const sole = /^\.([A-Za-z][\w-]*)$/.exec(plain);
      if (sole) note(alone, sole[1], name);
      for (const [, one] of plain.matchAll(/\.([A-Za-z][\w-]*)/g)) note(mentioned, one, name);
    }
  }
}

// Two sheets of one folder are always loaded together, or not at all.
const spread = [...homes].filter(([, sheets]) => new Set([...sheets].map((one) => dirname(one))).size > 1);
// parts/ and base.css are everybody's: whoever adds to one of theirs means to.
const isShared = (sheet) => ["parts", "."].includes(dirname(sheet));
const reaches = [...alone].flatMap(([name, sheets]) => {
  const [home] = [...sheets].filter((sheet) => !isShared(sheet));
  if (home === undefined || SHARED.has(name) || LENT.has(name)) return [];
  const elsewhere = [...mentioned.get(name)].filter((sheet) => dirname(sheet) !== dirname(home));
  return elsewhere.length ? [`.${name} of ${home} reaches ${elsewhere.join(" and ")}`] : [];
});
if (reaches.length) {
  console.error(reaches.join("\n"));
  process.exit(1);
}
if (spread.length) {
  console.error(spread.map(([name, sheets]) => `.${name} begins rules in ${[...sheets].join(" and ")}`).join("\n"));
  process.exit(1);
}
console.log(`styles: ${homes.size} classes, each at home in one room`);
