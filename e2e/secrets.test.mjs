// Values stay where they were opened: not in an address, not in a copy the browser keeps, not after signing out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chrome, facts, reveal, visitor } from './office.mjs';

let browser;
before(async () => (browser = await chrome()));
after(() => browser.close());

/** The text of a page that may be on its way to another. */
async function seen(page) {
  for (;;) {
    try {
      return await page.content();
    } catch (why) {
      if (!/navigating/.test(why.message)) throw why;
      await page.waitForLoadState();
    }
  }
}

const { phone, name } = facts.values.naoko;

test('a value is in no address, no header and no copy', async () => {
  const { page, context, troubles } = await visitor(browser, { as: 'handler', language: 'en' });
  const addresses = [];
  page.on('request', (request) => addresses.push(decodeURIComponent(request.url())));
  await page.goto('/people');
  await page.locator('main #text').fill('てしがわら');
  await page.locator('main form[action="/people/searches"] button').click();
  await page.locator('.hits button').first().click();
  const answer = await reveal(page, facts.people.naoko, 'phone');
  assert.match(await page.content(), new RegExp(phone));
  assert.equal(answer.headers()['cache-control'], 'no-store');
  assert.match(answer.headers().refresh ?? '', /^\d+; url=\/people\//, 'it closes without script too');
  assert.ok(!JSON.stringify(answer.headers()).includes(phone));
  const title = await page.title();
  assert.ok(!title.includes(name) && !title.includes(phone), 'the history of the browser keeps titles');
  await page.locator('nav a[href="/records"]').click();
  await page.waitForURL('**/records');
  await page.goBack().catch((why) => assert.match(why.message, /ERR_CACHE_MISS/));
  assert.ok(!(await seen(page)).includes(phone), 'going back does not show it again');
  for (const address of addresses) {
    assert.ok(![phone, name, 'てしがわら', facts.values.naoko.email].some((value) => address.includes(value)), address);
  }
  await page.goto(`/people/${facts.people.naoko}`);
  assert.ok(!(await page.content()).includes(phone), 'the page itself is sealed');
  assert.deepEqual(troubles.filter((one) => !one.includes('ERR_CACHE_MISS')), []);
  await context.close();
});

test('with the browser’s memory of pages on, signing out leaves nothing to go back to', async () => {
  const remembering = await chrome({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  try {
    const { page } = await visitor(remembering, { language: 'en' });
    await page.goto('/sign-in');
    await page.locator('#login').fill(facts.logins.handler);
    await page.locator('#password').fill(facts.password);
    await page.locator('main form button').first().click();
    await page.waitForURL('**/');
    await reveal(page, facts.people.naoko, 'phone');
    await page.locator('details.menu').last().locator('summary').click();
    await page.locator('form[action="/sign-out"] button').click();
    await page.waitForURL('**/sign-in');
    await page.evaluate(() => history.back());
    await page.waitForFunction(() => document.readyState === 'complete');
    assert.ok(!(await seen(page)).includes(phone));
  } finally {
    await remembering.close();
  }
});

test('a session ends when one signs out, everywhere', async () => {
  const { page, context } = await visitor(browser, { language: 'en' });
  await page.goto('/sign-in');
  await page.locator('#login').fill(facts.logins.officer);
  await page.locator('#password').fill(facts.password);
  await page.locator('main form button').first().click();
  await page.waitForURL('**/');
  const cookie = (await context.cookies()).find((one) => one.name === 'daicho');
  assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict' && cookie.value.length >= 32);
  const another = await context.newPage();
  await another.goto('/work');
  await page.locator('details.menu').last().locator('summary').click();
  await page.locator('form[action="/sign-out"] button').click();
  await page.waitForURL('**/sign-in');
  assert.equal((await context.cookies()).find((one) => one.name === 'daicho'), undefined);
  const answer = await fetch(`${facts.address}/work`, { headers: { cookie: `daicho=${cookie.value}` }, redirect: 'manual' });
  assert.equal(answer.status, 303, 'the old key opens nothing');
  await another.reload();
  assert.match(another.url(), /\/sign-in/);
  await context.close();
});

test('nobody else can frame, read or send for it', async () => {
  for (const path of ['/', '/sign-in', '/notice/ja', `/people/${facts.people.naoko}`, '/nowhere']) {
    const answer = await fetch(facts.address + path, { headers: { cookie: `daicho=${facts.sessions.handler.en}` } });
    const header = (name) => answer.headers.get(name) ?? '';
    assert.match(header('content-security-policy'), /frame-ancestors 'none'/, path);
    assert.match(header('content-security-policy'), /default-src 'self'/, path);
    assert.ok(!/unsafe/.test(header('content-security-policy')), path);
    assert.equal(header('x-content-type-options'), 'nosniff', path);
    assert.match(header('referrer-policy'), /same-origin|no-referrer/, path);
    if (path !== '/notice/ja') assert.equal(header('cache-control'), 'no-store', path);
    assert.equal(header('server'), '', path);
  }
});
