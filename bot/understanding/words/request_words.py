"""What residents say of a request: its reference, its kind, and that they have nothing to give."""

from __future__ import annotations

import re

from bot.consultation.question import Kind, Question
from bot.understanding.personal_data import holds_personal
from bot.understanding.slots import NONE_TO_GIVE
from bot.understanding.words.commands import plain
from bot.understanding.words.field_words import only_reaches

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


# How a person is reached, as they name it. With a number or an address in the same message, and a
# request that was sent, it is about that request.
REACHES = re.compile(r"\b(?:number|phone|mobile|landline|e-?mail|contact|details)\b", re.I)
DETAIL = re.compile(
    rf"{REACHES.pattern}|\b(?:address|postcode|code|ring|call|text|send it|post it|instead"
    r"|actually)\b",
    re.I,
)
_OPENER = r"(?:[\w' ]{0,25}[,.!:;-]+ ?)?(?:[a-z']+ ){0,4}?"
MENDS = re.compile(
    rf"{_OPENER}(?:change|correct|update|fix|swap|edit|replace) (?:my|the|that)"
    r" (?:(?!answer|question)\w+ )?"
    r"(?:number|phone|mobile|landline|e-?mail|address|postcode|contact|details)\b.{0,40}",
    re.I,
)
# "Don't ring me after all", "no need to call now".
NOT_AFTER_ALL = re.compile(
    rf"{_OPENER}(?:(?:do not|don'?t|needn'?t|no need to|no longer|forget|never mind)"
    r"(?: need| want| have| bother| to| you| them| with| about| the| that| my| a)*"
    r" (?:ring|call|phone|text|e-?mail|contact|call ?back|copy|workshop|visit)(?:ing)?)"
    r"(?: (?:me|us|back|after|all|any|more|anymore|now|then|please|thanks|about|it|that))*",
    re.I,
)
MOST_AMENDING = 30  # words


def takes_it_back(text: str) -> bool:
    """Say whether the whole message takes back a request that was sent: "don't ring after all"."""
    return NOT_AFTER_ALL.fullmatch(plain(text)) is not None


def amends(text: str) -> bool:
    """Say whether a message tells a detail of a request anew, or asks to change one. It counts only
    where a request was sent: elsewhere it may be anything.
    """
    if len(text.split()) > MOST_AMENDING:
        return False
    if holds_personal(text):
        return DETAIL.search(text) is not None or only_reaches(text)
    return MENDS.fullmatch(plain(text)) is not None
