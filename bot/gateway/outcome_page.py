"""You said, we did: what was decided, as the public reads it. Plain HTML, which needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.consultation.dates import LONDON, spoken
from bot.storage.publishing.outcomes import Outcome

LISTED_FROM = 4  # entries; fewer are seen at a glance
NOTHING_YET = (
    "<p>The council is still reading what people said. When it has decided what to do, you can"
    " read it here.</p>"
)


def outcome_html(outcomes: Sequence[Outcome]) -> str:
    """Return what stands under the heading of the page, made safe for HTML."""
    if not outcomes:
        return NOTHING_YET
    newest = max(one.approved_at for one in outcomes if one.approved_at)
    parts = [f"<p>Last changed on {spoken(newest.astimezone(LONDON).date())}.</p>"]
    if len(outcomes) >= LISTED_FROM:
        parts.append(_contents(outcomes))
    parts += [_entry(number, one) for number, one in enumerate(outcomes, start=1)]
    return "\n".join(parts)


def _contents(outcomes: Sequence[Outcome]) -> str:
    lines = "".join(
        f'<li><a href="#part-{number}">{escape(one.title)}</a></li>'
        for number, one in enumerate(outcomes, start=1)
    )
    return f'<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>{lines}</ol></nav>'


def _entry(number: int, one: Outcome) -> str:
    html = [
        f'<section aria-labelledby="part-{number}"><h2 id="part-{number}">{escape(one.title)}</h2>',
        f"<h3>You said</h3>{_paragraphs(one.said)}",
        f"<h3>{escape(one.heading)}</h3>{_paragraphs(one.did)}",
    ]
    for title, text in (("What it said before", one.before), ("What it says now", one.after)):
        if text:
            html.append(f"<h3>{title}</h3><blockquote>{_paragraphs(text)}</blockquote>")
    return "".join(html) + "</section>"


def _paragraphs(text: str) -> str:
    blocks = filter(None, (block.strip() for block in text.replace("\r\n", "\n").split("\n\n")))
    return "".join("<p>" + escape(block).replace("\n", "<br>") + "</p>" for block in blocks)
