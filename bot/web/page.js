// The residents' page: opens the conversation, keeps it in step with the gateway, and wires the parts together.

import { createSession, history, postMessage } from "./api.js";
import { createChoices } from "./choices.js";
import { createComposer } from "./composer.js";
import { createLog } from "./log.js";
import { createOutbox } from "./outbox.js";
import * as screen from "./screen.js";
import { newId, openStore } from "./store.js";
import { inWords } from "./text.js";

const POLL = [1000, 2000, 3000];
const POLL_SLOWLY = 30000; // after five minutes of waiting, or when nobody looks
const OPENING_TRIES = [5, 10, 20, 40, 60]; // seconds
const SAVED = "Your message is saved. One moment…";
const UNREACHABLE = "We cannot reach the consultation just now. What you write here is kept.";
const BY_STATE = {
  paused: "Paused. Your answers are saved. Carry on whenever you like.",
  completed: "You have reached the end. Everything you sent is saved. Thank you.",
  stopped: "You have stopped. We will not ask you anything more, unless you start again.",
  closed: "This consultation is not taking answers now. You can still read this conversation.",
  erased: "Your answers have been deleted.",
};

const root = document.documentElement;
const find = (id) => document.getElementById(id);
const store = openStore(root.dataset.consultation || "");
const log = createLog(find("log"));

let token = null;
let progress = {};
let reference = "";
let loaded = false;
let opened = 0; // counts the openings: answers to an earlier one are ignored
let cursor = "0"; // everything up to here was read from the gateway
let failures = 0;
let polls = 0;
let pollUntil = 0;
let pollTimer = null;
let openTimer = null;
let touched = false;

if (new URLSearchParams(location.search).get("embed") === "1") root.classList.add("embed");
root.classList.add("js");

const scrolling = screen.setUpScrolling();
const composer = createComposer({ store, onSend: (text) => send({ text }), onSay: screen.say });
const choices = createChoices({
  options: find("options"),
  quick: find("quick"),
  onChoose: (button, event) => answerByButton({ text: button.title, choice: button.id }, event),
  onText: (text, event) => answerByButton({ text }, event),
  onSay: screen.say,
  onFocusLost: parkFocus,
});
const outbox = createOutbox({
  store,
  post: (entry) => postMessage(token, entry, log.newest("bot") ? String(log.newest("bot")) : ""),
  onState: showState,
  onDelivered: delivered,
  onUnauthorised: lost,
});

// After a press the button is gone. Keyboards go to the answer box; on a touch screen that would raise the keyboard
// over the reply, so the reading position goes to what was just sent.
function parkFocus() {
  const own = find("log").lastElementChild;
  if (!touched || !own) {
    composer.focus();
    return;
  }
  own.tabIndex = -1;
  own.focus({ preventScroll: true });
}

function draw() {
  const open = loaded ? log.openButtons() : null;
  choices.draw(open, loaded ? progress : {}, outbox.isBusy());
  composer.ask(progress.question ? "Your answer" : "Your message",
    open && progress.kind !== "multi_choice" ? "Choose above, or type a number." :
      open ? "Pick above, or type numbers: 1 and 3." : "");
  if (!loaded) return;
  screen.drawProgress(progress);
  screen.drawReference(reference);
  const text = BY_STATE[progress.state] || (store.isDurable() ? ""
    : "This browser keeps nothing on this device. Leave this page open until you have finished.");
  if (progress.state === "erased") screen.notice(text, "Start a new conversation", startAgain);
  else screen.notice(text);
}

function send({ text, choice }) {
  if (!loaded) {
    screen.say("Not connected yet. What you wrote is kept in the box.");
    open();
    return false;
  }
  const entry = { client_id: newId(), text };
  if (choice !== undefined) entry.choice = choice;
  log.addUnsent(entry);
  outbox.add(entry);
  draw();
  scrolling.own();
  return true;
}

function answerByButton(entry, event) {
  const inOptions = find("options").contains(event.currentTarget);
  touched = event.detail > 0 && (touched || !matchMedia("(pointer: fine)").matches);
  if (send(entry) && inOptions) parkFocus();
}

function showState(entry, state, { message, seconds, refused, lost: isLost }) {
  if (isLost) {
    log.setState(entry.client_id, state, "Not sent.");
  } else if (refused) {
    log.setState(entry.client_id, "failed", `Not sent. ${message || "It could not be taken."}`, {
      refused, label: "Edit and send again", press: () => edit(entry) });
    screen.say("A message was not sent.");
    draw();
  } else if (seconds) {
    const wait = inWords(seconds);
    log.setState(entry.client_id, state, `Kept. It is sent by itself in about ${wait}.`);
    screen.say(`${message || "That was a lot at once."} Your message is kept and is sent by itself in about ${wait}.`);
  } else if (state === "failed") {
    log.setState(entry.client_id, state, "Not sent.", { label: "Try again", press: () => outbox.retry() });
    screen.say(`Not sent yet. ${message || "There is no connection."} We keep trying.`);
  } else {
    log.setState(entry.client_id, state, "Sending…");
  }
}

function edit(entry) {
  outbox.remove(entry);
  log.remove(entry.client_id);
  composer.putBack(entry.text);
  draw();
}

function delivered(entry, reply) {
  const replies = (reply.body.messages || []).slice().sort((a, b) => Number(a.id) - Number(b.id));
  const late = reply.status === 202;
  log.settle(entry.client_id, late ? [] : replies.filter((message) => message.from !== "resident"));
  log.setState(entry.client_id, late ? "waiting" : "sent", late ? "Saved." : "");
  screen.say(late ? SAVED : log.waiting().length ? SAVED : "");
  take(late ? {} : reply.body, replies);
  if (late) startPolling();
  else if (log.waiting().length) sync();
}

// Takes in what the gateway says, in its order.
function take(body, messages) {
  progress = body.progress || progress;
  reference = body.reference || reference;
  const added = messages.map((message) => log.addStored(message)).filter(Boolean);
  const first = added.find((entry) => entry.from === "bot");
  draw();
  if (first) scrolling.arrived(first.node);
}

async function sync() {
  if (!loaded) return;
  const mine = opened;
  const reply = await history(token, cursor);
  if (mine !== opened || !loaded) return;
  if (reply.status === 401) lost();
  if (reply.status === 200) {
    const waited = log.waiting().length;
    takeHistory(reply.body);
    const unanswered = log.unanswered();
    for (const entry of log.waiting()) {
      if (!unanswered.includes(entry)) log.setState(entry.clientId, "sent", "");
    }
    // One reply does not say which of several messages it answers: look on for a while.
    if (waited > 1 && !log.waiting().length) pollUntil = Date.now() + POLL_SLOWLY;
    if (waited && !log.waiting().length) screen.say("");
  }
  startPolling(true);
}

function takeHistory(body) {
  const messages = body.messages || [];
  for (const { client_id: id } of messages) if (id) store.removeUnsent(id);
  if (messages.length) cursor = messages[messages.length - 1].id;
  take(body, messages);
}

function startPolling(again) {
  clearTimeout(pollTimer);
  if (!again) polls = 0;
  if (!loaded || (!log.waiting().length && Date.now() > pollUntil)) return;
  const slowly = document.hidden || polls > 100;
  pollTimer = setTimeout(sync, slowly ? POLL_SLOWLY : POLL[Math.min(polls, POLL.length - 1)]);
  polls += 1;
}

async function open() {
  clearTimeout(openTimer);
  const mine = (opened += 1);
  token = store.token();
  const live = find("live");
  // A conversation read back is not news: only what comes after it is announced.
  live.setAttribute("aria-live", token ? "off" : "polite");
  const reply = token ? await history(token, "0") : await createSession();
  if (mine !== opened) return;
  if (reply.status === 401) return void lost();
  if (reply.status !== 200 && reply.status !== 201) return void openLater(reply);
  failures = 0;
  loaded = true;
  screen.showLoaded();
  screen.notice("");
  screen.say("");
  if (token) resume(reply.body);
  else begin(reply.body);
  setTimeout(() => live.setAttribute("aria-live", "polite"), 500);
}

function begin(body) {
  token = body.token;
  store.keepToken(token);
  outbox.start([]);
  take(body, body.messages || []);
  window.scrollTo(0, 0);
}

function resume(body) {
  takeHistory(body);
  if (!["stopped", "closed", "erased"].includes(progress.state)) {
    log.unanswered().forEach((entry) => log.setState(entry.clientId, "waiting", "Saved."));
  }
  const unsent = store.unsent();
  unsent.forEach((entry) => log.addUnsent(entry));
  outbox.start(unsent);
  draw();
  screen.say(log.waiting().length ? SAVED : `Welcome back. ${log.count()} messages so far.`);
  startPolling();
  scrolling.toEnd();
}

function openLater(reply) {
  const seconds = reply.wait || OPENING_TRIES[Math.min(failures, OPENING_TRIES.length - 1)];
  failures += 1;
  screen.showLoaded();
  screen.notice(`${reply.body.message || UNREACHABLE} We try again by ourselves.`, "Try again now", () => {
    screen.say("Trying again…");
    open();
  });
  screen.say("");
  draw();
  openTimer = setTimeout(open, seconds * 1000);
}

// The token is no longer good. Nothing unsent may go to a new conversation by itself: it answered an old question.
function lost() {
  close();
  screen.showLoaded();
  screen.notice("This conversation cannot be opened on this device any more. You can start a new one. " +
    "What you have not sent is kept.", "Start a new conversation", startAgain);
  screen.say("");
  draw();
  scrolling.toEnd();
}

function close() {
  loaded = false;
  opened += 1;
  clearTimeout(pollTimer);
  clearTimeout(openTimer);
  outbox.stop();
}

function startAgain() {
  const kept = store.unsent().map((entry) => entry.text).concat([store.draft()]);
  forget();
  composer.setText(kept.filter((text) => text.trim() !== "").join("\n\n"));
  open();
}

function forget() {
  close();
  store.clear();
  log.clear();
  token = null;
  progress = {};
  reference = "";
  cursor = "0";
  pollUntil = 0;
  screen.drawProgress({});
  screen.drawReference("");
  screen.notice("");
  draw();
}

function clear() {
  forget();
  composer.setText("");
  screen.showLoaded();
  screen.say("");
  screen.notice("The conversation is cleared from this device.", "Start a new conversation", startAgain);
  find("notice").querySelector("button").focus();
}

screen.setUpClearing({
  reference: () => reference,
  unsent: () => store.unsent().length > 0 || store.draft().trim() !== "",
  clear,
});

function lookAgain() {
  if (loaded) {
    outbox.retry();
    sync();
  } else if (failures) {
    open();
  }
}

find("options").addEventListener("drawn", () => scrolling.keepUp(find("log").lastElementChild));
window.addEventListener("online", lookAgain);
window.addEventListener("pageshow", (event) => event.persisted && lookAgain());
document.addEventListener("visibilitychange", () => document.hidden || lookAgain());
document.addEventListener("pointerdown", (event) => {
  touched = event.pointerType === "touch";
}, true);
document.addEventListener("keydown", (event) => {
  touched = false;
  // The frame's own keys never reach the page around it. The message says nothing but "close".
  if (event.key === "Escape" && !find("clear-dialog").open && root.classList.contains("embed")) {
    window.parent.postMessage("haveyoursay:close", "*");
  }
}, true);
// Cleared, or started anew, in another tab: this one must not go on with the old conversation.
window.addEventListener("storage", (event) => {
  if (!store.isToken(event.key) || store.token() === token) return;
  if (store.token()) location.reload();
  else clear();
});

composer.ready();
open();
