// The service worker: keeps the static files, and one public page for when there is no network.
// Pages with personal data are never stored. The server replaces the name below with
// {"version": "...", "files": ["/a/..."]}, so that any new file makes a new worker.
'use strict';

const PRECACHE = __PRECACHE__;
const PREFIX = 'okto-';
const CACHE = PREFIX + PRECACHE.version;
const OFFLINE = '/offline';
const NAVIGATION_MS = 12_000;

const install = async () => {
  const cache = await caches.open(CACHE);
  // The offline page has no hash in its name, so the browser's own cache must not answer.
  await cache.add(new Request(OFFLINE, { cache: 'reload', credentials: 'omit' }));
  await cache.addAll(PRECACHE.files);
  await self.skipWaiting();
};

const activate = async () => {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

const fromCacheFirst = async (request) => {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
};

const fromNetwork = async (event) => {
  let timer = 0;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), NAVIGATION_MS);
  });
  const asked = (async () => (await event.preloadResponse) ?? fetch(event.request))();
  try {
    return await Promise.race([asked, late]);
  } catch {
    asked.catch(() => {});
    return (await caches.match(OFFLINE)) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
};

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/a/')) event.respondWith(fromCacheFirst(request));
  // Files to download are left alone: some browsers can not save what a worker hands over.
  else if (request.mode === 'navigate' && !/\.(csv|pdf|xlsx)$/.test(url.pathname)) {
    event.respondWith(fromNetwork(event));
  }
});
