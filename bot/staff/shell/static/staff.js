// Starts GOV.UK's small enhancements: showing a password, moving to an error, sending a form once.
// Then the keys of a conversation; each does what a link or button on the page does.
import { initAll } from "./govuk-frontend.min.js";

initAll();

const OFF = "staff-keys-off";
const help = document.getElementById("keys");
const turns = [...document.querySelectorAll(".staff-turn")];

function isOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false; // storage may be forbidden
  }
}

function current() {
  const place = turns.findIndex((turn) => turn.contains(document.activeElement));
  return place >= 0 ? place : turns.findIndex((turn) => turn.matches(":target"));
}

function move(by) {
  const place = current();
  const next = place < 0 ? 0 : Math.min(Math.max(place + by, 0), turns.length - 1);
  turns[next]?.focus();
  turns[next]?.scrollIntoView({ block: "nearest" });
}

function flag() {
  (turns[current()] ?? document).querySelector("[data-flag]")?.click();
}

function considered() {
  const choices = [...document.querySelectorAll('[name="judgement"][type="radio"]')];
  if (choices.some((choice) => choice.checked)) {
    document.querySelector('[data-key="r"]')?.click();
  } else {
    choices[0]?.focus(); // what is flagged has no usual judgement
  }
}

const does = {
  j: () => move(1),
  k: () => move(-1),
  f: flag,
  r: considered,
  "?": () => help.showModal(),
};

function press(event) {
  const typing = event.target.closest?.("input, select, textarea, dialog, [contenteditable]");
  const plain = !(event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing);
  if (typing || !plain || (isOff() && event.key !== "?")) return;
  const act = does[event.key] ?? (() => document.querySelector(`[data-key="${event.key}"]`)?.click());
  if (event.key in does || "np".includes(event.key)) {
    event.preventDefault();
    act();
  }
}

if (help) {
  const opener = document.querySelector('[data-key="?"]');
  const off = document.getElementById("keys-off");
  opener.hidden = false;
  opener.addEventListener("click", does["?"]);
  off.checked = isOff();
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "yes" : "no"));
  document.addEventListener("keydown", press);
}
