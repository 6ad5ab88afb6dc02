/* A picture is made smaller on the phone, and sent until it has arrived. Without this file the form sends it as it is. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-photo]');
  if (!form || !window.fetch || !window.FormData || !window.Promise) return;
  var SIDE = 1600, QUALITY = 0.8, WAIT = 4000, LONGEST = 30000, SLOW = 120000;
  var REFUSED = '没有发成，请再按一次。还不行，就给照片截个屏，再发截图。';
  var input = form.querySelector('[type=file]'), button = form.querySelector('button');
  var state = form.querySelector('[data-state]'), busy = false, wake = null;

  function say(words) { state.hidden = !words; state.textContent = words; }

  function key() {
    var bytes = new Uint8Array(12), text = '';
    crypto.getRandomValues(bytes);
    bytes.forEach(function (one) { text += ('0' + one.toString(16)).slice(-2); });
    return 'photo-' + text;
  }

  function byImage(file) {
    return new Promise(function (done, failed) {
      var image = new Image(), address = URL.createObjectURL(file);
      image.onload = function () { URL.revokeObjectURL(address); done(image); };
      image.onerror = function () { URL.revokeObjectURL(address); failed(new Error('unreadable')); };
      image.src = address;
    });
  }

  function read(file) {
    if (!window.createImageBitmap) return byImage(file);
    return createImageBitmap(file, { imageOrientation: 'from-image' }).catch(function () { return byImage(file); });
  }

  /* What cannot be made smaller here is sent as it is: the server can do more. */
  function smaller(file) {
    return read(file).then(function (picture) {
      var scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      var canvas = document.createElement('canvas'), paint = canvas.getContext('2d');
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      paint.fillStyle = '#fff';
      paint.fillRect(0, 0, canvas.width, canvas.height);
      paint.drawImage(picture, 0, 0, canvas.width, canvas.height);
      if (picture.close) picture.close();
      return new Promise(function (done) { canvas.toBlob(done, 'image/jpeg', QUALITY); });
    }).then(function (blob) {
      return blob && (blob.size < file.size || file.type !== 'image/jpeg') ? blob : file;
    }).catch(function () { return file; });
  }

  function pause(time) {
    return new Promise(function (done) {
      var timer = setTimeout(done, time);
      wake = function () { clearTimeout(timer); done(); };
    });
  }

  function post(body, name) {
    var stop = window.AbortController ? new AbortController() : null;
    var timer = setTimeout(function () { if (stop) stop.abort(); }, SLOW);
    return fetch(form.action, {
      method: 'POST', body: body, credentials: 'same-origin', headers: { 'Idempotency-Key': name },
      signal: stop ? stop.signal : undefined
    }).then(function (answer) {
      clearTimeout(timer);
      if (answer.status >= 500 || answer.status === 408 || answer.status === 429) throw new Error('busy');
      return answer.json().then(function (said) { return { ok: answer.status === 201, said: said }; }, function () {
        return { ok: false, said: { told: REFUSED } };  // by what stands before the house, and again the next time
      });
    }, function (error) { clearTimeout(timer); throw error; });
  }

  function send(body, name, time) {
    say('正在发送照片，请不要关这一页……');
    return post(body, name).catch(function () {
      say('网络不好，照片还没有送达。不用重选，过一会儿会自动再发；请不要关这一页。');
      return pause(time).then(function () { return send(body, name, Math.min(time * 2, LONGEST)); });
    });
  }

  function settle(words) {
    busy = false;
    button.disabled = false;
    say(words);
  }

  form.addEventListener('submit', function (event) {
    var file = input.files && input.files[0];
    if (!file) return;
    event.preventDefault();
    if (busy) return;
    busy = button.disabled = true;
    say('正在准备照片……');
    smaller(file).then(function (blob) {
      var body = new FormData();
      body.append('photo', blob, 'photo.jpg');
      return send(body, key(), WAIT);
    }).then(function (answer) {
      if (!answer.ok) { settle(answer.said.told); return; }
      say(answer.said.told);
      busy = false;
      location.replace(answer.said.page);
    }).catch(function () { settle('没有发成，请再按一次。'); });
  });

  window.addEventListener('online', function () { if (wake) wake(); });
  window.addEventListener('beforeunload', function (event) {
    if (busy) { event.preventDefault(); event.returnValue = ''; }
  });
})();
