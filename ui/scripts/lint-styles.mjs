// A class that begins a rule belongs to one stylesheet: the sheets of pages visited before stay loaded, and would
// change this one. What several rooms share is in parts/, or is named here.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../src", import.meta.url));
const SHARED = new Set(["frame", "stale"]);
const homes = new Map();

for (const name of readdirSync(ROOT, { recursive: true }).filter((one) => one.endsWith(".css"))) {
  const text = readFileSync(join(ROOT, name), "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/@(media|supports)[^{]*\{/g, "{");
  for (const [, selectors] of text.matchAll(/([^{}]+)\{/g)) {
    for (const selector of selectors.split(",")) {
      const found = /^[a-z]*\.([A-Za-z][\w-]*)/.exec(selector.trim());
      if (found && !SHARED.has(found[1])) homes.set(found[1], (homes.get(found[1]) ?? new Set()).add(relative(ROOT, join(ROOT, name))));
    }
  }
}

// Two sheets of one folder are always loaded together, or not at all.
const spread = [...homes].filter(([, sheets]) => new Set([...sheets].map((one) => dirname(one))).size > 1);
if (spread.length) {
  console.error(spread.map(([name, sheets]) => `.${name} begins rules in ${[...sheets].join(" and ")}`).join("\n"));
  process.exit(1);
}
console.log(`styles: ${homes.size} classes, each at home in one room`);
