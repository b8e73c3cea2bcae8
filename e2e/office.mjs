// What every test shares: the office under test, a browser, and eyes that notice what must never happen.
import axe from 'axe-core';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** What `prepare.mjs` put into the office. */
export const facts = JSON.parse(readFileSync(process.env.DAICHO_E2E_FACTS, 'utf8'));
export const LANGUAGES = ['ja', 'en', 'vi'];
/** A desk and a telephone. */
export const DESK = { width: 1440, height: 1000 };
export const PHONE = { width: 360, height: 740 };
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Chromium as Debian ships it. */
export function chrome(settings = {}) {
  return chromium.launch({
    executablePath: process.env.DAICHO_E2E_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
    ...settings,
  });
}

/** Somebody at a browser of their own; `as` is a role that is signed in already, or nobody. */
export async function visitor(browser, { as, language = 'ja', viewport = DESK, script = true } = {}) {
  const context = await browser.newContext({
    viewport, baseURL: facts.address, javaScriptEnabled: script, reducedMotion: 'reduce', locale: language, acceptDownloads: true,
  });
  const cookie = (name, value) => ({ name, value, url: facts.address, sameSite: 'Strict', httpOnly: true });
  await context.addCookies([cookie('daicho-lang', language)]);
  if (as) await context.addCookies([cookie('daicho', facts.sessions[as][language])]);
  const page = await context.newPage();
  return { context, page, troubles: watch(page), language };
}

/** Notices errors of scripts, of the content policy and of assets, requests to elsewhere, and dialogs. */
function watch(page) {
  const troubles = [];
  // The status of the page itself is asserted by whoever went there.
  const isPage = (url) => url === '' || new URL(url).pathname === new URL(page.url(), facts.address).pathname;
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    if (message.text().startsWith('Failed to load resource') && isPage(message.location().url)) return;
    troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (why) => troubles.push(`script: ${why.message}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== facts.address) troubles.push(`request to ${url.origin}`);
  });
  page.on('response', (response) => {
    if (!response.request().isNavigationRequest() && response.status() >= 400) {
      troubles.push(`${response.status()} ${response.url()}`);
    }
  });
  return troubles;
}

/** What is wrong with the page that is open, in words. Looks at it as people with a reader, a keyboard or bad eyes do. */
export async function violations(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }),
    STANDARD,
  );
  return violations.flatMap((one) =>
    one.nodes.map((node) => `axe ${one.id}: ${node.target.join(' ')} ${node.html.slice(0, 160)}\n  ${node.failureSummary.replace(/\s+/g, ' ')}`),
  );
}

/** The shape every page has: its language, one heading of the first level, a title, ids that are there once. */
export async function shape(page, language) {
  const seen = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    h1: [...document.querySelectorAll('h1')].map((h) => h.textContent.trim()),
    title: document.title.trim(),
    twice: [...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, at, all) => all.indexOf(id) !== at),
    holes: document.body.innerText.match(/\{\w*\}|undefined|\bNaN\b|None\(|Some\(/g) ?? [],
  }));
  const wrong = [];
  if (seen.lang !== language) wrong.push(`html lang is ${seen.lang}, not ${language}`);
  if (seen.h1.length !== 1 || !seen.h1[0]) wrong.push(`${seen.h1.length} h1: ${seen.h1.join(' | ')}`);
  if (!seen.title || seen.title.startsWith('·')) wrong.push('no title');
  if (seen.twice.length) wrong.push(`ids that stand twice: ${seen.twice.join(', ')}`);
  if (seen.holes.length) wrong.push(`texts with holes: ${seen.holes.join(', ')}`);
  return wrong;
}

/** What is wider than the window, or than the sheet it lies on. */
export async function tooWide(page) {
  return page.evaluate(() => {
    const tell = (list) => list.slice(-3).map((e) => `${e.tagName.toLowerCase()}.${e.className} to ${Math.round(e.getBoundingClientRect().right)}px`).join(', ');
    const scrolls = (e) => e && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const beyond = (root, edge) => [...root.querySelectorAll('*')].filter((e) =>
      e.getBoundingClientRect().right > edge + 1 && !scrolls(e.parentElement) && !e.closest('.drawer, .vh'));
    const wrong = [];
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > room) {
      wrong.push(`wider than the window of ${room}px (${document.documentElement.scrollWidth}px): ${tell(beyond(document.body, room))}`);
    }
    for (const sheet of document.querySelectorAll('main, aside')) {
      const edge = sheet.getBoundingClientRect().right;
      const out = beyond(sheet, edge);
      if (out.length) wrong.push(`out of the sheet that ends at ${Math.round(edge)}px: ${tell(out)}`);
    }
    return wrong;
  });
}

/** Opens one value of somebody, as a handler does it: the page, the box, the button. */
export async function reveal(page, person, element, work = facts.work) {
  await page.goto(`/people/${person}`);
  await page.locator(`input[name=element][value=${element}]`).check();
  await page.locator('select[name=work]').selectOption(work);
  const [answer] = await Promise.all([page.waitForNavigation(), page.locator('.ask button').click()]);
  return answer;
}

/** Fails with everything that is wrong, not with the first of it. */
export function nothing(wrong, where = '') {
  if (wrong.length) throw new Error(`${where}${where ? ': ' : ''}${[...new Set(wrong)].join('\n')}`);
}
