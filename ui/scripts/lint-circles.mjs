// No file of the pages imports itself by way of others: what two files need of each other belongs in a third.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(ROOT, { recursive: true }).map((name) => join(ROOT, name)).filter((name) => /\.tsx?$/.test(name));

/** The files that this one imports by a relative path, types included: a circle of types is a circle of thoughts. */
function imported(file) {
  const named = [...readFileSync(file, "utf8").matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)];
  return named.flatMap(([, path]) => {
    const at = resolve(dirname(file), path);
    return [`${at}.ts`, `${at}.tsx`, join(at, "index.ts"), join(at, "index.tsx")].filter((one) => existsSync(one)).slice(0, 1);
  });
}

const imports = new Map(files.map((file) => [file, imported(file)]));
const done = new Set();
const circles = [];

function walk(file, way) {
  const at = way.indexOf(file);
  if (at >= 0) circles.push([...way.slice(at), file]);
  if (at >= 0 || done.has(file)) return;
  for (const next of imports.get(file) ?? []) walk(next, [...way, file]);
  done.add(file);
}

for (const file of files) walk(file, []);
if (circles.length) {
  console.error(circles.map((circle) => `circle: ${circle.map((one) => relative(ROOT, one)).join(" > ")}`).join("\n"));
  process.exit(1);
}
console.log(`imports: ${files.length} files, no circle`);
