"""Wanting to finish here, in a few words: "that's all from me", "gotta go", "can we stop there"."""

from __future__ import annotations

import re

from bot.understanding.words.normalise import plain

LONGEST = 100  # letters of a message that says this and nothing else
_WHO = r"(?:i|we|she|he|they)"
_AM = r"(?:i'?m|i am|we'?re|we are|she'?s|he'?s|they'?re)"
_ENDS = (
    rf"{_AM} (?:all |pretty much |about )?(?:done|finished|through)(?: here)?"
    r"|(?:all )?(?:done|finished)(?: here)?"
    r"|that(?:'?s| is|'?ll be| will be)(?= (?:me|us|all|it|everything|your lot|the lot|enough))"
    r"(?: (?:me|us))?(?: (?:all|it|everything|your lot|the lot|enough))?"
    r"(?: (?:done|finished|through))?(?: (?:from|for) (?:me|us|her|him))?"
    rf"(?: (?:that )?{_WHO}(?:'?ve)?(?: have| has)?(?: got| want| wants| wanted)? to (?:say|add))?"
    rf"|{_WHO} (?:need|have|has|'?ve got|got)(?: got)? to (?:go|be off|dash|run|leave|get off)"
    r"|(?:i'?ve )?(?:got to|gotta|must|had better|better) (?:go|be off|dash|run|leave|get off|fly)"
    rf"|(?:{_AM} )?off(?: out)?"
    rf"|(?:(?:can|could|may|shall|let) {_WHO}|let'?s|i(?:'?d like| want) to)"
    r" (?:just )?(?:finish|stop|end|leave it|call it a day|wrap up)(?: it| this)?(?: here| there)?"
    r"|(?:please )?(?:finish|end|stop|wrap|leave)(?: it| this| up)*(?: here| there)"
    r"|finish|call it a day|no more questions"
    rf"|{_WHO} (?:don'?t|do not|doesn'?t) want (?:any )?more questions"
)
_AROUND = (
    r"ok|okay|right|well|anyway|actually|sorry|thanks|thank you|cheers|ta|please|pls|plz|mate|love"
    r"|now|then|today|tonight|for now|for today|and|so|but|i think|nothing (?:more|else|to add)"
    r"|nothing (?:more|else) to (?:add|say)|no more|you|x+|all"
)
FINISHES = re.compile(
    rf"(?:(?:{_AROUND})[ ,.!]+)*(?:{_ENDS})(?:[ ,.!-]*(?:{_AROUND}|{_ENDS})(?![\w']))*"
)


def finishes(text: str) -> bool:
    """Say whether the whole message only tells that its sender wants to finish here."""
    return len(text) <= LONGEST and FINISHES.fullmatch(plain(text)) is not None
