// Puts into a served demo what the tests look for: a row of applicants, people of theirs, a work record; and signs people in.
// Everything goes through the doors the product has. Prints what the tests must know.

const address = process.argv[2];
/** The password of every account of the demo; the demo itself prints it. */
const PASSWORD = 'daicho-demo-only';
const LANGUAGES = ['ja', 'en', 'vi'];
/** An officer, a handler, an auditor and an administrator of the demo. */
const LOGINS = { officer: 'mori', handler: 'lan', auditor: 'saito', administrator: 'bao' };

async function post(path, fields, cookie = '') {
  return fetch(address + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: address, cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields),
  });
}

async function signIn(login) {
  const answer = await post('/sign-in', { login, password: PASSWORD });
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('daicho='));
  if (answer.status !== 303 || !cookie) throw new Error(`${login} cannot sign in: ${answer.status}`);
  return cookie.split(';')[0];
}

async function api(cookie, method, path, body, headers = {}) {
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: { cookie, origin: address, 'daicho-script': '1', 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
}

const sessions = {};
for (const [role, login] of Object.entries(LOGINS)) {
  sessions[role] = {};
  for (const language of LANGUAGES) {
    const cookie = await signIn(login);
    await fetch(`${address}/account?lang=${language}`, { headers: { cookie } });
    sessions[role][language] = cookie.split('=')[1];
  }
}
const officer = `daicho=${sessions.officer.en}`;
const handler = `daicho=${sessions.handler.en}`;

// A row like the demo's own row of applicants, whose people are ours alone.
const rows = await api(officer, 'GET', '/register/rows?limit=200');
const like = rows.items.find((row) => row.kind === 'applicant' && row.state === 'active');
const { columns } = await api(officer, 'GET', `/register/rows/${like.row}`);
const row = 'e2e-applicants';
columns.name = { text: '応募書類（画面の試験）', standing: 'confirmed' };
columns.no = { text: '900', standing: 'confirmed' };
columns.purpose = { text: 'hr.recruit\nhr.joining', standing: 'confirmed' };
columns.elements = {
  text: ['name', 'name-kana', 'email', 'phone', 'address', 'birth-date', 'education'].join('\n'),
  standing: 'confirmed',
};
columns.place = { text: columns.place?.text || 'ハノイ本社', standing: 'inferred' };
for (const own of ['standing', 'reviewed', 'approved']) delete columns[own];
await api(officer, 'PUT', `/register/rows/${row}`, { columns }, { 'if-none-match': '*' });
await api(officer, 'POST', `/register/rows/${row}/approvals`, {});

const held = (values) => ({
  values: { address: '東京都千代田区丸の内1-1-1', 'birth-date': '1990-04-01', education: '工学部', ...values },
});
const people = {
  naoko: held({ name: '勅使河原 直子', 'name-kana': 'てしがわら なおこ', email: 'naoko.t@example.jp', phone: '090-1234-5678' }),
  anh: held({ name: 'Trần Thị Lan Anh', 'name-kana': 'チャン ティ ラン アイン', email: 'lan.anh@example.vn', phone: '+84 24 3825 0000' }),
  script: held({ name: '<script>alert(1)</script>', 'name-kana': 'すくりぷと', email: 'script@example.jp', phone: '03-1234-5681' }),
  long: held({ name: `Wolfeschlegelsteinhausen${'bergerdorff'.repeat(8)}`, 'name-kana': 'ながい', email: 'long@example.jp', phone: '03-1234-5678' }),
  rtl: held({ name: '\u0645\u062d\u0645\u062f \u0639\u0644\u064a', 'name-kana': 'むはんまど', email: 'rtl@example.jp', phone: '03-1234-5679' }),
  leaving: held({ name: '待機 花子', 'name-kana': 'たいき はなこ', email: 'leaving@example.jp', phone: '03-1234-5682' }),
  paused: held({ name: '休止 太郎', 'name-kana': 'きゅうし たろう', email: 'paused@example.jp', phone: '03-1234-5680' }),
};
const imported = await api(handler, 'POST', '/imports', {
  row, purpose: 'hr.recruit', source: 'browser-tests', people: Object.values(people),
});
if (imported.rejected.length) throw new Error(JSON.stringify(imported.rejected));
const ids = Object.fromEntries(Object.keys(people).map((name, at) => [name, imported.people[at]]));

const month = 30 * 86_400_000;
const open = (code, title, purpose) => api(officer, 'POST', '/work', {
  code, title, purpose, logins: [LOGINS.handler, LOGINS.officer], rows: [row],
  from: new Date().toISOString(), until: new Date(Date.now() + month).toISOString(),
});
const { work } = await open('E2E-1', '画面の試験 選考', 'hr.recruit');
// Education is not among what joining procedures need, so opening it under this one is refused.
const { work: joining } = await open('E2E-2', '画面の試験 入社手続', 'hr.joining');
await api(officer, 'POST', `/people/${ids.paused}/suspensions`, { purpose: 'rights.answer' });
await api(officer, 'POST', `/people/${ids.leaving}/erasures`, { purpose: 'rights.answer' });
for (const role of ['officer', 'handler']) {
  for (const language of LANGUAGES) await post('/people/work', { work }, `daicho=${sessions[role][language]}`);
}

process.stdout.write(JSON.stringify({
  address, password: PASSWORD, logins: LOGINS, sessions, row, work, joining, people: ids,
  values: Object.fromEntries(Object.entries(people).map(([name, one]) => [name, one.values])),
}, null, 2));
