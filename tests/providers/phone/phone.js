// The phone: what it has sent and got, and how many parts that is. It asks the network once a second.

const POLL = 1000;
const FIRST = "+447700900";
const $ = (id) => document.getElementById(id);

// The same rule as bot/consultation/text_parts.py.
const GSM_7 = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const GSM_7_EXTENSION = new Set("^{}\\[~]|€\f");

function widths(letters) {
  const plain = letters.every((letter) => GSM_7.has(letter) || GSM_7_EXTENSION.has(letter));
  return plain
    ? { one: 160, each: 153, of: letters.map((letter) => (GSM_7_EXTENSION.has(letter) ? 2 : 1)) }
    : { one: 70, each: 67, of: letters.map((letter) => letter.length) };
}

export function parts(text) {
  const { one, each, of } = widths([...text]);
  const total = of.reduce((sum, width) => sum + width, 0);
  if (total <= one) return Math.min(total, 1);
  let count = 1;
  let used = 0;
  for (const width of of) {
    if (used + width > each) {
      count += 1;
      used = 0;
    }
    used += width;
  }
  return count;
}

const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
const spaced = (number) => number.replace(/^\+44(\d{4})(\d+)$/, "+44 $1 $2");
const time = (date) => date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

// One phone at a time; a reload keeps it.
let number = sessionStorage.getItem("number");
number = number || drawn();
let seen = 0;
let totals = { mine: 0, theirs: 0 };
let mine = new Map(); // sid: the line under the bubble
let timer = 0;
let round = 0; // answers to earlier questions are not used

function drawn() {
  let next;
  do {
    next = FIRST + String(Math.floor(Math.random() * 1000)).padStart(3, "0");
  } while (next === number || next === "+447700900100");
  sessionStorage.setItem("number", next);
  return next;
}

function begin() {
  seen = 0;
  totals = { mine: 0, theirs: 0 };
  mine = new Map();
  $("list").replaceChildren();
  $("empty").hidden = false;
  $("own-number").textContent = spaced(number);
  say("");
  showTotals();
  poll();
}

function showTotals() {
  $("sent-parts").textContent = totals.mine;
  $("got-parts").textContent = totals.theirs;
  $("all-parts").textContent = totals.mine + totals.theirs;
}

function say(words, bad = false) {
  if ($("network").textContent !== words) $("network").textContent = words;
  $("network").classList.toggle("bad", bad);
}

function element(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

function show(text, arriving) {
  const at = time(new Date(text.at));
  const item = element("li", text.mine ? "mine" : "theirs", "");
  const meta = element("p", "meta", `${counted(text.parts, "part")}, ${at}`);
  const who = element("span", "unseen", text.mine ? "You: " : "Consultation: ");
  item.append(who, element("div", "bubble", text.body), meta);
  if (arriving) item.classList.add("new");
  if (text.mine) mine.set(text.sid, { meta, plain: meta.textContent });
  totals[text.mine ? "mine" : "theirs"] += text.parts;
  $("list").append(item);
}

function showDelivery({ waiting, refused, blocked }) {
  let late = false;
  for (const [sid, { meta, plain }] of mine) {
    const tries = waiting[sid];
    const words =
      sid in refused
        ? `${plain}, refused (${refused[sid]})`
        : tries === undefined
          ? `${plain}, delivered`
          : tries === 0
            ? `${plain}, sending`
            : `${plain}, not delivered yet`;
    late = late || tries > 0;
    if (meta.textContent !== words) meta.textContent = words;
    meta.classList.toggle("bad", sid in refused);
  }
  if (late) say("The consultation does not answer yet. Your text is kept and will be tried again.");
  else if (blocked) say("The network blocks texts to this phone now, as you asked. Text START to undo it.");
  else say("");
}

async function poll() {
  clearTimeout(timer);
  round += 1;
  const ours = round;
  try {
    const query = new URLSearchParams({ from: number, after: seen });
    const response = await fetch(`/phone/texts?${query}`, { cache: "no-store" });
    if (!response.ok) throw new Error(response.status);
    const answer = await response.json();
    if (ours === round) take(answer);
  } catch (error) {
    if (ours === round) say("The demonstration has stopped. Start it again, then reload this page.", true);
  }
  if (ours === round) timer = setTimeout(poll, POLL);
}

function atEnd() {
  const { scrollHeight, scrollTop, clientHeight } = $("texts");
  return scrollHeight - scrollTop - clientHeight < 80;
}

function toEnd() {
  $("texts").scrollTop = $("texts").scrollHeight;
}

function take(answer) {
  const end = atEnd() || answer.texts.some((text) => text.mine);
  const first = seen === 0;
  for (const text of answer.texts) show(text, !first);
  seen += answer.texts.length;
  $("their-number").textContent = spaced(answer.number);
  $("empty").hidden = seen > 0;
  showTotals();
  showDelivery(answer);
  if (end) toEnd();
}

function count() {
  const body = $("body");
  const letters = [...body.value];
  const now = parts(body.value);
  const odd = letters.find((letter) => !GSM_7.has(letter) && !GSM_7_EXTENSION.has(letter));
  const why = odd ? `. With “${odd}” a part holds less` : "";
  $("counter").textContent = `${counted(letters.length, "letter")}, ${counted(now, "part")}${why}`;
  const news = now > 1 ? `Your text is ${counted(now, "part")} now.` : "";
  if ($("part-news").textContent !== news) $("part-news").textContent = news;
  const end = atEnd();
  body.style.height = "auto";
  body.style.height = `${body.scrollHeight + 2}px`;
  if (end) toEnd();
}

async function send(event) {
  event.preventDefault();
  const body = $("body").value;
  if (!body.trim() || $("send").disabled) return;
  $("send").disabled = true;
  try {
    const response = await fetch("/phone/text", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ from: number, body }),
    });
    if (!response.ok) throw new Error(response.status);
    $("body").value = "";
    count();
    poll();
  } catch (error) {
    say("This text was not sent: the demonstration has stopped. Your words are kept below.", true);
  } finally {
    $("send").disabled = false;
    $("body").focus();
  }
}

$("form").addEventListener("submit", send);
$("body").addEventListener("input", count);
$("body").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("form").requestSubmit();
});
$("new-phone").addEventListener("click", () => {
  number = drawn();
  begin();
  $("body").focus();
});
const tick = () => ($("clock").textContent = time(new Date()));
setInterval(tick, 10000);
tick();
count();
begin();
