"""What residents say of a request: its reference, its kind, and that they have nothing to give."""

from __future__ import annotations

import re

from bot.consultation.question import Kind, Question
from bot.understanding.slots import NONE_TO_GIVE
from bot.understanding.words.commands import plain

OWN = re.compile(
    r"(?:(?:use|on|just|it'?s|yes|ok|please|you have|you'?ve got) )*(?:this|the same|same|my|the)"
    r"(?: (?:phone|mobile|same|one|number|no|num)){0,3}(?: (?:i'?m|i am|im)"
    r" (?:texting|using|on|messaging)(?: (?:from|on|with|you from|now))*)?(?: (?:please|pls"
    r"|is fine|will do|thanks|ta))*"
    r"|(?:text|call|ring) me (?:back )?(?:here|on this(?: (?:number|one))?)"
)
REFERENCE = re.compile(r"\bREQ(?!U)[\s-]*([0-9A-Z]{4})[\s-]*([0-9A-Z]{4})\b", re.I)
KINDS = {
    "case_study": re.compile(r"\b(?:case stud|story|stories|example)", re.I),
    "workshop": re.compile(r"\b(?:workshop|session)", re.I),
    "print_copy": re.compile(r"\b(?:cop(?:y|ies)|print|paper|braille|large print)", re.I),
    "callback": re.compile(r"\b(?:call|ring|phone|touch|contact)", re.I),
}


def gives_nothing(question: Question, text: str) -> bool:
    """Say whether a resident has no such thing to give: "no", to a web link."""
    says_none = NONE_TO_GIVE.fullmatch(plain(text)) is not None
    return says_none and question.kind is not Kind.OPEN and not question.options


def is_own_number(question: Question, text: str) -> bool:
    """Say whether a resident who texts gives the number that they text from."""
    takes_numbers = question.kind in (Kind.PHONE, Kind.EMAIL_OR_PHONE)
    return takes_numbers and OWN.fullmatch(plain(text)) is not None


def reference_in(text: str) -> str | None:
    """Return the reference of a request that a message names, as it is stored."""
    found = REFERENCE.search(text)
    if found is None:
        return None
    letters = (found[1] + found[2]).upper().translate(str.maketrans("OIL", "011"))
    return f"REQ-{letters[:4]}-{letters[4:]}"


def kinds_in(text: str) -> set[str]:
    """Return the kinds of request that a message names."""
    return {kind for kind, words in KINDS.items() if words.search(text)}
