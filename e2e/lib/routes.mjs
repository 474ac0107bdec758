// The routes of the app as its sources declare them, so that a route that no test visits is found.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './words.mjs';

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (entry.name.endsWith('.rs')) yield path;
  }
}

// What stands between the bracket at `open` and the one that closes it.
function argumentsAt(text, open) {
  let depth = 0;
  let quoted = false;
  for (let at = open; at < text.length; at += 1) {
    const c = text[at];
    if (c === '"' && text[at - 1] !== '\\') quoted = !quoted;
    if (quoted) continue;
    if (c === '(') depth += 1;
    if (c === ')' && (depth -= 1) === 0) return text.slice(open + 1, at);
  }
  throw new Error('a call of .route( is not closed');
}

// The routes that one file declares: `.route("/pay", get(form).post(send))`. A constant in place
// of the text is looked up in the same sources.
export function parse(text, constants = new Map()) {
  const found = [];
  for (const call of text.matchAll(/\.route\s*\(/g)) {
    const inner = argumentsAt(text, call.index + call[0].length - 1);
    // A method of the same name that asks for a route.
    if (!inner.includes(',')) continue;
    const path = /^\s*(?:"([^"]+)"|&?([A-Za-z_:]+))\s*,/s.exec(inner);
    if (!path) throw new Error(`cannot read the route: ${inner}`);
    const [whole, literal, constant] = path;
    const pattern = literal ?? constants.get(constant.split('::').pop());
    if (pattern === undefined) throw new Error(`the route ${constant} is not known`);
    const rest = inner.slice(whole.length);
    const methods = [...rest.matchAll(/\b(get|post|put|delete|any)\s*\(/g)].map((m) => m[1]);
    for (const method of new Set(methods)) found.push({ method: method.toUpperCase(), pattern });
  }
  return found;
}

// Tests in the sources declare routes of their own.
const withoutTests = (text) => text.split(/^#\[cfg\(test\)\]\nmod \w+ \{/m)[0];

// The app's.
export const routes = () => routesOf(['web', 'edge', 'ui']);

export function routesOf(crates) {
  const texts = crates.flatMap((crate) =>
    [...sources(join(ROOT, 'crates', crate, 'src'))].map((f) =>
      withoutTests(readFileSync(f, 'utf8')),
    ),
  );
  const constants = new Map(
    texts.flatMap((t) =>
      [...t.matchAll(/const (\w+): &(?:'static )?str =\s*"([^"]+)"/g)].map((m) => [m[1], m[2]]),
    ),
  );
  const all = texts.flatMap((text) => parse(text, constants));
  const one = new Map(all.map((r) => [`${r.method} ${r.pattern}`, r]));
  return [...one.values()].sort((a, b) => a.pattern.localeCompare(b.pattern));
}

const matchers = new Map();

function matcher(pattern) {
  if (!matchers.has(pattern)) {
    const parts = pattern.split(/\{\*?\w+\}/).map((p) => p.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
    const any = pattern.includes('{*') ? '.+' : '[^/]+';
    matchers.set(pattern, new RegExp(`^${parts.join(any)}$`));
  }
  return matchers.get(pattern);
}

// The route of a path: the one with the fewest open places.
export function routeOf(all, method, path) {
  return all
    .filter((r) => (r.method === method || r.method === 'ANY') && matcher(r.pattern).test(path))
    .sort(
      (a, b) => (a.pattern.match(/\{/g) ?? []).length - (b.pattern.match(/\{/g) ?? []).length,
    )[0];
}

// What is there for the browser and not for a person.
const MACHINES = [
  '/alive', '/events', '/sw.js', '/manifest.webmanifest', '/csp-report', '/robots.txt',
];
export const isForMachines = (pattern) =>
  MACHINES.includes(pattern) || /^\/(a\/|favicon|health|\.well-known)/.test(pattern);
