"""What tests do on the residents' page, and what they look for on it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

# Words of which a part stands on one line and the rest on the next.
BROKEN_WORDS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const box = node.parentElement.closest("[hidden], .vh, .skip, script, noscript, details:not([open]) > :not(summary)");
    if (box || !node.parentElement.getClientRects().length) continue;
    if (node.parentElement.closest(".ask") && document.querySelector(".dock.tight")) continue;
    for (const word of node.textContent.matchAll(/\\p{L}{2,}/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const tops = new Set(Array.from(range.getClientRects(), (rect) => Math.round(rect.top)));
      if (tops.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""  # noqa: E501


def option(page: Page, title: str) -> Any:
    buttons = page.locator("#options button, #first button")
    return buttons.filter(has=page.get_by_text(title, exact=True))


def press(page: Page, title: str) -> None:
    expect(option(page, title)).to_be_visible()
    option(page, title).click()


def write(page: Page, text: str) -> None:
    page.locator("#message").fill(text)
    page.locator("#send").click()


def broken_words(page: Page) -> list[str]:
    found: list[str] = page.evaluate(BROKEN_WORDS)
    return found


def is_in_sight(page: Page, selector: str) -> bool:
    """Say whether something can be seen whole, without scrolling, above the answer box."""
    return bool(
        page.evaluate(
            """(selector) => {
              const box = document.querySelector(selector).getBoundingClientRect();
              const dock = document.querySelector(".dock");
              const inside = dock.contains(document.querySelector(selector));
              const end = inside ? innerHeight : dock.getBoundingClientRect().top;
              return box.height > 0 && box.top >= 0 && Math.floor(box.bottom) <= end;
            }""",
            selector,
        )
    )
