// Builds core/static/dist from core/static/src: hashed file names, manifest.json, icons.
// The whole build is `npm ci && node build.mjs`.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const SRC = "core/static/src";
const DIST = "core/static/dist";
const TARGET = ["chrome125", "firefox128", "safari17.5"];
const WEIGHTS = [400, 500, 600];
const manifest = {};

/** Entry scripts become modules; what they load on demand becomes shared, hashed chunks. */
async function scripts() {
  const result = await esbuild.build({
    entryPoints: ["app", "work", "board", "calendar", "report", "public", "scan-worker"].map((name) => `${SRC}/js/${name}.js`),
    outdir: DIST,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    target: TARGET,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    metafile: true,
    legalComments: "linked",
  });
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint?.startsWith(SRC)) manifest[basename(output.entryPoint)] = basename(path);
  }
}

/** Style sheets: Sass puts Tabler's parts together, esbuild resolves fonts and minifies. */
async function styles() {
  for (const name of ["app", "calendar", "report", "tour", "wall"]) {
    const { css } = sass.compile(`${SRC}/css/${name}.scss`, {
      loadPaths: ["node_modules"],
      quietDeps: true,
      style: "expanded",
    });
    const { outputFiles } = await esbuild.build({
      stdin: { contents: css, loader: "css", resolveDir: "." },
      outdir: DIST,
      bundle: true,
      write: false,
      minify: true,
      target: TARGET,
      loader: { ".woff2": "file" },
      assetNames: "[name]-[hash]",
    });
    for (const file of outputFiles) {
      if (file.path.endsWith(".css")) await keep(`${name}.css`, file.contents);
      else {
        await writeFile(join(DIST, basename(file.path)), file.contents);
        manifest[basename(file.path).replace(/-[A-Z0-9]{8}\.woff2$/, ".woff2")] = basename(file.path);
      }
    }
  }
}

/** What the worker that reads barcodes runs. */
async function scanner() {
  await keep("zxing-reader.wasm", await readFile("node_modules/zxing-wasm/dist/reader/zxing_reader.wasm"));
}

/** Pictures keep their content and get a name that changes with it. */
async function pictures() {
  for (const name of await readdir(`${SRC}/img`)) await keep(name, await readFile(`${SRC}/img/${name}`));
}

/** The icons that our own templates name as one picture with a symbol each, and a table of all of Tabler's for plugins. */
async function icons() {
  const nodes = JSON.parse(await readFile("node_modules/@tabler/icons/tabler-nodes-outline.json"));
  const used = JSON.parse(await readFile(`${SRC}/icons.json`));
  const body = (name) => nodes[name].map(([tag, attributes]) => {
    const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`);
    return `<${tag}${pairs.join("")}/>`;
  }).join("");
  const unknown = used.filter((name) => !nodes[name]);
  if (unknown.length) throw new Error(`core/static/src/icons.json names unknown icons: ${unknown}`);
  const symbols = used.map((name) => `<symbol id="${name}" viewBox="0 0 24 24">${body(name)}</symbol>`);
  await keep("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
  await writeFile(join(DIST, "icons.json"), JSON.stringify(used));
  const all = Object.keys(nodes).map((name) => [name, body(name)]);
  await writeFile(join(DIST, "icons-outline.json"), JSON.stringify(Object.fromEntries(all)));
}

async function keep(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8).toUpperCase();
  const hashed = name.replace(/(\.\w+)$/, `-${hash}$1`);
  await writeFile(join(DIST, hashed), contents);
  manifest[name] = hashed;
}

/** What the first page costs: style sheet, script and the fonts of both subsets. */
async function report() {
  const first = ["app.css", "app.js", "work.js", "icons.svg", ...WEIGHTS.flatMap((weight) =>
    ["latin", "vietnamese"].map((subset) => `be-vietnam-pro-${subset}-${weight}-normal.woff2`))];
  let sum = 0;
  for (const [name, file] of Object.entries(manifest).sort()) {
    const contents = await readFile(join(DIST, file));
    const size = file.endsWith(".woff2") ? contents.length : gzipSync(contents).length;
    if (first.includes(name)) sum += size;
    console.log(`${String(Math.round(size / 102.4) / 10).padStart(7)} kB  ${name}${first.includes(name) ? " *" : ""}`);
  }
  const chunks = await imported(manifest["work.js"], await imported(manifest["app.js"]));
  for (const file of chunks) sum += gzipSync(await readFile(join(DIST, file))).length;
  console.log(`${String(Math.round(sum / 102.4) / 10).padStart(7)} kB  first load (*, gzip, with static imports)`);
}

async function imported(file, seen = []) {
  const text = await readFile(join(DIST, file), "utf8");
  for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/(chunk-[\w-]+\.js)"/g)) {
    if (!seen.includes(name)) await imported(name, (seen.push(name), seen));
  }
  return seen;
}

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST, { recursive: true });
await Promise.all([scripts(), styles(), pictures(), scanner(), icons()]);
await writeFile(join(DIST, "manifest.json"), JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, 1));
await report();
