'use strict';
/* Makes the pages better where a script runs: drafts, sending that waits for a network, lists to search. Nothing here
   is needed to report. Written for browsers of 2018. */
(function () {
  const find = function (where, what) { return Array.from(where.querySelectorAll(what)); };
  const main = function () { return document.querySelector('main'); };
  const PATIENT = 3000, LATER = 15000, TWICE = 10 * 60 * 1000;
  const UNSAID = ['csrf_token', 'idempotency_key', 'patience', 'step', 'website', 'notice'];
  let before = null, waiting = '';

  function make(tag, words, kind) {
    const made = document.createElement(tag);
    if (words) made.textContent = words;
    if (kind) made.className = kind;
    return made;
  }

  /* ---- what a form says ---- */

  function controls(form) {
    return Array.from(form.elements).filter(function (one) {
      return one.name && !one.disabled && one.type !== 'file' && one.type !== 'submit' &&
        (one.checked || (one.type !== 'radio' && one.type !== 'checkbox'));
    });
  }

  function said(form) { return controls(form).map(function (one) { return [one.name, one.value]; }); }

  function written(pairs) {
    const body = new URLSearchParams();
    pairs.forEach(function (pair) { body.append(pair[0], pair[1]); });
    return body.toString();
  }

  /* A number for what a report says, to notice the same one twice. */
  function digest(pairs) {
    const words = pairs.filter(function (pair) { return pair[1].trim() && UNSAID.indexOf(pair[0]) < 0; }).map(String).sort().join('\n');
    let one = 7, two = 11;
    for (let i = 0; i < words.length; i++) {
      one = Math.imul(one ^ words.charCodeAt(i), 2654435761);
      two = Math.imul(two ^ words.charCodeAt(i), 1597334677);
    }
    return (one >>> 0) + '.' + (two >>> 0);
  }

  function fresh() {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return Array.from(bytes, function (one) { return 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'[one % 64]; }).join('');
  }

  function key(form) { return form.elements.idempotency_key ? form.elements.idempotency_key.value : ''; }

  function shown(one) { return one.offsetParent !== null || one.getClientRects().length > 0; }

  /* ---- drafts ---- */

  function unsent(form) {
    return controls(form).filter(function (one) { return one.type !== 'hidden' && one.name !== 'website' && !one.closest('[data-secret]') && !(one.closest('.other') && !one.value); })
      .map(function (one) { return [one.name, one.value]; });
  }

  function fill(form, pairs) {
    find(form, 'input,select,textarea').forEach(function (one) {
      if (one.type === 'hidden' || one.name === 'website' || one.closest('[data-secret]')) return;
      const words = pairs.filter(function (pair) { return pair[0] === one.name; }).map(function (pair) { return pair[1]; });
      if (one.type === 'radio' || one.type === 'checkbox') { if (words.length) one.checked = words.indexOf(one.value) >= 0; }
      else if (words.length) one.value = words[words.length - 1];
      if (words.length && one.closest('details') && one.value.trim()) one.closest('details').open = true;
    });
  }

  async function draft(form) {
    const id = form.dataset.keep, isNew = 'new' in form.dataset;
    if (isNew && form.elements.idempotency_key) form.elements.idempotency_key.value = fresh();  // the page may come from the phone's own store
    const first = JSON.stringify(unsent(form));
    let timer = 0, talk = 0, last = first;
    const save = function () {
      timer = 0;
      if (!form.isConnected || form.dataset.sent) return;
      const now = JSON.stringify(unsent(form));
      if (now !== last) { last = now; Keep.put('drafts', id, { pairs: unsent(form), key: key(form) }); }
    };
    const tell = function () {
      talk = 0;
      if (form.isConnected && !form.dataset.sent) fetch(form.dataset.linked, { method: 'POST', body: written(said(form)), keepalive: true, credentials: 'same-origin',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8', 'Idempotency-Key': key(form) } }).catch(function () {});
    };
    ['input', 'change'].forEach(function (event) {
      form.addEventListener(event, function () {
        if (!timer) timer = setTimeout(save, 250);
        if (form.dataset.linked && !talk) talk = setTimeout(tell, PATIENT);
      });
    });
    document.addEventListener('visibilitychange', function () { if (document.hidden) { if (timer) save(); if (talk) { clearTimeout(talk); tell(); } } });
    const old = isNew && !form.dataset.linked ? await Keep.get('drafts', id) : null;
    if (!old || JSON.stringify(unsent(form)) !== first || JSON.stringify(old.value.pairs) === first) return;
    fill(form, old.value.pairs);
    if (old.value.key && form.elements.idempotency_key) form.elements.idempotency_key.value = old.value.key;
    form.dispatchEvent(new Event('change'));
    const bar = make('p', '上次没填完的还在，接着填就行。', 'card kept'), again = make('button', '不要了，重新填', 'quiet');
    again.type = 'button';
    again.onclick = async function () { form.dataset.sent = '1'; await Keep.drop('drafts', id); location.reload(); };
    if (form.querySelector('[data-secret]')) bar.append(' 证件号等要保密的没有留，请再填一次。');
    bar.append(again);
    form.before(bar);
  }

  /* ---- sending ---- */

  function swap(next) {
    const old = main();
    old.replaceWith(next);
    const first = next.querySelector('.summary') || next.querySelector('h1');
    if (first) { first.tabIndex = -1; first.focus(); }
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

  function screen(title, words, parts) {
    const next = make('main');
    next.append(make('h1', title));
    words.forEach(function (one) { next.append(make('p', one)); });
    parts.forEach(function (one) { next.append(one); });
    return next;
  }

  function knob(words, act, quiet) {
    const made = make('button', words, quiet ? 'quiet' : '');
    made.type = 'button';
    made.onclick = act;
    return made;
  }

  function busy(form, words) {
    const button = form.querySelector('button:not([type=button])');
    if (words) { button.dataset.words = button.textContent; button.textContent = words; form.dataset.busy = '1'; button.setAttribute('aria-disabled', 'true'); }
    else { button.textContent = button.dataset.words || button.textContent; delete form.dataset.busy; button.removeAttribute('aria-disabled'); }
  }

  /* Makes 返回 lead back to the form as it was left. */
  function forward(left, title) { history.pushState({ checking: true }, ''); before = { main: left, title: title }; }

  /* Asks the server to read the form back; without a network the phone does it. */
  async function check(form) {
    const pairs = said(form).concat([['step', 'check']]);
    const same = digest(pairs), done = await Keep.all('done');
    const twin = done.find(function (one) { return one.value.same === same && Date.now() - one.at < TWICE; });
    if (twin && !confirm('刚才已经送达过一份一样的（' + twin.value.told + '）。真的要再报一份吗？')) { location.href = twin.value.page; return; }
    busy(form, '正在核对……');
    let answer = null;
    try { if (navigator.onLine !== false) answer = await Keep.post(form.action, written(pairs), key(form)); } catch (_) { /* no network */ }
    busy(form, '');
    if (answer && !answer.json && answer.status < 500 && answer.status !== 408 && answer.status !== 429) {
      const title = document.title, old = show(answer.text);
      if (answer.status < 400) forward(old, title);
    } else alone(form);
  }

  /* The read-back of a phone that has no network. */
  function alone(form) {
    const list = make('dl', '', 'pairs'), missing = [];
    find(form, '[data-q]').filter(shown).forEach(function (one) {
      const name = one.querySelector('legend,label'), label = (name.querySelector('small') || name).textContent.split(' · ')[0];
      const words = find(one, 'input,select,textarea').filter(function (each) { return each.type === 'radio' || each.type === 'checkbox' ? each.checked && each.value : each.value.trim(); })
        .map(function (each) { return each.labels && each.labels.length && each.type !== 'text' && each.type !== 'tel' && each.tagName === 'INPUT' && each.type !== 'date' ? each.labels[0].textContent : each.value; });
      if (words.length) { const pair = make('div'); pair.append(make('dt', one.dataset.q === 'consent' ? '告知' : label), make('dd', words.join('、'))); list.append(pair); }
      else if ('must' in one.dataset) missing.push([one.dataset.q, one.dataset.q === 'consent' ? '同不同意' : label]);
    });
    find(main(), '.summary.alone').forEach(function (one) { one.remove(); });
    if (missing.length) {
      const box = make('div', '', 'summary alone'), items = make('ul');
      box.setAttribute('role', 'alert');
      box.tabIndex = -1;
      box.append(make('p', '现在没有网络。还有 ' + missing.length + ' 处没有填：'), items);
      missing.forEach(function (one) { const item = make('li'), link = make('a', one[1]); link.href = '#' + one[0]; item.append(link); items.append(item); });
      form.before(box);
      box.focus();
      return;
    }
    const card = make('section', '', 'card');
    card.append(list);
    const old = swap(screen('请您核对', ['现在没有网络，先看看填得对不对。可以存在手机里，有网的时候自动送出去。'], [card,
      knob('对，存好，有网就送', function () { deliver(form, key(form)); }), knob('不对，回去改', function () { history.back(); }, true)]));
    forward(old, document.title);
  }

  async function deliver(form, id) {
    const pairs = said(form), keep = form.dataset.keep || form.dataset.drop || '';
    const item = { id: id || keep || fresh(), url: form.action, body: written(pairs), title: form.dataset.title || document.title.split(' · ')[0], same: digest(pairs),
      from: location.pathname + location.search, keep: keep, pairs: keep ? unsent(before ? before.main.querySelector('form[data-keep]') : form) : [] };
    form.dataset.sent = '1';
    busy(form, '正在送……');
    const lasting = await Keep.put('queue', item.id, item);  // first written down, then sent: nothing that was confirmed is lost
    const outcome = await Keep.send(item, true);
    if (outcome.state === 'done') { await Keep.drop('drafts', keep); location.replace(outcome.page); return; }
    if (outcome.state === 'refused') {
      await Keep.drop('queue', item.id);
      show(outcome.html);
      return;
    }
    await Keep.drop('drafts', keep);
    waiting = item.id;
    unsentScreen(lasting, outcome.state === 'login', item);
    if (lasting && navigator.serviceWorker) navigator.serviceWorker.ready.then(function (worker) { return worker.sync && worker.sync.register('send'); }).catch(function () {});
  }

  function unsentScreen(lasting, login, item) {
    const words = [item.title + '。' + (login ? '要先登录，登录以后自动送出去。' : '现在没有网络，有网的时候自动送出去。'),
      lasting ? '可以关掉这一页。下次打开，会告诉您送到了没有。' : '请不要关掉这一页，关掉就没有了。'];
    if (item.url.indexOf('/safety') > 0) words.unshift('急事请马上打 110；受伤或突发疾病打 120。');
    const home = make('a', login ? '去登录' : '回到首页', 'button quiet');
    home.href = login ? '/forms/sign-in' : '/';
    before = null;
    swap(screen(lasting ? '已保存在手机，尚未送达' : '尚未送达', words, [knob('现在再送一次', function () { flush(true); }), home]));
    tidings();
  }

  /* ---- tidings of what waits ---- */

  async function tidings() {
    let box = document.getElementById('tidings');
    const queue = await Keep.all('queue'), done = await Keep.all('done');
    const news = done.filter(function (one) { return !one.value.seen; });
    if (waiting && !queue.some(function (one) { return one.id === waiting; })) {
      const mine = done.find(function (one) { return one.id === waiting; });
      waiting = '';
      if (mine) { await Keep.put('done', mine.id, Object.assign({}, mine.value, { seen: true })); location.replace(mine.value.page); return; }
    }
    if (!queue.length && !news.length) { if (box) box.remove(); return; }
    if (!box) { box = make('div', '', 'tidings'); box.id = 'tidings'; box.setAttribute('role', 'status'); main().before(box); }
    box.textContent = '';
    queue.forEach(function (one) {
      const at = new Date(one.at), when = (at.getMonth() + 1) + '月' + at.getDate() + '日 ' + at.getHours() + ':' + ('0' + at.getMinutes()).slice(-2), line = make('p');
      line.append(make('b', one.value.refused ? '没有收下' : '已保存在手机，尚未送达'), '：' + one.value.title + '（' + when + '）。');
      box.append(line);
      if (one.value.refused) line.append(knob('打开改一改', function () { reopen(one); }, true), knob('不要了', async function () { if (confirm('真的不要这一份了吗？')) { await Keep.drop('queue', one.id); tidings(); } }, true));
    });
    if (queue.some(function (one) { return !one.value.refused; })) box.append(knob('现在送', function () { flush(true); }, true));
    news.forEach(function (one) {
      const line = make('p'), link = make('a', '看回执');
      link.href = one.value.page;
      line.append(make('b', '已送达'), '：' + one.value.title + '。' + one.value.told.replace(/^已送达[。：]?/, '') + ' ', link, ' ');
      line.append(knob('知道了', async function () { await Keep.put('done', one.id, Object.assign({}, one.value, { seen: true })); tidings(); }, true));
      box.append(line);
    });
  }

  async function reopen(one) {
    if (one.value.keep) await Keep.put('drafts', one.value.keep, { pairs: one.value.pairs, key: '' });
    await Keep.drop('queue', one.id);
    location.href = one.value.from;
  }

  async function flush(again) {
    if ((await Keep.all('queue')).length) await Keep.flush(again);
    return tidings();
  }

  /* ---- lists to search by name or by initials ---- */

  function searchable(input) {
    const list = document.getElementById(input.getAttribute('list'));
    if (!list) return;
    const words = Array.from(list.options, function (one) { return [one.value, one.textContent]; }), box = make('ul', '', 'found');
    input.removeAttribute('list');
    box.id = input.id + '-found';
    box.setAttribute('role', 'listbox');
    box.setAttribute('aria-label', '可以点一个');
    box.hidden = true;
    input.after(box);
    [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-expanded', 'false'], ['aria-controls', box.id]].forEach(function (pair) { input.setAttribute(pair[0], pair[1]); });
    let at = -1;
    const close = function () { box.hidden = true; at = -1; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-activedescendant'); };
    const take = function (item) { input.value = item.textContent; close(); input.dispatchEvent(new Event('change', { bubbles: true })); };
    const mark = function (items) {
      items.forEach(function (one, i) { one.setAttribute('aria-selected', String(i === at)); });
      if (at >= 0) { input.setAttribute('aria-activedescendant', items[at].id); items[at].scrollIntoView({ block: 'nearest' }); }
    };
    const open = function () {
      const typed = input.value.trim().toLowerCase().replace(/[\s']/g, '');
      box.textContent = '';
      if (!typed) { close(); return; }
      const town = input.form && input.form.querySelector('[name=town]:checked'), prefix = input.name === 'village' && town ? town.value : '';
      const rank = function (one) { const here = one[0].indexOf(typed) >= 0 || one[1].indexOf(typed) >= 0 || (/^[a-z]+$/.test(typed) && one[1].indexOf(typed) >= 0);
        return here ? (prefix && one[0].indexOf(prefix) === 0 ? 0 : one[0].indexOf(typed) === 0 || one[1].indexOf(typed) === 0 ? 1 : 2) : 9; };
      words.map(function (one) { return [rank(one), one[0]]; }).filter(function (one) { return one[0] < 9 && one[1] !== input.value; })
        .sort(function (a, b) { return a[0] - b[0]; }).slice(0, 6).forEach(function (one, i) {
          const item = make('li', one[1]);
          item.id = box.id + i;
          item.setAttribute('role', 'option');
          item.onmousedown = function (event) { event.preventDefault(); };
          item.onclick = function () { take(item); };
          box.append(item);
        });
      at = -1;
      box.hidden = !box.children.length;
      input.setAttribute('aria-expanded', String(!box.hidden));
    };
    input.addEventListener('input', open);
    input.addEventListener('blur', function () { setTimeout(close, 150); });
    input.addEventListener('keydown', function (event) {
      const items = Array.from(box.children);
      if (box.hidden || !items.length) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); at = (at + (event.key === 'ArrowDown' ? 1 : items.length - 1) + (at < 0 && event.key === 'ArrowUp' ? 1 : 0)) % items.length; mark(items); }
      else if (event.key === 'Enter' && at >= 0) { event.preventDefault(); take(items[at]); }
      else if (event.key === 'Escape') close();
    });
  }

  /* ---- the form itself ---- */

  /* Old browsers cannot hide by style what a choice makes irrelevant. */
  function conditions(form) {
    if (window.CSS && CSS.supports && CSS.supports('selector(:has(*))')) return;
    const update = function () {
      find(form, '[data-when]').forEach(function (one) {
        const when = JSON.parse(one.dataset.when);
        one.hidden = !Object.keys(when).some(function (cause) {
          return controls(form).some(function (each) { return each.name === cause && when[cause].indexOf(each.value) >= 0; });
        });
      });
    };
    form.addEventListener('change', update);
    update();
  }

  function meter(form) {
    const line = make('p', '', 'meter');
    line.setAttribute('aria-live', 'off');
    const update = function () {
      const must = find(form, '[data-must]').filter(shown), left = must.filter(function (one) {
        return !find(one, 'input,select,textarea').some(function (each) { return each.type === 'radio' || each.type === 'checkbox' ? each.checked && each.value : each.value.trim(); });
      }).length;
      line.textContent = left ? '必填 ' + must.length + ' 项，还差 ' + left + ' 项' : '必填的都填好了';
    };
    form.addEventListener('input', update);
    form.addEventListener('change', update);
    form.prepend(line);
    update();
  }

  function sending(form) {
    let pressed = null;
    form.addEventListener('click', function (event) { pressed = event.target.closest('button') || pressed; });
    form.addEventListener('submit', function (event) {
      const button = event.submitter || pressed;
      if (form.dataset.busy) { event.preventDefault(); return; }
      if (form.elements.consent && find(form, '[name=consent][value=refuse]:checked').length) return;
      if (button && button.value === 'edit') { if (before) { event.preventDefault(); history.back(); } return; }
      event.preventDefault();
      if ('check' in form.dataset) check(form);
      else deliver(form, key(form));
    });
  }

  function improve(root) {
    find(root, 'form[data-send]').forEach(sending);
    find(root, 'form[data-check]').forEach(function (form) { conditions(form); meter(form); });
    find(root, 'form[data-keep]').forEach(draft);
    find(root, 'input[list]').forEach(searchable);
    find(root, '.other > input').forEach(function (one) {
      one.addEventListener('input', function () { if (one.value) one.closest('.day').querySelector('[data-other]').checked = true; });
    });
    find(root, '[data-copy]').forEach(function (one) { one.hidden = false; one.onclick = function () { copy(one); }; });
  }

  function copy(button) {
    const good = function () { button.textContent = '复制好了'; };
    const old = function () { const area = make('textarea'); area.value = button.dataset.copy; main().append(area); area.select(); if (document.execCommand('copy')) good(); area.remove(); };
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(button.dataset.copy).then(good, old); else old();
  }

  addEventListener('popstate', function () {
    if (!before) return;
    document.title = before.title;
    find(before.main, 'form').forEach(function (one) { delete one.dataset.sent; if (one.dataset.busy) busy(one, ''); });
    swap(before.main);
    before = null;
  });
  addEventListener('pageshow', function (event) { if (event.persisted) { find(document, 'form[data-busy]').forEach(function (one) { busy(one, ''); }); flush(false); } });
  addEventListener('online', function () { flush(false); });
  document.addEventListener('visibilitychange', function () { if (!document.hidden) flush(false); });
  let pause = 15000;
  (function later() { setTimeout(async function () { if ((await Keep.all('queue')).length) { await flush(false); pause = Math.min(pause * 1.5, 120000); } else pause = 15000; later(); }, pause); })();
  improve(document);
  flush(false);
  if (main().dataset.address) history.replaceState(null, '', main().dataset.address);  // 返回 shall not ask to send a form again
  if (navigator.serviceWorker) addEventListener('load', function () {
    const line = navigator.connection || {};
    navigator.serviceWorker.register('/sw.js').then(function () {
      if (!line.saveData && (!line.effectiveType || line.effectiveType === '4g')) setTimeout(function () {
        navigator.serviceWorker.ready.then(function (worker) { worker.active.postMessage('ahead'); });
      }, LATER);
    }).catch(function () {});
  });
})();
