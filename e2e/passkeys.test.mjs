// Signing in with Chromium's virtual authenticator: a passkey is made, opens the door, proves who one is in place, and is taken away.
// Passkeys need a name, so the office is met at localhost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chrome, facts, violations } from './office.mjs';

const OFFICE = facts.address.replace('127.0.0.1', 'localhost');
let browser;
before(async () => (browser = await chrome()));
after(() => browser.close());

const english = (context) => context.addCookies([{ name: 'daicho-lang', value: 'en', url: OFFICE }]);

/** A browser of somebody whose device has a finger on it, or not. */
async function device({ verified = true } = {}) {
  const context = await browser.newContext({ baseURL: OFFICE, locale: 'en' });
  await english(context);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: verified,
    automaticPresenceSimulation: true,
  } });
  return { context, page, cdp, authenticatorId };
}

async function byPassword(page, login) {
  await page.goto('/sign-in?next=/account/ways&lang=en');
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(facts.password);
  await page.locator('form[action="/sign-in"] button').click();
  await at(page, '/account/ways');
  await page.goto('/account/ways?lang=en');
}

/** Waits until this page is open. */
const at = (page, path) => page.waitForURL((url) => url.pathname === path);

test('a passkey is made, opens the door without a password, and is taken away', async () => {
  const { context, page, cdp, authenticatorId } = await device();
  await byPassword(page, 'sano');
  await page.locator('a[href="/account/passkeys/new"]').click();
  await at(page, '/account/passkeys/new');
  assert.deepEqual(await violations(page), []);
  await page.locator('#label').fill('my computer');
  await Promise.all([at(page, '/account/ways'), page.locator('form[data-passkey] button').click()]);
  assert.match(await page.content(), /my computer/);
  assert.equal((await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length, 1);
  assert.deepEqual(await violations(page), []);
  await context.clearCookies();
  await english(context);
  await page.goto('/sign-in?next=/account/sessions');
  await Promise.all([at(page, '/account/sessions'), page.locator('form[data-passkey] button').click()]);
  await page.goto('/account/sessions?lang=en');
  assert.match(await page.locator('main').innerText(), /Chrome, Linux, from 127\.0\.0\.1/);
  assert.match(await page.locator('main').innerText(), /Passkey/);
  // The password alone is one step of two now.
  await context.clearCookies();
  await english(context);
  await page.goto('/sign-in');
  await page.locator('#login').fill('sano');
  await page.locator('#password').fill(facts.password);
  await page.locator('form[action="/sign-in"] button').click();
  await page.waitForSelector('form[action="/sign-in/passkeys"]');
  assert.match(await page.locator('h1').innerText(), /One more step/);
  assert.deepEqual(await violations(page), []);
  await Promise.all([page.waitForURL((url) => url.pathname === '/'), page.locator('form[data-passkey] button').click()]);
  await page.goto('/account/ways');
  await page.locator('main details summary').first().click();
  await page.locator('main form[action^="/account/ways/"] button').first().click();
  await at(page, '/account/ways');
  await page.waitForFunction(() => !document.querySelector('main table'));
  assert.doesNotMatch(await page.content(), /my computer/);
  await context.clearCookies();
  await english(context);
  await page.goto('/sign-in');
  await page.locator('form[data-passkey] button').click();
  await page.waitForSelector('p.no[role=alert]');
  assert.match(await page.locator('p.no').innerText(), /could not be verified/);
  await context.close();
});

test('a device that checks nobody opens nothing', async () => {
  const { context, page } = await device({ verified: false });
  await byPassword(page, 'tuan');
  await page.goto('/account/passkeys/new');
  await page.locator('form[data-passkey] button').click();
  await page.waitForFunction(() => document.querySelector('[data-told]').textContent !== '');
  const told = page.locator('[data-told]');
  assert.equal(await told.innerText(), await told.getAttribute('data-failed'));
  await context.close();
});
