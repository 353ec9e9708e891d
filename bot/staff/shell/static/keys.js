// Single keys. Each does what a link or button on the page does; they can be switched off.
const OFF = "staff-keys-off";

function isOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false; // storage may be forbidden
  }
}

export function click(key) {
  document.querySelector(`[data-key="${key}"]`)?.click();
}

// Moves the focus among elements: to the one that is `by` further than the one that has it.
export function move(all, by) {
  const focused = all.findIndex((one) => one.contains(document.activeElement));
  const here = focused >= 0 ? focused : all.findIndex((one) => one.matches(":target"));
  const next = all[here < 0 ? 0 : Math.min(Math.max(here + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

export function listen(does) {
  const help = document.getElementById("keys");
  const opener = document.querySelector('[data-key="?"]');
  const off = document.getElementById("keys-off");
  if (!help || !opener) return;
  does["?"] = () => help.showModal();
  opener.hidden = false;
  opener.addEventListener("click", does["?"]);
  off.checked = isOff();
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "yes" : "no"));
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("input, select, textarea, dialog, [contenteditable]");
    const typing = field && field.type !== "radio";
    const held = event.ctrlKey || event.altKey || event.metaKey || event.repeat;
    if (typing || held || event.isComposing || (isOff() && event.key !== "?")) return;
    if (event.key in does) {
      event.preventDefault();
      does[event.key]();
    }
  });
}
