/** Fails when modules of src import each other in a circle, types included: which of them is ready first is then chance. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const src = process.argv[2] ?? fileURLToPath(new URL("../src/", import.meta.url));
const ENDINGS = ["", ".ts", ".tsx", "/index.ts", ".d.ts"];

const files = readdirSync(src, { recursive: true })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join(src, name));

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const fileOf = (from, specifier) =>
  ENDINGS.map((ending) => resolve(dirname(from), specifier) + ending).find(isFile);

function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => fileOf(file, fileName))
    .filter(Boolean);
}

const arrows = new Map(files.map((file) => [file, importsOf(file)]));
const finished = new Set();
const circles = [];

function visit(file, trail) {
  if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file]);
  else if (!finished.has(file)) {
    for (const next of arrows.get(file) ?? []) visit(next, [...trail, file]);
    finished.add(file);
  }
}
files.forEach((file) => visit(file, []));

for (const circle of circles)
  console.error(`circle: ${circle.map((file) => relative(src, file)).join(" → ")}`);
if (files.length === 0) console.error(`no modules under ${src}`);
process.exit(circles.length || files.length === 0 ? 1 : 0);
