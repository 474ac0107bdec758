// A line per test, the failures again at the end, and one closing line that says how it went.

import { relative } from 'node:path';

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

// What failed inside: node wraps it once or more.
function why(error) {
  let inner = error;
  while (inner?.cause && typeof inner.cause === 'object') inner = inner.cause;
  const frames = String(inner?.stack ?? '')
    .split('\n')
    .filter((l) => /e2e\/[a-z0-9/]+\.mjs/.test(l));
  const message = String(inner?.message ?? inner)
    // Colours, and what Playwright tells of each attempt.
    .replace(/\u001b\[\d+m/g, '')
    .replace(/\nCall log:\n(\s+- .*\n?)*/g, '\n');
  return [message, ...frames.slice(0, 3)].join('\n');
}

const indented = (text) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

export default async function* report(events) {
  const failed = [];
  let passed = 0;
  let skipped = 0;
  const began = Date.now();
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    if (type === 'test:diagnostic' && data.nesting > 0) yield `     ${data.message}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A file counts as a test of its own, and a suite is its tests.
    if (data.details?.type === 'suite') continue;
    if (type === 'test:pass' && data.name.endsWith('.mjs')) continue;
    if (String(data.skip).startsWith('test name does not match')) continue;
    if (data.skip !== undefined) {
      skipped += 1;
      yield `skip ${data.name}${typeof data.skip === 'string' ? `: ${data.skip}` : ''}\n`;
    } else if (type === 'test:pass') {
      passed += 1;
      yield `ok   ${data.name} (${seconds(data.details.duration_ms)})\n`;
    } else {
      const text = why(data.details.error);
      const file = data.file ? ` [${relative(process.cwd(), data.file)}:${data.line}]` : '';
      failed.push({ name: data.name, text, file });
      yield `FAIL ${data.name}${file} (${seconds(data.details.duration_ms)})\n${indented(text)}\n`;
    }
  }
  const skips = skipped > 0 ? `, ${skipped} skipped` : '';
  const took = seconds(Date.now() - began);
  if (failed.length > 0) {
    yield `\n== ${failed.length} FAILED of ${failed.length + passed}${skips} in ${took}\n`;
    for (const { name, file } of failed) yield `   ${name}${file}\n`;
  } else {
    yield `\n== ${passed} passed${skips} in ${took}\n`;
  }
}
