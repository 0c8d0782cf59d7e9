// Bundles src/ into one page with holes for the report and its graph, and writes it as C++: build.mjs NODE_MODULES OUTPUT.cc
// [OUTPUT.html]. The licences of what is bundled stand in the page.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [modules, output, page] = process.argv.slice(2).map((path) => resolve(path));
const esbuild = createRequire(join(modules, "/"))(join(modules, "esbuild"));

const options = { bundle: true, write: false, minify: true, charset: "ascii", legalComments: "none", target: ["es2020"], nodePaths: [modules], logLevel: "warning" };
const script = await esbuild.build({ ...options, entryPoints: [join(here, "src/main.js")], format: "iife", metafile: true });
const style = await esbuild.build({ ...options, entryPoints: [join(here, "src/style.css")] });

// Every package that a file of the bundle comes from, with its licence text.
const packages = [...new Set(Object.keys(script.metafile.inputs).map((path) => /node_modules\/((@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean))].sort();
const licences = packages.map((name) => `${name}\n\n${readFileSync(join(modules, name, "LICENSE"), "utf8").trim()}`);
const notice = licences.length > 0 ? `/*! This page includes:\n\n${licences.join("\n\n")}\n*/\n`.replaceAll("</", "<\\/") : "";

const text = (result) => result.outputFiles[0].text.trim();
const safe = (code) => code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
const whole = readFileSync(join(here, "src/page.html"), "utf8")
  .replace("@STYLE@", () => text(style)).replace("@SCRIPT@", () => notice + safe(text(script)));

// Pieces that a compiler takes: string literals of limited length, every byte plain.
const literal = (piece) => `    "${piece.replace(/[\\"?]/g, "\\$&").replaceAll("\n", "\\n")}"`;
const pieces = whole.match(/[\s\S]{1,2000}/g);
writeFileSync(output, `// Made by analyzer/report/html/build.mjs.
#include "analyzer/report/html_page.h"

namespace flopaudit {

std::string_view html_template() {
  static constexpr std::string_view kPage =
${pieces.map(literal).join("\n")};
  return kPage;
}

}  // namespace flopaudit
`);
if (page) writeFileSync(page, whole);
