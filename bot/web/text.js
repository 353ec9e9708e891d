// Bot text to nodes: paragraphs, line breaks and links. Only text nodes are made, so text can never become markup.

const ADDRESS = /https?:\/\/[^\s<>"]+/gi;
const TRAILING = /[.,;:!?'"\u2019\u201d\u2026\])}]$/;

// A full stop or a bracket after an address belongs to the sentence, unless the address opened that bracket.
function trimAddress(found) {
  let address = found;
  while (TRAILING.test(address)) {
    if (address.endsWith(")") && address.split("(").length >= address.split(")").length) break;
    address = address.slice(0, -1);
  }
  return address;
}

function isWebAddress(address) {
  try {
    const url = new URL(address);
    return (url.protocol === "https:" || url.protocol === "http:") && url.hostname !== "";
  } catch (error) {
    return false;
  }
}

export function tokens(text) {
  const found = [];
  let from = 0;
  for (const match of Array.from(text.match(ADDRESS) || [])) {
    const at = text.indexOf(match, from);
    const address = trimAddress(match);
    if (!isWebAddress(address)) continue;
    if (at > from) found.push({ text: text.slice(from, at) });
    found.push({ text: address, link: true });
    from = at + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|\ud802|\ud803|\ud83a|\ud83b/g;
const LEFT_TO_RIGHT = /[A-Za-z\u00c0-\u02b8\u0370-\u058f\u0900-\u1fff\u2c00-\u2dff\u3040-\ud7ff]/g;

// Which way a line runs: as most of its letters do. The first letter alone (dir="auto") turns an Arabic line round that
// begins with "Tesco". Addresses are Latin in every language and do not count.
export function direction(text) {
  const words = text.replace(ADDRESS, " ").replace(/\S+@\S+/g, " ");
  const count = (letters) => (words.match(letters) || []).length;
  return count(RIGHT_TO_LEFT) > count(LEFT_TO_RIGHT) ? "rtl" : "ltr";
}

export function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const key of Object.keys(attributes || {})) node.setAttribute(key, attributes[key]);
  for (const child of children) {
    node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
  return node;
}

function link(address) {
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address,
    element("span", { class: "vh" }, " (opens in a new tab)"));
}

export function paragraphs(text) {
  return text.split(/\n[ \t]*\n+/).filter((part) => part.trim() !== "").map((part) =>
    element("p", {}, ...part.split("\n").map((line) => lineOf(line,
      ...tokens(line).map((token) => (token.link ? link(token.text) : token.text))))));
}

const lineOf = (text, ...nodes) =>
  element("span", { class: "line", dir: direction(text) }, ...(text === "" ? [element("br")] : nodes));

// Words of a resident: every line as it was written, each running its own way.
export const lines = (text) => text.split("\n").map((line) => lineOf(line, line));

export function inWords(seconds) {
  const [count, unit] = seconds < 90 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
