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
    element("p", { dir: "auto" },
      ...tokens(part).map((token) => (token.link ? link(token.text) : token.text))));
}

export function inWords(seconds) {
  const [count, unit] = seconds < 90 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
