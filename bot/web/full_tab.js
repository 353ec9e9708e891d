// A frame of another site may be forbidden to keep anything. Then the conversation can go on in a tab of its own, by a
// code that is good once and stands behind the # of the address, which is never sent to a server.

import { takeOver } from "./api.js";

const MARK = "#continue=";

// In the frame. The tab is opened by the press itself: opened later, it would be blocked.
export async function openInTab({ conversation, notice, say }) {
  const tab = window.open("about:blank", "_blank");
  const reply = await conversation.handOver();
  if (reply.status !== 200) {
    if (tab) tab.close();
    say(reply.body.message || "That did not work just now. Please try again.");
    return;
  }
  const address = `${location.origin}/${MARK}${encodeURIComponent(reply.body.code)}`;
  if (!tab) {
    notice("Your browser did not open a tab. Press once more.", "Open the full page", () => window.open(address));
    return;
  }
  tab.location.replace(address);
  conversation.close();
  for (const id of ["framed", "full-tab"]) document.getElementById(id).hidden = true;
  notice("Your conversation goes on in the other tab. You can close this one.");
}

// In the tab: takes over what the address stands for. Returns what to say when that was not possible.
export async function takeOverByAddress(store) {
  if (!location.hash.startsWith(MARK)) return "";
  const code = decodeURIComponent(location.hash.slice(MARK.length));
  history.replaceState(null, "", location.pathname + location.search);
  const reply = await takeOver(code);
  if (reply.status !== 201) {
    return "We could not bring your conversation here: the link had been used, or was too old. " +
      "It still goes on where you came from.";
  }
  store.clear();
  store.keepToken(reply.body.token);
  return "";
}
