"""Telling an answer from something said to the bot. Pure, so that tables of cases can test it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.consultation.commands import (
    drops_request,
    exact_command,
    is_acknowledgement,
    is_no,
    is_sending,
    is_yes,
    leaves_all_out,
    plain,
)
from bot.consultation.consents import consents_taken_back
from bot.consultation.model import FREE_TEXT_KINDS, Kind
from bot.consultation.pending import (
    CARE,
    CONFIRMATIONS,
    ERASE,
    PICK,
    RESTART,
    START_OVER,
    WITHDRAW,
)
from bot.consultation.progress import State
from bot.consultation.runs import REQUESTS
from bot.dialogue.signals import (
    asks_plainly,
    asks_what_for,
    in_danger,
    stops_something_else,
    takes_request_back,
    wants_to_leave,
)

ANSWER = "give_answer"
AGREEMENT = ("affirm", "deny")
AFTER_CARE = frozenset(
    {"resume", "start", "opt_out", "delete_my_data", "thank", "goodbye", "pause", "skip_question"}
)
ASKS_FOR_HELP = frozenset({"explain_question", "repeat_question", "ask_human", "request_callback"})
GRAVE = ("opt_out", "distress")
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
NAMED = re.compile(r"(?:my name|the name|i'?m |i am |im |it'?s |call me |names )")
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
NEGATION = re.compile(
    r"\b(no(?! (?:problem|worries|bother|prob))|not|don'?t|dont|do not|didn'?t|never|nothing|nah"
    r"|nope|keep|without|wait|stop|leave)\b"
)
NONE_OF_THEM = frozenset({"none", "none of them", "none of these", "neither", "no one", "nothing"})
PICK_WORDS = 10  # more is a speech, which may name a topic by the way
FREE_TEXT = frozenset(kind.value for kind in FREE_TEXT_KINDS)


@dataclass(frozen=True)
class Context:
    """What the gateway knows of the message: the state, the kind of question that is open, and how
    the message reads as an answer to it.

    `reads` says what read_answer made of the message: exact or close (an answer, plainly or by
    guessing), nearly (about the options, but not one answer), asks_back (a question about them), or
    None. `command` and `answer` say that a button was pressed. `pending` is what the bot waits to
    hear before anything else (see bot/consultation/pending.py); `picks` says that the message names
    one of the answers that can be changed.
    """

    state: str | None = None
    kind: str | None = None
    reads: str | None = None
    command: str | None = None
    answer: bool = False
    pending: str | None = None
    picks: bool = False
    run: str | None = None  # request or equality: what is asked besides the consultation
    untouched: bool = False  # nothing of that has been answered yet
    changes: bool = False  # the message names an answer of hers and asks to change it
    short: bool = False  # a channel without buttons, so a yes and a no have no numbers

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any] | None) -> Context:
        given = metadata or {}
        return cls(
            state=given.get("state"),
            kind=given.get("kind"),
            reads=given.get("reads"),
            command=given.get("command"),
            answer=bool(given.get("answer")),
            pending=given.get("pending"),
            picks=bool(given.get("picks")),
            run=given.get("run"),
            untouched=bool(given.get("untouched")),
            changes=bool(given.get("changes")),
            short=bool(given.get("short")),
        )


@dataclass(frozen=True)
class Decision:
    """The intent of a message, and how sure it is (0 to 1). `other` is a second reading that is
    nearly as likely, for a message that is taken as an answer."""

    intent: str
    confidence: float
    other: str | None = None


@dataclass(frozen=True)
class Thresholds:
    """How sure the trained model must be of a command, by what is open. Words take any answer, so
    an open question needs the most; with nothing open little is lost by a wrong guess."""

    open: float = 0.88
    closed: float = 0.85
    request: float = 0.6  # of a request, when the words are no rating or ask in so many words
    nothing: float = 0.15
    doubt: float = 0.45  # from here on an answer to an open question is saved and asked about
    opt_out: float = 0.55  # of that intent alone: nobody is to be misheard as saying "stop"
    said_so: float = 0.2  # the same, when the message asks for it in so many words
    distress: float = 0.6  # of the model alone; signals.py hears what is plain
    agreed: float = 0.5  # a yes or a no, when one was asked for
    max_words: int = 24
    long_request: float = 0.25  # of all requests together, when a long message plainly asks

    def for_guess(
        self, intent: str, context: Context, *, said_so: bool, asks: bool = False
    ) -> float:
        if context.state == State.STOPPED:
            return max(self.nothing, self.opt_out)  # a guess does not undo a STOP
        if intent == "opt_out":
            return self.said_so if said_so else self.opt_out
        if context.kind is None:
            return self.nothing
        on_a_scale = context.reads is None and context.kind == Kind.SCALE.value
        if intent in REQUESTS and (on_a_scale or asks):
            return self.request
        return self.open if context.kind in FREE_TEXT else self.closed


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
    exact = exact_command(text)
    human = exact == "ask_human" and context.kind != Kind.OPEN.value
    if context.run == "request" and exact in REQUESTS and not human:
        exact = None  # "a workshop" may be what a call is to be about; one request at a time
    if exact == "opt_out":
        return Decision(exact, 1.0)
    if (sure := distress(text, ranking)) >= thresholds.distress:
        return Decision("distress", sure)
    if meant := _awaited(text, context, ranking, thresholds):
        return meant
    if meant := _in_run(text, context):
        return meant
    if meant := _small_talk(text, context):
        return meant
    if context.reads == "exact":
        return Decision(ANSWER, 1.0)
    if exact:
        return Decision(exact, 1.0)
    if context.reads in ("close", "nearly"):
        return Decision(ANSWER, 0.9)
    leaving = ranking.get("opt_out", 0.0)
    if wants_to_leave(text) and leaving >= thresholds.said_so and _is_speech(text, thresholds):
        return Decision("opt_out", leaving)
    if context.run == "request" and context.kind == Kind.NAME.value and _is_name(text):
        return Decision(ANSWER, 0.9)
    if asked := _long_request(text, context, ranking, thresholds):
        return asked
    guess = best_command(_possible(ranking, context))
    leaves, asks = wants_to_leave(text), asks_plainly(text)
    enough = thresholds.for_guess(guess.intent, context, said_so=leaves, asks=asks)
    if guess.intent == "opt_out" and context.kind and stops_something_else(text):
        enough = CERTAIN
    if guess.confidence >= enough and _is_speech(text, thresholds):
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


def _in_run(text: str, context: Context) -> Decision | None:
    """Take the message for a way out of a request, or of the questions about the person."""
    asking = context.run == "request" or context.state == State.COMPLETED
    stopped = context.state == State.STOPPED
    drops = context.run == "request" and context.reads != "exact" and drops_request(text)
    if drops and not stopped:
        return Decision("deny", 1.0)
    if takes_request_back(text) or consents_taken_back(text, by_the_way=asking):
        return Decision("withdraw_request", 1.0)
    if stopped:
        return None
    if context.changes:
        return Decision("change_answer", 1.0)
    if context.run == "equality" and context.reads != "exact":
        said_all = leaves_all_out(text) or is_sending(text)
        if said_all or (context.untouched and is_no(text)):
            return Decision("deny", 1.0)
        if is_no(text):
            return Decision("skip_question", 1.0)
    any_words = context.kind == Kind.OPEN.value
    if context.run and context.reads != "exact" and asks_what_for(text, plainly=any_words):
        return Decision("explain_question", 1.0)
    return None


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


def _is_name(text: str) -> bool:
    if asks_what_for(text) or exact_command(text):
        return False
    if NAMED.match(plain(text)):
        return True
    words = [word.strip(".,'’-!") for word in text.split()]
    named = "?" not in text and all(word.isalpha() for word in words) and len(words) <= A_NAME
    return named and not NO_NAMES.intersection(plain(word) for word in words)


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
    resting = context.state in (State.PAUSED, State.STOPPED, State.COMPLETED)
    polite = resting and context.reads != "exact" and is_acknowledgement(text)
    return Decision("thank", 1.0) if polite else None


def _is_speech(text: str, thresholds: Thresholds) -> bool:
    """Nobody wraps a command in several lines, a long speech or the signs of a program."""
    said = text.strip()
    odd = said.startswith(("/", "\u2215")) or any(sign in said for sign in SIGNS)
    return not odd and "\n" not in said and len(said.split()) <= thresholds.max_words
