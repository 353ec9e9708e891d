"""The privacy notice as a page: each paragraph that begins with a short sentence gets a heading."""

from __future__ import annotations

import re
from html import escape

HEADING = re.compile(r"([^.?!\n]{3,60})\.\s+(\S.*)", re.DOTALL)
ADDRESS = re.compile(r"\bwww\.[\w-]+(?:\.[\w-]+)+")


def notice_html(notice: str) -> tuple[str, str]:
    """Return (the list of contents, the notice), both made safe for HTML."""
    contents, parts = [], []
    for number, block in enumerate(filter(None, map(str.strip, notice.split("\n\n"))), start=1):
        found = HEADING.fullmatch(block)
        if found:
            heading = escape(found[1])
            contents.append(f'<li><a href="#part-{number}">{heading}</a></li>')
            parts.append(f'<h2 id="part-{number}">{heading}</h2>')
        parts.append(f"<p>{_linked(found[2] if found else block)}</p>")
    return "\n".join(contents), "\n".join(parts)


def _linked(text: str) -> str:
    html = escape(text).replace("\n", "<br>")
    return ADDRESS.sub(lambda found: f'<a href="https://{found[0]}">{found[0]}</a>', html)
