// Opens pages of `mustknow scan -o html` in Chromium: they render without a complaint, load nothing,
// obey nothing the archive says, and can be searched, folded, read without script, and printed.
//
// Call: node page.mjs MUSTKNOW [CHROMIUM]

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [mustknow, browserPath = "/usr/bin/chromium"] = process.argv.slice(2);
const fixtures = resolve(import.meta.dirname, "../../fixtures");
const dir = mkdtempSync(join(tmpdir(), "mustknow-browser-"));
const PLANTED = "</code></pre><script>window.planted=1</script><img src=x onerror=window.planted=1>";

/** Writes the page about an input; answers with its address. */
function render(name, ...inputs) {
  const run = spawnSync(mustknow, ["scan", "-o", "html", ...inputs], { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.ok(run.status === 0 || run.status === 1, run.stderr);
  const path = join(dir, `${name}.html`);
  writeFileSync(path, run.stdout);
  return pathToFileURL(path).href;
}

/** An unpacked fixture in which a probe fails with words that want to run. */
function planted() {
  execFileSync("tar", ["xzf", join(fixtures, "okd-4.16-endpoints-not-ready.tar.gz"), "-C", dir]);
  let count = 0;
  for (const entry of readdirSync(dir, { recursive: true })) {
    const path = join(dir, entry);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, "utf8");
    const changed = text.replaceAll("Readiness probe failed: HTTP probe failed with statuscode: 500", PLANTED);
    if (changed !== text) {
      writeFileSync(path, changed);
      count += 1;
    }
  }
  assert.ok(count > 0, "nothing was planted");
  return readdirSync(dir).map((name) => join(dir, name)).find((path) => statSync(path).isDirectory());
}

/** Opens a page whose every request but its own is refused and noted. */
async function open(browser, address, options) {
  const context = await browser.newContext(options);
  const seen = [];
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url === address) return route.continue();
    seen.push(`request: ${url}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on("console", (message) => seen.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => seen.push(`error: ${error}`));
  await page.goto(address);
  return { page, done: async () => { assert.deepEqual(seen, []); await context.close(); } };
}

async function rendersAndFilters(browser, address, colorScheme, width) {
  const { page, done } = await open(browser, address, { colorScheme, viewport: { width, height: 900 } });
  assert.ok(await page.locator("h2").first().isVisible());
  const scrolled = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(scrolled <= 0, `the page is ${scrolled} pixels too wide at ${width}`);

  const visible = () => page.locator(".finding:visible").count();
  const all = await visible();
  await page.fill("#words", "Create --from-literal=status");
  assert.equal(await visible(), 1);
  assert.match(await page.textContent("#count"), new RegExp(`^1 of ${all} findings$`));
  await page.fill("#words", "nothing has these words");
  assert.equal(await visible(), 0);
  await page.fill("#words", "");
  await page.uncheck("input[value=critical]");
  assert.equal(await page.locator(".finding.critical:visible").count(), 0);
  assert.ok(await visible() > 0);
  await page.check("input[value=critical]");
  assert.equal(await visible(), all);

  const evidence = page.locator("details.evidence").first();
  assert.equal(await evidence.locator("mark").first().isVisible(), false);
  await evidence.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await evidence.locator("mark").first().isVisible(), true);

  const link = page.locator(".tree a").first();
  const target = (await link.getAttribute("href")).slice(1);
  await link.click();
  await page.waitForFunction((id) => document.getElementById(id).open, target);
  await page.click("#unfold");
  assert.equal(await page.locator("details:not([open])").count(), 0);

  // What every reader must be able to read: 4.5 to 1.
  const faint = await page.evaluate(contrast);
  assert.deepEqual(faint, []);
  await done();
}

/** Words with too little contrast; runs in the page. */
function contrast() {
  const parse = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const part = (c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (it) => {
    for (; it; it = it.parentElement) {
      const colour = parse(getComputedStyle(it).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  for (const it of document.querySelectorAll("body *:not(script, svg, svg *)")) {
    if (![...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
    const [a, b] = [luminance(parse(getComputedStyle(it).color)), luminance(ground(it))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.add(`${it.tagName}.${it.className}: ${ratio.toFixed(2)}`);
  }
  return [...faint];
}

/** The timeline is drawn within its frame, its marks say what they stand for, and the table says it in words. */
async function drawsTheTimeline(browser, address, colorScheme) {
  const { page, done } = await open(browser, address, { colorScheme, viewport: { width: 1280, height: 900 } });
  const marks = page.locator(".timeline .lane circle");
  assert.ok(await marks.count() > 5, "no marks");
  const strays = await page.evaluate(() => {
    const frame = document.querySelector(".timeline svg").getBoundingClientRect();
    return [...document.querySelectorAll(".timeline svg circle, .timeline svg text")].filter((it) => {
      const box = it.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    }).map((it) => it.outerHTML);
  });
  assert.deepEqual(strays, []);
  const untold = await page.evaluate(() => [...document.querySelectorAll(".timeline .lane > g")].filter((it) => !it.querySelector("title")?.textContent).length);
  assert.equal(untold, 0);

  const table = page.locator(".timeline details");
  assert.equal(await table.locator("table").isVisible(), false);
  await table.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await table.getByText("Available became False").first().isVisible());
  const times = await table.locator("td:first-child time").evaluateAll((all) => all.map((it) => it.dateTime));
  assert.ok(times.length > 5);
  assert.deepEqual(times, [...times].sort());
  const link = table.locator("a").first();
  const target = (await link.getAttribute("href")).slice(1);
  await link.click();
  assert.ok(await page.locator(`[id="${target}"]`).isVisible());
  await done();
}

/** Every operator stands in the drawing or beside it, none on another, and the table has them all. */
async function drawsTheOperators(browser, address, colorScheme) {
  const { page, done } = await open(browser, address, { colorScheme, viewport: { width: 1280, height: 900 } });
  const operators = page.locator("section.operators");
  const boxes = await operators.locator("svg svg").evaluateAll((all) => all.map((it) => {
    const { left, right, top, bottom } = it.querySelector(".box").getBoundingClientRect();
    const text = it.querySelector(".subject").getBoundingClientRect();
    return { left, right, top, bottom, words: text.right, name: it.querySelector("title").textContent };
  }));
  assert.ok(boxes.length > 10, "no boxes");
  for (const box of boxes) {
    assert.ok(box.words <= box.right, `${box.name} does not fit`);
    const under = boxes.filter((it) => it !== box && it.left < box.right && box.left < it.right && it.top < box.bottom && box.top < it.bottom);
    assert.deepEqual(under, []);
  }
  assert.ok(await operators.locator("path.hot").count() > 0, "no arrow between what is out of order");
  const rows = await operators.locator("tbody tr").count();
  assert.equal(boxes.length + await operators.locator(".chips li").count(), rows);
  await operators.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await operators.getByText("APIServices_PreconditionNotReady").first().isVisible());
  await done();
}

async function copies(browser, address) {
  const { page, done } = await open(browser, address, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.locator("button.copy:visible").first().click();
  await page.waitForFunction(() => document.querySelector("#said").textContent === "Copied");
  const command = await page.locator(".command:visible code").first().textContent();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), command);
  await done();
}

async function isWholeWithoutScript(browser, address) {
  const { page, done } = await open(browser, address, { javaScriptEnabled: false });
  assert.equal(await page.locator("#filter").isVisible(), false);
  assert.equal(await page.locator("button.copy:visible").count(), 0);
  assert.ok(await page.getByText("What to do").first().isVisible());
  const evidence = page.locator("details.evidence").first();
  await evidence.locator("summary").click();
  assert.ok(await evidence.locator("mark").first().isVisible());
  await done();
}

async function prints(browser, address, colorScheme) {
  const { page, done } = await open(browser, address, { colorScheme });
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 20_000, `a PDF of ${pdf.length} bytes`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#filter").isVisible(), false);
  await done();
}

async function obeysNothing(browser, address, colorScheme) {
  const { page, done } = await open(browser, address, { colorScheme });
  await page.click("#unfold");
  assert.ok((await page.textContent("main")).includes("<script>window.planted=1</script>"), "what was planted is not shown");
  assert.equal(await page.evaluate(() => window.planted), undefined);
  assert.equal(await page.locator("main script, main img").count(), 0);
  await done();
}

/** Even a script that got into the page would not run. */
async function policyHolds(browser, address) {
  const { page } = await open(browser, address, {});
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.planted = 1";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.planted), undefined);
  await page.context().close();
}

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
try {
  const seed = render("seed", join(fixtures, "okd-4.16-bootstrap-configmap-missing.tar.gz"));
  const evil = render("planted", planted());
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 400]) await rendersAndFilters(browser, seed, colorScheme, width);
    await drawsTheTimeline(browser, seed, colorScheme);
    await drawsTheOperators(browser, seed, colorScheme);
    await prints(browser, seed, colorScheme);
    await obeysNothing(browser, evil, colorScheme);
  }
  await copies(browser, seed);
  await isWholeWithoutScript(browser, seed);
  await policyHolds(browser, seed);
  console.log("browser: the pages render, load nothing, obey nothing, fold, filter and print");
} finally {
  await browser.close();
  rmSync(dir, { recursive: true });
}
