// Hostile input in every form: scripts, ten thousand letters, NUL, emoji, the other direction. What comes back is a page of ours that
// says what is wrong or shows what was typed as text; never a fault, never markup of somebody else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { PHONE, chrome, facts, nothing, shape, tooWide, violations, visitor } from './office.mjs';

let browser;
before(async () => (browser = await chrome()));
after(() => browser.close());

const MARK = 'hostile';
const INPUTS = {
  markup: `"'><script>window.${MARK}=1</script><img src=x onerror="window.${MARK}=1"><svg/onload=window.${MARK}=1>`,
  template: `{{7*7}}\${7*7}<%= 7*7 %>'; DROP TABLE person; --`,
  long: 'あ'.repeat(10_000),
  nul: `a\u0000b\u001b[31m\r\nSet-Cookie: x=y`,
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈 e\u0301\u0323\u0323 \ufdfa',
  turned: '\u202eexe.gpj\u202c \u0627\u0644\u0633\u0644\u0627\u0645',
};

/** Every form with something to type into: who, where, its action. */
const FORMS = [
  [null, '/sign-in', '/sign-in'],
  ['officer', '/find', '/find'],
  ['officer', '/register', '/register/searches'],
  ['officer', '/register/new', '/register'],
  ['officer', `/register/${facts.row}/edit`, `/register/${facts.row}`],
  ['handler', '/people', '/people/searches'],
  ['handler', `/people/${facts.people.anh}`, '/people/searches'],
  ['handler', `/people/${facts.people.rtl}/corrections`, `/people/${facts.people.rtl}/corrections`],
  ['officer', '/work/new', '/work'],
  ['officer', '/records/new', '/records'],
  ['officer', '/records', '/records'],
  ['officer', '/', '/'],
  ['administrator', '/accounts/new', '/accounts'],
  ['auditor', '/account', '/account/tokens'],
  ['auditor', '/account', '/account/passwords'],
];

/** Types the text into every field that takes text, past the checks of the browser, and sends the form. */
async function attack(page, action, text) {
  const form = page.locator(`form[action="${action}"]`).last();
  await form.evaluate((e, typed) => {
    e.noValidate = true;
    for (const field of e.querySelectorAll('input, textarea')) {
      if (['checkbox', 'radio', 'hidden', 'submit'].includes(field.type)) continue;
      for (const limit of ['maxlength', 'minlength', 'pattern', 'max', 'min']) field.removeAttribute(limit);
      if (field.type !== 'password') field.type = field.tagName === 'INPUT' ? 'text' : field.type;
      field.value = typed;
    }
  }, text);
  // An address of 90,000 bytes is refused before it is read, with no page at all.
  const refused = (why) => {
    assert.match(why.message, /ERR_HTTP_RESPONSE_CODE_FAILURE/);
    return null;
  };
  const [answer] = await Promise.all([page.waitForNavigation().catch(refused), form.evaluate((e) => e.submit())]);
  return answer;
}

describe('forms', { concurrency: 2 }, () => {
  for (const [as, path, action] of FORMS) {
    for (const [kind, text] of Object.entries(INPUTS)) {
      test(`${kind} into ${action} from ${path}`, async () => {
        const { page, context, troubles } = await visitor(browser, { as, language: 'en' });
        const wrong = [];
        await page.goto(path);
        const answer = await attack(page, action, text);
        if (!answer) {
          if (kind !== 'long') wrong.push('no page came back');
        } else {
          if (answer.status() >= 500) wrong.push(`answered ${answer.status()}`);
          wrong.push(...(await shape(page, 'en')));
          const told = await page.evaluate((mark) => ({
            ran: window[mark],
            planted: document.querySelectorAll(`img, svg[onload], script:not([src]), [onerror]`).length,
            alert: document.querySelector('[role=alert]')?.innerText.trim() ?? '',
            text: document.querySelector('main').innerText,
          }), MARK);
          if (told.ran !== undefined || told.planted) wrong.push('markup was planted');
          if (answer.status() === 422 && told.alert.length < 8 && told.text.length < 60) wrong.push('it does not say what is wrong');
          if (/panicked|SQL|sqlite|postgres|serde|column/i.test(told.alert)) wrong.push(`it speaks of its inside: ${told.alert}`);
        }
        // A date field that is given back what was typed into it says so on the console, and is empty.
        nothing([...wrong, ...troubles.filter((one) => !one.includes('does not conform to the required format'))]);
        await context.close();
      });
    }
  }
});

/** Fields a form sends without asking: hidden ones, choices, boxes. Whoever writes requests by hand sends something else. */
const HAND = {
  '/sign-in': [null, { login: 'x', password: 'y', next: '//elsewhere.test/' }],
  '/register': ['officer', { id: 'x', 'c.kinds': 'x', 'c.nothing': 'x' }],
  '/register/{row}': ['officer', { version: '-1', 'c.kinds': 'x' }],
  '/register/{row}/approvals': ['officer', { x: 'y' }],
  '/register/searches': ['officer', { q: 'x', view: 'x' }],
  '/find': ['officer', { q: 'x' }],
  '/register/rows': ['officer', { rows: '{"a":' }],
  '/people/work': ['handler', { work: 'x' }],
  '/people/searches': ['handler', { text: '' }],
  '/people/{person}/reveals': ['handler', { row: '../x', element: 'name', work: 'x' }],
  '/people/{person}/corrections': ['handler', { place: 'a/b/c', value: '', work: 'x' }],
  '/people/{person}/suspensions': ['officer', { purpose: 'x' }],
  '/people/{person}/resumptions': ['officer', { purpose: '' }],
  '/people/{person}/exports': ['officer', { work: 'x' }],
  '/people/{person}/erasures': ['officer', { purpose: 'rights.answer', sure: 'no' }],
  '/people/{person}/withdrawals': ['officer', { purpose: 'x' }],
  '/people/{person}/milestones': ['officer', { name: 'x' }],
  '/records': ['officer', { kind: 'x', subject: '', due: 'x' }],
  '/occasions/{id}/endings': ['officer', { outcome: 'x' }],
  '/work': ['officer', { code: 'x', purpose: 'x', scope: 'x', from: 'x', until: 'x', person: 'x' }],
  '/work/{work}/endings': ['officer', { x: 'y' }],
  '/accounts': ['administrator', { login: 'A B', role: 'x', language: 'x', password: 'x', until: 'x' }],
  '/accounts/{login}/endings': ['administrator', { x: 'y' }],
  '/account/passwords': ['auditor', { old: 'x', new: 'y' }],
  '/account/tokens/{id}/endings': ['auditor', { x: 'y' }],
  '/account/tokens': ['officer', { until: '0000-00-00' }],
};
/** Acts that have no fields, and the form that sends a file. */
const BARE = [
  '/sign-out', '/register/imports', '/register/{row}/reviews', '/register/{row}/endings', '/accounts/reviews',
];

/** Forms that are tried as every role by other tests, and not yet by hand here. */
const UNTRIED = [
  '/sign-in/codes', '/sign-in/passkeys', '/passkeys/questions', '/sign-in/links', '/sign-in/links/{key}', '/turn/rules/{project}',
  '/turn/questions/{question}', '/turn/sessions/{id}/endings', '/organisation/imports', '/organisation/lists', '/organisation/zone/reviews',
  '/organisation/entity/{id}/adoptions', '/organisation/project/{id}/rules', '/organisation/project/{id}/acknowledgements', '/organisation/{kind}',
  '/organisation/{kind}/{id}', '/organisation/{kind}/{id}/endings', '/logs', '/logs/weeks/{week}/sign-offs', '/logs/questions/{question}/answers',
  '/accounts/{login}/links', '/reviews', '/reviews/{round}/answers', '/reviews/{round}/endings', '/rights/proposals', '/rights/emergencies',
  '/rights/windows', '/rights/gifts', '/rights/{id}/answers', '/rights/{id}/endings', '/accounts/{login}/resets', '/account/ways/{id}/endings',
  '/account/passkeys', '/account/apps', '/account/recovery-codes', '/account/sessions/endings', '/account/sessions/{id}/endings', '/proofs',
];

test('requests written by hand are answered in words', async () => {
  const wrong = [];
  const strange = { row: 'no.such.row', person: 'f'.repeat(32), id: 'e'.repeat(32), work: 'd'.repeat(32), login: 'nobody' };
  for (const [route, [as, fields]] of Object.entries(HAND)) {
    for (const known of [true, false]) {
      const mine = { ...strange, ...(known ? { row: facts.row, person: facts.people.rtl } : {}) };
      const path = route.replace(/\{(\w+)\}/g, (_, name) => mine[name]);
      for (const [kind, value] of [['as written', null], ...Object.entries(INPUTS)]) {
        const sent = Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, value ?? one]));
        const request = {
          method: 'POST', redirect: 'manual', body: new URLSearchParams(sent),
          headers: { origin: facts.address, cookie: as ? `daicho=${facts.sessions[as].en}` : 'daicho-lang=en' },
        };
        const answer = await fetch(facts.address + path, request).catch((why) => assert.fail(`${path} ${kind}: ${why.cause}`));
        const text = await answer.text();
        const where = `${path} ${kind}: ${answer.status}`;
        const finds = ['/people/searches', '/register/searches', '/find'].includes(route) && answer.status === 200;
        if (answer.status >= 500 || (answer.status < 300 && !finds)) wrong.push(where);
        if (answer.status === 303) {
          const to = answer.headers.get('location');
          if (!to.startsWith('/') || to.startsWith('//')) wrong.push(`${where} leads to ${to}`);
        } else if (!/<html lang="en">[^]*<h1[ >]/.test(text)) wrong.push(`${where} is no page: ${text.slice(0, 80)}`);
        if (text.includes(INPUTS.markup)) wrong.push(`${where} repeats markup`);
      }
    }
  }
  nothing(wrong);
});

test('bodies that are no forms, and forms without end, are answered in words', async () => {
  const cookie = `daicho=${facts.sessions.officer.en}`;
  const post = (path, body, type) =>
    fetch(facts.address + path, { method: 'POST', body, redirect: 'manual', headers: { origin: facts.address, cookie, 'content-type': type } });
  for (const [body, type] of [
    ['{"a":1}', 'application/json'], [new Uint8Array([0xff, 0xfe, 0, 0x25, 0x67]), 'application/x-www-form-urlencoded'],
    ['%zz=%ff&%00', 'application/x-www-form-urlencoded'], ['x'.repeat(2_000_000), 'application/x-www-form-urlencoded'],
    ['--b\r\nContent-Disposition: form-data; name="file"; filename="../../etc/x.xlsx"\r\n\r\nPK\u0003\u0004not a workbook\r\n--b--', 'multipart/form-data; boundary=b'],
  ]) {
    for (const path of ['/work', '/register/imports']) {
      const answer = await post(path, body, type);
      assert.ok(answer.status >= 400 && answer.status < 500, `${path} ${type}: ${answer.status}`);
      // An upload that is no upload is answered by the library that reads it, in plain words; it should be a page.
      if (path === '/register/imports' && !type.startsWith('multipart')) continue;
      assert.match(await answer.text(), /<h1[ >]/, `${path} ${type} is no page`);
    }
  }
});

test('no form of the router is forgotten', () => {
  const source = readFileSync(new URL('../crates/web/src/router.rs', import.meta.url), 'utf8');
  const routes = [...source.matchAll(/(?:make\(|public\(Method::POST, )"([^"]+)"/g)].map((match) => match[1]);
  assert.ok(routes.length > 20, 'the routes could not be read');
  assert.deepEqual(routes.filter((route) => !(route in HAND) && !BARE.includes(route) && !UNTRIED.includes(route)), []);
  assert.deepEqual(UNTRIED.filter((route) => route in HAND || !routes.includes(route)), []);
});

test('the page after a script for a name is text', async () => {
  const { page, context, troubles } = await visitor(browser, { as: 'handler', language: 'en' });
  await page.goto('/people');
  await page.locator('main #text').fill('すくりぷと');
  await page.locator('main form[action="/people/searches"] button').click();
  assert.equal(await page.locator('.hits b').first().innerText(), facts.values.script.name);
  await page.locator('.hits button').first().click();
  assert.equal(await page.locator('h1').innerText(), facts.values.script.name);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the pages that list what was typed are whole', async () => {
  const wrong = [];
  for (const path of ['/register', `/register/${facts.row}`, '/records', '/records/new', '/work?view=all', '/work', '/account', '/people?choose=1', '/']) {
    const { page, context, troubles } = await visitor(browser, { as: 'officer', language: 'vi' });
    await page.goto(path);
    wrong.push(...(await shape(page, 'vi')), ...(await violations(page)), ...(await tooWide(page)));
    await page.setViewportSize(PHONE);
    wrong.push(...(await tooWide(page)), ...troubles);
    await context.close();
  }
  nothing(wrong);
});
