// Without script: sign in, choose the work, search, open a value, read its entry; and a refusal quotes the sentence.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chrome, facts, visitor } from './office.mjs';

let browser;
before(async () => (browser = await chrome()));
after(() => browser.close());

const SAID = {
  ja: { sentence: '個人情報は、あらかじめお知らせした次の目的の範囲で利用し' },
  en: { sentence: 'We use personal information within the following purposes' },
  vi: { sentence: 'Dữ liệu cá nhân được sử dụng trong phạm vi các mục đích' },
};

for (const language of Object.keys(SAID)) {
  test(`a value is found, opened and refused without script (${language})`, async () => {
    const { page, context, troubles } = await visitor(browser, { language, script: false });
    await page.goto('/people');
    assert.match(page.url(), /\/sign-in\?next=/);
    await page.locator('#login').fill(facts.logins.handler);
    await page.locator('#password').fill(facts.password);
    await page.locator('main form button').first().click();
    assert.equal(new URL(page.url()).pathname, '/people', 'after signing in one is where one wanted to be');
    await page.goto(`/people?lang=${language}`);
    // Choose the work
    await page.locator(`form:has(input[value="${facts.work}"]) button`).click();
    // Search by kana, as somebody types it
    await page.locator('main #text').fill('テシガワラ');
    await page.locator('main form[action="/people/searches"] button').click();
    assert.match(await page.locator('main section').innerText(), /#[\d\s]+/, 'a search says its entry');
    await page.locator('.hits button').first().click();
    assert.equal(await page.locator('h1').innerText(), facts.values.naoko.name);
    // Open one value
    const path = new URL(page.url()).pathname;
    await page.locator('input[name=element][value=phone]').check();
    await page.locator('.ask button').click();
    const opened = page.locator('.opened', { hasText: facts.values.naoko.phone });
    assert.equal(await opened.count(), 1, 'the value is there');
    const entry = opened.locator('a');
    assert.match(await entry.innerText(), /^#[\d\s]+$/);
    assert.match(await entry.getAttribute('href'), /^\/records\/\d+$/);
    assert.equal(new URL(page.url()).pathname, path);
    assert.equal(await page.locator('.opened', { hasText: facts.values.naoko.email }).count(), 0, 'nothing else is open');
    // The entry tells the act, not the value
    const record = await entry.getAttribute('href');
    await page.goto(record);
    assert.ok(!(await page.content()).includes(facts.values.naoko.phone));
    // A refusal
    await page.goto(`/people/${facts.people.naoko}`);
    await page.locator('input[name=element][value=education]').check();
    await page.locator('select[name=work]').selectOption(facts.joining);
    await page.locator('.ask button').click();
    const no = page.locator('section.no');
    assert.match(await no.locator('.q').first().innerText(), new RegExp(SAID[language].sentence));
    assert.match(await no.locator('cite a').first().getAttribute('href'), /^\/\?clause=/);
    assert.match(await no.locator('a').last().innerText(), /^#[\d\s]+$/, 'a refusal has an entry');
    assert.ok(!(await page.content()).includes(facts.values.naoko.education));
    // Sign out, from a menu that opens without script
    await page.locator('details.menu').last().locator('summary').click();
    await page.locator('form[action="/sign-out"] button').click();
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    assert.deepEqual(troubles, []);
    await context.close();
  });
}
