// Fails when a built file is heavier than what a customer's site was promised.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 8000;
const OUT = new URL("../src/affluent/web/pages/widget/", import.meta.url);

for (const name of ["affluent.js", "affluent-form.js", "affluent-hour.js"]) {
  const bytes = gzipSync(await readFile(new URL(name, OUT)), { level: 9 }).length;
  const verdict = bytes < LIMIT_BYTES ? "ok" : "too heavy";
  console.log(`${name}: ${bytes} bytes gzip of ${LIMIT_BYTES}, ${verdict}`);
  if (bytes >= LIMIT_BYTES) process.exitCode = 1;
}
