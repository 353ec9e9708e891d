"""How what follows an answer hangs together with it."""

from __future__ import annotations

from typing import Literal

from bot.understanding.answers import lexicon
from bot.understanding.answers.words import Typed

Tail = Literal["end", "apart", "link", "loose"]
WITH_IT = lexicon.word_set("this that it all them you everything these")


TAKING_BACK = (("as", "if"), ("yeah", "right"), ("my", "foot"), ("my", "arse"), ("i", "wish"))


def takes_back(typed: Typed, end: int) -> bool:
    """Whether what follows turns an answer into a joke or its opposite: "agree lol not"."""
    rest = typed.words[end:]
    if not rest:
        return False
    return (
        (rest[-1] in ("not", "dont") and rest[-2:] != ("why", "not"))
        or rest[0] in lexicon.JOKES
        or rest[-1] in lexicon.JOKES
        or (rest == ("s",) and "/" in typed.gap(end))
        or any(rest[-2:] == words for words in TAKING_BACK)
    )


def counts_something(typed: Typed, start: int, end: int, *, marks: bool) -> bool:
    """Whether a number runs on into words that make it no answer: "5 star idea", "no 1 cares".

    `marks` says that the numbers are marks on a scale, where few words can follow.
    """
    if end < len(typed.words) and typed.gap(end)[:1] == "*" and "*" not in typed.gap(start):
        return True  # "5* idea"
    if tail_of(typed, end) != "loose":
        return False
    after = typed.words[end]
    if "no" in typed.words[start : end - 1] or after in lexicon.COUNTED:
        return True
    if typed.words[end - 1] == "4" and after in lexicon.AFTER_FOR:
        return True
    return marks and after not in lexicon.REMARKING


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
