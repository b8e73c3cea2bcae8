// Every page in every language: answers, is whole, passes axe, has one heading, asks nobody else, fits a telephone.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { DESK, LANGUAGES, PHONE, chrome, facts, nothing, shape, tooWide, violations, visitor } from './office.mjs';
import { PAGES } from './pages.mjs';

const pictures = process.env.DAICHO_E2E_PICTURES;
const visited = new Set();
let browser;
before(async () => {
  browser = await chrome();
  if (pictures) mkdirSync(pictures, { recursive: true });
});
after(() => browser.close());

async function look(room, language) {
  const { context, page, troubles } = await visitor(browser, { as: room.as, language });
  page.on('response', (response) => {
    if (response.request().method() === 'GET') visited.add(new URL(response.url()).pathname);
  });
  const picture = async (size) => {
    const name = `${room.name.replace(/\W+/g, '-')}.${language}.${size.width}.png`;
    if (!pictures) return;
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    const clip = { x: 0, y: 0, width: size.width, height: Math.min(tall, 1600) };
    await page.screenshot({ path: `${pictures}/${name}`, fullPage: true, clip });
  };
  try {
    const answer = typeof room.go === 'string' ? await page.goto(room.go) : await room.go(page, language);
    const wrong = [];
    const wanted = [room.status ?? 200].flat();
    if (!wanted.includes(answer.status())) wrong.push(`answered ${answer.status()}, not ${wanted}`);
    wrong.push(...(await shape(page, language)), ...(await tooWide(page)), ...(await violations(page)));
    await picture(DESK);
    await page.setViewportSize(PHONE);
    wrong.push(...(await tooWide(page)));
    if (room.phone) {
      wrong.push(...(await violations(page)).map((one) => `at 360px: ${one}`));
      await picture(PHONE);
    }
    nothing([...wrong, ...troubles]);
  } finally {
    await context.close();
  }
}

for (const language of LANGUAGES) {
  describe(`in ${language}`, { concurrency: 2 }, () => {
    for (const room of PAGES) test(`${room.name} (${language})`, () => look(room, language));
  });
}

test('these eyes see', async () => {
  const { page, context, troubles } = await visitor(browser);
  await page.goto('/sign-in');
  await page.evaluate(() => {
    const wide = document.createElement('div');
    wide.style.cssText = 'width: 3000px; color: #ccc';
    wide.textContent = 'too wide, too pale';
    document.querySelector('main').append(wide, document.createElement('h1'));
    document.querySelector('label').remove();
    const elsewhere = document.createElement('script');
    elsewhere.textContent = '1';
    document.body.append(elsewhere);
  });
  const found = await violations(page);
  assert.ok(['label', 'color-contrast'].every((rule) => found.some((one) => one.startsWith(`axe ${rule}:`))), found.join('\n'));
  assert.match((await shape(page, 'en')).join(), /html lang is ja.*2 h1/);
  assert.match((await tooWide(page)).join(), /wider than the window/);
  assert.match(troubles.join(), /Content Security Policy/);
  await context.close();
});

// Downloads are not pages.
const FILES = ['/register.xlsx', '/static/{file}', '/records/{n}/proof'];

test('no page of the router is forgotten', () => {
  const source = readFileSync(new URL('../crates/web/src/router.rs', import.meta.url), 'utf8');
  const routes = [...source.matchAll(/(?:read\(|public\(Method::GET, )"([^"]+)"/g)].map((match) => match[1]);
  assert.ok(routes.length > 20, 'the routes could not be read');
  const fits = (route) => new RegExp(`^${route.replace(/\{[^}]+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);
  const unseen = routes.filter((route) => !FILES.includes(route) && ![...visited].some((path) => fits(route).test(path)));
  assert.deepEqual(unseen, []);
  assert.ok(facts.address);
});
