/** Fails when the first page, or the whole app, grows over its budget (gzip). Run after a build. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const KB = 1000;
const BUDGETS = { "first page's JS": 110 * KB, "all JS": 160 * KB, "all CSS": 12 * KB };

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const page = readFileSync(`${dist}index.html`, "utf8");
const sizes = readdirSync(`${dist}assets`).map((name) => ({
  name,
  bytes: gzipSync(readFileSync(`${dist}assets/${name}`)).length,
}));
const total = (test) => sizes.filter(({ name }) => test(name)).reduce((sum, { bytes }) => sum + bytes, 0);

const measured = {
  "first page's JS": total((name) => name.endsWith(".js") && page.includes(name)),
  "all JS": total((name) => name.endsWith(".js")),
  "all CSS": total((name) => name.endsWith(".css")),
};
let isOver = false;
for (const [what, limit] of Object.entries(BUDGETS)) {
  const bytes = measured[what];
  const verdict = bytes > 0 && bytes <= limit ? "ok" : "OVER";
  isOver ||= verdict === "OVER";
  console.log(`${verdict}  ${what}: ${(bytes / KB).toFixed(1)} of ${limit / KB} kB gzip`);
}
process.exit(isOver ? 1 : 0);
