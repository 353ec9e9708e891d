// The conversation as a list: what the gateway has, in its order, then what is still on its way.

import { element, lines, paragraphs } from "./text.js";

const UNSENT = 1e15; // after everything that has a number from the gateway

function botItem(message) {
  const item = element("li", { "data-from": "bot" },
    message.person
      ? element("p", { class: "who" }, "A person", element("span", { class: "vh" }, ": "))
      : element("span", { class: "vh" }, "Assistant: "),
    element("div", { class: "text" }, ...paragraphs(message.text)));
  const buttons = message.buttons || [];
  if (buttons.length) {
    const numbered = buttons.length > 1;
    const said = buttons.map((button, index) => (numbered ? `${index + 1}. ` : "") + button.title).join("; ");
    // Heard with the question (the buttons themselves come later in the page), and printed.
    item.appendChild(element("p", { class: "vh said" }, `Options: ${said}`));
  }
  return item;
}

function residentItem(text) {
  return element("li", { "data-from": "resident" },
    element("p", { class: "who" }, "You", element("span", { class: "vh" }, ": ")),
    element("div", { class: "text" }, element("bdi", {}, ...lines(text))),
    // The status line speaks of this; the log would read the same a second time.
    element("p", { class: "state", "aria-live": "off" }));
}

export function createLog(list) {
  let entries = [];
  let pending = 0;

  const byId = (id) => entries.find((entry) => entry.id === id);
  const byClient = (clientId) => entries.find((entry) => clientId && entry.clientId === clientId);

  function place(entry, order) {
    entry.order = order;
    entries = entries.filter((other) => other !== entry);
    const next = entries.findIndex((other) => other.order > order);
    entries.splice(next < 0 ? entries.length : next, 0, entry);
    const after = next < 0 ? null : entries[next + 1].node;
    // Moving a node makes screen readers read it again.
    if (entry.node.parentNode !== list || entry.node.nextElementSibling !== after) {
      list.insertBefore(entry.node, after);
    }
  }

  function add(entry, order) {
    entry.node.dataset.state = entry.state;
    if (entry.clientId) entry.node.dataset.clientId = entry.clientId;
    if (entry.id) entry.node.dataset.id = entry.id;
    place(entry, order);
    return entry;
  }

  function number(entry, id) {
    entry.id = id;
    entry.node.dataset.id = id;
    place(entry, Number(id));
  }

  const newest = (from) => entries
    .filter((entry) => entry.order < UNSENT && (!from || entry.from === from))
    .reduce((highest, entry) => Math.max(highest, entry.order), 0);

  return {
    newest,
    clear() {
      entries.forEach((entry) => entry.node.remove());
      entries = [];
    },
    count: () => entries.length,
    // A message the gateway told us of. Returns the new entry, or null when it was here already.
    addStored(message) {
      const from = message.from === "resident" ? "resident" : "bot";
      if (byId(message.id)) return null;
      const own = from === "resident" ? byClient(message.client_id) : null;
      if (own) {
        number(own, message.id);
        return null;
      }
      const node = from === "bot" ? botItem(message) : residentItem(message.text);
      return add({ id: message.id, clientId: message.client_id, from, node, state: "sent",
        buttons: message.buttons || [] }, Number(message.id));
    },
    addUnsent(entry) {
      const node = residentItem(entry.text);
      return add({ clientId: entry.client_id, from: "resident", node, state: "sending", buttons: [] },
        UNSENT + (pending += 1));
    },
    // Acknowledged, but its number is only known after the next reading: keep it before its replies.
    settle(clientId, replies) {
      const entry = byClient(clientId);
      if (!entry || entry.id) return;
      place(entry, replies.length ? Number(replies[0].id) - 0.5 : newest() + 0.001);
    },
    setState(clientId, state, text, action) {
      const entry = byClient(clientId);
      if (!entry) return;
      entry.state = entry.node.dataset.state = state;
      entry.refused = Boolean(action && action.refused);
      const line = entry.node.querySelector(".state");
      const old = line.querySelector("button");
      // Keep a button that stays the same: focus may be on it.
      if (old && action && old.textContent === action.label) {
        line.firstChild.textContent = `${text} `;
        return;
      }
      line.textContent = text ? `${text} ` : "";
      line.classList.toggle("long", text.length > 20 || Boolean(action));
      if (action) {
        const button = element("button", { type: "button", class: "second small" }, action.label);
        button.addEventListener("click", action.press);
        line.appendChild(button);
      }
    },
    remove(clientId) {
      const entry = byClient(clientId);
      entries = entries.filter((other) => other !== entry);
      if (entry) entry.node.remove();
    },
    node: (clientId) => (byClient(clientId) || {}).node,
    unanswered() {
      const lastBot = newest("bot");
      return entries.filter((e) => e.from === "resident" && e.order < UNSENT && e.order > lastBot);
    },
    waiting: () => entries.filter((entry) => entry.state === "waiting"),
    // What can be pressed, unless something was sent after it: the options of what was asked last, and beside them what
    // stands under the other messages of the same reply.
    openButtons() {
      const asked = [];
      for (const entry of entries.slice().reverse()) {
        if (entry.from === "resident" && !entry.refused) break;
        if (entry.from === "bot") asked.push(entry);
      }
      const [last, ...before] = asked;
      const beside = before.reverse().reduce((all, entry) => all.concat(entry.buttons), []);
      return { id: last ? last.id : "", buttons: last ? last.buttons : [], beside };
    },
  };
}
