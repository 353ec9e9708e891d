// The answer box: grows with the text, counts, keeps the draft, and never cuts anything off.

import { direction } from "./text.js";

export const LONGEST = 4000;
const COUNT_FROM = 3500;

// As the gateway counts: characters, not UTF-16 halves, in composed form.
export const lengthOf = (text) => Array.from(text.normalize("NFC")).length;

const finePointer = matchMedia("(hover: hover) and (pointer: fine)");

export function createComposer({ store, onSend, onSay }) {
  const find = (id) => document.getElementById(id);
  const [form, box, error, counter] =
    ["composer", "message", "message-error", "counter"].map(find);
  let counted = 0;

  function grow() {
    box.style.height = "auto";
    const border = box.offsetHeight - box.clientHeight;
    box.style.height = `${box.scrollHeight + border}px`;
  }

  function showError(text) {
    error.textContent = text;
    error.hidden = !text;
    if (text) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    box.setAttribute("aria-describedby", text ? "message-error hint counter" : "hint counter");
  }

  function count() {
    // No character is longer than its UTF-16 form, so short texts need no exact counting.
    const length = box.value.length < COUNT_FROM ? 0 : lengthOf(box.value);
    const left = LONGEST - length;
    const text = (number) => number.toLocaleString("en-GB");
    counter.textContent = length < COUNT_FROM ? ""
      : left >= 0 ? `${text(left)} characters left` : `${text(-left)} characters too many`;
    counter.classList.toggle("error", left < 0);
    // Said at the two thresholds only: a live counter would talk over every key.
    if ((counted < COUNT_FROM) !== (length < COUNT_FROM) || (counted > LONGEST) !== (left < 0)) {
      find("counter-said").textContent = counter.textContent;
    }
    counted = length;
    if (left >= 0 && !error.hidden) showError("");
  }

  function changed() {
    store.keepDraft(box.value);
    box.dir = direction(box.value);
    grow();
    count();
  }

  function submit(byKeyboard) {
    const text = box.value;
    if (text.trim() === "") {
      onSay("Write your answer first.");
      box.focus();
      return;
    }
    const length = lengthOf(text);
    if (length > LONGEST) {
      showError(`Your message has ${length.toLocaleString("en-GB")} characters. We can take ` +
        "4,000 at once. Please shorten it, or send it in two parts.");
      box.focus();
      return;
    }
    // The message is kept as unsent before the draft goes, so a crash in between loses nothing.
    if (!onSend(text)) return;
    box.value = "";
    changed();
    // On a phone this would bring the keyboard back up over the reply.
    if (byKeyboard || finePointer.matches) box.focus();
  }

  box.addEventListener("input", changed);
  box.addEventListener("keydown", (event) => {
    const plain = event.key === "Enter" && !event.shiftKey && !event.altKey && !event.ctrlKey;
    // 229: an input method takes this Enter to choose a word.
    if (!plain || event.isComposing || event.keyCode === 229 || !finePointer.matches) return;
    event.preventDefault();
    if (!event.repeat) submit(true);
  });
  let keyPressed = false;
  find("send").addEventListener("click", (event) => {
    keyPressed = event.detail === 0;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(keyPressed);
  });
  window.addEventListener("resize", grow);

  box.value = store.draft();
  return {
    ready: changed,
    focus: () => box.focus(),
    setText(text) {
      box.value = text;
      changed();
    },
    // Never over what is being written: in front of it.
    putBack(text) {
      box.value = box.value.trim() === "" ? text : `${text}\n\n${box.value}`;
      changed();
      box.focus();
    },
    ask(label, hint) {
      find("message-label").textContent = label;
      find("hint").textContent = hint || (finePointer.matches
        ? "Enter sends, Shift and Enter starts a new line." : "");
    },
  };
}
