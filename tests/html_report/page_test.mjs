// The HTML report in headless Chromium: page_test.mjs FLOPAUDIT NODE_MODULES SOURCE_ROOT. Ends with status 77, which ctest
// shows as skipped, where there is no Chromium or no page to test.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { evaluate, symbolsOf } from "../../analyzer/report/html/src/formula.js";
import { hostileNames, hostileProgram, largeProgram, withModel } from "./models.mjs";

const [flopaudit, modules, root] = process.argv.slice(2).map((path) => resolve(path));

function skip(why) {
  console.log(`SKIPPED: the HTML report is not tested: ${why}`);
  process.exit(77);
}

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!chromium) skip("no Chromium is installed (Debian: chromium)");
if (!existsSync(join(modules, "playwright-core"))) skip("no playwright-core in the build folder: run tools/setup");

const folder = mkdtempSync(join(tmpdir(), "flopaudit-html-"));
const place = (name) => join(folder, name);
const record = join(root, "testdata/records/conv_bn_relu_traced.record.json");

function run(...args) {
  const done = spawnSync(flopaudit, args, { encoding: "utf8" });
  if (done.status === 4 && done.stderr.includes("was built without the page")) skip("this flopaudit was built without the page");
  assert.ok(done.status <= 1, `${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

function page(name, ...args) {
  run(...args, "--format", "html", "-o", place(name));
  return place(name);
}

// A page with another report in it: of what a machine or a measurement decides.
function holding(name, file, report) {
  const data = JSON.stringify(report).replaceAll("<", "\\u003c");
  writeFileSync(place(name), readFileSync(file, "utf8").replace(/(id="report">)[^<]*/, (_, mark) => mark + data));
  return place(name);
}

function program(name, text) {
  writeFileSync(place(name), text);
  return place(name);
}

// A record in which one node counted a thousand additions more.
function tampered() {
  const text = JSON.parse(readFileSync(record, "utf8"));
  for (const counts of text.nodes[0].counts) counts.ADD_SP = (counts.ADD_SP ?? 0) + 1000;
  return program("tampered.record.json", JSON.stringify(text));
}

const { chromium: driver } = createRequire(join(modules, "/"))(join(modules, "playwright-core"));
const browser = await driver.launch({ executablePath: chromium, args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"] });

const tests = [];
const test = (name, body) => tests.push([name, body]);

// Opens a page that must be silent: no message of any kind, and nothing asked of the network.
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const tab = await context.newPage();
  const heard = [];
  tab.on("console", (message) => heard.push(message.text()));
  tab.on("pageerror", (error) => heard.push(error.message));
  tab.on("request", (request) => { if (request.url() !== `file://${file}`) heard.push(`asks for ${request.url()}`); });
  await tab.goto(`file://${file}`);
  // A page that fails says so at once.
  await tab.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: 30000 / (1 + 9 * Math.sign(heard.length)) })
    .catch((error) => assert.fail(`${error.message}: ${heard.join("; ")}`));
  tab.finish = async () => {
    assert.deepEqual(heard, []);
    await context.close();
  };
  return tab;
}

const texts = (tab, selector) => tab.$$eval(selector, (all) => all.map((each) => each.textContent.trim()));
const embedded = (file, id) => JSON.parse(new RegExp(`id="${id}">([^<]*)<`).exec(readFileSync(file, "utf8"))[1]);

const residualText = withModel(readFileSync(join(root, "testdata/dot/residual.ir"), "utf8"));
const residual = [program("residual.ir", residualText), "--input", "f32[1,3,32,32]"];
const analysis = page("analysis.html", "analyze", ...residual);

test("holds the JSON report and asks for nothing", async () => {
  assert.deepEqual(embedded(analysis, "report"), JSON.parse(run("analyze", ...residual, "--format", "json")));
  const audit = page("record.html", "report", record);
  assert.deepEqual(embedded(audit, "report"), JSON.parse(run("report", record, "--format", "json")));
  for (const file of [analysis, audit]) {
    const addresses = readFileSync(file, "utf8").match(/https?:\/\/[^"'\s)]*/g) ?? [];
    assert.deepEqual(addresses.filter((address) => !address.startsWith("http:/" + "/www.w3.org/")), []);
    assert.match(readFileSync(file, "utf8"), /Copyright \(c\) 2012-2014 Chris Pettitt/, "the licence of what is bundled");
  }
});

test("says what is counted, by which definition, and what is left out", async () => {
  const tab = await open(analysis);
  const report = embedded(analysis, "report");
  const overview = await tab.textContent("#overview");
  assert.ok(overview.includes(report.totals.macs.toLocaleString("en-US")));
  assert.ok(overview.includes("flops = 2\u00b7mac + mul + add + div + sqrt"));
  assert.ok(overview.includes("nothing is left out"));
  assert.match(await tab.textContent("#assumptions"), /device is cpu/);
  const headings = await texts(tab, "h2");
  assert.deepEqual(headings, ["Overview", "Modules", "Graph", "Memory", "Kinds of op", "Nodes", "Lines of Python", "What this count assumes and leaves out"]);
  await tab.finish();
});

test("a gap is announced and explained", async () => {
  const text = residualText.replace("aten::linear(", "aten::strange(");
  const tab = await open(page("gap.html", "analyze", program("gap.ir", text), "--input", "f32[1,3,32,32]"));
  assert.match(await tab.textContent("#overview .banner.warn"), /leaves out 1 node/);
  assert.match(await tab.textContent("#assumptions"), /aten::strange/);
  assert.match(await tab.textContent("#node-table tr[data-id=n14]"), /\u2014/, "what is not known is no zero");
  await tab.finish();
});

test("memory is drawn node by node, and the peak says what is alive", async () => {
  const tab = await open(analysis);
  const { memory, nodes, training_step: step } = embedded(analysis, "report");
  assert.ok((await tab.textContent("#memory")).includes(memory.peak_bytes.toLocaleString("en-US")));
  assert.ok((await tab.textContent("#memory figcaption")).includes(memory.peaks[0].node), "the chart's peak is the report's");
  assert.equal((await texts(tab, "#memory table tbody tr")).length, Math.min(20, memory.alive.length));
  const most = Math.max(...nodes.map((node) => node.live_bytes ?? 0));
  assert.equal(most, memory.peak_bytes);
  const estimated = /Training step, an estimate/.test(await tab.textContent("#overview"));
  assert.equal(estimated, step.why_not === "", "an estimate where there is one");
  const assumptions = await tab.textContent("#assumptions");
  assert.ok(assumptions.includes(estimated ? step.assumes[0] : step.why_not));
  await tab.finish();
});

test("memory that is not known says so", async () => {
  const text = residualText.replace("aten::linear(", "aten::strange(");
  const tab = await open(page("unknown_memory.html", "analyze", program("unknown_memory.ir", text), "--input", "f32[1,3,32,32]"));
  assert.match(await tab.textContent("#memory .banner.warn"), /of unknown size/);
  await tab.finish();
});

test("a sweep is a chart and a table", async () => {
  const file = page("sweep.html", "analyze", residual[0], "--input", "f32[N,3,32,32]", "--sweep", "N=1..16:x2");
  const tab = await open(file);
  assert.equal((await texts(tab, "#table tbody tr")).length, 5);
  assert.ok((await tab.$$("#overview svg circle")).length >= 4 * 5, "a point for each figure of each size");
  await tab.finish();
});

test("times make a roofline, and what is above the peak is a finding", async () => {
  const text = JSON.parse(readFileSync(record, "utf8"));
  text.speed = { peaks: [{ kernel: "AVX FMA", dtype: "f32", flops_per_second: 1e11 }], bytes_per_second: 1e10 };
  text.nodes.forEach((node, i) => { node.seconds = [1e-3 * (i + 1)]; });
  text.nodes[0].seconds = [1e-12];
  const tab = await open(page("times.html", "report", program("times.record.json", JSON.stringify(text)), "--times"));
  const points = embedded(place("times.html"), "report").times.roofline.nodes;
  assert.equal((await texts(tab, "#roofline-table tbody tr")).length, points.length);
  assert.equal((await tab.$$("#roofline svg circle")).length, points.filter((point) => point.flops > 0 && point.bytes > 0).length);
  assert.match(await tab.textContent("#findings"), /above the machine\u2019s peak/);
  await tab.finish();
});

test("formulas have the values that the program gives them", () => {
  const formula = "12*H*N*W - 3*ceil_div(N, 16) + min(H, W, 5)*mod(H, 4)";
  assert.equal(evaluate(formula, { N: 17, H: 7, W: 9 }), 12 * 7 * 17 * 9 - 3 * 2 + 5 * 3);
  assert.equal(evaluate("floor_div(-N, 2) + gcd(N, 6) + ceil_log2(N)", { N: 9 }), -5 + 3 + 4);
  assert.equal(evaluate("window_taps(N, N, 3, 1, 1, 1)", { N: 4 }), 3 * 4 - 2);
  assert.equal(evaluate("2*trips(n12) + max(N)", { "trips(n12)": 5, N: 1 }), 2 * 5 + 1);
  for (const none of ["overflow", "N +", "M", "floor_div(N, 0)", "(".repeat(1000), "constructor", "N)", ""]) assert.equal(evaluate(none, { N: 1 }), null, none);
  assert.deepEqual([...symbolsOf("2*trips(n12)*H + max(N, K)")], ["trips(n12)", "H", "N", "K"]);
  // Every formula of a report, against the report that was made with the numbers.
  const symbolic = JSON.parse(run("analyze", residual[0], "--input", "f32[N,3,H,W]", "--format", "json"));
  const numbers = JSON.parse(run("analyze", residual[0], "--input", "f32[N,3,H,W]", "--at", "N=3,H=37,W=50", "--format", "json"));
  let compared = 0;
  symbolic.nodes.forEach((node, i) => {
    for (const key of ["flops", "macs", "comparisons", "bytes_read", "bytes_written"]) {
      if (typeof node[key] === "number") continue;
      assert.equal(evaluate(node[key].expr, { N: 3, H: 37, W: 50 }), numbers.nodes[i][key], `${node.id} ${key}`);
      ++compared;
    }
  });
  assert.ok(compared > 20);
});

test("a report of formulas is drawn at sizes that the reader changes", async () => {
  const tab = await open(page("symbolic.html", "analyze", residual[0], "--input", "f32[N,3,H,W]"));
  const flops = () => tab.textContent(".tile:has-text('FLOPs') strong");
  const formula = await tab.textContent(".tile:has-text('FLOPs') small");
  assert.match(formula, /N/);
  assert.deepEqual(await texts(tab, ".sizes label"), ["N =", "H =", "W ="].filter((text) => formula.includes(text[0])));
  const one = await flops();
  await tab.fill("[data-symbol=N]", "100");
  await tab.press("[data-symbol=N]", "Enter");
  assert.notEqual(await flops(), one);
  assert.equal(await tab.evaluate(() => document.activeElement.dataset.symbol), "N");
  assert.ok(await tab.$$eval(".flame button", (all) => all.length) > 3, "widths need numbers");
  await tab.finish();
});

test("the table sorts both ways, filters and opens a node", async () => {
  const tab = await open(analysis);
  const ids = () => texts(tab, "#node-table tbody th code");
  assert.equal((await ids()).length, 15);
  await tab.click("#node-table thead button:has-text('Node')");
  assert.equal((await ids())[0], "n0");
  assert.equal(await tab.getAttribute("#node-table th:has-text('Node')", "aria-sort"), "ascending");
  await tab.click("#node-table thead button:has-text('Node')");
  assert.equal((await ids())[0], "n14");
  await tab.click("#node-table thead button:has-text('FLOPs')");
  assert.deepEqual((await ids()).slice(0, 4), ["n2", "n4", "n7", "n9"], "the heaviest first, equal ones as they were");
  await tab.fill("#node-table input", "conv2d layer1.1");
  assert.deepEqual(await ids(), ["n7", "n9"]);
  assert.match(await tab.textContent("#node-table .count"), /2 of 15 rows/);
  await tab.click("#node-table .disclose >> nth=0");
  assert.match(await tab.textContent("#node-table .details"), /layer1\.1\.conv1/);
  await tab.fill("#node-table input", "");
  assert.equal((await ids()).length, 15);
  await tab.finish();
});

test("the module tree zooms by mouse and by keyboard", async () => {
  const tab = await open(analysis);
  const label = () => tab.evaluate(() => document.activeElement.getAttribute("aria-label"));
  const root = await tab.textContent(".crumbs strong");
  await tab.click(".flame button:has-text('layer1')");
  assert.equal(await tab.textContent(".crumbs strong"), "layer1");
  await tab.keyboard.press("ArrowDown");
  assert.match(await label(), /^layer1\.0: /);
  await tab.keyboard.press("ArrowRight");
  assert.match(await label(), /^layer1\.1: /);
  await tab.keyboard.press("Enter");
  assert.equal(await tab.textContent(".crumbs strong"), "1");
  await tab.keyboard.press("Escape");
  await tab.keyboard.press("Escape");
  assert.equal(await tab.textContent(".crumbs strong"), root);
  await tab.click(".choice:has-text('Width') label:has-text('Bytes')");
  assert.match(await tab.textContent(".crumbs"), /B$/);
  await tab.finish();
});

test("the graph opens and closes boxes, zooms, and leads to the table and back", async () => {
  const tab = await open(analysis);
  await tab.click("text=Close all");
  const closed = await tab.$$eval(".graph .mark", (all) => all.length);
  const box = tab.locator(".graph .mark.box").first();
  await box.focus();
  await tab.keyboard.press("Enter");
  assert.ok(await tab.$$eval(".graph .mark", (all) => all.length) > closed);
  assert.equal(await tab.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "true");
  await tab.keyboard.press("Enter");
  assert.equal(await tab.$$eval(".graph .mark", (all) => all.length), closed);
  const scale = () => tab.$eval(".graph > g", (group) => Number(/scale\(([\d.]+)\)/.exec(group.getAttribute("transform"))[1]));
  const before = await scale();
  await tab.focus(".graph");
  await tab.keyboard.press("+");
  assert.ok(await scale() > before);
  await tab.click("#node-table tr[data-id=n7] .disclose");
  await tab.click("#node-table .details button:has-text('Show in the graph')");
  assert.equal(await tab.evaluate(() => document.activeElement.dataset.id), "n7");
  assert.match(await tab.textContent(".graph-view .side"), /layer1\.1\.conv1/);
  await tab.click(".side button:has-text('Show in the table')");
  assert.equal(await tab.evaluate(() => document.activeElement.closest("tr").dataset.id), "n7");
  await tab.finish();
});

test("an audit shows verdicts, points and causes", async () => {
  const tab = await open(page("audit.html", "report", record));
  assert.match(await tab.textContent("#overview .banner.good"), /what was expected/);
  assert.equal(await tab.$("#findings"), null);
  assert.ok(await tab.$$eval(".scatter .point", (all) => all.length) > 0);
  assert.ok((await texts(tab, "#causes tbody tr")).length > 0);
  assert.match(await tab.textContent("#assumptions"), /Counters: software/);
  await tab.finish();
});

test("a mismatch comes first", async () => {
  const tab = await open(page("mismatch.html", "report", tampered()));
  assert.deepEqual((await texts(tab, "h2")).slice(0, 2), ["Overview", "Findings"]);
  assert.match(await tab.textContent("#findings li"), /mismatch n\d+ aten::/);
  assert.match(await tab.textContent("#overview .banner.bad"), /1 node does not agree/);
  assert.equal(await tab.$$eval(".graph .finding", (all) => all.length), 1);
  await tab.click(".scatter .point.mismatch");
  assert.match(await tab.textContent("#scatter dl"), /mismatch/);
  await tab.finish();
});

test("a JSON report makes the same page, but for the graph", async () => {
  writeFileSync(place("analysis.json"), run("analyze", ...residual, "--format", "json"));
  const file = page("from-json.html", "report", place("analysis.json"));
  assert.deepEqual(embedded(file, "report"), embedded(analysis, "report"));
  assert.equal(embedded(file, "graph"), null);
  const tab = await open(file);
  assert.match(await tab.textContent("#graph-section"), /has no graph/);
  assert.equal((await texts(tab, "#node-table tbody tr")).length, 15);
  await tab.finish();
});

test("a difference shows both sides", async () => {
  const changed = program("changed.ir", residualText.replace("aten::linear(", "aten::strange(").replace("aten::relu_(%a1)", "aten::tanh(%a1)"));
  const sides = [residual[0], changed, "--input", "f32[1,3,32,32]"];
  const file = page("diff.html", "diff", ...sides);
  assert.deepEqual(embedded(file, "report"), JSON.parse(run("diff", ...sides, "--format", "json")));
  const tab = await open(file);
  assert.match(await tab.textContent("#overview .banner.warn"), /Nodes: /);
  assert.deepEqual(await texts(tab, "h2"), ["Overview", "Modules", "Kinds of op", "Lines of Python", "Nodes"]);
  const linear = await tab.textContent("#op-table tr:has-text('aten::linear')");
  assert.match(linear, /1 \u2192 0/);
  assert.match(linear, /\u2212320/, "2*16*10 FLOPs less");
  const strange = await tab.textContent("#node-table tr:has-text('aten::strange')");
  assert.match(strange, /incomplete \u2014/, "what is not counted did not become less");
  assert.match(await tab.textContent("#source-table tr:has-text('resnet.py:114')"), /incomplete \u2014/);
  await tab.fill("#node-table input", "layer1.1");
  await tab.click("#node-table .disclose >> nth=0");
  assert.match(await tab.textContent("#node-table .details"), /Before/);
  await tab.finish();
  const same = await open(page("same.html", "diff", residual[0], residual[0], "--input", "f32[1,3,32,32]"));
  assert.match(await same.textContent("#overview .banner.good"), /Nothing changed/);
  await same.finish();
});

const sorted = (tab, table, header) => tab.click(`${table} thead button:text-is('${header}')`);

test("a table sorts numbers as numbers, filters, and shows what is empty as a dash", async () => {
  const model = join(root, "testdata/models/conv_bn_relu_traced.pt");
  const file = page("methods.html", "methods", model);
  const tab = await open(file);
  const report = embedded(file, "report");
  assert.deepEqual(report.columns.filter((column) => column.numeric).map((column) => column.header), ["parameters", "buffers"]);
  const parameters = () => texts(tab, "#rows tbody td:nth-child(4)");
  assert.deepEqual(await texts(tab, "#rows tbody th"), report.rows.map((row) => row[0]), "the rows as the program has them");
  await sorted(tab, "#rows", "parameters");
  const down = (await parameters()).filter((text) => text !== "\u2014").map(Number);
  assert.ok(down.includes(3 * 3 * 3 * 4) && down.some((number) => number > 3 && number < 10), "numbers that texts would order otherwise");
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  await sorted(tab, "#rows", "parameters");
  const up = await parameters();
  assert.deepEqual(up.slice(0, down.length).map(Number), [...down].reverse());
  assert.ok(up.length > down.length, "methods have no parameters");
  assert.deepEqual([...new Set(up.slice(down.length))], ["\u2014"], "what is empty stands last and is no 0");
  await tab.fill("#rows input", "module conv2d");
  assert.match(await tab.textContent("#rows .count"), new RegExp(`^1 of ${report.rows.length} rows`));
  await tab.finish();
  const ops = await open(page("ops.html", "list", "ops"));
  await ops.fill("#rows input", "aten::relu_");
  assert.match((await texts(ops, "#rows tbody tr")).join(), /aten::relu_.*aten::relu/);
  await ops.finish();
});

test("a table tells its notes, and a formula is no number", async () => {
  const report = { ...embedded(page("list.html", "list", "passes"), "report"), notes: ["aten::relu(f32[3]): 3 more"],
    columns: [{ header: "op", numeric: false }, { header: "work", numeric: true }], rows: [["a", "99999*N"], ["b", "10"], ["c", "9.50"], ["d", "12345"]] };
  const tab = await open(holding("notes.html", place("list.html"), report));
  assert.deepEqual(await texts(tab, "#notes li"), report.notes);
  await sorted(tab, "#rows", "work");
  assert.deepEqual(await texts(tab, "#rows tbody td"), ["12,345", "10", "9.50", "99999*N"]);
  await tab.finish();
});

test("a budget shows what is broken first, in words", async () => {
  const model = [program("strange.ir", residualText.replace("aten::linear(", "aten::strange(")), program("budget.txt", "macs >= 1\nflops <= 1\naten::conv2d: macs <= 60%\ngaps = 0\nflops <= 1T\n")];
  const arguments_ = ["check", ...model, "--input", "f32[1,3,32,32]"];
  const file = page("check.html", ...arguments_);
  const report = embedded(file, "report");
  assert.deepEqual(report, JSON.parse(run(...arguments_, "--format", "json")));
  const tab = await open(file);
  const states = await texts(tab, "#limits .badge");
  assert.deepEqual(states, ["broken", "undecided", "holds"].flatMap((state) => report.limits.map((row) => row.state).filter((each) => each === state)));
  assert.deepEqual([...new Set(states)], ["broken", "undecided", "holds"]);
  assert.match(await tab.textContent("#overview .banner.bad"), /does not hold/);
  const share = report.limits[2];
  assert.match(await tab.textContent("#limits tr:has-text('60%')"), new RegExp(`\\(${(100 * share.present / share.whole).toFixed(1)}`));
  await tab.selectOption("#limits select", "undecided");
  assert.equal((await texts(tab, "#limits tbody tr")).length, states.filter((state) => state === "undecided").length);
  await tab.finish();
  const kept = await open(page("kept.html", "check", residual[0], program("kept.txt", "gaps = 0\n"), ...residual.slice(1)));
  assert.match(await kept.textContent("#overview .banner.good"), /The budget holds/);
  await kept.finish();
});

// Of this machine, whatever it is; and of one that has all there is to show.
test("counters show each source, and what is wrong with it", async () => {
  const own = page("counters.html", "counters");
  const stored = JSON.parse(readFileSync(join(root, "testdata/reports/counters.json"), "utf8"));
  for (const file of [own, holding("counters2.html", own, stored)]) {
    const tab = await open(file);
    const { sources } = embedded(file, "report");
    assert.deepEqual(await texts(tab, "#source-table .badge"), sources.map((source) => (source.usable ? "usable" : "not usable")));
    for (const source of sources) assert.ok((await tab.textContent(`#source-table tr:has(th:text-is('${source.source}'))`)).includes(source.why ?? source.description));
    await tab.finish();
  }
  const tab = await open(place("counters2.html"));
  assert.deepEqual(await texts(tab, "#event-table tbody th"), stored.events.map((event) => event.event));
  assert.deepEqual(await texts(tab, "#class-table tr:has-text('FMA_DP') td"), ["2 in FMA_SP", "\u2014", "by itself"]);
  assert.equal((await texts(tab, "#kernel-table tbody tr")).length, 2, "a kernel of each usable source");
  await tab.finish();
  const none = { ...stored, sources: stored.sources.map(({ source }) => ({ source, usable: false, why: `no ${source}: do this` })) };
  const bare = await open(holding("counters3.html", own, none));
  assert.match(await bare.textContent("#overview .banner.bad"), /Nothing can be counted/);
  await bare.finish();
});

test("names cannot become markup or script", async () => {
  const file = page("hostile.html", "analyze", program("hostile.ir", hostileProgram()), "--input", "f32[1,8]");
  const tab = await open(file);
  assert.equal(await tab.evaluate(() => window.harmed), undefined);
  assert.equal(await tab.$("img"), null);
  const modules = await texts(tab, "#node-table td:nth-child(3)");
  // The parts of a path are joined by dots, so that each name stands whole in the table of nodes.
  assert.deepEqual([...modules].sort(), hostileNames.map((name) => name.trim()).sort());
  for (const button of await tab.$$(".disclose")) await button.click();
  await tab.hover(".graph .mark >> nth=0");
  assert.equal(await tab.evaluate(() => window.harmed), undefined);
  await tab.finish();
  const other = await open(page("hostile-diff.html", "diff", place("hostile.ir"), residual[0], "--input", "f32[1,3,32,32]"));
  assert.equal(await other.evaluate(() => window.harmed), undefined);
  assert.equal(await other.$("img"), null);
  await other.finish();
  const checked = await open(page("hostile-check.html", "check", place("hostile.ir"), program("hostile.txt", "gaps = 0\n"), "--input", "f32[1,8]"));
  assert.equal(await checked.evaluate(() => window.harmed), undefined);
  assert.ok((await checked.textContent("#overview .sides")).includes(hostileNames[0]));
  await checked.finish();
});

test("light and dark follow the system, and the button", async () => {
  const background = (tab) => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await open(analysis, { colorScheme: "dark" });
  const light = await open(analysis, { colorScheme: "light" });
  assert.notEqual(await background(dark), await background(light));
  await light.click(".theme");
  await light.click(".theme");
  assert.equal(await background(light), await background(dark));
  await dark.finish();
  await light.finish();
});

test("readable by ear: names, captions, one order of headings", async () => {
  for (const file of [analysis, page("audit2.html", "report", record), page("diff2.html", "diff", ...residual.slice(0, 1), ...residual), ...["check", "methods", "notes", "counters2"].map((name) => place(`${name}.html`))]) {
    const tab = await open(file);
    const faults = await tab.evaluate(() => {
      const found = [];
      const say = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
      for (const each of document.querySelectorAll("table")) if (!each.caption || !each.querySelector("th[scope=col]")) say("table without caption or headers", each);
      for (const each of document.querySelectorAll("button, [role=button], select, input")) {
        const name = each.getAttribute("aria-label") || each.textContent.trim() || each.closest("label")?.textContent.trim();
        if (!name) say("nameless control", each);
      }
      const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
      if (new Set(ids).size !== ids.length) found.push("an id is given twice");
      let level = 0;
      for (const each of document.querySelectorAll("h1, h2, h3")) {
        if (Number(each.tagName[1]) > level + 1) say("heading skips a level", each);
        level = Number(each.tagName[1]);
      }
      if (document.querySelectorAll("h1").length !== 1 || !document.documentElement.lang) found.push("no single h1, or no language");
      return found;
    });
    assert.deepEqual(faults, []);
    await tab.finish();
  }
});

test("narrow screens and paper", async () => {
  const tab = await open(analysis, { viewport: { width: 390, height: 800 } });
  assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing sticks out");
  const pieces = await tab.$$eval("#node-table td.path, #node-table th.path", (cells) => cells.flatMap((cell) => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const lines = [];
    for (const range = document.createRange(); walker.nextNode();) {
      range.selectNodeContents(walker.currentNode);
      lines.push([walker.currentNode.data, range.getClientRects().length]);
    }
    return lines;
  }));
  assert.ok(pieces.length > 0);
  assert.deepEqual(pieces.filter(([, lines]) => lines > 1), [], "names break behind their separators alone");
  await tab.emulateMedia({ media: "print" });
  assert.equal(await tab.isVisible(".contents"), false);
  assert.equal(await tab.isVisible("#node-table table"), true);
  await tab.finish();
});

test("5,000 nodes: under 5 MB, and there in 2 s", async () => {
  const file = page("large.html", "analyze", program("large.ir", largeProgram(5000)), "--input", "f32[1,16,32,32]");
  const size = statSync(file).size;
  assert.ok(size < 5e6, `${size} bytes`);
  const times = [];
  // The machine may be busy with other tests: one load of five must make it.
  for (let i = 0; i < 5 && !times.some((time) => time < 2000); ++i) {
    const tab = await open(file);
    times.push(await tab.evaluate(() => Math.round(performance.now())));
    if (i === 0) {
      const start = Date.now();
      await tab.fill("#node-table input", "stage7.3 conv2d");
      assert.match(await tab.textContent("#node-table .count"), / of 5,000 rows/);
      await tab.fill("#node-table input", "");
      await tab.click("#node-table .more button:has-text('show all')");
      assert.equal(await tab.$$eval("#node-table tbody tr", (all) => all.length), 5000);
      console.log(`  filtered and shown whole in ${Date.now() - start} ms`);
    }
    await tab.finish();
  }
  console.log(`  ${size} bytes, ready after ${times.join(", ")} ms`);
  assert.ok(Math.min(...times) < 2000, `ready after ${times.join(", ")} ms`);
});

// The same programs show how large a graph Graphviz bears.
test("dot draws the graph of 1,000 nodes in under 10 s", () => {
  const model = [program("thousand.ir", largeProgram(1000)), "--input", "f32[1,16,32,32]"];
  run("analyze", ...model, "-o", place("thousand.txt"), "--dot", place("thousand.dot"));
  const start = Date.now();
  const done = spawnSync("dot", ["-Tsvg", place("thousand.dot"), "-o", place("thousand.svg")], { encoding: "utf8", timeout: 10000 });
  assert.equal(done.status, 0, done.stderr || "took too long");
  console.log(`  drawn in ${Date.now() - start} ms`);
  const svg = readFileSync(place("thousand.svg"), "utf8");
  assert.equal(svg.match(/<g id="node\d+" class="node">/g).length, 1000 + 3, "nodes, input, result and legend");
});

let failed = 0;
for (const [name, body] of tests) {
  try {
    await body();
    console.log(`ok      ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}
await browser.close();
rmSync(folder, { recursive: true });
console.log(`${tests.length - failed} of ${tests.length} passed`);
process.exit(failed ? 1 : 0);
