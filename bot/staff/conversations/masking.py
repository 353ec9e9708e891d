"""Hiding what may name or reach a person, in everything that staff see without asking for it."""

from __future__ import annotations

from typing import overload

from bot.staff.shell.vocabulary import HIDDEN
from bot.understanding.personal_data import Piece, pieces_of


def hidden(text: str) -> list[Piece]:
    """Return a text in pieces; those that have a kind say what is hidden in their place."""
    return [Piece(HIDDEN[p.kind], p.kind) if p.kind else p for p in pieces_of(text)]


@overload
def hidden_text(text: str) -> str: ...
@overload
def hidden_text(text: None) -> None: ...
def hidden_text(text: str | None) -> str | None:
    """Return a text with what is personal hidden."""
    return None if text is None else "".join(piece.text for piece in hidden(text))
