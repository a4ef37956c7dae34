// Look at one page of each kind: with Lighthouse as a phone loads it, and with axe in light,
// in dark and on a narrow screen. Says what is wrong and ends with 1 when anything is.
//
// node pages.mjs ADDRESS
//
// The kinds are found by walking the magazine's own links from its front page; the class of
// a page's body names its kind.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';

const LOWEST = { performance: 99, accessibility: 100, 'best-practices': 100, seo: 100 };
const RUNS = 3;
const MOST_PAGES = 200;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

const address = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const faults = [];
let looked = 0;

function chromium() {
  const named = process.env.MASTHEAD_CHROMIUM;
  const found = [named, '/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));
  if (!found) throw new Error('Chromium is missing. Install it, or name it in MASTHEAD_CHROMIUM.');
  return found;
}

async function untilItAnswers() {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      await fetch(address);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  throw new Error(`Nothing answers at ${address}.`);
}

// Return the address of one page of each kind, by the name of the kind.
async function kinds(browser) {
  const page = await browser.newPage();
  const found = new Map();
  const waiting = [`${address}/`];
  const seen = new Set(waiting);
  while (waiting.length && seen.size < MOST_PAGES) {
    const url = waiting.shift();
    const answer = await page.goto(url);
    if (!answer.ok()) {
      faults.push(`${url} answers ${answer.status()}`);
      continue;
    }
    if (!(answer.headers()['content-type'] || '').startsWith('text/html')) continue;
    const kind = await page.evaluate(() => document.body.className.split(' ')[0] || 'plain');
    if (!found.has(kind)) found.set(kind, url);
    const links = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.href.split('#')[0]));
    for (const link of links) {
      if (!link.startsWith(`${address}/`) || link.startsWith(`${address}/office`) || seen.has(link)) continue;
      seen.add(link);
      waiting.push(link);
    }
  }
  await page.close();
  return found;
}

async function lookWithAxe(browser, kind, url) {
  for (const look of [
    { scheme: 'light', width: 1280 },
    { scheme: 'dark', width: 1280 },
    { scheme: 'light', width: 320 },
  ]) {
    const page = await browser.newPage();
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: look.scheme }]);
    await page.setViewport({ width: look.width, height: 900 });
    await page.goto(url);
    const where = `${kind}, ${look.scheme}, ${look.width} px`;
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wider > 0) faults.push(`${where}: ${wider} px wider than the screen`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, help, nodes } of violations) {
      faults.push(`${where}: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.target).join(', ')}`);
    }
    looked += 1;
    await page.close();
  }
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

async function lookWithLighthouse(port, kind, url) {
  const runs = [];
  for (let tries = 0; runs.length < RUNS; tries += 1) {
    const { lhr } = await lighthouse(url, { port, logLevel: 'error', onlyCategories: Object.keys(LOWEST) });
    // Chromium sometimes loses the beginning of a recording; that says nothing of the page.
    if (!lhr.runtimeError) runs.push(lhr);
    else if (tries > 2 * RUNS) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  }
  const scores = Object.fromEntries(
    Object.keys(LOWEST).map((name) => [name, Math.round(100 * median(runs.map((lhr) => lhr.categories[name].score)))]),
  );
  console.log(kind.padEnd(14), Object.values(scores).map((score) => String(score).padStart(5)).join(''), url.slice(address.length));
  for (const [name, score] of Object.entries(scores)) {
    if (score >= LOWEST[name]) continue;
    const why = runs[0].categories[name].auditRefs
      .filter(({ id, weight }) => weight && runs[0].audits[id].score !== null && runs[0].audits[id].score < 1)
      .map(({ id }) => `${id} (${runs[0].audits[id].displayValue || runs[0].audits[id].title})`);
    faults.push(`${kind}: ${name} ${score}, at least ${LOWEST[name]}: ${why.join('; ')}`);
  }
}

await untilItAnswers();
const browser = await puppeteer.launch({ executablePath: chromium(), args: FLAGS });
try {
  const found = await kinds(browser);
  if (found.size < 8) faults.push(`Only ${found.size} kinds of page were found.`);
  console.log('median of', RUNS, '  perf acc. best  seo');
  const port = Number(new URL(browser.wsEndpoint()).port);
  for (const [kind, url] of found) {
    await lookWithLighthouse(port, kind, url);
    await lookWithAxe(browser, kind, url);
  }
  console.log(`axe looked at ${looked} pages.`);
} finally {
  await browser.close();
}
for (const fault of faults) console.log(`FAULT  ${fault}`);
process.exit(faults.length ? 1 : 0);
