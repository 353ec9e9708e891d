"""The confusion matrix as a picture, drawn by hand so that it is small and always the same."""

from __future__ import annotations

from collections import Counter
from html import escape

from tests.nlu.rows import Understood

CELL, LEFT, TOP = 26, 190, 190
RIGHT_COLOUR, WRONG_COLOUR = "#1d70b8", "#d4351c"
STYLE = (
    "text{font:12px Arial,sans-serif;fill:#0b0c0c}"
    ".n{font-size:11px;text-anchor:middle}.w{fill:#fff}"
)


def draw(understood: Understood) -> str:
    """Return an SVG: a row for each intent that was meant, a column for each that was found."""
    counts = Counter((row["intent"], intent) for row, intent, _ in understood)
    names = sorted({name for pair in counts for name in pair})
    size = CELL * len(names)
    width, height = LEFT + size + 20, TOP + size + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Confusion matrix of {len(names)} intents">',
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="10" y="{TOP - 12}">meant (down), found (across)</text>',
    ]
    for place, name in enumerate(names):
        middle = place * CELL + CELL // 2
        parts.append(f'<path d="M{LEFT} {TOP + place * CELL}h{size}" stroke="#eee"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{TOP + middle + 4}" text-anchor="end">{escape(name)}</text>'
        )
        parts.append(
            f'<text transform="translate({LEFT + middle + 4} {TOP - 8}) rotate(-60)">'
            f"{escape(name)}</text>"
        )
    meant = Counter(row["intent"] for row, _, _ in understood)
    for (real, found), count in sorted(counts.items()):
        across, down = names.index(found), names.index(real)
        parts.append(_cell(across, down, count, count / meant[real]))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _cell(across: int, down: int, count: int, part: float) -> str:
    """The darker, the larger the part of what was meant; misses are red and never faint."""
    right = across == down
    shade = 0.25 + 0.75 * part if right else min(1.0, 0.25 + 2 * part)
    x, y = LEFT + across * CELL, TOP + down * CELL
    white = " w" if shade > 0.6 else ""
    return (
        f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}" '
        f'fill="{RIGHT_COLOUR if right else WRONG_COLOUR}" fill-opacity="{shade:.2f}"/>'
        f'<text class="n{white}" x="{x + CELL // 2}" y="{y + 17}">{count}</text>'
    )
