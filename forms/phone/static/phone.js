'use strict';
/* Makes the pages better where a script runs: drafts, sending that waits for a network, lists to search. Nothing here
   is needed to report: where it cannot run, the browser sends the forms itself. Written for browsers of 2018. */
(function () {
  const PATIENT = 3000, LATER = 15000, TWICE = 10 * 60 * 1000;
  const UNSAID = ['csrf_token', 'idempotency_key', 'patience', 'step', 'website', 'notice'];
  const KEY = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';
  const ENCODED = 'application/x-www-form-urlencoded;charset=UTF-8';
  if (!self.Keep) return;  // a bad network lost the other script
  let before = null, waiting = '', mending = '', shownNews = '';

  function find(where, what) { return Array.from(where.querySelectorAll(what)); }

  function main() { return document.querySelector('main'); }

  function make(tag, words, kind) {
    const made = document.createElement(tag);
    if (words) made.textContent = words;
    if (kind) made.className = kind;
    return made;
  }

  function knob(words, act, quiet) {
    const made = make('button', words, quiet ? 'quiet' : '');
    made.type = 'button';
    made.onclick = act;
    return made;
  }

  /* ---- what a form says ---- */

  function ticks(one) { return one.type === 'radio' || one.type === 'checkbox'; }

  function filled(one) { return ticks(one) ? one.checked && !!one.value : !!one.value.trim(); }

  function shown(one) { return one.getClientRects().length > 0; }

  function key(form) { return form.elements.idempotency_key ? form.elements.idempotency_key.value : ''; }

  function fresh() {
    return Array.from(crypto.getRandomValues(new Uint8Array(24)), function (one) { return KEY[one % 64]; }).join('');
  }

  function controls(form) {
    return Array.from(form.elements).filter(function (one) {
      return one.name && !one.disabled && one.type !== 'file' && one.type !== 'submit' && (one.checked || !ticks(one));
    });
  }

  function pair(one) { return [one.name, one.value]; }

  /* What a form says; one that may wait for days also says on which day it was written. */
  function said(form) { return controls(form).map(pair).concat('noted' in form.dataset ? [['noted_on', today()]] : []); }

  function today() {
    const now = new Date();
    return now.getFullYear() + '-' + ('0' + (now.getMonth() + 1)).slice(-2) + '-' + ('0' + now.getDate()).slice(-2);
  }

  function written(pairs) {
    const body = new URLSearchParams();
    pairs.forEach(function (one) { body.append(one[0], one[1]); });
    return body.toString();
  }

  /* A number for what a report says, to notice the same one twice. */
  function digest(pairs) {
    const words = pairs.filter(function (one) { return one[1].trim() && UNSAID.indexOf(one[0]) < 0; }).map(String).sort().join('\n');
    let one = 7, two = 11;
    for (let i = 0; i < words.length; i++) {
      one = Math.imul(one ^ words.charCodeAt(i), 2654435761);
      two = Math.imul(two ^ words.charCodeAt(i), 1597334677);
    }
    return (one >>> 0) + '.' + (two >>> 0);
  }

  /* ---- drafts ---- */

  function mayStay(one) { return one.type !== 'hidden' && one.name !== 'website' && (!one.closest('[data-secret]') || (one.form && 'whole' in one.form.dataset)); }

  function unsent(form) {
    return controls(form).filter(function (one) { return mayStay(one) && (one.value || !one.closest('.other')); }).map(pair);
  }

  function words(pairs, name) {
    return pairs.filter(function (one) { return one[0] === name && one[1].trim(); }).map(function (one) { return one[1]; });
  }

  /* Tells whether a draft is about something else than what the page was filled in with: two children never mix. */
  function contradicts(form, pairs) {
    const now = unsent(form);
    return now.some(function (one) {
      const here = words(now, one[0]), there = words(pairs, one[0]);
      return here.length && there.length && String(here) !== String(there);
    });
  }

  function fill(form, pairs) {
    find(form, 'input,select,textarea').filter(mayStay).forEach(function (one) {
      const mine = pairs.filter(function (each) { return each[0] === one.name; }).map(function (each) { return each[1]; });
      const last = mine.length ? mine[mine.length - 1] : '';
      if (ticks(one)) { if (mine.length) one.checked = mine.indexOf(one.value) >= 0; }
      else if (last.trim() && !(one.closest('.other') && mine.length < 2)) one.value = last;
      if (mine.length && filled(one) && one.closest('details')) one.closest('details').open = true;
    });
  }

  function tellChat(form) {
    return fetch(form.dataset.linked, { method: 'POST', body: written(said(form)), keepalive: true, credentials: 'same-origin',
      headers: { 'Content-Type': ENCODED, 'Idempotency-Key': key(form) } });
  }

  /* Keeps what is typed; for somebody who came from the chat only until the chat knows it. */
  function keeping(form, id, first) {
    let timer = 0, talk = 0, last = first;
    const gone = function () { return !form.isConnected || form.dataset.sent; };
    const state = function () { return JSON.stringify(unsent(form)); };
    const save = function () {
      timer = 0;
      if (gone() || state() === last) return;
      last = state();
      Keep.put('drafts', id, { pairs: unsent(form), key: key(form) });
    };
    const tell = function () {
      const then = state(), agreed = words(said(form), 'consent')[0] === 'agree';
      talk = 0;
      if (!gone()) tellChat(form).then(function (answer) {
        if (answer.ok && agreed && then === state()) return Keep.drop('drafts', id);
      }).catch(function () {});
    };
    ['input', 'change'].forEach(function (event) {
      form.addEventListener(event, function () {
        if (!timer) timer = setTimeout(save, 250);
        if (form.dataset.linked && !talk) talk = setTimeout(tell, PATIENT);
      });
    });
    form.addEventListener('submit', save);
    document.addEventListener('visibilitychange', function () {
      if (!document.hidden) return;
      if (timer) save();
      if (talk) { clearTimeout(talk); tell(); }
    });
  }

  async function draft(form) {
    const id = form.dataset.keep, isNew = 'new' in form.dataset, own = form.elements.idempotency_key;
    if (isNew && own) own.value = fresh();  // the page may come from the phone's own store
    const first = JSON.stringify(unsent(form));
    keeping(form, id, first);
    const old = isNew ? await Keep.get('drafts', id) : null;
    if (!old || JSON.stringify(unsent(form)) !== first || contradicts(form, old.value.pairs)) return;
    fill(form, old.value.pairs);
    if (JSON.stringify(unsent(form)) === first) return;
    if (old.value.key && own) own.value = old.value.key;
    form.dispatchEvent(new Event('change'));
    offerAnew(form, id);
  }

  function offerAnew(form, id) {
    const bar = make('p', '上次没填完的还在，接着填就行。', 'card kept');
    if (form.querySelector('[data-secret]') && !('whole' in form.dataset)) bar.append('证件号等要保密的不留在手机里，填过的请再填一次。');
    bar.append(knob('不要了，重新填', async function () {
      form.dataset.sent = '1';
      await Keep.drop('drafts', id);
      location.reload();
    }, true));
    form.before(bar);
  }

  /* ---- one page after another ---- */

  function attend() {
    const first = main().querySelector('.summary') || main().querySelector('h1');
    if (first) { first.tabIndex = -1; first.focus(); }
  }

  function swap(next) {
    const old = main();
    old.replaceWith(next);
    attend();
    scrollTo(0, 0);
    return old;
  }

  /* Shows a page that the server sent as an answer. */
  function show(html) {
    const page = new DOMParser().parseFromString(html, 'text/html'), next = page.querySelector('main');
    document.title = page.title;
    const old = swap(document.adoptNode(next));
    improve(next);
    return old;
  }

  function showScreen(title, sentences, parts) {
    const next = make('main');
    next.append(make('h1', title));
    sentences.forEach(function (one) { next.append(make('p', one)); });
    parts.forEach(function (one) { next.append(one); });
    document.title = title + ' · 保学通';
    return swap(next);
  }

  /* Makes 返回 lead back to the form as it was left. */
  function forward(left, title) { history.pushState({ checking: true }, ''); before = { main: left, title: title }; }

  function busy(form, sentence) {
    const button = form.querySelector('button:not([type=button])');
    if (sentence) {
      if (!form.dataset.busy) button.dataset.words = button.textContent;
      button.textContent = sentence;
      form.dataset.busy = '1';
      button.setAttribute('aria-disabled', 'true');
    } else {
      button.textContent = button.dataset.words || button.textContent;
      delete form.dataset.busy;
      button.removeAttribute('aria-disabled');
    }
  }

  /* ---- reading back ---- */

  /* Says truly why nothing arrives, and when it will. */
  function reason(crowded) {
    if (crowded) return ['现在系统忙', '过一会儿'];
    return navigator.onLine === false ? ['现在没有网络', '有网了'] : ['现在连不上', '连上了'];
  }

  /* Asks whether the same shall be sent twice; false where not. */
  async function meant(pairs) {
    const same = digest(pairs), twin = function (one) { return one.value.same === same && Date.now() - one.at < TWICE; };
    const done = (await Keep.all('done')).find(twin), kept = (await Keep.all('queue')).find(twin);
    if (done && !confirm('刚才已经送达过一份一样的（' + done.value.told + '）。真的要再报一份吗？')) { location.href = done.value.page; return false; }
    if (kept && !confirm('刚才已经留了一份一样的，还在等着送。真的要再报一份吗？')) { location.href = '/'; return false; }
    return true;
  }

  /* Asks the server to read the form back; where it cannot, the phone does it. */
  async function check(form) {
    const pairs = said(form).concat([['step', 'check']]);
    let answer = null;
    busy(form, '正在核对……');
    try {
      if (!await meant(pairs)) return;
      if (navigator.onLine !== false) answer = await Keep.post(form.action, written(pairs), key(form)).catch(function () { return null; });
    } finally { busy(form, ''); }
    if (Keep.later(answer)) { await alone(form, Keep.busy(answer)); return; }
    const title = document.title, old = show(answer.html);
    if (!main().querySelector('form[data-check]')) forward(old, title);
  }

  function spoken(one) {
    if (ticks(one)) return one.labels[0].textContent;
    return one.tagName === 'SELECT' ? one.options[one.selectedIndex].textContent : one.value;
  }

  /* Gives each question in view with its short name and what was answered. */
  function asked(form) {
    find(form, 'details').forEach(function (one) { one.open = one.open || find(one, 'input,select,textarea').some(filled); });
    return find(form, '[data-q]').filter(shown).map(function (one) {
      const name = one.querySelector('legend,label'), short = (name.querySelector('small') || name).textContent.split(' · ')[0];
      return { key: one.dataset.q, must: 'must' in one.dataset, called: one.dataset.q === 'consent' ? '告知' : short,
        words: find(one, 'input,select,textarea').filter(filled).map(spoken) };
    });
  }

  function lacking(form, missing, why) {
    const box = make('div', '', 'summary alone'), items = make('ul');
    box.setAttribute('role', 'alert');
    box.tabIndex = -1;
    box.append(make('p', why + '。还有 ' + missing.length + ' 处没有填：'), items);
    missing.forEach(function (one) {
      const item = make('li'), link = make('a', one.called);
      link.href = '#' + one.key;
      item.append(link);
      items.append(item);
    });
    form.before(box);
    box.focus();
  }

  /* The read-back of a phone that nobody answers. */
  async function alone(form, crowded) {
    const why = reason(crowded), lasting = await Keep.lasts(), all = asked(form), title = document.title;
    const missing = all.filter(function (one) { return one.must && !one.words.length; });
    find(main(), '.summary').forEach(function (one) { one.remove(); });
    if (missing.length) { lacking(form, missing, why[0]); return; }
    const card = make('section', '', 'card'), list = make('dl', '', 'pairs');
    all.filter(function (one) { return one.words.length; }).forEach(function (one) {
      const line = make('div');
      line.append(make('dt', one.called), make('dd', one.words.join('、')));
      list.append(line);
    });
    card.append(list);
    const words = why[0] + '，先看看填得对不对。' + (lasting ? '可以存在手机里，' + why[1] + '自动送出去。' : '这个手机现在存不住，送到以前请不要关掉这一页。');
    const send = knob('对，' + (lasting ? '存好，' : '') + why[1] + '就送', function () {
      if (form.dataset.busy) return;
      send.textContent = '正在送……';
      deliver(form, key(form));
    });
    const old = showScreen('请您核对', [words], [card, send, knob('不对，回去改', function () { history.back(); }, true)]);
    forward(old, title);
  }

  /* ---- sending ---- */

  function report(form, id) {
    const keep = form.dataset.keep || '', pairs = said(form), typed = before && before.main.querySelector('form[data-keep]');
    return { id: id || keep || fresh(), url: form.action, body: written(pairs), title: form.dataset.title || document.title.split(' · ')[0],
      same: digest(typed ? said(typed) : pairs), from: location.pathname + location.search, keep: keep, pairs: keep ? unsent(typed || form) : [] };
  }

  async function deliver(form, id) {
    const item = report(form, id);
    form.dataset.sent = '1';
    busy(form, '正在送……');
    const lasting = await Keep.put('queue', item.id, item);  // first written down, then sent: nothing that was confirmed is lost
    const outcome = await Keep.send(item, true);
    if (outcome.state === 'refused') {
      await Keep.drop('queue', item.id);
      show(outcome.html);
      return;
    }
    await Keep.drop('drafts', item.keep);
    if (outcome.state === 'done') { location.replace(outcome.page); return; }
    waiting = item.id;
    showWaiting(lasting, outcome, item);
    if (lasting) sendLater();
  }

  /* Lets the browser send what waits when this page is closed, and asks it not to tidy that away. */
  function sendLater() {
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(function () {});
    if (navigator.serviceWorker) navigator.serviceWorker.ready.then(function (worker) { return worker.sync && worker.sync.register('send'); }).catch(function () {});
  }

  function warn(event) { event.preventDefault(); event.returnValue = ''; }

  /* Numbers to tap, for danger that has not arrived. */
  function urgently() {
    const box = make('p', '急事请马上打 ', 'urgent');
    ['110', '120'].forEach(function (one) {
      const link = make('a', one, 'dial');
      link.href = 'tel:' + one;
      box.append(link, one === '110' ? '；受伤或突发疾病打 ' : '。');
    });
    return box;
  }

  function showWaiting(lasting, outcome, item) {
    const login = outcome.state === 'login', why = reason(outcome.busy), parts = [sender('现在再送一次')];
    const sentences = [item.title + '。' + (login ? '要先登录，登录以后自动送出去。' : why[0] + '，' + why[1] + '自动送出去。'),
      lasting ? '可以关掉这一页。下次打开，会告诉您送到了没有。' : '这个手机现在存不住。请不要关掉这一页，关掉就没有了。'];
    if (item.url.indexOf('/safety') > 0) parts.unshift(urgently());
    if (lasting) {
      const away = make('a', login ? '去登录' : '回到首页', 'button quiet');
      away.href = login ? '/forms/sign-in' : '/';
      parts.push(away);
    } else addEventListener('beforeunload', warn);
    before = null;
    showScreen(lasting ? '已保存在手机，尚未送达' : '尚未送达', sentences, parts);
    tidings();
  }

  /* A button that sends what waits, and says how it went. */
  function sender(title, quiet) {
    const made = knob(title, async function () {
      if (made.dataset.busy) return;
      made.dataset.busy = '1';
      made.textContent = '正在送……';
      await flush(true);
      made.textContent = '还没有送到，再送一次';
      delete made.dataset.busy;
    }, quiet);
    return made;
  }

  async function flush(again) {
    if ((await Keep.all('queue')).length) await Keep.flush(again, waiting);
    return tidings();
  }

  /* ---- tidings of what waits ---- */

  function moment(at) {
    const day = new Date(at);
    return (day.getMonth() + 1) + '月' + day.getDate() + '日 ' + day.getHours() + ':' + ('0' + day.getMinutes()).slice(-2);
  }

  function ofQueue(one) {
    const line = make('p'), kept = one.lasting ? '已保存在手机，尚未送达' : '尚未送达，请不要关掉这一页';
    line.append(make('b', one.value.refused ? '没有收下' : kept), '：' + one.value.title + '（' + moment(one.at) + '）。');
    if (one.value.refused) line.append(knob('打开改一改', function () { reopen(one); }, true), knob('不要了', async function () {
      if (confirm('真的不要这一份了吗？')) { await Keep.drop('queue', one.id); tidings(); }
    }, true));
    else if (one.value.login) {
      const link = make('a', '去登录');
      link.href = '/forms/sign-in';
      line.append('要先登录。', link);
    }
    return line;
  }

  function seen(one) { return Keep.put('done', one.id, Object.assign({}, one.value, { seen: true }), one.at); }

  function ofDone(one) {
    const line = make('p'), link = make('a', '看回执');
    link.href = one.value.page;
    line.append(make('b', '已送达'), '：' + one.value.title + '。' + one.value.told.replace(/^已送达[。：]?/, '') + ' ', link, ' ');
    line.append(knob('知道了', async function () { await seen(one); tidings(); }, true));
    return line;
  }

  /* Goes to the receipt of what this page waits for, once it is there. */
  async function arrived(queue, done) {
    if (!waiting || queue.some(function (one) { return one.id === waiting; })) return false;
    const mine = done.find(function (one) { return one.id === waiting; });
    waiting = '';
    removeEventListener('beforeunload', warn);
    if (!mine) return false;
    await seen(mine);
    location.replace(mine.value.page);
    return true;
  }

  async function tidings() {
    const queue = (await Keep.all('queue')).filter(function (one) { return one.id !== mending; }), done = await Keep.all('done');
    if (await arrived(queue, done)) return;
    const news = done.filter(function (one) { return !one.value.seen; });
    const now = JSON.stringify([queue.map(function (one) { return [one.id, one.value.refused, one.value.login, one.lasting]; }), news.map(function (one) { return one.id; })]);
    let box = document.getElementById('tidings');  // only now: two may be asking at once
    if (box ? now === shownNews : !queue.length && !news.length) return;
    shownNews = now;
    const held = box && box.contains(document.activeElement);
    if (!queue.length && !news.length) box.remove();
    else {
      if (!box) { box = make('div', '', 'tidings'); box.id = 'tidings'; box.setAttribute('role', 'status'); main().before(box); }
      box.textContent = '';
      queue.map(ofQueue).concat(news.map(ofDone)).forEach(function (one) { box.append(one); });
      if (queue.some(function (one) { return !one.value.refused; })) box.append(sender('现在送', true));
    }
    if (held) attend();
  }

  /* Opens what was refused as the house shows it now: why, who was first, and all that was typed. It stays kept until it
     is sent again. Without a network the empty form is filled in from what was kept. */
  async function reopen(one) {
    const outcome = await Keep.send(one.value, true);
    if (outcome.state === 'done') { location.href = outcome.page; return; }
    if (outcome.state === 'refused' && outcome.html) {
      show(outcome.html);
      const form = main().querySelector('form[data-send]');
      if (form && [key(form), form.dataset.keep].indexOf(one.id) >= 0) { mending = one.id; return tidings(); }
    }
    if (one.value.keep) await Keep.put('drafts', one.value.keep, { pairs: one.value.pairs, key: '' });
    await Keep.drop('queue', one.id);
    location.href = one.value.from;
  }

  /* ---- lists to search by name or by initials ---- */

  /* Orders names: those of the chosen town first, then those that begin as was typed; at most six. */
  function matches(list, typed, prefix) {
    const rank = function (one) {
      const at = [one[0].indexOf(typed), one[1].indexOf(typed)];
      if (at[0] < 0 && at[1] < 0) return 9;
      if (prefix && one[0].indexOf(prefix) === 0) return 0;
      return at[0] === 0 || at[1] === 0 ? 1 : 2;
    };
    return list.map(function (one) { return [rank(one), one[0]]; }).filter(function (one) { return one[0] < 9; })
      .sort(function (a, b) { return a[0] - b[0]; }).slice(0, 6).map(function (one) { return one[1]; });
  }

  function searchable(input) {
    const source = document.getElementById(input.getAttribute('list'));
    if (!source) return;
    const names = Array.from(source.options, function (one) { return [one.value, one.textContent]; }), box = make('ul', '', 'found');
    let at = -1;
    input.removeAttribute('list');
    box.id = input.id + '-found';
    box.setAttribute('role', 'listbox');
    box.setAttribute('aria-label', '可以点一个');
    box.hidden = true;
    input.after(box);
    [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-expanded', 'false'], ['aria-controls', box.id]].forEach(function (one) { input.setAttribute(one[0], one[1]); });

    const mark = function (next) {
      at = next;
      Array.from(box.children).forEach(function (one, i) { one.setAttribute('aria-selected', String(i === at)); });
      if (at < 0) { input.removeAttribute('aria-activedescendant'); return; }
      input.setAttribute('aria-activedescendant', box.children[at].id);
      box.children[at].scrollIntoView({ block: 'nearest' });
    };
    const unfold = function (open) { box.hidden = !open; input.setAttribute('aria-expanded', String(open)); mark(-1); };
    const take = function (item) { input.value = item.textContent; unfold(false); input.dispatchEvent(new Event('change', { bubbles: true })); };
    const offer = function (name, i) {
      const item = make('li', name);
      item.id = box.id + i;
      item.setAttribute('role', 'option');
      item.onmousedown = function (event) { event.preventDefault(); };
      item.onclick = function () { take(item); };
      box.append(item);
    };
    const open = function () {
      const typed = input.value.trim().toLowerCase().replace(/[\s']/g, ''), town = input.form && input.form.querySelector('[name=town]:checked');
      box.textContent = '';
      if (typed) matches(names, typed, input.name === 'village' && town ? town.value : '').filter(function (one) { return one !== input.value; }).forEach(offer);
      unfold(box.children.length > 0);
    };
    const step = function (down) {
      const count = box.children.length;
      mark(down ? (at + 1) % count : (Math.max(at, 0) + count - 1) % count);
    };
    input.addEventListener('input', open);
    input.addEventListener('blur', function () { setTimeout(function () { unfold(false); }, 150); });
    input.addEventListener('keydown', function (event) {
      if (box.hidden) return;
      const arrow = event.key === 'ArrowDown' || event.key === 'ArrowUp';
      if (arrow || (event.key === 'Enter' && at >= 0)) event.preventDefault();
      if (arrow) step(event.key === 'ArrowDown');
      else if (event.key === 'Enter' && at >= 0) take(box.children[at]);
      else if (event.key === 'Escape') unfold(false);
    });
  }

  /* ---- the form itself ---- */

  /* Old browsers cannot hide by style what a choice makes irrelevant. */
  function conditions(form) {
    if (window.CSS && CSS.supports && CSS.supports('selector(:has(*))')) return;
    const update = function () {
      const now = said(form);
      find(form, '[data-when]').forEach(function (one) {
        const when = JSON.parse(one.dataset.when);
        one.hidden = !now.some(function (each) { return (when[each[0]] || []).indexOf(each[1]) >= 0; });
      });
    };
    form.addEventListener('change', update);
    update();
  }

  function meter(form) {
    const line = form.querySelector('.meter');
    if (!line) return;
    const update = function () {
      const must = find(form, '[data-must]').filter(shown);
      const left = must.filter(function (one) { return !find(one, 'input,select,textarea').some(filled); }).length;
      line.textContent = left ? '必填 ' + must.length + ' 项，还差 ' + left + ' 项' : '必填的都填好了';
    };
    form.addEventListener('input', update);
    form.addEventListener('change', update);
    update();
  }

  /* What this script cannot do, the browser does. */
  function plainly(form) {
    const step = make('input');
    step.type = 'hidden';
    step.name = 'step';
    step.value = 'check' in form.dataset ? 'check' : '';
    form.append(step);
    form.submit();
  }

  /* What is sent without being read back, and without a network, is looked through here: nobody would say what is missing. */
  function lacks(form) {
    if ('check' in form.dataset || navigator.onLine !== false) return false;
    const missing = asked(form).filter(function (one) { return one.must && !one.words.length; });
    find(main(), '.summary').forEach(function (one) { one.remove(); });
    if (missing.length) lacking(form, missing, reason()[0]);
    return missing.length > 0;
  }

  function sending(form) {
    let pressed = null;
    form.addEventListener('click', function (event) { pressed = event.target.closest('button') || pressed; });
    form.addEventListener('submit', function (event) {
      const button = event.submitter || pressed;
      if (form.dataset.busy) { event.preventDefault(); return; }
      if (button && 'plain' in button.dataset) return;
      if (words(said(form), 'consent')[0] === 'refuse') return;
      if (button && button.value === 'edit') { if (before) { event.preventDefault(); history.back(); } return; }
      event.preventDefault();
      if (lacks(form)) return;
      ('check' in form.dataset ? check(form) : deliver(form, key(form))).catch(function () { plainly(form); });
    });
  }

  function copy(button) {
    const good = function () { button.textContent = '复制好了'; };
    const old = function () {
      const area = make('textarea');
      area.value = button.dataset.copy;
      main().append(area);
      area.select();
      if (document.execCommand('copy')) good();
      area.remove();
    };
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(button.dataset.copy).then(good, old); else old();
  }

  function improve(root) {
    find(root, 'form[data-send]').forEach(function (form) { sending(form); conditions(form); meter(form); });
    find(root, 'form[data-keep]').forEach(draft);
    find(root, 'input[list]').forEach(searchable);
    find(root, '.other > input').forEach(function (one) {
      one.addEventListener('input', function () { if (one.value) one.closest('.day').querySelector('[data-other]').checked = true; });
    });
    find(root, '[data-copy]').forEach(function (one) { one.hidden = false; one.onclick = function () { copy(one); }; });
  }

  /* ---- large letters ---- */

  function isLarge() { return /(?:^|; )baoxue_large=1/.test(document.cookie); }

  /* A page that the phone has kept was made for nobody: its letters become as large as this browser was told once. */
  function enlarge() {
    const large = isLarge();
    document.documentElement.classList.toggle('large', large);
    find(document, '[data-large]').forEach(function (one) { one.hidden = false; one.textContent = large ? '普通字' : '长辈版'; });
  }

  /* Changes the size where one is, and leaves alone what was typed. */
  function resizable(link) {
    link.addEventListener('click', function (event) {
      event.preventDefault();
      document.cookie = 'baoxue_large=' + (isLarge() ? '0' : '1') + ';path=/;max-age=31536000;samesite=lax' + (location.protocol === 'https:' ? ';secure' : '');
      enlarge();
    });
  }

  /* ---- this page's life ---- */

  function back() {
    if (!before) return;
    document.title = before.title;
    find(before.main, 'form').forEach(function (one) { delete one.dataset.sent; if (one.dataset.busy) busy(one, ''); });
    swap(before.main);
    before = null;
  }

  function again(event) {
    if (!event.persisted) return;
    if (document.querySelector('form[data-sent]')) { location.reload(); return; }  // it has arrived: nothing to send again
    find(document, 'form[data-busy]').forEach(function (one) { busy(one, ''); });
    flush(false);
  }

  /* Looks after what waits for as long as the page is open. */
  function watch(pause) {
    setTimeout(async function () {
      let next = LATER;
      try {
        if ((await Keep.all('queue')).length) next = Math.min(pause * 1.5, 8 * LATER);
        if (next > LATER || waiting || document.getElementById('tidings')) await flush(false);
      } finally { watch(next); }
    }, pause);
  }

  function serve() {
    const line = navigator.connection || {}, spare = !line.saveData && (!line.effectiveType || line.effectiveType === '4g');
    navigator.serviceWorker.register('/sw.js').then(function () {
      if (spare) setTimeout(function () {
        navigator.serviceWorker.ready.then(function (worker) { worker.active.postMessage('ahead'); });
      }, LATER);
    }).catch(function () {});
  }

  /* A page that stands for one which did not come asks for it again, more and more seldom: it may be a receipt. */
  function reach(pause) {
    setTimeout(async function () {
      const there = !document.hidden && navigator.onLine !== false && await fetch('/healthz', { cache: 'no-store' }).then(function (answer) { return answer.ok; }).catch(function () { return false; });
      if (there) location.reload();
      else reach(Math.min(pause * 2, 8 * LATER));
    }, pause);
  }

  addEventListener('popstate', back);
  addEventListener('pageshow', again);
  addEventListener('online', function () { flush(false); });
  document.addEventListener('visibilitychange', function () { if (!document.hidden) flush(false); });
  improve(document);
  enlarge();
  find(document, '[data-large]').forEach(resizable);
  flush(false);
  watch(LATER);
  const lost = main().querySelector('[data-instead]');
  if (lost && location.pathname !== lost.dataset.instead) {
    reach(1000);
    addEventListener('online', function () { location.reload(); });
  }
  Keep.all('drafts');  // what is a week old is forgotten wherever a page is opened
  if (main().dataset.address) history.replaceState(null, '', main().dataset.address);  // 返回 shall not ask to send a form again
  if (navigator.serviceWorker) addEventListener('load', serve);
})();
