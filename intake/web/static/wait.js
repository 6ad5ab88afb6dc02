// Says that something takes a while, so that nobody taps twice; what is done does not depend on it.
"use strict";
const AFTER = 700;
addEventListener("submit", event => {
  const form = event.target, words = form.dataset.wait;
  if (!words) return;
  if (form.dataset.waiting) { event.preventDefault(); return; }
  form.dataset.waiting = "yes";
  setTimeout(() => {
    if (!form.dataset.waiting) return;
    const told = document.createElement("p"), bar = document.createElement("progress");
    told.className = "waiting";
    told.setAttribute("role", "status");
    told.append(words, bar);
    form.append(told);
  }, AFTER);
});
// Who comes back by the browser's button finds the form as it was.
addEventListener("pageshow", () => document.querySelectorAll("form[data-waiting]").forEach(form => {
  delete form.dataset.waiting;
  form.querySelectorAll(".waiting").forEach(one => one.remove());
}));
