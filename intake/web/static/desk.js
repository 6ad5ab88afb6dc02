// Keys of the desk. They go to what is on the page and change nothing; /desk/me switches them off.
"use strict";
const find = selector => document.querySelector(selector);
const rows = () => [...document.querySelectorAll(".list .go, .box > h2 .go")].filter(one => one.checkVisibility());
const row = () => document.activeElement.closest(".list tr:has(.go), .box:has(> h2 .go)");
function step(by) {
  const all = rows(), here = row(), at = here ? all.indexOf(here.querySelector(".go")) : -1;
  const next = all[here ? at + by : by > 0 ? 0 : all.length - 1];
  if (next) next.focus();
}
function go(one) {
  if (!one) return;
  if (one.matches("a")) one.click(); else one.focus();
}
const DO = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyX: () => { const box = row() && row().querySelector("[type=checkbox]"); if (box) box.click(); },
  KeyA: () => go(find("[data-key=a]")),
  KeyN: () => go(find("[data-key=n]")),
  KeyU: () => go(find("[data-key=u]")),
  Slash: () => go(find(".find input")),
};
const help = () => { const keys = find("details.keys"); if (keys) { keys.open = true; keys.querySelector("summary").focus(); } };
// By its place on the keyboard: input methods for Chinese say "Process" for any letter.
addEventListener("keydown", event => {
  const wanted = event.code === "Slash" && (event.shiftKey || event.key === "?") ? help : event.shiftKey ? null : DO[event.code];
  const typing = event.target.closest("select, textarea, input:not([type=checkbox], [type=radio])");
  if (!wanted || typing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  event.preventDefault();
  wanted();
});
