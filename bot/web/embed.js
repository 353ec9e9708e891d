// Puts one "Have your say" button on another site; it opens the consultation in a frame.
// <script src="https://…/embed.js" data-consultation="…" async></script>
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || document.querySelector("[data-haveyoursay]")) return;
  var origin = new URL(script.src).origin;

  var CSS = [
    ":host { all: initial; }",
    "* { box-sizing: border-box; font: 600 16px/1.3 system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif; }",
    "button { min-height: 44px; padding: 10px 20px; border: 2px solid #fff; border-radius: 8px; background: #10434b; color: #fff; cursor: pointer; }",
    "button:hover { background: #0b5563; }",
    "button:focus { outline: 3px solid #f2b233; outline-offset: 2px; box-shadow: 0 0 0 8px #1a282c; }",
    "button:focus:not(:focus-visible) { outline: none; box-shadow: none; }",
    ".open { position: fixed; right: 16px; bottom: 16px; z-index: 2147483646; padding-left: 44px; }",
    ".open::before { content: ''; position: absolute; left: 17px; top: 50%; width: 16px; height: 18px; margin-top: -9px; background: #f2b233; clip-path: polygon(50% 0, 100% 25%, 100% 75%, 50% 100%, 0 75%, 0 25%); }",
    ".panel { position: fixed; right: 16px; bottom: 76px; z-index: 2147483647; display: flex; flex-direction: column; width: 420px; max-width: calc(100% - 32px); height: 680px; max-height: calc(100% - 92px); border: 1px solid #77868b; border-radius: 12px; overflow: hidden; background: #10434b; box-shadow: 0 8px 32px rgba(0, 0, 0, .35); }",
    ".panel[hidden] { display: none; }",
    ".bar { display: flex; align-items: center; justify-content: space-between; padding-left: 16px; }",
    ".bar span { color: #fff; }",
    ".panel button { margin: 6px; padding: 6px 16px; border-width: 1px; }",
    "iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: #fbf8f1; }",
    "@media (max-width: 480px), (max-height: 480px) { .panel { left: 0; right: 0; top: 0; bottom: 0; width: auto; max-width: none; height: auto; max-height: none; border: 0; border-radius: 0; } }",
    "@media print { .open, .panel { display: none; } }",
  ].join("\n");

  function make(name, attributes, text) {
    var node = document.createElement(name);
    Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    if (text) node.textContent = text;
    return node;
  }

  function addStyles(shadow) {
    // A site's own policy may forbid style elements; a constructed sheet is not one.
    if ("adoptedStyleSheets" in document) {
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      shadow.adoptedStyleSheets = [sheet];
    } else {
      shadow.appendChild(make("style", {}, CSS));
    }
  }

  function start() {
    if (document.querySelector("[data-haveyoursay]")) return;
    var consultation = script.getAttribute("data-consultation");
    var host = make("div", { "data-haveyoursay": consultation || "" });
    var shadow = host.attachShadow({ mode: "open" });
    var opener = make("button", { type: "button", class: "open", "aria-expanded": "false", "aria-controls": "panel" }, "Have your say");
    var panel = make("div", { id: "panel", class: "panel", role: "dialog", "aria-label": "Have your say", hidden: "" });
    var closer = make("button", { type: "button" }, "Close");
    var frame = null;

    function close() {
      if (panel.hidden) return;
      panel.hidden = true;
      opener.setAttribute("aria-expanded", "false");
      opener.focus();
    }

    function open() {
      if (!frame) {
        var query = "/?embed=1" + (consultation ? "&consultation=" + encodeURIComponent(consultation) : "");
        frame = make("iframe", { src: origin + query, title: "Have your say: conversation", allow: "" });
        panel.appendChild(frame);
      }
      panel.hidden = false;
      opener.setAttribute("aria-expanded", "true");
      frame.focus();
    }

    opener.addEventListener("click", function () { panel.hidden ? open() : close(); });
    closer.addEventListener("click", close);
    shadow.addEventListener("keydown", function (event) {
      if (event.key === "Escape") close();
    });
    window.addEventListener("message", function (event) {
      if (frame && event.source === frame.contentWindow && event.origin === origin &&
        event.data === "haveyoursay:close") close();
    });

    addStyles(shadow);
    var bar = make("div", { class: "bar" });
    bar.appendChild(make("span", {}, "Have your say"));
    bar.appendChild(closer);
    panel.appendChild(bar);
    shadow.appendChild(opener);
    shadow.appendChild(panel);
    document.body.appendChild(host);
  }

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
