// Buttons that answer for you: the one to begin with, the options of the newest question, and the quick replies.

import { direction, element } from "./text.js";

const SETTLE = 400; // ms: the second half of a double click must not fall on the next question

// Words the assistant understands, where they help. None while nothing could come of them.
function quickWords(progress, hasOptions) {
  if (progress.state === "paused") return ["Resume"];
  if (progress.question && (progress.state === "started" || progress.state === "new")) {
    const back = progress.done || progress.answered ? ["Back"] : [];
    if (progress.purpose === "request") return ["Skip"].concat(back, ["What is this for?", "Cancel"]);
    if (progress.purpose === "equality") return ["Skip"].concat(back, ["Why do you ask?", "None of them"]);
    return ["Skip"].concat(back, ["What does this mean?"]);
  }
  if (hasOptions) return [];
  return progress.state === "new" || progress.state === "stopped" ? ["Start"] : [];
}

const NUMBERED = ["choice", "scale", "multi_choice"]; // only there can a number be typed for an option

// How the newest buttons are to be shown. A lone one that begins something is no answer, and must not look like one.
export function shapeOf(open, progress) {
  if (!open || !open.buttons.length) return "none";
  if (progress.question && NUMBERED.includes(progress.kind)) return "numbered";
  return open.buttons.length === 1 ? "first" : "plain";
}

export function createChoices({ first, options, quick, onChoose, onText, onSay, onFocusLost }) {
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

  const picked = () => Array.from(options.querySelectorAll('[aria-pressed="true"]'));

  function toggle(node, most) {
    const on = node.getAttribute("aria-pressed") === "true";
    if (!on && picked().length >= most) {
      onSay(`You can pick up to ${most}. To pick another, press one of yours first.`);
      return;
    }
    node.setAttribute("aria-pressed", String(!on));
    const full = picked().length >= most;
    options.querySelectorAll("[aria-pressed]").forEach((other) => other.setAttribute("aria-disabled",
      String(full && other.getAttribute("aria-pressed") === "false")));
    onSay("");
  }

  function optionButton(button, index, shape, most) {
    const node = element("button", { type: "button", "data-choice": button.id },
      ...(shape === "numbered" ? [element("span", { class: "digit" }, String(index + 1)), " "] : []),
      element("span", { class: "title", dir: direction(button.title) }, button.title));
    if (most) node.setAttribute("aria-pressed", "false");
    node.addEventListener("click", press((event) => (most ? toggle(node, most) : onChoose(button, event))));
    return node;
  }

  // Several options may be picked: they are sent together, by number, as a resident would type them.
  function sendPicked(buttons) {
    const node = element("button", { type: "button", id: "send-choices" }, "Send what I picked");
    node.addEventListener("click", press((event) => {
      const places = picked().map((one) => Array.from(options.children).indexOf(one));
      if (!places.length) onSay("Pick at least one option first, or write your own answer.");
      else if (places.length === 1) onChoose(buttons[places[0]], event);
      else onText(places.map((place) => place + 1).join(" and "), event);
    }));
    return node;
  }

  function firstButton(button) {
    const node = element("button", { type: "button", class: "primary", "data-choice": button.id }, button.title);
    node.addEventListener("click", press((event) => onChoose(button, event)));
    return node;
  }

  function drawOptions(open, shape, most) {
    const key = shape === "none" ? "" : `${open.id} ${shape} ${most}`;
    if (key === shown) return;
    if (key && Date.now() - lastPress < SETTLE) {
      clearTimeout(timer);
      timer = setTimeout(() => drawOptions(open, shape, most), SETTLE - (Date.now() - lastPress));
      return;
    }
    shown = key;
    const buttons = key && shape !== "first" ? open.buttons : [];
    const nodes = buttons.map((button, index) => optionButton(button, index, shape, most));
    // The pointer rests where the last option was: no option may look chosen because of that.
    options.classList.add("fresh");
    replace(options, most && buttons.length ? nodes.concat([sendPicked(buttons)]) : nodes);
    replace(first, shape === "first" ? open.buttons.map(firstButton) : []);
    options.dispatchEvent(new Event("drawn"));
  }

  // `beside`: buttons under what was said before the question, such as the one that takes an answer back.
  function drawQuick(words, beside, busy) {
    const key = words.concat(beside.map((button) => button.id)).join();
    if (quick.dataset.words !== key) {
      quick.dataset.words = key;
      const made = (title, act) => {
        const node = element("button", { type: "button", class: "second" }, title);
        node.addEventListener("click", press((event) => {
          if (node.getAttribute("aria-disabled") !== "true") act(event);
        }));
        return node;
      };
      replace(quick, beside.map((button) => made(button.title, (event) => onChoose(button, event)))
        .concat(words.map((word) => made(word, (event) => onText(word, event)))));
    }
    // Not `disabled`, which would throw keyboard focus away.
    Array.from(quick.children).forEach((node) => node.setAttribute("aria-disabled", String(busy)));
  }

  options.addEventListener("pointermove", (event) => {
    if (event.movementX || event.movementY) options.classList.remove("fresh");
  });

  return {
    draw(open, progress, busy) {
      clearTimeout(timer);
      const shape = shapeOf(open, progress);
      const most = progress.kind === "multi_choice" ? progress.most || Infinity : 0;
      drawOptions(open, shape, most);
      // Requests and the questions about the person have their ways out among the quick words.
      const beside = open && (progress.purpose || "consultation") === "consultation" ? open.beside : [];
      drawQuick(quickWords(progress, shape !== "none"), beside, busy);
    },
  };
}
