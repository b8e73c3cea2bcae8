// Every link leads somewhere: no address answers 400 or more, and what stands after # is there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANGUAGES, facts } from './office.mjs';

/** Addresses that are read of each sort: enough to see that its links are right. */
const EACH = 12;

const sort = (path) => path.replace(/\/(records|work|people|register)\/[^/?#]+/, '/$1/…').replace(/=[^&]*/g, '=…');

async function crawl(role, language, start) {
  const headers = { cookie: `daicho=${facts.sessions[role][language]}` };
  const queue = [...start];
  const known = new Set(queue);
  const read = new Map();
  const ids = new Map();
  const fragments = [];
  const dead = [];
  while (queue.length) {
    const path = queue.shift();
    const kind = sort(path);
    if ((read.get(kind) ?? 0) >= EACH) continue;
    read.set(kind, (read.get(kind) ?? 0) + 1);
    const answer = await fetch(facts.address + path, { headers });
    const text = await answer.text();
    if (answer.status >= 400) dead.push(`${answer.status} ${path}`);
    if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
    ids.set(path, new Set([...text.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1])));
    for (const [, raw] of text.matchAll(/\b(?:href|src|action)="([^"]+)"/g)) {
      const href = raw.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
      if (/^(tel|mailto):/.test(href)) continue;
      const url = new URL(href, answer.url);
      if (url.origin !== facts.address) continue;
      const to = url.pathname + url.search;
      // A language link switches the whole session.
      if (url.searchParams.has('lang') && url.pathname !== '/register.xlsx') continue;
      if (url.hash) fragments.push([path, to, decodeURIComponent(url.hash.slice(1))]);
      if (raw.startsWith('#') || known.has(to) || text.includes(`action="${raw}"`)) continue;
      known.add(to);
      queue.push(to);
    }
  }
  for (const [from, to, id] of fragments) {
    if (ids.has(to) && !ids.get(to).has(id)) dead.push(`${from} leads to ${to}#${id}, which is not there`);
  }
  return { dead: [...new Set(dead)], pages: ids.size };
}

const starts = {
  officer: ['/', '/notice/ja', `/people/${facts.people.naoko}`, `/register/${facts.row}`],
  handler: ['/', `/people/${facts.people.naoko}`],
  auditor: ['/'],
  administrator: ['/'],
};

for (const [at, role] of Object.keys(starts).entries()) {
  const language = LANGUAGES[at % LANGUAGES.length];
  test(`every link an ${role} sees leads somewhere (${language})`, async () => {
    const { dead, pages } = await crawl(role, language, starts[role]);
    assert.deepEqual(dead, []);
    assert.ok(pages > 15, `only ${pages} pages`);
  });
}
