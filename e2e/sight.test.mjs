// Whoever opens a sentence deep in the text sees at once what it is about: the sentence, its drawer and the contents are in sight.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chrome, visitor } from './office.mjs';

let browser;
before(async () => (browser = await chrome()));
after(() => browser.close());

for (const [place, part] of [['in the middle', 0.5], ['near the end', 0.95]]) {
  test(`a sentence ${place} of the policy opens beside its drawer and the contents`, async () => {
    const { context, page } = await visitor(browser, { as: 'officer', language: 'en' });
    await page.goto('/');
    const sentences = page.locator('a.clause');
    const one = sentences.nth(Math.floor((await sentences.count()) * part));
    await page.goto(await one.getAttribute('href'));
    assert.ok(await page.evaluate(() => scrollY > 500), 'the sentence stands deep in the text');
    for (const what of ['a.clause[aria-current]', '.drawer h2', '.toc a']) {
      const box = await page.locator(what).first().boundingBox();
      assert.ok(box && box.y >= -1 && box.y + box.height <= page.viewportSize().height, `${what} is out of sight: ${JSON.stringify(box)}`);
    }
    await context.close();
  });
}
