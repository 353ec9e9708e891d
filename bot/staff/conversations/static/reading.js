// One conversation: its keys, the way to a folded message, and notes that were not saved.
import { keepDrafts } from "./drafts.js";
import { click, listen, move } from "./keys.js";

const turns = [...document.querySelectorAll(".staff-turn")];
const transcript = document.getElementById("transcript");
const choices = [...document.querySelectorAll("[data-judge]")];

// Opens what a message is folded into. Newer browsers do it themselves.
function unfold() {
  const aim = document.getElementById(location.hash.slice(1));
  if (!aim || !transcript?.contains(aim)) return;
  transcript.open = true;
  aim.querySelectorAll("details").forEach((one) => (one.open = true));
  aim.scrollIntoView({ block: "center" });
}

function go(by) {
  if (transcript) transcript.open = true;
  move(turns, by);
}

function flag() {
  const here = turns.find((turn) => turn.contains(document.activeElement) || turn.matches(":target"));
  here?.querySelector("[data-flag]")?.click();
}

function judge(choice) {
  if (choice) choice.checked = true;
  if (choices.some((one) => one.checked)) {
    click("r");
  } else {
    choices[0]?.focus(); // what is flagged has no usual judgement
  }
}

window.addEventListener("hashchange", unfold);
unfold();
keepDrafts();
listen({
  j: () => go(1),
  k: () => go(-1),
  t: () => transcript && (transcript.open = !transcript.open),
  f: flag,
  1: () => judge(choices[0]),
  2: () => judge(choices[1]),
  3: () => judge(choices[2]),
  r: () => judge(),
  n: () => click("n"),
  p: () => click("p"),
});
