"""Messages whose meaning needs no weighing: what the bot waits to hear, plain answers, commands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.consultation.question import CLOSED_KINDS, Kind
from bot.consultation.requests import REQUESTS
from bot.consultation.state import State
from bot.consultation.waits import (
    CARE,
    CONFIRMATIONS,
    ERASE,
    OFFER,
    PICK,
    RESTART,
    SEND,
    START_OVER,
    VIEWS,
    WITHDRAW,
)
from bot.understanding.consent_withdrawal import consents_taken_back
from bot.understanding.known_questions import OTHER_QUESTION
from bot.understanding.meaning import ANSWER, Meaning
from bot.understanding.open import Open
from bot.understanding.possible import AGREEMENT
from bot.understanding.words.behalf import answers_for, whose_views
from bot.understanding.words.commands import (
    asks_reference,
    decorated_command,
    drops_request,
    exact_command,
    is_acknowledgement,
    is_no,
    is_ready,
    is_sending,
    is_yes,
    leaves_all_out,
    sends_request,
)
from bot.understanding.words.field_words import contact_wish, name_and_wish
from bot.understanding.words.finishing import finishes
from bot.understanding.words.normalise import SIGNS, plain
from bot.understanding.words.segments import asks, segments
from bot.understanding.words.slips import slipped_command, sounds_like_stop

Shares = Mapping[str, float]

CHOSEN = frozenset(kind.value for kind in CLOSED_KINDS - {Kind.YES_NO})
AFTER_CARE = frozenset(
    {"resume", "start", "opt_out", "delete_my_data", "thank", "goodbye", "pause", "skip_question"}
)
ASKS_FOR_HELP = frozenset({"explain_question", "repeat_question", "ask_human", "request_callback"})
AGREED = 0.5  # how sure a yes or a no must be, when one was asked for
PLAIN = 0.9  # how sure a wish to go on must be after help lines
UNSTOPPED = 0.55  # a guess does not undo a STOP
# The wish that a question asks about: said again, with a no, it means no.
WISHES = {
    ERASE: "delete_my_data",
    START_OVER: "start_over",
    RESTART: "start_over",
    WITHDRAW: "withdraw_request",
}
NEGATION = re.compile(
    r"\b(no(?! (?:problem|worries|bother|prob))|not|don'?t|dont|do not|didn'?t|never|nothing|nah"
    r"|nope|keep|without|wait|stop|leave)\b"
)
CONDITION = re.compile(r"(?:but|only|if|unless|except)\b|do not|don'?t|dont")  # no plain yes
THEN = re.compile(r"\W+(?:then|now|please)\W*$", re.I)
THANKS = re.compile(r"\b(?:thanks|thank you|ta|cheers|bye|goodbye)\b")
CODE = set(SIGNS) - set("/%$~")  # those people write as well: "agree/disagree", "100%"
NONE_OF_THEM = frozenset({"none", "none of them", "none of these", "neither", "no one", "nothing"})
FOR_ANOTHER = "answer_for_another"  # the other reading of who says for whom they answer
BEHALF_WORDS = 24
FEW_WORDS = 10
PICK_WORDS = 10  # more is a speech, which may name a topic by the way


def settled(text: str, open: Open, shares: Shares) -> Meaning | None:
    """Return the meaning of a message that leaves no doubt, or None."""
    exact = _command(text, open)
    return (
        _awaited(text, open, shares)
        or _way_out(text, open)
        or _small_talk(text, open)
        or _in_passing(text, open)
        or (Meaning(ANSWER, 1.0) if open.answers else None)
        or (Meaning(exact, 1.0) if exact else None)
        or (Meaning(ANSWER, 0.9) if open.reads in ("close", "nearly") else None)
        or _slip(text, open)
        or (_stopped(shares) if open.stopped else None)
    )


def is_speech(text: str, most_words: int) -> bool:
    """Nobody wraps a command in several lines, a long speech or the signs of a program."""
    said = text.strip()
    odd = said.startswith(("/", "\u2215")) or any(sign in said for sign in CODE)
    return not odd and "\n" not in said and len(said.split()) <= most_words


def _command(text: str, open: Open) -> str | None:
    exact = exact_command(text) or decorated_command(text)
    if not exact and asks_reference(text):
        return "show_progress"
    human = exact == "ask_human" and open.kind != Kind.OPEN.value
    if open.run == "request" and exact in REQUESTS and not human:
        return None  # "a workshop" may be what a call is to be about; one request at a time
    return exact


def _slip(text: str, open: Open) -> Meaning | None:
    """A command with a slip of the finger is done; what is nearly STOP is asked, never obeyed."""
    if intent := slipped_command(text):
        return Meaning(intent, 0.9)
    if sounds_like_stop(text):
        return Meaning(ANSWER, 0.5, "opt_out") if open.kind else Meaning("opt_out", 0.8)
    return None


def _awaited(text: str, open: Open, shares: Shares) -> Meaning | None:
    """Take the message for what the bot waits to hear, if it can be that."""
    if open.pending == PICK:
        return _picked(text, open)
    if open.pending == SEND:
        return _read_back(text, open)
    if open.pending in CONFIRMATIONS:
        return _confirmed(text, open, shares)
    return _in_care(text, shares) if open.pending == CARE else None


def _picked(text: str, open: Open) -> Meaning | None:
    names_one = open.picks and is_speech(text, PICK_WORDS)
    if names_one or plain(text).isdigit():  # a number that is not in the list: it is shown again
        return Meaning("change_answer", 1.0)
    none = is_no(text) or plain(text) in NONE_OF_THEM
    return Meaning("deny", 1.0) if none else None


def _read_back(text: str, open: Open) -> Meaning | None:
    """Take the message for a yes to a request that was read back, a way out of it, or one of its
    fields. Only a plain yes sends it.
    """
    words = plain(text)
    said = name_and_wish(contact_wish(text)[0])[0]
    if is_yes(said) or is_sending(said) or sends_request(said) or _yes_and_asks(text):
        return Meaning("affirm", 1.0)  # "yes, but no name": the wish is kept with the name
    if is_no(text) or drops_request(text):
        return Meaning("deny", 1.0)
    if words.isdigit() or (open.picks and is_speech(text, PICK_WORDS) and not exact_command(text)):
        return Meaning("change_answer", 1.0)
    return None


def _yes_and_asks(text: str) -> bool:
    """Whether a plain yes is followed by questions or thanks alone: "YES. How long is it?"."""
    first, *others = segments(text) or ("",)
    if not others or asks(first) or not (is_yes(first) or sends_request(first)):
        return False
    return all(_changes_nothing(plain(part)) for part in others)


def _changes_nothing(said: str) -> bool:
    if CONDITION.match(said):
        return False
    return asks(said) or (THANKS.search(said) is not None and not NEGATION.search(said))


def _confirmed(text: str, open: Open, shares: Shares) -> Meaning | None:
    if open.pending == VIEWS and (theirs := whose_views(text)) is not None:
        return Meaning("affirm" if theirs else "deny", 1.0)
    number = "" if open.short else plain(text)
    said = name_and_wish(text)[0] if open.pending == OFFER else text
    if is_yes(said) or number == "1" or (open.pending == OFFER and sends_request(said)):
        return Meaning("affirm", 1.0)
    if is_no(text) or number == "2":
        return Meaning("deny", 1.0)
    if exact_command(text):
        return None
    likeliest = max(shares, key=lambda intent: shares[intent], default=ANSWER)
    wishes = (*AGREEMENT, WISHES.get(str(open.pending), ""))
    if open.pending == ERASE and likeliest in wishes and (meaning := _not_to_erase(text)):
        return meaning
    # "No, don't delete it" sounds to the model like the wish. What cannot be undone needs more.
    if NEGATION.search(plain(text)) and likeliest in wishes:
        return Meaning("deny", 0.9)
    if likeliest in AGREEMENT and shares[likeliest] >= AGREED:
        return Meaning(likeliest, shares[likeliest])
    return None


def _not_to_erase(text: str) -> Meaning | None:
    """What cannot be undone is not done for a message that denies anything, or asks: "will it
    delete the bit about my ex?". A yes at its end is one.
    """
    parts = segments(text)
    if is_yes(parts[-1].casefold().removeprefix("then ")):
        return Meaning("affirm", 1.0)
    if NEGATION.search(plain(text)):
        return Meaning("deny", 0.9)
    return Meaning(OTHER_QUESTION, 0.5) if any(map(asks, parts)) else None


def _in_care(text: str, shares: Shares) -> Meaning:
    """After a cry for help nothing is an answer, and nothing is asked until the resident plainly
    wants to go on; who asks what to do hears the help lines again."""
    exact = exact_command(text)
    if exact in AFTER_CARE:
        return Meaning(exact, 1.0)
    if any(exact_command(THEN.sub("", part)) == "resume" for part in segments(text)):
        return Meaning("resume", 1.0)  # "I'm all right. CONTINUE"
    likeliest = max(shares, key=lambda intent: shares[intent], default=ANSWER)
    if likeliest in AFTER_CARE and shares[likeliest] >= PLAIN:
        return Meaning(likeliest, shares[likeliest])
    asks = exact or likeliest in ASKS_FOR_HELP or "?" in text
    return Meaning("distress", 0.5) if asks else Meaning(ANSWER, 0.5)


def _way_out(text: str, open: Open) -> Meaning | None:
    """Take the message for a way out of a request, or of the questions about the person."""
    parts = segments(text)
    if open.kind == Kind.OPEN.value:  # a story may hold such words; a few words end with one
        parts = parts[-1:] if len(text.split()) <= FEW_WORDS else ()
    drops = any(drops_request(said) for said in (text, *parts))
    if open.run == "request" and not open.answers and drops and not open.stopped:
        return Meaning("deny", 1.0)
    if open.kind == Kind.NAME.value and name_and_wish(text)[1] and not open.stopped:
        return Meaning(ANSWER, 1.0)  # "Denise but don't print it" takes no consent back
    asking = open.run == "request" or open.state == State.COMPLETED.value
    if consents_taken_back(text, by_the_way=asking):
        return Meaning("withdraw_request", 1.0)
    if open.stopped:
        return None
    if open.changes:
        return Meaning("change_answer", 1.0)
    if open.run == "equality" and not open.answers:
        if leaves_all_out(text) or is_sending(text) or (open.untouched and is_no(text)):
            return Meaning("deny", 1.0)
        return Meaning("skip_question", 1.0) if is_no(text) else None
    return None


def _in_passing(text: str, open: Open) -> Meaning | None:
    """Take a short message for the wish to finish here, or for word of whom they answer for."""
    if open.stopped or open.answers:
        return None
    if open.state == State.STARTED.value and open.run != "equality" and finishes(text):
        return Meaning("goodbye", 1.0)
    says_more = open.takes == "words" and len(segments(text)) > 1  # it is an answer too
    if open.run or says_more or not is_speech(text, BEHALF_WORDS):
        return None
    return Meaning(ANSWER, 1.0, FOR_ANOTHER) if answers_for(text) else None


def _small_talk(text: str, open: Open) -> Meaning | None:
    """A "yes" to the welcome begins; an "ok" of a resident who rests or has ended is no answer."""
    if open.stopped and open.short and plain(text) == "yes":
        return Meaning("start", 1.0)  # the networks take it for START
    if open.state == State.NEW.value and is_yes(text):
        return Meaning("start", 1.0)
    if open.state == State.COMPLETED.value and is_sending(text):
        return Meaning("affirm", 1.0)
    if open.kind in CHOSEN and open.reads is None and is_ready(text):
        return Meaning("resume", 1.0)  # "ok" is said of what was explained; it chooses nothing
    resting = open.state in (State.PAUSED.value, State.STOPPED.value, State.COMPLETED.value)
    polite = resting and not open.answers and is_acknowledgement(text)
    return Meaning("thank", 1.0) if polite else None


def _stopped(shares: Shares) -> Meaning:
    """While stopped, only what is quite sure is done; everything else is kept."""
    commands = {intent: share for intent, share in shares.items() if intent != ANSWER}
    likeliest = max(commands, key=lambda intent: commands[intent], default=ANSWER)
    if commands.get(likeliest, 0.0) >= UNSTOPPED:
        return Meaning(likeliest, commands[likeliest])
    return Meaning(ANSWER, shares.get(ANSWER, 0.0))
