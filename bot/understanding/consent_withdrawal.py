"""Hearing that a resident takes a consent back: to publish their story, or to contact them."""

from __future__ import annotations

import re

from bot.consultation.question import Consent
from bot.understanding.words.commands import plain

_NOT = r"(?:don'?t|do not|didn'?t|never|not|no longer|stop|rather you didn'?t|won'?t|wouldn'?t)"
_STORY = r"(?:my|our) (?:\w+ )?(?:story|stories|case study|example)"
_IT = r"(?:it|this|that|them)"
_PUBLISHED = r"(?:published|printed|used|shared|shown|public|online|in (?:it|there|the plan))"
_REACH = r"(?:contact|call|ring|phone|email|e-mail|text|write to|get in touch with)(?:ing|ed)?"


def _no_publishing(what: str, shown: str = "publish|print|share|show|put") -> str:
    return (
        rf"\b{_NOT}\b.{{0,40}}\b(?:{shown})(?:ing)?\b.{{0,12}}\b{what}\b"
        rf"|\b{_NOT}\b.{{0,25}}\b{what}\b.{{0,20}}\b{_PUBLISHED}\b"
        rf"|\b(?:keep|take|leave) {what} (?:out|off|private|down|to yourselves)\b"
    )


def _no_contact(about: str) -> str:
    return rf"\b{_NOT}\b.{{0,25}}\b{_REACH} (?:me|us)\b.{{0,12}}\b(?:about|regarding|on) {about}\b"


_REQUEST = rf"(?:{_STORY}|(?:my|our|the|that) (?:request|workshop|story|case study|example))"
_PLAINLY = {
    Consent.PUBLISH: re.compile(
        _no_publishing(_STORY, "publish|print|share|show|put|use?")
        + rf"|\b{_STORY}\b.{{0,15}}\b{_NOT}\b.{{0,20}}\bpublish"
    ),
    Consent.CONTACT: re.compile(_no_contact(_REQUEST)),
}
# "It" is their story only where nothing else is talked about.
_BY_THE_WAY = {
    Consent.PUBLISH: re.compile(_no_publishing(_IT, "publish|print|share?")),
    Consent.CONTACT: re.compile(_no_contact(_IT)),
}
_TAKES_BACK = re.compile(
    r"\b(?:withdraw\w*|revok\w+|tak(?:e|ing) back|remov\w+|cancel\w*|retract\w*|changed my mind"
    r" (?:about|on)|no longer give)\b.{0,12}\b(?:my|our|the) (?:consent|permission|agreement)\b(.*)"
    r"|\b(?:no longer|don'?t|do not) (?:consent|agree|want) (?:to )?(?:be |being |you )?"
    r"(to publish|publish|contacted about|contacting me about).{0,20}\b(?:story|request|case study)"
)
LONGEST = 160  # letters; more is a story of its own


def consents_taken_back(text: str, *, by_the_way: bool) -> frozenset[Consent]:
    """Return what they do not agree to any more. `by_the_way`: "it" is enough, because a request
    is being made, or all questions have been answered.
    """
    if len(text) > LONGEST:
        return frozenset()
    said = plain(text)
    if found := _TAKES_BACK.search(said):
        rest = found[1] or found[2] or ""
        if re.search(r"\b(?:delet|eras|remov|forget|data|everything)", rest):
            return frozenset()  # more than that is to go
        named = {
            Consent.PUBLISH: re.search(r"\bpublish|\bstory|\bprint|\bshare", rest),
            Consent.CONTACT: re.search(r"\bcontact|\bcall|\bring|\bphone|\bemail|\btouch", rest),
        }
        meant = frozenset(one for one, match in named.items() if match)
        return meant if meant or not by_the_way else frozenset(Consent)
    patterns = [_PLAINLY, _BY_THE_WAY] if by_the_way else [_PLAINLY]
    return frozenset(one for table in patterns for one, p in table.items() if p.search(said))
