"""What is said while a request is made, or while questions about the person are asked."""

from __future__ import annotations

import re

from bot.consultation.model import Kind
from bot.consultation.state import State
from bot.understanding.commands import (
    drops_request,
    exact_command,
    is_no,
    is_sending,
    leaves_all_out,
    plain,
)
from bot.understanding.consent_withdrawal import consents_taken_back
from bot.understanding.meaning import Context, Decision
from bot.understanding.signals import asks_what_for, takes_request_back

NAMED = re.compile(r"(?:my name|the name|i'?m |i am |im |it'?s |call me |names )")
ABOUT_PRIVACY = re.compile(r"\bwho (?:else )?(?:sees|reads|gets|can see)\b|\b(?:sell|safe|share)\b")
A_NAME = 3  # words; a name is easily taken for a greeting or a place to go
NO_NAMES = frozenset(
    {"what", "whats", "wat", "wot", "why", "y", "who", "whos", "how", "when", "where", "which"}
    | {"you", "u", "ur", "your", "my", "i", "it", "its", "is", "are", "this", "that", "do", "does"}
    | {"wait", "hang", "sec", "secs", "minute", "moment", "later", "maybe", "dunno", "idk", "not"}
    | {"dont", "don't", "cant", "can't", "want", "need", "say", "tell", "see", "sees", "know"}
    | {"yes", "no", "ok", "okay", "sure", "please", "pls", "help", "confused", "lost", "sorry"}
    | {"skip", "back", "change", "stop", "go", "again", "repeat", "anonymous", "none", "nothing"}
    | {"to", "for", "dat"}
)


def in_run(text: str, context: Context) -> Decision | None:
    """Take the message for a way out of a request, or of the questions about the person."""
    asking = context.run == "request" or context.state == State.COMPLETED
    stopped = context.state == State.STOPPED
    drops = context.run == "request" and not context.answers and drops_request(text)
    if drops and not stopped:
        return Decision("deny", 1.0)
    if takes_request_back(text) or consents_taken_back(text, by_the_way=asking):
        return Decision("withdraw_request", 1.0)
    if stopped:
        return None
    if context.changes:
        return Decision("change_answer", 1.0)
    if context.run == "equality" and not context.answers:
        said_all = leaves_all_out(text) or is_sending(text)
        if said_all or (context.untouched and is_no(text)):
            return Decision("deny", 1.0)
        if is_no(text):
            return Decision("skip_question", 1.0)
    any_words = context.kind == Kind.OPEN.value
    if context.run and not context.answers and asks_what_for(text, plainly=any_words):
        privately = ABOUT_PRIVACY.search(plain(text))
        return Decision("faq_privacy" if privately else "explain_question", 1.0)
    return None


def is_name(text: str) -> bool:
    if asks_what_for(text) or exact_command(text):
        return False
    if NAMED.match(plain(text)):
        return True
    words = [word.strip(".,'’-!") for word in text.split()]
    named = "?" not in text and all(word.isalpha() for word in words) and len(words) <= A_NAME
    return named and not NO_NAMES.intersection(plain(word) for word in words)
