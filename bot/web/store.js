// What this device remembers of one consultation: token, draft, and messages that are not acknowledged yet.

export function openStore(consultation) {
  const memory = {};
  const key = (name) => `haveyoursay:${consultation}:${name}`;
  let durable = true; // false once anything had to be kept in `memory`

  function read(name) {
    if (name in memory) return memory[name];
    try {
      return JSON.parse(localStorage.getItem(key(name)));
    } catch (error) {
      durable = false;
      return null;
    }
  }

  // Storage can be full or forbidden (private windows, frames): then the page itself remembers.
  function write(name, value) {
    try {
      if (value === null) localStorage.removeItem(key(name));
      else localStorage.setItem(key(name), JSON.stringify(value));
      delete memory[name];
    } catch (error) {
      durable = false;
      memory[name] = value;
    }
  }

  const unsent = () => read("outbox") || [];
  return {
    isDurable: () => durable,
    isToken: (name) => name === key("token"),
    token: () => read("token"),
    keepToken: (token) => write("token", token),
    draft: () => read("draft") || "",
    keepDraft: (text) => write("draft", text === "" ? null : text),
    // Whether the answers were put before the resident, to be checked.
    isChecked: () => read("checked") === true,
    keepChecked: (checked) => write("checked", checked || null),
    unsent,
    // Read, change, write: another tab may have added or removed a message of its own.
    addUnsent: (entry) => write("outbox", unsent().concat([entry])),
    removeUnsent: (id) => write("outbox", unsent().filter((entry) => entry.client_id !== id)),
    clear: () => ["token", "draft", "outbox", "checked"].forEach((name) => write(name, null)),
  };
}

// crypto.randomUUID is younger than the phones this page must work on.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
