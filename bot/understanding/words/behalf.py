"""Answering for another person: "I'm doing this for my mum", "on behalf of my neighbour"."""

from __future__ import annotations

import re

from bot.understanding.words.normalise import plain

SOMEONE = "someone else"
_KIN = (
    r"mum|mam|mom|mummy|mammy|mother|dad|daddy|father|parents?|nan|nana|nanna|gran|granny|grandma"
    r"|grandmother|grandad|granddad|grandpa|grandfather|husband|hubby|wife|missus|partner|boyfriend"
    r"|girlfriend|fianc[eé]e?|son|daughter|child|kid|lad|brother|sister|aunt|auntie|uncle|cousin"
    r"|nephew|niece|in-?laws?|flatmate|housemate|neighbou?r|friend|mate|client|patient|resident"
    r"|tenant|carer|grandson|granddaughter"
)
_WHOM = (
    rf"(?:(?:my|our|an?|the|his|her|me) (?:\w+ ){{0,2}}?(?P<kin>{_KIN})(?:[- ]in[- ]law)?"
    r"|(?:someone|somebody|another person|him|her|them)(?: else)?)"
)
_THIS = r"(?:this|it|these|the (?:survey|form|questions|questionnaire|consultation|thing))"
_DOING = (
    rf"(?:(?:answering|replying|responding|texting|typing|writing)(?: (?:{_THIS}|here|back|in))?"
    rf"|(?:doing|filling|completing|taking|sending|putting) {_THIS}(?: (?:in|out|up|online))?"
    r"|(?:speaking|here))"
)
_DO = (
    rf"(?:answer|reply|respond|speak|take part|(?:do|fill|complete) {_THIS})"
    r"(?: (?:in|out|online|here|it|this))*"
)
_FOR = r"(?:for|on behalf of|instead of)"
_ANSWERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:i'?m|i am|we'?re|we are|me)(?: \w+){{0,2}}? {_DOING} {_FOR} {_WHOM}(?!\w)",
        rf"^(?:(?:hi|hello|hiya|hey|ok|just|only)[ ,]+)*{_DOING} {_FOR} {_WHOM}(?!\w)",
        rf"\b(?:can|could|may|should|let|to|if)(?: i| me| we)? {_DO} {_FOR} {_WHOM}(?!\w)",
        rf"^(?:\w+[ ,]+){{0,4}}?(?:this is|these are|it'?s|answers?) {_FOR} {_WHOM}(?!\w)",
        rf"\bon behalf of {_WHOM}(?!\w)",
        rf"\bput(?:ting)? (?:my|our) (?P<kin>{_KIN})'?s (?:answers?|views?|say|opinions?)\b",
    )
)


_THEIRS = re.compile(
    rf"(?:(?:it'?s|they'?re|these are|yes|all) )*(?:hers|his|theirs|(?:her|his|their|(?:my |our )?"
    rf"(?:{_KIN})'?s?)(?: own)?(?: views?| opinions?| words?)?)(?: not mine)?"
)
_OWN = re.compile(r"(?:(?:it'?s|they'?re|these are|no|all) )*(?:mine|my own|my(?: own)? views?|me)")


def whose_views(text: str) -> bool | None:
    """Return whether the views are the other person's ("hers", "my mum's"), not their own."""
    words = plain(text).replace(",", "")
    if _THEIRS.fullmatch(words):
        return True
    return False if _OWN.fullmatch(words) else None


_TURN = (
    r"(?:(?:have|take) (?:a go|(?:a|his|her|their) turn|(?:his|her|their) say)|a go|a turn|answer"
    rf"|do {_THIS}|take part|join in|go)(?: (?:too|as well|next|now|after me|here|on (?:here|this)"
    r"|on (?:my|the same|this) (?:phone|number)|also))*"
)
_WANTS_A_TURN = re.compile(
    r"(?:(?:and|now|ok|hi|so|please|also) )*(?:"
    rf"(?:my|our) (?:{_KIN}) (?:wants?|would like|'?d like|wanted)(?: to)? {_TURN}"
    rf"|(?:can|could|may) (?:my|our) (?:{_KIN}) (?:also )?{_TURN}"
    rf"|it'?s (?:my|our) (?:{_KIN})'?s turn(?: now)?)(?: (?:please|thanks))*"
)


def wants_a_turn(text: str) -> bool:
    """Say whether another person wants to answer too, on the same phone."""
    return _WANTS_A_TURN.fullmatch(plain(text).replace(",", "")) is not None


def answers_for(text: str) -> str | None:
    """Return for whom a message says that its sender is answering, in their word for them ("mum"),
    or SOMEONE; None where it does not say so.
    """
    found = next(filter(None, (one.search(plain(text)) for one in _ANSWERS)), None)
    return found and (found["kin"] or SOMEONE)
