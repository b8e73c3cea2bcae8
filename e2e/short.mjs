// Says only what failed, and how much was asked.
import { relative } from 'node:path';

export default async function* short(events) {
  let passed = 0;
  let failed = 0;
  const began = Date.now();
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
    const leaf = data?.details && data.details.type !== 'suite';
    if (type === 'test:pass' && leaf) passed += 1;
    if (type !== 'test:fail' || !leaf) continue;
    const why = data.details.error?.cause ?? data.details.error;
    // A test that holds others fails with them; they have said it already.
    if (data.details.error?.failureType === 'subtestsFailed') continue;
    failed += 1;
    // What a browser says while it runs or dies is long and the same each time.
    const told = String(why?.message ?? why).split(/\s*(?:Browser logs|Call log|=+ logs =+)/)[0].replace(/\u001b\[\d*m/g, '');
    yield `× ${relative('.', data.file ?? '')} ${data.name}\n${told.replace(/^/gm, '    ')}\n`;
  }
  yield `${passed} passed, ${failed} failed, ${Math.round((Date.now() - began) / 1000)} s\n`;
}
