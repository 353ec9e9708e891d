// Everything around the conversation: progress, notices, status, scrolling, and the dialog that clears this device.

import { element } from "./text.js";

const find = (id) => document.getElementById(id);

export function say(text) {
  // The same words again would not be announced.
  if (find("status").textContent !== text) find("status").textContent = text;
}

const OF_WHAT = { request: "Your request: " };
const ABOUT_YOU = "Questions about you. You can skip any.";

export function drawProgress(progress) {
  const { answered = 0, total = 0 } = progress;
  const done = progress.done === undefined ? answered : progress.done;
  const skipped = done > answered ? `, ${done - answered} skipped` : "";
  find("bar").hidden = !total || progress.state === "new";
  const what = OF_WHAT[progress.purpose] || "";
  const aboutYou = progress.purpose === "equality" && progress.question;
  find("progress-text").textContent = aboutYou ? ABOUT_YOU : `${what}${answered} of ${total} answered${skipped}`;
  find("progress").hidden = Boolean(aboutYou);
  find("progress").max = Math.max(total, 1);
  find("progress").value = Math.min(done, total);
  find("progress").classList.toggle("cells", total <= 16);
  find("progress").style.setProperty("--total", total);
}

export function drawReference(reference) {
  find("reference").hidden = !reference;
  find("reference-code").textContent = reference || "";
  find("printed").textContent = reference ? `Reference: ${reference}` : "";
}

// One notice at a time: a sentence, and a button (returned) where something can be done about it.
export function notice(text, label, press) {
  const box = find("notice");
  const button = box.querySelector("button");
  if (box.dataset.text === text && Boolean(button) === Boolean(label)) {
    if (button) button.onclick = press;
    return button;
  }
  const hadFocus = box.contains(document.activeElement);
  box.dataset.text = text;
  box.hidden = !text;
  box.textContent = "";
  if (text) box.appendChild(element("p", {}, text));
  if (label) {
    const made = box.appendChild(element("button", { type: "button" }, label));
    made.onclick = press;
    if (hadFocus) made.focus();
    return made;
  }
  if (hadFocus) {
    // On a touch screen the answer box would raise the keyboard.
    find(matchMedia("(pointer: fine)").matches ? "message" : "live").focus();
  }
  return null;
}

export function showLoaded() {
  find("skeleton").hidden = true;
}

export function setUpScrolling() {
  const main = document.querySelector("main");
  const dock = document.querySelector(".dock");
  const jump = find("new-messages");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let follow = true;
  let last = 0;
  let firstUnseen = null;

  // Large text in a small window: first what is beside the answer box goes, then the box no longer sticks.
  const measureDock = () => {
    dock.classList.remove("tight", "loose");
    if (dock.offsetHeight > window.innerHeight * 0.35) dock.classList.add("tight");
    if (dock.offsetHeight > window.innerHeight * 0.5) dock.classList.add("loose");
    document.documentElement.style.setProperty("--dock",
      dock.classList.contains("loose") ? "0px" : `${dock.offsetHeight}px`);
  };
  if (window.ResizeObserver) new ResizeObserver(measureDock).observe(dock);
  else window.addEventListener("input", measureDock);
  window.addEventListener("resize", measureDock);
  measureDock();

  // In a frame the header stays; beside a wide window it stands next to the conversation and covers nothing.
  const head = document.querySelector(".about");
  const covered = () =>
    (getComputedStyle(head).position === "sticky" && head.offsetWidth >= window.innerWidth - 20 ? head.offsetHeight : 0);

  const overshoot = () => main.getBoundingClientRect().bottom - window.innerHeight;

  // To the end, but never so far that the beginning of what is new goes out of sight.
  function show(first, smoothly) {
    const end = window.scrollY + overshoot();
    const top = first ? window.scrollY + first.getBoundingClientRect().top - 16 - covered() : end;
    window.scrollTo({ top: Math.max(0, Math.min(end, top)),
      behavior: smoothly && !calm.matches ? "smooth" : "auto" });
  }

  function seen() {
    firstUnseen = null;
    jump.hidden = true;
  }

  window.addEventListener("scroll", () => {
    const atEnd = overshoot() < 120;
    if (atEnd) seen();
    if (atEnd) follow = true;
    else if (window.scrollY < last - 4) follow = false;
    last = window.scrollY;
  }, { passive: true });

  jump.addEventListener("click", () => {
    const first = firstUnseen;
    seen();
    follow = true;
    if (!first) return;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    show(first, true);
  });

  return {
    toEnd: () => show(null, false),
    // The conversation is seen again after the list of answers: from where it goes on.
    toStep() {
      const said = Array.from(document.querySelectorAll("#log > li"));
      const own = said.map((item) => item.dataset.from).lastIndexOf("resident");
      const news = said.slice(own + 1);
      const first = news[Math.max(0, news.length - 3)];
      show(first, false);
      if (!first) return;
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    },
    own() {
      follow = true;
      seen();
      show(null, true);
    },
    // New messages from the assistant; someone reading further up is left there.
    arrived(first) {
      if (follow) {
        show(first, true);
        return;
      }
      firstUnseen = firstUnseen || first;
      jump.hidden = false;
    },
    keepUp: (first) => follow && show(first, true),
  };
}

export function setUpClearing({ reference, unsent, clear }) {
  const dialog = find("clear-dialog");

  function words() {
    find("clear-reference").hidden = !reference();
    find("clear-reference").textContent =
      `Your reference is ${reference()}. Write it down first if you may need it.`;
    find("clear-unsent").hidden = !unsent();
    find("clear-unsent").textContent = "Something you wrote has not been sent. It will be lost.";
    return dialog.textContent.replace(/\s+/g, " ");
  }

  find("clear").addEventListener("click", () => {
    const text = words();
    if (dialog.showModal) dialog.showModal();
    // Browsers without dialogs (before 2022 on iPhones) have their own way to ask.
    else if (window.confirm(text)) clear();
  });
  find("clear-no").addEventListener("click", () => dialog.close());
  find("clear-yes").addEventListener("click", () => {
    dialog.close();
    clear();
  });

  find("to-about").addEventListener("click", (event) => {
    event.preventDefault();
    find("about").open = true;
    find("about").querySelector("summary").focus({ preventScroll: true });
    find("about").scrollIntoView();
  });
}
