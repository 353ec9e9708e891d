// Codes one answer after the other without a reload. What the server has not acknowledged is kept on
// this device and sent again; the same codes twice change nothing.
import { click, listen } from "./keys.js";

const focus = document.getElementById("focus");
const waiting = document.getElementById("waiting");
const page = focus.dataset.pieces;
const KEPT = `staff-codes-${focus.dataset.coder}-${page}`; // nobody sends what another has chosen
const AGAIN = 5000; // milliseconds until what was not acknowledged is sent again
let ahead = null; // the piece of the next answer: {after, html}
let sending = false;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    return []; // storage may be forbidden
  }
}

function keep(list) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(list));
  } catch {
    // then it waits in this page only
  }
  if (!list.length) waiting.textContent = "";
}

function tell(list) {
  const many = list.length === 1 ? "The codes of one answer are" : `The codes of ${list.length} answers are`;
  waiting.textContent = `${many} not saved yet. They are kept on this device and sent again.`;
}

function form() {
  return focus.querySelector("form");
}

async function piece(path) {
  const response = await fetch(page + path, { headers: { "X-Piece": "yes" } });
  if (!response.ok || response.redirected) throw new Error("not here");
  return response.text();
}

function show(html) {
  focus.innerHTML = html;
  ready();
  focus.querySelector("#answer-title")?.focus();
  const here = form()?.dataset.answer ?? "";
  document.querySelector("[data-in-focus]").value = here;
  history.replaceState(null, "", here ? `${page}?answer=${here}` : page);
}

// The next answer without a code, also without those that are being sent.
function next(after) {
  const but = [...new Set([after, ...kept().map((one) => one.answer)])];
  return `/next?after=${after}&${but.map((one) => `but=${one}`).join("&")}`;
}

// Fetches the next answer while this one is read, so that Enter goes on at once.
async function lookAhead() {
  const after = form()?.dataset.answer;
  if (!after) return;
  try {
    ahead = { after, html: await piece(next(after)) };
    focus.dataset.ahead = after;
  } catch {
    ahead = null;
  }
}

async function send() {
  if (sending) return;
  sending = true;
  let list = kept();
  try {
    while (list.length) {
      const [first] = list;
      const fields = new URLSearchParams(first.fields);
      fields.set("csrf_token", document.querySelector("[name=csrf_token]").value);
      const response = await fetch(`${page}/answers/${first.answer}`, {
        method: "POST",
        body: fields,
        headers: { "X-Piece": "yes" },
      });
      // What is not there any more was erased or replaced: there is nothing left to code.
      if ((!response.ok && response.status !== 404) || response.redirected) throw new Error("not saved");
      list = kept().slice(1);
      keep(list);
    }
  } catch {
    tell(kept());
    setTimeout(send, AGAIN);
  }
  sending = false;
}

async function save() {
  const here = form();
  if (!here) return;
  const fields = new URLSearchParams(new FormData(here));
  fields.delete("csrf_token");
  const answer = here.dataset.answer;
  keep([...kept(), { answer, fields: fields.toString() }]);
  if (ahead?.after === answer) {
    const { html } = ahead;
    send();
    show(html);
  } else {
    await send();
    try {
      show(await piece(next(answer)));
    } catch {
      waiting.textContent ||= "The next answer cannot be fetched now. Press Enter to try again.";
    }
  }
}

async function goTo(link) {
  try {
    show(await piece(`/answers/${link.dataset.answer}`));
  } catch {
    location.href = link.href;
  }
}

function toggle(number) {
  const boxes = [...focus.querySelectorAll(".coding__themes:not(.coding__themes--control) [name=theme]")];
  boxes[number - 1]?.click();
}

// A suggestion counts only when a person takes it.
function accept() {
  focus.querySelectorAll("[data-suggested]").forEach((mark) => {
    mark.closest("label").querySelector("input").checked = true;
  });
}

// The part of the answer that is selected, or that `p` has chosen: the next theme is for that part.
let part = null; // {from, to, text}; letters are counted as Python counts them

function words() {
  return focus.querySelector("#words bdi");
}

const letters = (text) => [...text].length;

function choosePart(range) {
  const text = range?.toString().trim() ?? "";
  part = null;
  if (text) {
    const before = document.createRange();
    before.setStart(words(), 0);
    before.setEnd(range.startContainer, range.startOffset);
    const from = letters(before.toString()) + letters(range.toString()) - letters(range.toString().trimStart());
    part = { from, to: from + letters(text), text };
  }
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  focus.querySelector("#part").textContent = part ? `The next theme is for: “${shown}”` : "";
}

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || !words()?.contains(selection.anchorNode)) return; // a click elsewhere
  const range = selection.getRangeAt(0).cloneRange();
  if (!words().contains(range.startContainer)) range.setStart(words(), 0);
  if (!words().contains(range.endContainer)) range.setEnd(words(), words().childNodes.length);
  choosePart(range);
}

// Selects the sentences of the answer one after the other, for who uses no mouse.
function nextSentence() {
  const node = words()?.firstChild;
  if (!node) return;
  const sentences = [...node.data.matchAll(/[^.!?\n]+[.!?]*/g)].filter((one) => one[0].trim());
  const here = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
  const after = here?.endContainer === node && !here.collapsed ? here.endOffset : 0;
  const next = sentences.find((one) => one.index >= after) ?? sentences[0];
  if (!next) return;
  getSelection().setBaseAndExtent(node, next.index, node, next.index + next[0].length);
  selected(); // now: the next key may be a theme's
}

// A theme that is chosen is for the part that is selected; one that is taken away, for nothing.
function givePart(box) {
  const label = box.closest("label");
  label.querySelector(".coding__of")?.remove();
  const given = box.checked ? part : null;
  label.querySelector("[data-part]").value = given ? `${given.from}-${given.to}` : "";
  if (given) {
    const quote = document.createElement("q");
    quote.className = "coding__of";
    quote.textContent = given.text;
    label.append(quote);
    getSelection().removeAllRanges();
    choosePart(null);
  }
}

function find() {
  const field = focus.querySelector("#find-theme");
  const wanted = field.value.trim().toLowerCase();
  focus.querySelectorAll(".coding__theme").forEach((one) => {
    one.hidden = !one.textContent.toLowerCase().includes(wanted);
  });
}

function ready() {
  part = null;
  const here = form();
  if (!here) return;
  here.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  const field = here.querySelector("#find-theme");
  field.hidden = false;
  field.addEventListener("input", find);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // chooses the first that is found; Enter again saves
    const first = [...focus.querySelectorAll(".coding__theme")].find((one) => !one.hidden);
    if (field.value.trim()) first?.querySelector("input").click();
    field.value = "";
    find();
    here.querySelector("#answer-title").focus();
  });
  here.addEventListener("change", (event) => {
    if (event.target.name === "theme") givePart(event.target);
    if (event.target.type === "checkbox") here.querySelector("#answer-title").focus();
  });
  here.querySelectorAll("a[data-answer]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(link);
    });
  });
  lookAhead();
}

keep(kept());
if (kept().length) send();
window.addEventListener("online", send);
document.addEventListener("selectionchange", selected);
ready();
const does = {
  Enter: () => (document.activeElement?.matches("a, button, summary") ? document.activeElement.click() : save()),
  "/": () => focus.querySelector("#find-theme")?.focus(),
  a: accept,
  q: () => click("q"),
  u: () => click("u"),
  p: nextSentence,
  n: () => document.getElementById("new-theme").focus(),
};
for (let number = 1; number < 10; number += 1) does[number] = () => toggle(number);
listen(does);
