// Every page of the office and of the public site: who looks, how to get there, what answers.
// `go` is an address, or what somebody does to get there; `status` is 200 unless said; `phone` pages are examined at 360 px as well.
import { facts, reveal } from './office.mjs';

const { row, work, people } = facts;
const past = new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 10);

/** Fills in and sends the form on the page with that action; returns the answer. */
export async function send(page, action, fields = {}) {
  const form = page.locator(`main form[action="${action}"], aside form[action="${action}"]`).first();
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`).first();
    const kind = await field.evaluate((e) => (e.tagName === 'SELECT' ? 'select' : e.type));
    if (kind === 'select') await field.selectOption(value);
    else if (kind === 'checkbox' || kind === 'radio') await form.locator(`[name="${name}"][value="${value}"]`).check();
    else await field.fill(value);
  }
  await form.evaluate((e) => (e.noValidate = true));
  const [answer] = await Promise.all([page.waitForNavigation(), form.locator('button:not([type=button])').first().click()]);
  return answer;
}

/** The first sentence that stands so, opened. */
const drawer = (standing) => async (page) => {
  await page.goto('/');
  const sentence = page.locator(`a.clause.${standing}`).first();
  return page.goto(await sentence.getAttribute('href'));
};

const formOf = (address, action, fields) => async (page) => {
  await page.goto(address);
  return send(page, action, fields);
};

/** A workbook nobody would want: one good line, one bad. */
const upload = async (page) => {
  await page.goto('/register/import');
  const csv = `id,name\nno such id!,x\n`;
  await page.locator('#file').setInputFiles({ name: 'ledger.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  return send(page, '/register/imports');
};

/** The office's own workbook, taken out and put in again with one row changed. */
const roundTrip = async (page) => {
  await page.goto('/register/import');
  const book = await page.request.get('/register.xlsx');
  const buffer = Buffer.from(await book.body());
  await page.locator('#file').setInputFiles({ name: 'register.xlsx', mimeType: 'application/octet-stream', buffer });
  return send(page, '/register/imports');
};

/** The first part of a kind in its list. */
const firstOf = (kind) => async (page) => {
  await page.goto(`/organisation/${kind}`);
  return page.goto(await page.locator('main tbody a').first().getAttribute('href'));
};

/** The same, to be changed. */
const changed = (kind) => async (page) => {
  await firstOf(kind)(page);
  return page.goto(`${new URL(page.url()).pathname}/edit`);
};

/** A staff list with somebody new, and a line that cannot be read. */
const listOfStaff = async (page) => {
  await page.goto('/organisation/import');
  const csv = '社員番号,氏名,所属部署,入社日\nX1,試し 花子,no such department,2026-04-01\nX2,試し 太郎,hn-hr,2026-04-01\n';
  await page.locator('#file').setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  return send(page, '/organisation/imports');
};

/** A log of the file server with an account nobody has, of the week before last; each time another file. */
let logs = 0;
const monday = new Date(Date.now() - (((new Date().getUTCDay() + 6) % 7) + 14) * 86_400_000).toISOString().slice(0, 10);
const readLog = async (page) => {
  await page.goto('/logs/new');
  logs += 1;
  const csv = `timestamp,user,host\n${monday} 03:00:0${logs % 10},stranger-${logs}-${Date.now()},files\n${monday} 04:\n`;
  const file = { name: 'access.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) };
  await page.locator('input[name="log:access.files"]').setInputFiles(file);
  return send(page, '/logs');
};

const week = async (page) => {
  await readLog(page);
  await page.goto('/logs');
  return page.goto(await page.locator('main table').last().locator('a[href^="/logs/weeks/"]').nth(2).getAttribute('href'));
};

const question = async (page) => {
  await week(page);
  return page.goto(await page.locator('a[href^="/logs/questions/"]').first().getAttribute('href'));
};

/** The same question among what waits for oneself; whoever is not asked it does not learn that it is there. */
const questionToMe = async (page) => {
  await question(page);
  return page.goto(new URL(page.url()).pathname.replace('/logs/', '/turn/'));
};

/** A form that another site sends here. */
const fromElsewhere = async (page) => {
  await page.goto('about:blank');
  await page.setContent(`<form method="post" action="${facts.address}/work"><button>x</button></form>`);
  const [answer] = await Promise.all([page.waitForNavigation(), page.locator('button').click()]);
  return answer;
};

/** The page that asks who one is, after a wrong password. */
const proof = async (page) => {
  await page.goto('/account');
  await page.evaluate(() => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = '/proofs';
    for (const [name, value] of [['proof-then', '/account/ways'], ['proof-again', 'get'], ['proof-password', 'not the password']]) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    }
    document.body.append(form);
  });
  const [answer] = await Promise.all([page.waitForNavigation(), page.evaluate(() => document.querySelector('form[action="/proofs"]').submit())]);
  return answer;
};

const search = (text) => formOf('/people', '/people/searches', { text });

export const PAGES = [
  // The public site and the door
  { name: 'notice', go: (page, language) => page.goto(`/notice/${language}`), phone: true },
  { name: 'notice of a product', go: (page, language) => page.goto(`/notice/${language}?product=sen-desk`) },
  { name: 'notice in the reader’s language', go: '/notice' },
  { name: 'sign-in', go: '/sign-in', phone: true },
  { name: 'sign-in on the way to a page', go: `/register/${row}` },
  { name: 'sign-in that failed', go: formOf('/sign-in', '/sign-in', { login: 'nobody', password: 'wrong password' }), status: 422 },
  { name: 'nothing there, for a stranger', go: '/nowhere', status: 404 },
  // Policy
  { name: 'policy', as: 'officer', go: '/', phone: true },
  { name: 'policy by its other name', as: 'auditor', go: '/policy' },
  ...['broken', 'attention', 'unproven', 'exception', 'kept', 'nothing'].map((standing) => (
    { name: `sentence that is ${standing}`, as: 'officer', go: drawer(standing), phone: standing === 'broken' })),
  { name: 'statement', as: 'officer', go: '/?clause=intro' },
  { name: 'sentence with a product’s own text', as: 'officer', go: '/?clause=purpose.partner-inquiry' },
  { name: 'policy as it stood', as: 'officer', go: `/?as-of=${past}` },
  { name: 'sentence as it stood', as: 'auditor', go: `/?as-of=${past}&clause=entrust.contract` },
  { name: 'policy before there was one', as: 'officer', go: '/?as-of=2001-01-01' },
  { name: 'operations report', as: 'officer', go: '/?print=1', phone: true },
  // Register
  { name: 'register', as: 'officer', go: '/register', phone: true },
  { name: 'register, drafts', as: 'officer', go: '/register?view=draft' },
  { name: 'register, nothing found', as: 'handler', go: formOf('/register', '/register/searches', { q: 'zzzzzz' }) },
  { name: 'row', as: 'officer', go: `/register/${row}`, phone: true },
  { name: 'row, edited', as: 'officer', go: `/register/${row}/edit`, phone: true },
  { name: 'row, edited wrongly', as: 'officer', go: formOf(`/register/${row}/edit`, `/register/${row}`, { 'c.manager': '' }), status: 422 },
  { name: 'new row', as: 'officer', go: '/register/new' },
  { name: 'new row with a bad id', as: 'officer', go: formOf('/register/new', '/register', { id: 'No Such Id!' }), status: 422 },
  { name: 'register from a file', as: 'officer', go: '/register/import' },
  { name: 'register from a bad file', as: 'officer', go: upload, status: [200, 422] },
  { name: 'register from its own file', as: 'officer', go: roundTrip },
  // The organisation
  { name: 'organisation', as: 'officer', go: '/organisation', phone: true },
  { name: 'organisation, for an auditor', as: 'auditor', go: '/organisation' },
  ...['entity', 'department', 'site', 'zone', 'project', 'card', 'terminal', 'reader'].map((kind) => (
    { name: `organisation: ${kind}`, as: 'officer', go: `/organisation/${kind}` })),
  { name: 'staff', as: 'officer', go: '/organisation/staff', phone: true },
  { name: 'staff, those who left too', as: 'handler', go: '/organisation/staff?view=all' },
  { name: 'somebody', as: 'officer', go: firstOf('staff'), phone: true },
  { name: 'a project with its rules', as: 'officer', go: firstOf('project'), phone: true },
  { name: 'a legal entity', as: 'auditor', go: firstOf('entity') },
  { name: 'a zone, changed', as: 'officer', go: changed('zone'), phone: true },
  { name: 'new zone', as: 'officer', go: '/organisation/zone/new', phone: true },
  { name: 'new card', as: 'officer', go: '/organisation/card/new' },
  { name: 'new staff with a bad id', as: 'officer', go: formOf('/organisation/staff/new', '/organisation/staff', { id: 'No Such Id!' }), status: 422 },
  { name: 'new zone that lacks everything', as: 'officer', go: formOf('/organisation/zone/new', '/organisation/zone', { id: 'z.1', name: '' }), status: 422 },
  { name: 'organisation from a list', as: 'officer', go: '/organisation/import', phone: true },
  { name: 'organisation from a list, looked at', as: 'officer', go: listOfStaff, phone: true },
  // People
  { name: 'choose the work', as: 'handler', go: '/people?choose=1', phone: true },
  { name: 'find', as: 'handler', go: '/people' },
  { name: 'found', as: 'handler', go: search('てしがわら'), phone: true },
  { name: 'found nobody', as: 'handler', go: search('ぬりかべ'), },
  { name: 'found a long name', as: 'handler', go: search('ながい') },
  { name: 'found a name in the other direction', as: 'handler', go: search('むはんまど') },
  { name: 'person, sealed', as: 'handler', go: `/people/${people.naoko}`, phone: true },
  { name: 'person, opened', as: 'handler', go: (page) => reveal(page, people.naoko, 'phone'), phone: true },
  { name: 'person with a long name, opened', as: 'handler', go: (page) => reveal(page, people.long, 'name') },
  { name: 'person whose name is a script', as: 'handler', go: (page) => reveal(page, people.script, 'name') },
  { name: 'person, refused', as: 'handler', go: (page) => reveal(page, people.naoko, 'education', facts.joining), status: 403, phone: true },
  { name: 'person, nothing ticked', as: 'handler', go: formOf(`/people/${people.anh}`, `/people/${people.anh}/reveals`), status: [403, 422] },
  { name: 'person whose use is stopped', as: 'officer', go: `/people/${people.paused}` },
  { name: 'person whose use is stopped, refused', as: 'handler', go: (page) => reveal(page, people.paused, 'email'), status: 403 },
  ...['corrections', 'suspensions', 'exports', 'erasures', 'milestones'].map((deed) => (
    { name: deed, as: 'officer', go: `/people/${people.anh}/${deed}`, phone: deed === 'erasures' })),
  { name: 'person whose erasure waits', as: 'officer', go: `/people/${people.leaving}`, phone: true },
  { name: 'person whose erasure waits, for a handler', as: 'handler', go: `/people/${people.leaving}`, status: 404 },
  { name: 'withdrawals', as: 'officer', go: `/people/${people.leaving}/withdrawals` },
  { name: 'find, with an erasure that waits', as: 'officer', go: '/people' },
  { name: 'resumptions', as: 'officer', go: `/people/${people.paused}/resumptions` },
  { name: 'correction that does not fit', as: 'handler', go: formOf(`/people/${people.anh}/corrections`, `/people/${people.anh}/corrections`,
    { place: `${row}/email`, value: 'nobody at nowhere' }), status: 422 },
  { name: 'erasure without being sure', as: 'officer', go: formOf(`/people/${people.anh}/erasures`, `/people/${people.anh}/erasures`), status: 422 },
  { name: 'people, for an administrator', as: 'administrator', go: '/people', status: 404 },
  // Work
  { name: 'work', as: 'handler', go: '/work', phone: true },
  { name: 'work of everybody', as: 'officer', go: '/work?view=all' },
  { name: 'new work', as: 'officer', go: '/work/new', phone: true },
  { name: 'new work about one person', as: 'officer', go: `/work/new?person=${people.anh}` },
  { name: 'new work that lacks everything', as: 'officer', go: formOf('/work/new', '/work', { code: '', title: '' }), status: 422 },
  { name: 'work record', as: 'officer', go: `/work/${work}` },
  // Records
  { name: 'records', as: 'officer', go: '/records', phone: true },
  { name: 'records, refused', as: 'auditor', go: '/records?answer=refused' },
  { name: 'records, none', as: 'officer', go: `/records?before=1&answer=refused` },
  { name: 'record', as: 'officer', go: '/records/0' },
  { name: 'newest record', as: 'auditor', go: async (page) => {
    await page.goto('/records');
    return page.goto(await page.locator('main tbody a').first().getAttribute('href'));
  }, phone: true },
  { name: 'evidence', as: 'officer', go: '/records/new', phone: true },
  { name: 'evidence of a review of logs', as: 'officer', go: '/records/new?kind=logs-review' },
  { name: 'evidence of a test of equipment', as: 'administrator', go: '/records/new?kind=power-test' },
  { name: 'evidence that lacks everything', as: 'officer', go: formOf('/records/new', '/records'), status: 422 },
  // Logs
  { name: 'logs', as: 'officer', go: '/logs', phone: true },
  { name: 'logs, for a handler', as: 'handler', go: '/logs' },
  { name: 'logs to read', as: 'officer', go: '/logs/new', phone: true },
  { name: 'logs read without a file', as: 'officer', go: formOf('/logs/new', '/logs'), status: 422 },
  { name: 'logs, read', as: 'officer', go: readLog },
  { name: 'week of logs', as: 'officer', go: week, phone: true },
  { name: 'question about a log', as: 'officer', go: question, phone: true },
  { name: 'question about a log, not answered', as: 'officer', go: async (page) => {
    await question(page);
    return send(page, await page.locator('main form').getAttribute('action'), { note: 'x' });
  }, status: 422 },
  { name: 'no such week', as: 'officer', go: '/logs/weeks/2026-W99', status: 404 },
  { name: 'no such record', as: 'officer', go: '/records/999999999', status: 404 },
  // Accounts
  { name: 'accounts', as: 'administrator', go: '/accounts', phone: true },
  { name: 'accounts, for the officer', as: 'officer', go: '/accounts' },
  { name: 'new account', as: 'administrator', go: '/accounts/new' },
  { name: 'new account with a short password', as: 'administrator', go: formOf('/accounts/new', '/accounts',
    { name: 'A. Example', login: 'example', password: 'short', reason: 'test' }), status: [422, 403] },
  { name: 'your turn', as: 'handler', go: '/turn', phone: true },
  { name: 'a question to me', as: 'officer', go: questionToMe, status: [200, 404], phone: true },
  { name: 'rights', as: 'officer', go: '/rights', phone: true },
  { name: 'rights, for the administrator', as: 'administrator', go: '/rights' },
  { name: 'reviews', as: 'officer', go: '/reviews', phone: true },
  { name: 'your turn, of the officer', as: 'officer', go: '/turn' },
  { name: 'a link that passed', go: '/sign-in/links/l_0', phone: true },
  { name: 'own account', as: 'handler', go: '/account' },
  { name: 'own ways of signing in', as: 'handler', go: '/account/ways', phone: true },
  { name: 'own sessions', as: 'handler', go: '/account/sessions', phone: true },
  // Who signed in a while ago is asked again who they are: 403 is the page that asks.
  { name: 'an app for codes', as: 'officer', go: '/account/apps/new', status: [200, 403], phone: true },
  { name: 'a passkey', as: 'officer', go: '/account/passkeys/new', status: [200, 403], phone: true },
  { name: 'who are you', as: 'auditor', go: proof, status: 422, phone: true },
  { name: 'token for ever', as: 'officer', go: formOf('/account', '/account/tokens', { label: 'test', until: '2099-01-01' }), status: [422, 403] },
  { name: 'policy, for an administrator', as: 'administrator', go: '/' },
  // Anything, and no
  { name: 'find anything', as: 'officer', go: '/find' },
  { name: 'found something', as: 'officer', go: (page, language) =>
    formOf('/find', '/find', { q: { ja: '委託', en: 'entrust', vi: 'dữ liệu' }[language] })(page) },
  { name: 'found nothing', as: 'handler', go: formOf('/find', '/find', { q: 'zzzzzz' }) },
  { name: 'nothing there', as: 'officer', go: '/nowhere', status: 404 },
  { name: 'from elsewhere', as: 'officer', go: fromElsewhere, status: 403 },
  { name: 'menus, open', as: 'officer', go: async (page) => {
    const answer = await page.goto('/account');
    for (const menu of await page.locator('details.menu').all()) await menu.evaluate((e) => (e.open = true));
    return answer;
  } },
  { name: 'everything folded, open', as: 'administrator', go: async (page) => {
    const answer = await page.goto('/accounts');
    for (const fold of await page.locator('main details').all()) await fold.evaluate((e) => (e.open = true));
    return answer;
  }, phone: true },
];
