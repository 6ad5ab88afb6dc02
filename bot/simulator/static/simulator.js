// Sends without reloading, and looks every few seconds for what the account sends by itself.
// Without this file the same forms do the same.
"use strict";

const PULSE = 3000;
const LOST = "没有发出去，请检查网络，再试一次。";

function show(phone, lines) {
  const list = phone.querySelector(".log ol");
  for (const line of lines) {
    if (document.getElementById(line.id)) continue; // a look and a reply may bring the same
    phone.querySelector(".hello")?.remove();
    list.insertAdjacentHTML("beforeend", line.html);
  }
}

function take(phone, news) {
  if (news.last) phone.dataset.last = Math.max(news.last, phone.dataset.last);
  show(phone, news.lines);
}

function warn(phone, sentence) {
  const alert = phone.querySelector(".alert");
  alert.textContent = sentence;
  alert.hidden = !sentence;
}

async function send(phone, form, button) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  data.append("after", phone.dataset.last);
  const field = form.querySelector("textarea");
  phone.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const news = await answer.json();
    warn(phone, news.alert || "");
    if (!answer.ok) return;
    take(phone, news);
    phone.querySelector(".log").scrollTop = 0; // reversed: the end
    form.reset();
    if (field) field.value = "";
    else form.closest("details")?.removeAttribute("open");
  } catch {
    warn(phone, LOST);
  } finally {
    phone.removeAttribute("aria-busy");
  }
}

for (const phone of document.querySelectorAll(".phone")) {
  phone.addEventListener("submit", (event) => {
    event.preventDefault();
    if (phone.hasAttribute("aria-busy")) return; // one thing at a time, as on a phone
    send(phone, event.target, event.submitter);
  });
  phone.querySelector("textarea").addEventListener("keydown", (event) => {
    // 229: a key that belongs to the input method
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  setInterval(async () => {
    if (document.hidden || phone.hasAttribute("aria-busy")) return;
    const query = new URLSearchParams({ who: phone.dataset.who, after: phone.dataset.last });
    try {
      const answer = await fetch(`${phone.dataset.news}?${query}`, { headers: { Accept: "application/json" } });
      if (answer.ok) take(phone, await answer.json());
    } catch {
      // the next look may fare better
    }
  }, PULSE);
}
