// Notes that were typed and not saved yet. They stay on this device, by a name that only the page of
// that person and conversation knows, until they are saved or thrown away, the person signs out, or a
// week has passed. So a session that ends in the middle of a note takes nothing with it.
const PREFIX = "staff-draft-";
const A_WEEK = 7 * 24 * 60 * 60 * 1000;

function stored() {
  try {
    return window.localStorage;
  } catch {
    return null; // storage may be forbidden
  }
}

function read(key) {
  try {
    return JSON.parse(stored()?.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

export function forget(key) {
  stored()?.removeItem(PREFIX + key);
}

export function forgetAll() {
  const names = Object.keys(stored() ?? {}).filter((name) => name.startsWith(PREFIX));
  names.forEach((name) => stored().removeItem(name));
}

export function forgetSaved() {
  document.querySelectorAll("[data-note-saved]").forEach((mark) => forget(mark.dataset.noteSaved));
  Object.keys(stored() ?? {})
    .filter((name) => name.startsWith(PREFIX))
    .filter((name) => Date.now() - (read(name.slice(PREFIX.length))?.at ?? 0) > A_WEEK)
    .forEach((name) => stored().removeItem(name));
}

function offer(area, key) {
  const note = document.createElement("p");
  note.className = "staff-quiet";
  note.setAttribute("role", "status");
  note.textContent = "This note was not saved. It was kept on this device. ";
  const away = document.createElement("button");
  away.type = "button";
  away.className = "staff-link-button";
  away.textContent = "Throw it away";
  away.addEventListener("click", () => {
    forget(key);
    area.value = "";
    note.remove();
    area.focus();
  });
  note.append(away);
  area.after(note);
}

export function keepDrafts() {
  document.querySelectorAll("textarea[data-draft]").forEach((area) => {
    const key = area.dataset.draft;
    const kept = read(key);
    if (kept?.text && !area.value) {
      area.value = kept.text;
      offer(area, key);
    }
    area.addEventListener("input", () => {
      if (area.value.trim()) {
        stored()?.setItem(PREFIX + key, JSON.stringify({ text: area.value, at: Date.now() }));
      } else {
        forget(key);
      }
    });
  });
}
