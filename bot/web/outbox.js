// Sends what was typed, one message after another, until the gateway has acknowledged each of them.

const BACKOFF = [2, 4, 8, 15, 30, 60]; // seconds
const ABOUT_THE_TEXT = [400, 413, 415, 422]; // sending the same again cannot help

export function createOutbox({ store, post, onState, onDelivered, onUnauthorised }) {
  let queue = [];
  let open = false;
  let running = false;
  let opened = 0; // counts the starts, so that an answer from before a clearing is known and ignored
  let tries = 0;
  let notBefore = 0;
  let timer = null;

  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(pump, seconds * 1000);
  }

  function drop(entry) {
    queue = queue.filter((other) => other !== entry);
    store.removeUnsent(entry.client_id);
  }

  const mark = (state, detail) =>
    queue.forEach((entry) => entry.refused || onState(entry, state, detail || {}));

  // True when the queue may go on with the next message.
  function settle(entry, reply) {
    const message = reply.body.message || "";
    if (reply.status === 200 || reply.status === 202) {
      tries = 0;
      drop(entry);
      onDelivered(entry, reply);
      return true;
    }
    if (reply.status === 401) {
      stop();
      mark("failed", { lost: true });
      onUnauthorised();
      return false;
    }
    if (reply.status === 429) {
      const seconds = reply.wait || 10;
      notBefore = Date.now() + seconds * 1000;
      mark("sending", { message, seconds });
      later(seconds);
      return false;
    }
    if (ABOUT_THE_TEXT.includes(reply.status)) {
      entry.refused = true;
      onState(entry, "failed", { refused: true, message });
      return true;
    }
    mark("failed", { message });
    later(reply.wait || BACKOFF[Math.min(tries, BACKOFF.length - 1)]);
    tries += 1;
    return false;
  }

  async function pump() {
    if (!open || running || Date.now() < notBefore) return;
    clearTimeout(timer);
    running = true;
    const mine = opened;
    const next = () => queue.find((entry) => !entry.refused);
    for (let entry = next(); entry; entry = next()) {
      onState(entry, "sending", {});
      const reply = await post(entry);
      if (mine !== opened) return;
      if (!settle(entry, reply)) break;
    }
    running = false;
  }

  function stop() {
    open = running = false;
    opened += 1;
    clearTimeout(timer);
  }

  return {
    start(entries) {
      stop();
      queue = entries;
      open = true;
      tries = notBefore = 0;
      pump();
    },
    stop() {
      stop();
      queue = [];
    },
    add(entry) {
      store.addUnsent(entry);
      queue.push(entry);
      pump();
    },
    remove: drop,
    retry: pump,
    isBusy: () => queue.some((entry) => !entry.refused),
  };
}
