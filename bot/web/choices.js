// Buttons that answer for you: the options of the newest question, and the quick replies.

import { element } from "./text.js";

const SETTLE = 400; // ms: the second half of a double click must not fall on the next question

// Words the assistant understands, where they help. None while nothing could come of them.
function quickWords(progress, hasOptions) {
  if (progress.state === "paused") return ["Resume"];
  if (progress.question && (progress.state === "started" || progress.state === "new")) {
    const back = progress.done || progress.answered ? ["Back"] : [];
    if (progress.purpose === "request") return ["Skip"].concat(back, ["What is this for?", "Cancel"]);
    if (progress.purpose === "equality") return ["Skip"].concat(back, ["Why do you ask?", "None of them"]);
    return ["Skip"].concat(back, ["What does this mean?", "How far am I?"]);
  }
  if (hasOptions) return [];
  return progress.state === "new" || progress.state === "stopped" ? ["Start"] : [];
}

export function createChoices({ options, quick, onChoose, onText, onSay, onFocusLost }) {
  let shown = "";
  let lastPress = 0;
  let timer = null;

  function replace(group, nodes) {
    const hadFocus = group.contains(document.activeElement);
    group.textContent = "";
    nodes.forEach((node) => group.appendChild(node));
    group.hidden = nodes.length === 0;
    if (hadFocus) onFocusLost();
  }

  function press(action) {
    return (event) => {
      if (event.detail > 1) return;
      lastPress = Date.now();
      action(event);
    };
  }

  function optionButton(button, index, several) {
    const node = element("button", { type: "button", "data-choice": button.id },
      element("span", { class: "digit" }, String(index + 1)), " ",
      element("span", { class: "title", dir: "auto" }, button.title));
    if (several) node.setAttribute("aria-pressed", "false");
    node.addEventListener("click", press((event) => {
      if (!several) onChoose(button, event);
      else node.setAttribute("aria-pressed", String(node.getAttribute("aria-pressed") === "false"));
    }));
    return node;
  }

  // Several options may be picked: they are sent together, by number, as a resident would type them.
  function sendPicked(buttons) {
    const node = element("button", { type: "button", id: "send-choices" }, "Send what I picked");
    node.addEventListener("click", press((event) => {
      const picked = buttons.filter((button, index) =>
        options.children[index].getAttribute("aria-pressed") === "true");
      if (!picked.length) onSay("Pick at least one option first, or write your own answer.");
      else if (picked.length === 1) onChoose(picked[0], event);
      else onText(picked.map((button) => buttons.indexOf(button) + 1).join(" and "), event);
    }));
    return node;
  }

  function drawOptions(open, several) {
    const key = open ? `${open.id} ${several}` : "";
    if (key === shown) return;
    if (open && Date.now() - lastPress < SETTLE) {
      clearTimeout(timer);
      timer = setTimeout(() => drawOptions(open, several), SETTLE - (Date.now() - lastPress));
      return;
    }
    shown = key;
    const buttons = open ? open.buttons : [];
    const nodes = buttons.map((button, index) => optionButton(button, index, several));
    replace(options, several && open ? nodes.concat([sendPicked(buttons)]) : nodes);
    options.classList.toggle("several", Boolean(several));
    options.dispatchEvent(new Event("drawn"));
  }

  function drawQuick(words, busy) {
    const key = words.join();
    if (quick.dataset.words !== key) {
      quick.dataset.words = key;
      replace(quick, words.map((word) => {
        const node = element("button", { type: "button", class: "second" }, word);
        node.addEventListener("click", press((event) => {
          if (node.getAttribute("aria-disabled") !== "true") onText(word, event);
        }));
        return node;
      }));
    }
    // Not `disabled`, which would throw keyboard focus away.
    Array.from(quick.children).forEach((node) => node.setAttribute("aria-disabled", String(busy)));
  }

  return {
    draw(open, progress, busy) {
      clearTimeout(timer);
      drawOptions(open, progress.kind === "multi_choice");
      drawQuick(quickWords(progress, Boolean(open)), busy);
    },
  };
}
