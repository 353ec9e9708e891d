// One conversation with the gateway: opens it, sends, reads on while a reply is due, and gives it up when it is lost.

import { answersSoFar, createSession, handOver, history, postMessage } from "./api.js";
import { createOutbox } from "./outbox.js";
import { notice, say, showLoaded } from "./screen.js";
import { newId } from "./store.js";

const POLL = [1000, 2000, 3000];
const POLL_FOR_PERSON = 8000; // a person may write at any time
const POLL_SLOWLY = 30000; // after five minutes of waiting, or when nobody looks
const OPENING_TRIES = [5, 10, 20, 40, 60]; // seconds
const SAVED = "Your message is saved. One moment…";
const UNREACHABLE = "We cannot reach the consultation just now. What you write here is kept.";
const START = "Start a new conversation";
const NO_REPLY_DUE = ["stopped", "closed", "erased"];

const byNumber = (a, b) => Number(a.id) - Number(b.id);

export function createConversation({ store, log, live, scrolling, draw, onState, onKept }) {
  const state = { loaded: false, progress: {}, reference: "", person: false };
  let token = null;
  let opened = 0; // counts the openings: answers to an earlier one are ignored
  let cursor = "0"; // everything up to here was read from the gateway
  let failures = 0;
  let polls = 0;
  let pollUntil = 0;
  let pollTimer = null;
  let openTimer = null;

  const outbox = createOutbox({
    store,
    post: (entry) => postMessage(token, entry, entry.seen || String(log.newest("bot") || "")),
    onState,
    onDelivered: delivered,
    onUnauthorised: lost,
  });

  function send({ text, choice }) {
    if (!state.loaded) {
      say("Not connected yet. What you wrote is kept in the box.");
      open();
      return false;
    }
    // What they had seen when they wrote, not when it could be sent: it says what they answer.
    const entry = { client_id: newId(), text, seen: String(log.newest("bot") || "") };
    if (choice !== undefined) entry.choice = choice;
    log.addUnsent(entry);
    outbox.add(entry);
    draw();
    scrolling.own();
    return true;
  }

  function delivered(entry, reply) {
    const late = reply.status === 202;
    const replies = late ? [] : (reply.body.messages || []).slice().sort(byNumber);
    log.settle(entry.client_id, replies.filter((message) => message.from !== "resident"));
    log.setState(entry.client_id, late ? "waiting" : "sent", late ? "Saved." : "");
    say(log.waiting().length ? SAVED : "");
    take(late ? {} : reply.body, replies);
    if (late) startPolling();
    else if (log.waiting().length) sync();
    else startPolling(true);
  }

  // Takes in what the gateway says, in its order.
  function take(body, messages) {
    state.progress = body.progress || state.progress;
    state.reference = body.reference || state.reference;
    if ("person" in body) state.person = body.person;
    const added = messages.map((message) => log.addStored(message)).filter(Boolean);
    const first = added.find((entry) => entry.from === "bot");
    draw();
    if (first) scrolling.arrived(first.node);
  }

  function takeHistory(body) {
    const messages = (body.messages || []).slice().sort(byNumber);
    for (const message of messages) if (message.client_id) store.removeUnsent(message.client_id);
    if (messages.length) cursor = messages[messages.length - 1].id;
    take(body, messages);
  }

  async function sync() {
    if (!state.loaded) return;
    const mine = opened;
    const reply = await history(token, cursor);
    if (mine !== opened) return;
    if (reply.status === 401) return void lost();
    if (reply.status === 200) {
      const waited = log.waiting().length;
      takeHistory(reply.body);
      const unanswered = log.unanswered();
      for (const entry of log.waiting()) {
        if (!unanswered.includes(entry)) log.setState(entry.clientId, "sent", "");
      }
      const answered = waited && !log.waiting().length;
      // One reply does not say which of several messages it answers: look on for a while.
      if (answered && waited > 1) pollUntil = Date.now() + POLL_SLOWLY;
      if (answered) say("");
    }
    startPolling(true);
  }

  function startPolling(again) {
    clearTimeout(pollTimer);
    if (!again) polls = 0;
    const due = log.waiting().length || Date.now() <= pollUntil;
    if (!state.loaded || !(due || state.person)) return;
    const slowly = document.hidden || (due && polls > 100);
    const soon = due ? POLL[Math.min(polls, POLL.length - 1)] : POLL_FOR_PERSON;
    pollTimer = setTimeout(sync, slowly ? POLL_SLOWLY : soon);
    polls += 1;
  }

  async function open() {
    clearTimeout(openTimer);
    const mine = (opened += 1);
    token = store.token();
    const known = Boolean(token);
    // A conversation read back is not news: only what comes after it is announced.
    live.setAttribute("aria-live", known ? "off" : "polite");
    const reply = known ? await history(token, "0") : await createSession();
    if (mine !== opened) return;
    if (reply.status === 401) return void lost();
    if (reply.status !== 200 && reply.status !== 201) return void openLater(reply);
    failures = 0;
    state.loaded = true;
    showLoaded();
    notice("");
    say("");
    if (known) resume(reply.body);
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
    if (!NO_REPLY_DUE.includes(state.progress.state) && !state.person) {
      log.unanswered().forEach((entry) => log.setState(entry.clientId, "waiting", "Saved."));
    }
    say(log.waiting().length ? SAVED : `Welcome back. ${log.count()} messages so far.`);
    const unsent = store.unsent();
    unsent.forEach((entry) => log.addUnsent(entry));
    outbox.start(unsent);
    draw();
    startPolling();
    scrolling.toEnd();
  }

  function openLater(reply) {
    const seconds = reply.wait || OPENING_TRIES[Math.min(failures, OPENING_TRIES.length - 1)];
    failures += 1;
    showLoaded();
    notice(`${reply.body.message || UNREACHABLE} We try again by ourselves.`, "Try again now", () => {
      say("Trying again…");
      open();
    });
    say("");
    draw();
    openTimer = setTimeout(open, seconds * 1000);
  }

  // The token is no longer good. Nothing unsent goes to a new conversation by itself: it answered an old question.
  function lost() {
    close();
    showLoaded();
    notice("This conversation cannot be opened on this device any more. You can start a new one. " +
      "What you have not sent is kept.", START, startAgain);
    say("");
    draw();
    scrolling.toEnd();
  }

  function close() {
    state.loaded = false;
    opened += 1;
    clearTimeout(pollTimer);
    clearTimeout(openTimer);
    outbox.stop();
  }

  function forget() {
    close();
    store.clear();
    log.clear();
    token = null;
    Object.assign(state, { progress: {}, reference: "", person: false });
    cursor = "0";
    pollUntil = failures = 0;
    draw();
  }

  function startAgain() {
    const kept = store.unsent().map((entry) => entry.text).concat([store.draft()]);
    forget();
    onKept(kept.filter((text) => text.trim() !== "").join("\n\n"));
    open();
  }

  return {
    state,
    open,
    send,
    startAgain,
    answers: () => answersSoFar(token),
    handOver: () => handOver(token),
    close,
    isBusy: outbox.isBusy,
    retry: outbox.retry,
    drop(entry) {
      outbox.remove(entry);
      log.remove(entry.client_id);
    },
    clear() {
      forget();
      onKept("");
      showLoaded();
      say("");
      notice("The conversation is cleared from this device.", START, startAgain).focus();
    },
    lookAgain() {
      if (state.loaded) {
        outbox.retry();
        sync();
      } else if (failures) {
        open();
      }
    },
    // Cleared, or started anew, in another tab: this one must not go on with the old conversation.
    tokenChanged() {
      if (store.token() === token) return;
      if (store.token()) location.reload();
      else this.clear();
    },
  };
}
