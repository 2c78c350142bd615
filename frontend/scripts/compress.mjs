/** Writes .gz and .br beside every asset, so that the server sends them as they are. Usage: compress.mjs dist */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const WORTH_IT = /\.(js|css|svg)$/;
const assets = join(process.argv[2], "assets");

for (const name of readdirSync(assets).filter((each) => WORTH_IT.test(each))) {
  const path = join(assets, name);
  const bytes = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
  );
}
