// The answers as a list to check, with a way to change each, and the panel that says that all of it has arrived.

import { direction, element, lines } from "./text.js";

const find = (id) => document.getElementById(id);
const NOT_ANSWERED = { skipped: "You skipped this", open: "Not asked yet" };

const saidIn = (row) => row.picked.concat(row.words === null ? [] : [row.words]);

// What a resident takes away: plain text opens everywhere.
export function asText(title, body) {
  const rows = (section) => section.answers.map((row) =>
    `${row.question}\n${saidIn(row).join("\n") || `(${NOT_ANSWERED[row.status]})`}\n`);
  const parts = body.sections.map((section) => `${section.title}\n\n${rows(section).join("\n")}`);
  return `${title}\nReference: ${body.reference}\n\n${parts.join("\n\n")}\n${body.next_steps}\n`;
}

function rowOf(row, change) {
  const said = saidIn(row).reduce((all, text) => all.concat(lines(text)), []);
  const item = element("div", { class: "told" },
    element("dt", { dir: direction(row.question) }, row.question),
    element("dd", said.length ? {} : { class: "none" }, ...(said.length ? said : [NOT_ANSWERED[row.status]])));
  if (row.change) {
    const button = element("button", { type: "button", class: "link" }, row.status === "skipped" ? "Answer" : "Change",
      element("span", { class: "vh" }, `: ${row.question}`));
    button.addEventListener("click", () => change(row.change));
    item.appendChild(element("dd", { class: "change" }, button));
  }
  return item;
}

function draw(body, change) {
  const list = find("check-list");
  list.textContent = "";
  for (const section of body.sections) {
    const rows = section.answers.filter((row) => row.status !== "open");
    if (!rows.length) continue;
    list.appendChild(element("h3", {}, section.title));
    list.appendChild(element("dl", {}, ...rows.map((row) => rowOf(row, change))));
  }
}

// What was said to the last answer, before the answers were played back: it may be help lines, and is not to be covered.
function lastSaid(reference) {
  const items = Array.from(document.querySelectorAll("#log > li"));
  const news = items.slice(items.map((item) => item.dataset.from).lastIndexOf("resident") + 1);
  const closing = news.findIndex((item) => item.textContent.includes(reference));
  return news.slice(0, Math.max(0, closing - 1)).map((item) => item.querySelector(".text").cloneNode(true));
}

function save(title, body) {
  const file = new Blob([asText(title, body)], { type: "text/plain;charset=utf-8" });
  const link = element("a", { href: URL.createObjectURL(file), download: `${body.reference}.txt` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// `read` fetches the answers; they are put before a resident once, when everything has been asked.
export function createAnswers({ read, store, send, say, onClose }) {
  let shown = ""; // check, confirmed or nothing
  let asked = false;
  let changing = false; // until the question that is to be answered anew has been asked
  let body = null;

  function show(name) {
    shown = name;
    find("check").hidden = name !== "check";
    find("confirmed").hidden = name !== "confirmed";
    document.documentElement.classList.toggle("reviewing", Boolean(name));
    if (!name) return;
    window.scrollTo(0, 0);
    find(name === "check" ? "check-title" : "confirmed-title").focus({ preventScroll: true });
  }

  function close() {
    show("");
    onClose();
  }

  async function open() {
    if (asked || shown) return;
    asked = true;
    const reply = await read();
    asked = false;
    if (reply.status !== 200) {
      store.keepChecked(true); // the conversation has said it all; this may not stand in the way
      say("We cannot show your answers as a list just now. They are saved.");
      return;
    }
    body = reply.body;
    draw(body, (text) => {
      store.keepChecked(false);
      changing = true;
      show("");
      send(text);
    });
    find("check-title").textContent = body.complete ? "Check your answers" : "Your answers so far";
    find("check-done").hidden = !body.complete;
    find("confirm").hidden = !body.complete;
    find("confirmed-reference").textContent = body.reference;
    find("next-steps").textContent = body.next_steps;
    find("check-said").textContent = "";
    if (body.complete) lastSaid(body.reference).forEach((node) => find("check-said").appendChild(node));
    show("check");
  }

  find("confirm").addEventListener("click", () => {
    store.keepChecked(true);
    show("confirmed");
  });
  find("check-back").addEventListener("click", () => {
    if (body.complete) store.keepChecked(true);
    close();
  });
  find("go-on").addEventListener("click", close);
  find("save-copy").addEventListener("click", () => save(document.querySelector("h1").textContent, body));
  find("see-answers").addEventListener("click", open);

  return {
    draw(progress) {
      const asks = progress.purpose === "equality" && progress.question;
      const over = progress.state === "completed" && !progress.question;
      document.documentElement.classList.toggle("answered", Boolean(progress.done));
      find("see-answers").hidden = !progress.done || progress.purpose === "request" || progress.state === "erased";
      find("about-you").hidden = !asks;
      find("go-on").textContent = asks ? "Go on to the questions about you" : "Go on";
      if (!progress.done && store.isChecked()) store.keepChecked(false); // begun again
      const complete = progress.total && progress.done === progress.total && progress.purpose !== "request";
      if (!asks && !over) changing = false;
      if (complete && (asks || over) && !changing && !store.isChecked()) open();
    },
    forget() {
      show("");
    },
  };
}
