'use strict';
/* What a phone keeps until it has arrived: drafts, and reports on their way. Pages and the service worker share it.
   Everything is sealed with a key that the browser never gives away; without one, only drafts that hold no secret
   are written down, and a report on its way stays in memory. Written for browsers of 2018. */
self.Keep = (function () {
  const WEEK = 7 * 24 * 3600 * 1000, PATIENCE = 30000;
  const memory = { drafts: new Map(), queue: new Map(), done: new Map() };
  const safe = !!(self.crypto && crypto.subtle && self.indexedDB);
  let base = null, sealing = null, flushing = null;

  function asked(request) {
    return new Promise(function (good, bad) {
      request.onsuccess = function () { good(request.result); };
      request.onerror = function () { bad(request.error); };
    });
  }

  function opened() {
    if (!base) {
      const request = indexedDB.open('baoxue', 1);
      request.onupgradeneeded = function () {
        ['keys', 'drafts', 'queue', 'done'].forEach(function (name) { request.result.createObjectStore(name); });
      };
      base = asked(request);
    }
    return base;
  }

  async function room(name, mode) { return (await opened()).transaction(name, mode).objectStore(name); }

  function sealed() {
    if (!sealing) {
      sealing = (async function () {
        const known = await asked((await room('keys', 'readonly')).get('device'));
        if (known) return known;
        const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
        try { await asked((await room('keys', 'readwrite')).add(made, 'device')); } catch (_) { /* another page was first */ }
        return asked((await room('keys', 'readonly')).get('device'));
      })();
    }
    return sealing;
  }

  /* Keeps a value; tells whether it will be there after the page is closed. */
  async function put(name, id, value) {
    const at = Date.now();
    memory[name].set(id, { id: id, at: at, value: value });
    if (!safe) return false;
    try {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const words = new TextEncoder().encode(JSON.stringify(value));
      const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv }, await sealed(), words);
      await asked((await room(name, 'readwrite')).put({ at: at, iv: iv, data: data }, id));
      memory[name].delete(id);  // the worker may send it meanwhile: what is written down is the truth
      return true;
    } catch (_) { return false; }  // a private window, a full disk: memory has it
  }

  async function read(id, row) {
    try {
      const words = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, await sealed(), row.data);
      return { id: id, at: row.at, value: JSON.parse(new TextDecoder().decode(words)) };
    } catch (_) { return null; }
  }

  /* Gives what is kept, the oldest first; drafts and tidings are forgotten after a week, reports never. */
  async function all(name) {
    const found = new Map();
    try {
      const keys = safe ? await asked((await room(name, 'readonly')).getAllKeys()) : [];
      for (const id of keys) {
        const row = await asked((await room(name, 'readonly')).get(id));
        if (row && name !== 'queue' && Date.now() - row.at > WEEK) await drop(name, id);
        else if (row) { const one = await read(id, row); if (one) found.set(id, one); }
      }
    } catch (_) { /* memory still has what this page put there */ }
    memory[name].forEach(function (one, id) { found.set(id, one); });
    return Array.from(found.values()).sort(function (a, b) { return a.at - b.at; });
  }

  async function get(name, id) {
    return (await all(name)).find(function (one) { return one.id === id; }) || null;
  }

  async function drop(name, id) {
    memory[name].delete(id);
    if (safe) try { await asked((await room(name, 'readwrite')).delete(id)); } catch (_) { /* nothing there */ }
  }

  /* Asks the server and gives up after a while: half a connection is none. */
  async function post(url, body, key) {
    const stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE);
    try {
      const answer = await fetch(url, { method: 'POST', body: body, credentials: 'same-origin', signal: stop.signal,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8', 'Idempotency-Key': key } });
      const type = answer.headers.get('Content-Type') || '';
      return { status: answer.status, json: type.indexOf('json') >= 0, text: await answer.text() };
    } finally { clearTimeout(timer); }
  }

  /* Sends one report; the same key makes a second sending harmless. States: done, kept, login, refused. What nobody
     watches is told later. */
  async function send(item, watched) {
    let answer;
    try { answer = await post(item.url, item.body, item.id); } catch (_) { return { state: 'kept' }; }
    if (answer.status < 300 && answer.json) {
      const told = JSON.parse(answer.text);
      await put('done', item.id, { title: item.title, page: told.page, told: told.told, same: item.same, seen: !!watched });
      await drop('queue', item.id);
      return { state: 'done', page: told.page, told: told.told };
    }
    if (answer.status === 401) return { state: 'login', html: answer.text };
    if (answer.status < 400 || answer.status === 408 || answer.status === 429 || answer.status >= 500) return { state: 'kept' };
    return { state: 'refused', html: answer.text };
  }

  /* Sends all that waits, in its order; `again` also what was refused before. */
  function flush(again) {
    if (!flushing) {
      flushing = (async function () {
        let state = 'done';
        for (const one of await all('queue')) {
          if (one.value.refused && !again) continue;
          const outcome = await send(one.value);
          if (outcome.state === 'refused') await put('queue', one.id, Object.assign({}, one.value, { refused: true }));
          else if (outcome.state !== 'done') { state = outcome.state; break; }
        }
        return state;
      })();
      flushing.then(function () { flushing = null; }, function () { flushing = null; });
    }
    return flushing;
  }

  return { put: put, get: get, all: all, drop: drop, post: post, send: send, flush: flush, safe: safe };
})();
