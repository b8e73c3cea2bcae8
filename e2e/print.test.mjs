// On paper: the head of the page is gone, nothing is cut off at the side, and a PDF comes out.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { LANGUAGES, chrome, facts, visitor } from './office.mjs';

let browser;
before(async () => (browser = await chrome()));
after(() => browser.close());

/** A4 without the margins of the style sheet, in CSS pixels. */
const PAPER = { width: Math.round((210 - 32) / 25.4 * 96), height: 1000 };
const pictures = process.env.DAICHO_E2E_PICTURES;

const SHEETS = [
  ['policy', '/'], ['report', '/?print=1'], ['register row', `/register/${facts.row}`], ['record', '/records/0'], ['records', '/records'],
  ['notice', '/notice/'],
];
for (const [name, path] of SHEETS) {
  test(`${name} on paper`, async () => {
    for (const language of LANGUAGES) {
      const { page, context } = await visitor(browser, { as: 'officer', language, viewport: PAPER });
      await page.goto(path === '/notice/' ? `/notice/${language}` : path);
      await page.emulateMedia({ media: 'print' });
      const shown = await page.evaluate(() =>
        [...document.querySelectorAll('header.top, nav, .skip, button, .no-print')].filter((e) => e.getClientRects().length).map((e) => e.outerHTML.slice(0, 80)));
      assert.deepEqual(shown, [], `${language}: what is only for the screen is not printed`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 1, `${language}: ${wide}px do not fit on the paper`);
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false });
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
      assert.ok(pdf.length > 8_000, `${pdf.length} bytes`);
      if (pictures) {
        mkdirSync(pictures, { recursive: true });
        writeFileSync(`${pictures}/${name.replace(' ', '-')}.${language}.pdf`, pdf);
      }
      await context.close();
    }
  });
}
