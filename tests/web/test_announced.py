"""What a screen reader is given to say: the new message, and never the conversation again."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.support.page import press, write
from tests.web.conftest import Serve

# Every addition to the log while it is a live region, as text: that is what is announced.
LISTEN = """() => {
  window.announced = [];
  const live = document.getElementById("live");
  new MutationObserver((changes) => {
    if (live.getAttribute("aria-live") === "off") return;
    for (const change of changes) for (const node of change.addedNodes) {
      const quiet = node.parentElement && node.parentElement.closest('[aria-live="off"]');
      if (node.textContent.trim() && !quiet) window.announced.push(node.textContent);
    }
  }).observe(live, { childList: true, subtree: true });
}"""
STARTED = f"document.addEventListener('DOMContentLoaded', {LISTEN})"


def log_in_tree(page: Page) -> dict[str, Any]:
    """Return the log's properties in the accessibility tree, and how many items it has there."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    [log] = [n for n in nodes if n.get("role", {}).get("value") == "log"]
    by_id = {n["nodeId"]: n for n in nodes}
    waiting, items = list(log["childIds"]), 0
    while waiting:
        node = by_id.get(waiting.pop(), {})
        items += node.get("role", {}).get("value") == "listitem"
        waiting += node.get("childIds", [])
    return {p["name"]: p["value"].get("value") for p in log["properties"]} | {"items": items}


def test_after_forty_messages_only_the_new_one_is_announced(serve: Serve, page: Page) -> None:
    page.add_init_script(STARTED)
    page.goto(serve())
    press(page, "Start")
    items = page.locator("#log > li")
    expect(items).to_have_count(4)
    while items.count() < 40:
        before = items.count()
        write(page, "what does this mean?")
        expect(items).to_have_count(before + 3)
    page.reload()
    expect(items.nth(39)).to_be_attached()
    expect(page.locator("#live")).to_have_attribute("aria-live", "polite")
    assert page.evaluate("announced") == []  # read back, not news
    before = items.count()
    write(page, "1")
    expect(items).to_have_count(before + 3)
    said = page.evaluate("announced")
    assert len(said) == 3
    assert "1" in said[0] and "You said: I live in Manchester" in said[1] and "Aim 1" in said[2]
    tree = log_in_tree(page)
    assert (tree["live"], tree["relevant"], tree["atomic"]) == ("polite", "additions", False)
    assert tree["items"] == before + 3
