/* Opens pages without a network, and sends what waits. Kept here is only what the house has marked as empty: nothing
   private, and nothing that somebody else has answered in its place. */
self.addEventListener('install', function (event) {
  event.waitUntil(caches.open(HOUSE.version).then(function (kept) { return kept.addAll(HOUSE.assets); }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener('activate', function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== HOUSE.version; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

/* Fetches the empty forms one by one once a page has been looked at for a while, so that each opens in a village
   without a network, visited before or not. As nobody: what is kept must not say who has agreed to what. */
self.addEventListener('message', function (event) {
  if (event.data === 'ahead') event.waitUntil((async function () {
    for (const path of HOUSE.pages) {
      if (!await caches.match(path, { ignoreVary: true })) try { await keep(path, await fetch(path, { credentials: 'omit' })); } catch (_) { return; }
    }
  })());
});

async function keep(request, answer) {
  if (!answer.ok || answer.redirected || answer.headers.get('Cache-Control') !== HOUSE.empty) return;
  await (await caches.open(HOUSE.version)).put(request, answer);
}

/* The network first; a slow one gets five seconds where the phone has the page. A teacher's form is no parent's. */
async function page(request, event) {
  const url = new URL(request.url), path = url.pathname;
  const known = url.searchParams.has('as') ? null : await caches.match(path, { ignoreVary: true });
  const news = fetch(request).then(function (answer) {
    if (HOUSE.pages.indexOf(path) >= 0) event.waitUntil(keep(path, answer.clone()));
    return answer;
  });
  if (!known) return news.catch(function () { return caches.match(HOUSE.offline, { ignoreVary: true }); });
  const slow = new Promise(function (good) { setTimeout(function () { good(known); }, 5000); });
  return Promise.race([news.catch(function () { return known; }), slow]);
}

self.addEventListener('fetch', function (event) {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (event.request.mode === 'navigate') event.respondWith(page(event.request, event));
  else if (url.searchParams.has('v')) {
    event.respondWith(caches.match(event.request, { ignoreVary: true }).then(function (kept) { return kept || fetch(event.request); }));
  }
});

self.addEventListener('sync', function (event) {
  if (event.tag === 'send') event.waitUntil(Keep.flush(false).then(function (state) { if (state !== 'done') throw new Error('later'); }));
});
