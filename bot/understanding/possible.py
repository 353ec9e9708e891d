"""Which intents a message can have, given what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.consultation.question import Kind
from bot.consultation.requests import REQUESTS
from bot.consultation.state import State
from bot.consultation.waits import SEND
from bot.understanding.meaning import ANSWER, Meaning
from bot.understanding.model.classifier import Model
from bot.understanding.open import FREE_TEXT, Open
from bot.understanding.protests import is_about_help_lines, is_protest
from bot.understanding.words.change_words import is_what_i_said, names_one

DELETE, WITHDRAW, CHANGE = "delete_my_data", "withdraw_request", "change_answer"
COMPLAIN, STOP = "complain", "opt_out"
PLAINLY = 0.5
AGREEMENT = ("affirm", "deny")
# What can be said to the bot in the middle of a request's own words: those may well be about
# complaints, bins, people to talk to or copies on paper.
IN_A_REQUEST = frozenset(
    {"skip_question", "go_back", "change_answer", "explain_question", "repeat_question", "pause"}
    | {"opt_out", "delete_my_data", "show_progress", "start_over", "faq_privacy", "faq_after"}
    | {"show_my_answers", "goodbye", "resume", "faq_who", "withdraw_request"}
)


def possible(shares: Mapping[str, float], open: Open) -> Mapping[str, float]:
    """Return the shares of the intents that can be meant. What sounds like the others is an answer.

    While a question is open, a yes or a no is an answer to it; in a request, even more is. Help is
    heard by itself (care.py).
    """
    left = {i: p for i, p in shares.items() if i not in _impossible(open)}
    if open.state == State.NEW.value and left.get(CHANGE, 1.0) < PLAINLY:
        del left[CHANGE]  # nothing was said yet that could be changed
    if open.run == "request" and open.kind in FREE_TEXT:
        left = {i: p for i, p in left.items() if i in IN_A_REQUEST or i == ANSWER}
    rest = sum(shares.values()) - sum(left.values())
    return left | {ANSWER: left.get(ANSWER, 0.0) + rest}


def _impossible(open: Open) -> frozenset[str]:
    never = {"distress"}
    if open.kind is not None or open.pending == SEND:  # a request is sent on a plain yes only
        never |= set(AGREEMENT)
    if open.state == State.STARTED.value and open.takes == "words":
        never |= {"start"}  # nobody begins now; the word alone is settled before
    if open.run == "request" and open.kind == Kind.CHOICE.value:
        never |= set(REQUESTS) - {"ask_human"}  # "big print" is said of the copy that is asked for
    return frozenset(never)


def only_one(text: str, meaning: Meaning) -> Meaning:
    """Where one thing is to be deleted, never offer to delete everything; and what a resident said
    is no request. A protest about the bot is no answer.
    """
    if meaning.intent in (STOP, ANSWER, COMPLAIN) and is_about_help_lines(text):
        return Meaning(COMPLAIN, 0.9)
    if meaning.other == COMPLAIN and is_protest(text):
        return replace(meaning, intent=COMPLAIN, other=None)
    if meaning.intent == WITHDRAW and is_what_i_said(text):
        return replace(meaning, intent=CHANGE)
    if DELETE not in (meaning.intent, meaning.other) or not names_one(text):
        return meaning
    if meaning.intent == DELETE:
        return replace(meaning, intent=CHANGE)
    return replace(meaning, other=CHANGE)


def shares_of(text: str, open: Open, model: Model) -> Mapping[str, float]:
    """Return how probable each intent is, as the decision sees it: for reports."""
    return possible(model.hear(text).intents, open)
