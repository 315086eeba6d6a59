// Fails when a built file is heavier than what a customer's site was promised.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 8000;
// The call itself comes only when a visitor presses its button: two browsers that talk, and music while one waits. Pictures
// and boards come only once one of the two wants to share something.
const LIMITS = { "affluent.js": LIMIT_BYTES, "affluent-form.js": LIMIT_BYTES, "affluent-hour.js": LIMIT_BYTES, "affluent-call.js": 3000, "affluent-talk.js": 11_400, "affluent-share.js": 9_000 };
const OUT = new URL("../src/affluent/web/pages/widget/", import.meta.url);

for (const [name, limit] of Object.entries(LIMITS)) {
  const bytes = gzipSync(await readFile(new URL(name, OUT)), { level: 9 }).length;
  const verdict = bytes < limit ? "ok" : "too heavy";
  console.log(`${name}: ${bytes} bytes gzip of ${limit}, ${verdict}`);
  if (bytes >= limit) process.exitCode = 1;
}
