// What is wrong and known. Each test asserts what happens now and says what should happen instead; one that fails has been mended:
// turn it around and move it to where it belongs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chrome, facts, reveal, visitor } from './office.mjs';
import { PAGES } from './pages.mjs';

let browser;
before(async () => (browser = await chrome()));
after(() => browser.close());

test('the office’s own workbook, read in again, looks new: rows are known by their number, not by their id', async () => {
  const { page, context } = await visitor(browser, { as: 'officer', language: 'en' });
  await PAGES.find((room) => room.name === 'register from its own file').go(page);
  // It should say that every row is the same as before; written, it would make each row a second time.
  assert.match(await page.locator('main').innerText(), /new rows/);
  await context.close();
});

test('after a refusal the form shows the work record from before, not the one that was tried', async () => {
  const { page, context } = await visitor(browser, { as: 'officer', language: 'vi' });
  await page.goto(`/people/${facts.people.naoko}`);
  await page.locator('select[name=work]').selectOption(facts.work);
  await reveal(page, facts.people.naoko, 'phone', facts.work);
  await reveal(page, facts.people.naoko, 'education', facts.joining);
  // The session has moved to the other record, so pressing the button again asks something else than it seems to.
  assert.equal(await page.locator('select[name=work]').inputValue(), facts.work);
  await context.close();
});

test('an upload that is no upload is answered in plain words of the library that reads it', async () => {
  const answer = await fetch(`${facts.address}/register/imports`, {
    method: 'POST', body: '{}',
    headers: { origin: facts.address, cookie: `daicho=${facts.sessions.officer.en}`, 'content-type': 'application/json' },
  });
  assert.equal(answer.status, 400);
  // It should be a page in the reader's language.
  assert.match(answer.headers.get('content-type'), /text\/plain/);
});

test('opening nothing is a refusal of the policy, not a mistake in the form', async () => {
  const { page, context } = await visitor(browser, { as: 'officer', language: 'en' });
  await page.goto(`/people/${facts.people.rtl}`);
  const [answer] = await Promise.all([page.waitForNavigation(), page.locator('.ask button').click()]);
  // It stands in the history of the person as a use that was refused. It should be 422, and no entry.
  assert.equal(answer.status(), 403);
  await context.close();
});
