// With the keyboard alone: every stop can be seen, and somebody signs in, finds a person and opens a value with Tab and Enter.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, chrome, facts, visitor } from './office.mjs';

let browser;
before(async () => (browser = await chrome()));
after(() => browser.close());

/** Where the focus is, and whether it can be seen there. */
const focus = (page) =>
  page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    const clipped = style.clipPath !== 'none' || style.visibility === 'hidden' || style.opacity === '0';
    // The calendar button inside a date field has a ring of its own.
    const outline = e.type === 'date' || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const middle = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 12)];
    const there = document.elementFromPoint(...middle);
    return {
      what: `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ''} ${e.getAttribute('name') ?? ''} ${e.getAttribute('href') ?? ''} ${e.textContent.trim().slice(0, 30)}`,
      tag: e.tagName, name: e.getAttribute('name'), value: e.getAttribute('value'), href: e.getAttribute('href'),
      form: e.closest('form')?.getAttribute('action') ?? null,
      seen: outline && !clipped && box.width > 8 && box.height > 8 && box.left >= 0 && box.right <= innerWidth + 1,
      // Nothing that stays in place may cover it.
      free: !there || e.contains(there) || there.contains(e) || !!there.closest('label'),
    };
  });

/** Presses Tab until the focus is where it is wanted. Every stop on the way must be visible. */
async function tabTo(page, wanted, what) {
  for (let stop = 0; stop < 120; stop += 1) {
    await page.keyboard.press('Tab');
    const at = await focus(page);
    assert.ok(at, `the focus left the page on the way to ${what}`);
    assert.ok(at.seen, `the focus cannot be seen on ${at.what}`);
    if (wanted(at)) return at;
  }
  assert.fail(`${what} cannot be reached`);
}

async function enter(page) {
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

test('sign in, choose the work, find and open by keyboard', async () => {
  const { page, context, troubles } = await visitor(browser, { language: 'en' });
  await page.goto('/sign-in');
  assert.equal((await focus(page))?.name, 'login', 'one can type at once');
  await page.keyboard.type(facts.logins.handler);
  await page.keyboard.press('Tab');
  await page.keyboard.type(facts.password);
  await tabTo(page, (at) => at.tag === 'BUTTON', 'the button');
  await enter(page);
  await page.keyboard.press('Tab');
  assert.equal((await focus(page)).href, '#main', 'the first stop leads past the head of the page');
  await tabTo(page, (at) => at.href === '/people', 'the door of people');
  await enter(page);
  await page.waitForURL('**/people');
  const work = facts.work;
  for (;;) {
    await tabTo(page, (at) => at.form === '/people/work' && at.tag === 'BUTTON', 'the work record');
    if (await page.evaluate((id) => document.activeElement.form.elements.work.value === id, work)) break;
  }
  await enter(page);
  assert.equal((await focus(page))?.name, 'text', 'one can search at once');
  await page.keyboard.type('てしがわら');
  await enter(page);
  await tabTo(page, (at) => at.form?.endsWith('/reveals'), 'the person');
  await enter(page);
  assert.equal(await page.locator('h1').innerText(), facts.values.naoko.name);
  await tabTo(page, (at) => at.name === 'element' && at.value === 'email', 'the e-mail address');
  await page.keyboard.press('Space');
  await tabTo(page, (at) => at.tag === 'BUTTON' && at.form?.endsWith('/reveals'), 'the button that opens');
  await enter(page);
  assert.equal(await page.locator('.opened', { hasText: facts.values.naoko.email }).count(), 1);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the way past the head of the page leads to the content', async () => {
  const { page, context } = await visitor(browser, { as: 'officer', language: 'en' });
  await page.goto('/records');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
  await context.close();
});

const WALKS = [
  ['officer', '/'], ['officer', '/?clause=entrust.contract'], ['officer', '/register'], ['officer', `/register/${facts.row}`],
  ['handler', `/people/${facts.people.naoko}`], ['officer', '/work/new'], ['officer', '/records'], ['administrator', '/accounts'],
  ['officer', '/records/new'], ['officer', '/account'],
];
for (const [as, path] of WALKS) {
  test(`every stop of ${path} can be seen`, async () => {
    for (const viewport of [undefined, PHONE]) {
      const { page, context } = await visitor(browser, { as, language: 'vi', viewport });
      await page.goto(path);
      const unseen = [];
      for (let stop = 0; stop < 60; stop += 1) {
        await page.keyboard.press('Tab');
        const at = await focus(page);
        if (!at) break;
        if (!at.seen) unseen.push(`unseen at ${page.viewportSize().width}px: ${at.what}`);
        if (!at.free) unseen.push(`covered at ${page.viewportSize().width}px: ${at.what}`);
      }
      assert.deepEqual(unseen, []);
      await context.close();
    }
  });
}

test('/ goes to the search box and Escape closes a menu', async () => {
  const { page, context } = await visitor(browser, { as: 'officer', language: 'ja' });
  await page.goto('/records');
  await page.keyboard.press('/');
  assert.equal((await focus(page)).name, 'q');
  const menu = page.locator('details.menu').first();
  await menu.locator('summary').focus();
  await page.keyboard.press('Enter');
  assert.equal(await menu.getAttribute('open'), '');
  await page.keyboard.press('Escape');
  assert.equal(await menu.getAttribute('open'), null);
  assert.match((await focus(page))?.tag ?? '', /SUMMARY/, 'the focus is not lost with the menu');
  await context.close();
});
