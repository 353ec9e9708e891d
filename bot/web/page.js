// The residents' page: wires the conversation to what is on the screen.

import { createAnswers } from "./answers.js";
import { createChoices, shapeOf } from "./choices.js";
import { createComposer } from "./composer.js";
import { createConversation } from "./conversation.js";
import { openInTab, takeOverByAddress } from "./full_tab.js";
import { createLog } from "./log.js";
import * as screen from "./screen.js";
import { openStore } from "./store.js";
import { inWords } from "./text.js";

const BY_STATE = {
  paused: "Paused. Your answers are saved. Carry on whenever you like.",
  completed: "You have reached the end. Everything you sent is saved.",
  stopped: "You have stopped. We will not ask you anything more, unless you start again.",
  closed: "This consultation is not taking answers now. You can still read this conversation.",
  erased: "Your answers have been deleted.",
};
const NOT_DURABLE = "This browser keeps nothing on this device. Leave this page open until you have finished.";

const root = document.documentElement;
const find = (id) => document.getElementById(id);
const finePointer = matchMedia("(pointer: fine)");
const embedded = new URLSearchParams(location.search).get("embed") === "1";
root.classList.add("js");
if (embedded) root.classList.add("embed");

let touched = false;
const store = openStore(root.dataset.consultation || "");
const log = createLog(find("log"));
const scrolling = screen.setUpScrolling();
const composer = createComposer({ store, onSend: (text) => conversation.send({ text }), onSay: screen.say });
const conversation = createConversation({
  store, log, scrolling, draw, live: find("live"), onState: showState, onKept: composer.setText });
const choices = createChoices({
  first: find("first"),
  options: find("options"),
  quick: find("quick"),
  onChoose: (button, event) => answerByButton({ text: button.title, choice: button.id }, event),
  onText: (text, event) => answerByButton({ text }, event),
  onSay: screen.say,
  onFocusLost: parkFocus,
});

const answers = createAnswers({
  store,
  read: conversation.answers,
  send: (text) => conversation.send({ text }),
  say: screen.say,
  onClose: () => scrolling.toStep(),
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

function answerByButton(entry, event) {
  const inOptions = ["options", "first"].some((id) => find(id).contains(event.currentTarget));
  touched = event.detail > 0 && (touched || !finePointer.matches);
  if (conversation.send(entry) && inOptions) parkFocus();
}

function hintFor(open, progress) {
  const shape = shapeOf(open, progress);
  if (shape === "none") return "";
  if (shape === "first") return "Or write here.";
  if (shape === "plain") return "Choose, or write here.";
  if (progress.kind !== "multi_choice") return `Choose, or type 1\u2013${open.buttons.length}.`;
  return progress.most ? `Up to ${progress.most}, or type 1 and 3.` : "Any, or type 1 and 3.";
}

function draw() {
  const { loaded, progress, reference } = conversation.state;
  const open = loaded ? log.openButtons() : null;
  choices.draw(open, loaded ? progress : {}, conversation.isBusy());
  composer.ask(progress.question ? "Your answer" : "Your message", hintFor(open, progress));
  root.classList.toggle("asking", Boolean(progress.question));
  screen.drawProgress(progress);
  screen.drawReference(reference);
  if (!loaded) return void answers.forget();
  answers.draw(progress);
  const text = BY_STATE[progress.state] || (store.isDurable() ? "" : NOT_DURABLE);
  const framed = embedded && !store.isDurable();
  find("framed").hidden = find("full-tab").hidden = !framed;
  if (framed && !BY_STATE[progress.state]) screen.notice("");
  else if (progress.state === "erased") screen.notice(text, "Start a new conversation", conversation.startAgain);
  else screen.notice(text);
}

function showState(entry, state, { message, seconds, refused, lost }) {
  const show = (text, action) => log.setState(entry.client_id, state, text, action);
  if (lost) {
    show("Not sent.");
  } else if (refused) {
    show(`Not sent. ${message || "It could not be taken."}`,
      { refused, label: "Edit and send again", press: () => edit(entry) });
    screen.say("A message was not sent.");
    draw();
  } else if (seconds) {
    const wait = `sent by itself in about ${inWords(seconds)}`;
    show(`Kept, and ${wait}.`);
    screen.say(`${message || "That was a lot at once."} Your message is kept, and ${wait}.`);
  } else if (state === "failed") {
    show("Not sent.", { label: "Try again", press: conversation.retry });
    screen.say(`Not sent yet. ${message || "There is no connection."} We keep trying.`);
  } else {
    show("Sending…");
  }
}

function edit(entry) {
  conversation.drop(entry);
  composer.putBack(entry.text);
  screen.say("");
  draw();
}

screen.setUpClearing({
  reference: () => conversation.state.reference,
  unsent: () => store.unsent().length > 0 || store.draft().trim() !== "",
  clear: conversation.clear,
});

find("options").addEventListener("drawn", () => scrolling.keepUp(find("log").lastElementChild));
window.addEventListener("online", conversation.lookAgain);
window.addEventListener("pageshow", (event) => event.persisted && conversation.lookAgain());
document.addEventListener("visibilitychange", () => document.hidden || conversation.lookAgain());
window.addEventListener("storage", (event) => store.isToken(event.key) && conversation.tokenChanged());
document.addEventListener("pointerdown", (event) => {
  touched = event.pointerType === "touch";
}, true);
document.addEventListener("keydown", (event) => {
  touched = false;
  // The frame's own keys never reach the page around it. The message says nothing but "close".
  if (event.key === "Escape" && embedded && !find("clear-dialog").open) {
    window.parent.postMessage("haveyoursay:close", "*");
  }
}, true);

for (const id of ["full-tab", "framed-tab"]) {
  find(id).addEventListener("click", () => openInTab({ conversation, notice: screen.notice, say: screen.say }));
}

composer.ready();
takeOverByAddress(store).then((problem) => {
  conversation.open();
  if (problem) screen.say(problem);
});
