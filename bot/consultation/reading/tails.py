"""How what follows an answer hangs together with it."""

from __future__ import annotations

from typing import Literal

from bot.consultation.reading import lexicon
from bot.consultation.reading.words import Typed

Tail = Literal["end", "apart", "link", "loose"]
WITH_IT = lexicon.word_set("this that it all them you everything these")


def tail_of(typed: Typed, end: int) -> Tail:
    """Whether nothing follows, or something set apart, or a reason, or just more words."""
    if end >= len(typed.words):
        return "end"
    if typed.is_apart(end):
        return "apart"
    word, after = typed.words[end], typed.words[end + 1 : end + 2]
    if word in lexicon.LINKS or (word == "with" and after and after[0] in WITH_IT):
        return "link"
    return "loose"
