'use strict';
/* What a phone keeps until it has arrived: drafts, and reports on their way. Pages and the service worker share it.
   Everything is sealed with a key that the browser never gives away; where that cannot be, it stays in this page's
   memory. Written for browsers of 2018. */
self.Keep = (function () {
  const WEEK = 7 * 24 * 3600 * 1000, PATIENCE = 30000, SLOW = 3000;
  const OURS = ' · 保学通</title>';  // a hotel's or a phone company's own page answers for us otherwise
  const memory = { drafts: new Map(), queue: new Map(), done: new Map() };
  const underway = new Set();
  let base = null, sealing = null, flushing = null, rest = 0;

  /* ---- the store ---- */

  function able() {
    try { return !!(self.crypto && crypto.subtle && self.indexedDB); } catch (_) { return false; }  // to ask can be forbidden
  }

  function asked(request) {
    return new Promise(function (good, bad) {
      request.onsuccess = function () { good(request.result); };
      request.onerror = function () { bad(request.error); };
    });
  }

  function forget() { base = sealing = null; }

  function opened() {
    if (!base) {
      base = new Promise(function (good, bad) {
        const request = indexedDB.open('baoxue', 1);
        request.onupgradeneeded = function () {
          ['keys', 'drafts', 'queue', 'done'].forEach(function (name) { request.result.createObjectStore(name); });
        };
        request.onsuccess = function () { request.result.onclose = forget; good(request.result); };
        request.onerror = function () { bad(request.error); };
        setTimeout(bad, SLOW);  // some browsers never say
      });
    }
    return base;
  }

  async function look(name, act) { return asked(act((await opened()).transaction(name).objectStore(name))); }

  /* Ends when it is on the disk: a full one refuses only then. */
  async function change(name, act) {
    const going = (await opened()).transaction(name, 'readwrite');
    const ended = new Promise(function (good, bad) {
      going.oncomplete = good;
      going.onabort = function () { bad(going.error); };
    });
    act(going.objectStore(name));
    return ended;
  }

  function sealed() {
    if (!sealing) {
      sealing = (async function () {
        const known = function (room) { return room.get('device'); };
        const old = await look('keys', known);
        if (old) return old;
        const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
        try { await change('keys', function (room) { room.add(made, 'device'); }); } catch (_) { /* another page was first */ }
        return look('keys', known);
      })();
    }
    return sealing;
  }

  /* Tells whether what is kept will be there after the page is closed. */
  async function lasts() {
    try { return able() && !!await sealed(); } catch (_) { return false; }
  }

  async function closed(value, at) {
    const iv = crypto.getRandomValues(new Uint8Array(12)), words = new TextEncoder().encode(JSON.stringify(value));
    return { at: at, iv: iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv }, await sealed(), words) };
  }

  async function read(id, row) {
    try {
      const words = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, await sealed(), row.data);
      return { id: id, at: row.at, value: JSON.parse(new TextDecoder().decode(words)), lasting: true };
    } catch (_) { return null; }
  }

  /* Keeps a value, since now or since `at`; tells whether it will be there after the page is closed. */
  async function put(name, id, value, at) {
    const since = at || Date.now();
    memory[name].set(id, { id: id, at: since, value: value, lasting: false });
    try {
      if (!able()) return false;
      const row = await closed(value, since);
      await change(name, function (room) { room.put(row, id); });
      memory[name].delete(id);  // the worker may send it meanwhile: what is written down is the truth
      return true;
    } catch (_) { return false; }  // a private window, a full disk: memory has it
  }

  async function drop(name, id) {
    memory[name].delete(id);
    try { if (able()) await change(name, function (room) { room.delete(id); }); } catch (_) { /* nothing there */ }
  }

  /* Gives what is kept, the oldest first; drafts and tidings are forgotten after a week, reports never. */
  async function all(name) {
    const found = new Map();
    try {
      for (const id of able() ? await look(name, function (room) { return room.getAllKeys(); }) : []) {
        const row = await look(name, function (room) { return room.get(id); });
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

  /* ---- the wire ---- */

  /* Asks the server and gives up after a while: half a connection is none. Gives what the server told a script, or its
     page; neither where somebody else answered in its place. */
  function post(url, body, key, watched) {
    const stop = self.AbortController ? new AbortController() : null;
    const late = new Promise(function (_, bad) {
      setTimeout(function () { if (stop) stop.abort(); bad(new Error('late')); }, PATIENCE);
    });
    return Promise.race([late, (async function () {
      const answer = await fetch(url, { method: 'POST', body: body, credentials: 'same-origin', signal: stop ? stop.signal : undefined,
        headers: Object.assign({ 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8', 'Idempotency-Key': key },
          watched ? { 'X-Watched': '1' } : {}) });
      const words = await answer.text();
      return { status: answer.status, wait: Number(answer.headers.get('Retry-After')) || 0, told: told(words),
        html: words.indexOf(OURS) > 0 ? words : '' };
    })()]);
  }

  function told(words) {
    try { const said = JSON.parse(words); return said && said.page ? said : null; } catch (_) { return null; }
  }

  /* Tells whether to ask again later: nothing came, or nothing of ours, or the house is too busy. */
  function later(answer) {
    return !answer || (!answer.told && !answer.html) || answer.status === 408 || answer.status === 429 || answer.status >= 500;
  }

  function busy(answer) { return !!answer && !!answer.html && (answer.status === 429 || answer.status >= 500); }

  /* Sends one report; the same key makes a second sending harmless. States: done, kept (busy or not), login, refused.
     What nobody watches is told later. */
  async function send(item, watched) {
    let answer = null;
    underway.add(item.id);
    try { answer = await post(item.url, item.body, item.id, watched); } catch (_) { /* no network */ }
    underway.delete(item.id);
    if (answer && answer.wait) rest = Date.now() + answer.wait * 1000;
    if (answer && answer.told && answer.status < 300) {
      const page = answer.told.page, words = answer.told.told;
      await put('done', item.id, { title: item.title, page: page, told: words, same: item.same, seen: !!watched });
      await drop('queue', item.id);
      return { state: 'done', page: page };
    }
    if (later(answer)) return { state: 'kept', busy: busy(answer) };
    return { state: answer.status === 401 ? 'login' : 'refused', html: answer.html };
  }

  /* Writes down why something still waits, unless somebody has taken it away meanwhile. */
  async function mark(one, why) {
    if (!one.value[why] && await get('queue', one.id)) await put('queue', one.id, Object.assign({}, one.value, { [why]: true }), one.at);
  }

  /* Sends all that waits, in its order, but nothing before the time that a busy house asked for. What needs a sign-in
     holds nothing else up. `again` is somebody's wish: it also sends what was refused before, and at once. The one of the
     id `waiting` is watched: its page goes on to what the house says of it. */
  async function sendAll(again, waiting) {
    if (!again && Date.now() < rest) return 'kept';
    let state = 'done';
    for (const one of await all('queue')) {
      if (underway.has(one.id) || (one.value.refused && !again)) continue;
      const outcome = await send(one.value, one.id === waiting);
      if (outcome.state === 'kept') return 'kept';
      if (outcome.state === 'login') state = 'login';
      if (outcome.state !== 'done') await mark(one, outcome.state);
    }
    return state;
  }

  function flush(again, waiting) {
    if (!flushing) {
      const ended = function () { flushing = null; };
      flushing = sendAll(again, waiting);
      flushing.then(ended, ended);
    }
    return flushing;
  }

  return { put: put, get: get, all: all, drop: drop, lasts: lasts, post: post, later: later, busy: busy, send: send, flush: flush };
})();
