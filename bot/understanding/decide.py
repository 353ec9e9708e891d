"""Telling an answer from something said to the bot. Pure, so that tables of cases can test it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.consultation.model import CLOSED_KINDS, Kind
from bot.consultation.requests import REQUESTS
from bot.consultation.state import State
from bot.consultation.waits import (
    CARE,
    CONFIRMATIONS,
    ERASE,
    PICK,
    RESTART,
    START_OVER,
    WITHDRAW,
)
from bot.understanding.commands import (
    exact_command,
    is_acknowledgement,
    is_no,
    is_ready,
    is_sending,
    is_yes,
    plain,
    undressed,
)
from bot.understanding.in_run import in_run, is_name
from bot.understanding.meaning import ANSWER, FREE_TEXT, Context, Decision, Thresholds
from bot.understanding.signals import (
    asks_plainly,
    in_danger,
    names_a_stop,
    stops_something_else,
    wants_to_leave,
)

EMERGENCY = ("999", "112")
AGREEMENT = ("affirm", "deny")
CHOSEN = frozenset(kind.value for kind in CLOSED_KINDS - {Kind.YES_NO})
AFTER_CARE = frozenset(
    {"resume", "start", "opt_out", "delete_my_data", "thank", "goodbye", "pause", "skip_question"}
)
ASKS_FOR_HELP = frozenset({"explain_question", "repeat_question", "ask_human", "request_callback"})
GRAVE = ("opt_out", "distress")
NEVER = 2.0  # of what may sound like a STOP, she is told to say it if that was meant
A_GREETING = 6  # words
CERTAIN = 0.97  # for what sounds like an opinion that begins with "stop"
SIGNS = "{}<>=\\|^~`$%"
WISHES = {
    ERASE: "delete_my_data",
    START_OVER: "start_over",
    RESTART: "start_over",
    WITHDRAW: "withdraw_request",
}
# What can be said to the bot in the middle of a request's own words: those may well be about
# complaints, bins, people to talk to or copies on paper.
IN_A_REQUEST = frozenset(
    {"skip_question", "go_back", "change_answer", "explain_question", "repeat_question", "pause"}
    | {"opt_out", "delete_my_data", "show_progress", "start_over", "faq_privacy", "faq_after"}
    | {"show_my_answers", "goodbye", "resume", "faq_who"}
)
NEGATION = re.compile(
    r"\b(no(?! (?:problem|worries|bother|prob))|not|don'?t|dont|do not|didn'?t|never|nothing|nah"
    r"|nope|keep|without|wait|stop|leave)\b"
)
NONE_OF_THEM = frozenset({"none", "none of them", "none of these", "neither", "no one", "nothing"})
ERASES = re.compile(r"\b(?:delete|erase|wipe|destroy|forget|my data|details)\b", re.I)
PICK_WORDS = 10  # more is a speech, which may name a topic by the way


def decide(
    text: str, context: Context, ranking: Mapping[str, float], thresholds: Thresholds
) -> Decision:
    """Say what a message is: an answer, unless it clearly speaks to the bot.

    `ranking` is how probable the trained model finds each intent.
    """
    if context.command:
        return Decision(context.command, 1.0)
    if context.answer:
        return Decision(ANSWER, 1.0)
    if plain(text).isdecimal() and plain(text) not in EMERGENCY:
        ranking = {}  # the model has no sense of numbers
    exact = exact_command(text) or exact_command(undressed(text))
    human = exact == "ask_human" and context.kind != Kind.OPEN.value
    if context.run == "request" and exact in REQUESTS and not human:
        exact = None  # "a workshop" may be what a call is to be about; one request at a time
    if exact == "opt_out":
        return Decision(exact, 1.0)
    # "I describe myself another way" is an option, whatever the model hears in it.
    said_more = context.reads != "named"
    if said_more and (sure := distress(text, ranking)) >= thresholds.distress:
        return Decision("distress", sure)
    if meant := _awaited(text, context, ranking, thresholds):
        return meant
    if meant := in_run(text, context):
        return meant
    if meant := _small_talk(text, context):
        return meant
    if context.answers:
        return Decision(ANSWER, 1.0)
    if exact:
        return Decision(exact, 1.0)
    if context.reads in ("close", "nearly"):
        return Decision(ANSWER, 0.9)
    leaving = ranking.get("opt_out", 0.0)
    if not ERASES.search(text):  # "get me off your database" sounds like both
        leaving += ranking.get("delete_my_data", 0.0)
    if wants_to_leave(text) and leaving >= thresholds.said_so and _is_speech(text, thresholds):
        return Decision("opt_out", leaving)
    if context.run == "request" and context.kind == Kind.NAME.value and is_name(text):
        return Decision(ANSWER, 0.9)
    if asked := _long_request(text, context, ranking, thresholds):
        return asked
    guess = best_command(_possible(ranking, context))
    if context.state == State.STOPPED:  # it must be sure of just that
        guess = Decision(guess.intent, ranking.get(guess.intent, 0.0))
    leaves, asks = wants_to_leave(text), asks_plainly(text)
    enough = thresholds.for_guess(guess.intent, context, said_so=leaves, asks=asks)
    if guess.intent == "opt_out" and context.kind and names_a_stop(text):
        enough = NEVER
    elif guess.intent == "opt_out" and context.kind and stops_something_else(text):
        enough = CERTAIN
    if guess.intent == "greet" and context.kind and len(text.split()) > A_GREETING:
        enough = NEVER  # "hello, a long answer from me"
    # "I have views" sounds like a wish to start, but nothing is left to be started.
    alone = thresholds.open if guess.intent == "start" else thresholds.own
    sure = context.kind is None or ranking.get(guess.intent, 0.0) >= alone
    if guess.confidence >= enough and sure and _is_speech(text, thresholds):
        return guess
    if context.reads == "asks_back":
        return Decision("explain_question", 0.9)
    doubtful = guess.confidence >= thresholds.doubt and context.kind in FREE_TEXT
    other = guess.intent if doubtful and _is_speech(text, thresholds) else None
    return Decision(ANSWER, 1.0 - guess.confidence, other)


def distress(text: str, ranking: Mapping[str, float]) -> float:
    """Return how sure it is that somebody is in danger or despair."""
    return 1.0 if in_danger(text) else ranking.get("distress", 0.0)


def _awaited(
    text: str, context: Context, ranking: Mapping[str, float], thresholds: Thresholds
) -> Decision | None:
    """Take the message for what the bot waits to hear, if it can be that."""
    if context.pending == PICK and context.picks and _is_pick(text, thresholds):
        return Decision("change_answer", 1.0)
    if context.pending == PICK and plain(text).isdigit():
        return Decision("change_answer", 1.0)  # a number that is not in the list: it is shown again
    if context.pending == PICK and (is_no(text) or plain(text) in NONE_OF_THEM):
        return Decision("deny", 1.0)
    if context.pending in CONFIRMATIONS:
        number = "" if context.short else plain(text)
        if is_yes(text) or number == "1":
            return Decision("affirm", 1.0)
        if is_no(text) or number == "2":
            return Decision("deny", 1.0)
        if exact_command(text):
            return None
        likeliest = max(ranking, key=lambda intent: ranking[intent], default=ANSWER)
        wishes = (*AGREEMENT, WISHES[context.pending])
        # "No, don't delete it" sounds to the model like the wish. What cannot be undone needs more.
        if NEGATION.search(plain(text)) and likeliest in wishes:
            return Decision("deny", 0.9)
        if likeliest in AGREEMENT and ranking[likeliest] >= thresholds.agreed:
            return Decision(likeliest, ranking[likeliest])
    return _in_care(text, ranking, thresholds) if context.pending == CARE else None


def _long_request(
    text: str, context: Context, ranking: Mapping[str, float], thresholds: Thresholds
) -> Decision | None:
    """Take a long message for a request that is told in one breath, if it asks in so many words:
    what else it holds sounds like an answer.
    """
    free = context.run != "request" and context.state != State.STOPPED
    if not free or _is_speech(text, thresholds) or not asks_plainly(text):
        return None
    shares = {intent: ranking.get(intent, 0.0) for intent in REQUESTS}
    together = sum(shares.values())
    if together < thresholds.long_request:
        return None
    return Decision(max(shares, key=lambda intent: shares[intent]), together)


def _in_care(text: str, ranking: Mapping[str, float], thresholds: Thresholds) -> Decision | None:
    """After distress nothing is an answer, and nothing is asked until she plainly wants to go on;
    who asks what to do hears the help lines again."""
    exact = exact_command(text)
    if exact in AFTER_CARE:
        return Decision(exact, 1.0)
    likeliest = max(ranking, key=lambda intent: ranking[intent], default=ANSWER)
    if likeliest in AFTER_CARE and ranking[likeliest] >= thresholds.open:
        return Decision(likeliest, ranking[likeliest])
    asks = exact or likeliest in ASKS_FOR_HELP or "?" in text
    return Decision("distress", 0.5) if asks else Decision(ANSWER, 0.5)


def _is_pick(text: str, thresholds: Thresholds) -> bool:
    return _is_speech(text, thresholds) and len(text.split()) <= PICK_WORDS


def _possible(ranking: Mapping[str, float], context: Context) -> Mapping[str, float]:
    """While a question is open, a yes or a no is an answer to it; in a request, even more is."""
    if context.kind is None:
        return ranking
    if context.run == "request" and context.kind in FREE_TEXT:
        return {i: p for i, p in ranking.items() if i in IN_A_REQUEST or i == ANSWER}
    closed = set(AGREEMENT)
    if context.run == "request" and context.kind == Kind.CHOICE.value:
        closed |= set(REQUESTS) - {"ask_human"}  # "big print" is said of the copy she asks for
    return {intent: share for intent, share in ranking.items() if intent not in closed}


def best_command(ranking: Mapping[str, float]) -> Decision:
    """Return the likeliest command, and how sure it is that the message is a command at all.

    The commands are alike ("what was that?" repeats or explains), so their shares are counted
    together; but to stop, or to be in danger, the model must be sure of just that.
    """
    commands = {intent: share for intent, share in ranking.items() if intent != ANSWER}
    if not commands:
        return Decision(ANSWER, 0.0)
    likeliest = max(commands, key=lambda intent: commands[intent])
    together = sum(commands.values())
    return Decision(likeliest, commands[likeliest] if likeliest in GRAVE else together)


def _small_talk(text: str, context: Context) -> Decision | None:
    """A "yes" to the welcome begins; an "ok" to somebody who rests or has ended is not an
    answer.
    """
    if context.state == State.STOPPED and context.short and plain(text) == "yes":
        return Decision("start", 1.0)  # the networks take it for START
    if context.state == State.NEW and is_yes(text):
        return Decision("start", 1.0)
    if context.state == State.COMPLETED and is_sending(text):
        return Decision("affirm", 1.0)
    if context.kind in CHOSEN and context.reads is None and is_ready(text):
        return Decision("resume", 1.0)  # "ok" is said of what was explained; it chooses nothing
    resting = context.state in (State.PAUSED, State.STOPPED, State.COMPLETED)
    polite = resting and not context.answers and is_acknowledgement(text)
    return Decision("thank", 1.0) if polite else None


def _is_speech(text: str, thresholds: Thresholds) -> bool:
    """Nobody wraps a command in several lines, a long speech or the signs of a program."""
    said = text.strip()
    odd = said.startswith(("/", "\u2215")) or any(sign in said for sign in SIGNS)
    return not odd and "\n" not in said and len(said.split()) <= thresholds.max_words
