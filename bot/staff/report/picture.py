"""Bars as a picture, for files that cannot draw."""

from __future__ import annotations

import io
import textwrap
from importlib.util import find_spec
from pathlib import Path

from bot.staff.report.document import Figure

WIDTH, DOTS = 1800, 300  # of a picture, and in an inch
LETTER, LINE, BAR, GAP = 40, 56, 52, 34
WIDEST = 0.62  # of the width; the figure stands after the bar
LONGEST = 78  # letters in a line


def font_file(name: str = "DejaVuSans.ttf") -> Path:
    """Return a free font with most letters of Europe; matplotlib, which Rasa needs, brings it."""
    package = find_spec("matplotlib")
    assert package is not None and package.submodule_search_locations
    return Path(package.submodule_search_locations[0], "mpl-data", "fonts", "ttf", name)


def png_of(figure: Figure) -> tuple[bytes, float]:
    """Return the picture, and how high it is for its width."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(font_file()), LETTER)
    labels = [textwrap.wrap(label, LONGEST)[:2] or [""] for label, _, _ in figure.bars]
    height = sum(len(lines) * LINE + BAR + GAP for lines in labels) or 1
    image = Image.new("RGB", (WIDTH, height), "white")
    draw, y = ImageDraw.Draw(image), 0
    most = max((count for _, count, _ in figure.bars), default=0) or 1
    for (_, count, words), lines in zip(figure.bars, labels, strict=True):
        for line in lines:
            draw.text((0, y), line, fill="#0b0c0c", font=font)
            y += LINE
        end = round(WIDTH * WIDEST * count / most)
        if count:
            draw.rectangle((0, y, end, y + BAR), fill="#17495a")
        draw.text((end + 20, y + 4), words, fill="#0b0c0c", font=font)
        y += BAR + GAP
    out = io.BytesIO()
    image.convert("P", colors=16).save(out, "PNG", optimize=True, dpi=(DOTS, DOTS))
    return out.getvalue(), height / WIDTH
