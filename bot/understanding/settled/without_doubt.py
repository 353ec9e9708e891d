"""Messages whose meaning needs no weighing: what the bot waits to hear, plain answers, commands."""

from __future__ import annotations

import re

from bot.consultation.question import CLOSED_KINDS, Kind
from bot.consultation.requests import REQUESTS
from bot.consultation.state import State
from bot.understanding.consent_withdrawal import consents_taken_back
from bot.understanding.meaning import ANSWER, Meaning
from bot.understanding.open import Open
from bot.understanding.settled.awaited import Shares, awaited
from bot.understanding.words.behalf import answers_for
from bot.understanding.words.change_words import empties, stays
from bot.understanding.words.commands import (
    asks_reference,
    decorated_command,
    drops_request,
    exact_command,
    is_acknowledgement,
    is_no,
    is_ready,
    is_sending,
    is_speech,
    is_yes,
    leaves_all_out,
)
from bot.understanding.words.field_words import name_and_wish
from bot.understanding.words.finishing import finishes
from bot.understanding.words.normalise import plain
from bot.understanding.words.request_words import takes_it_back
from bot.understanding.words.segments import segments
from bot.understanding.words.slips import slipped_command, sounds_like_stop

CHOSEN = frozenset(kind.value for kind in CLOSED_KINDS - {Kind.YES_NO})
UNSTOPPED = 0.55  # a guess does not undo a STOP
FOR_ANOTHER = "answer_for_another"  # the other reading of who says for whom they answer
BEHALF_WORDS = 24
FEW_WORDS = 10
SKIP = "skip_question"


def settled(text: str, open: Open, shares: Shares) -> Meaning | None:
    """Return the meaning of a message that leaves no doubt, or None."""
    exact = _command(text, open)
    return (
        awaited(text, open, shares)
        or _way_out(text, open)
        or _small_talk(text, open)
        or _in_passing(text, open)
        or (Meaning(ANSWER, 1.0) if open.answers else None)
        or (Meaning(exact, 1.0) if exact else None)
        or (Meaning(ANSWER, 0.9) if open.reads in ("close", "nearly") else None)
        or _slip(text, open)
        or (_stopped(shares) if open.stopped else None)
    )


def _command(text: str, open: Open) -> str | None:
    exact = exact_command(text) or decorated_command(text)
    if not exact and open.takes == "options" and open.reads is None:
        exact = SKIP if _skips_and_says_why(text) else None
    if not exact and asks_reference(text):
        return "show_progress"
    human = exact == "ask_human" and open.kind != Kind.OPEN.value
    if open.run == "request" and exact in REQUESTS and not human:
        return None  # "a workshop" may be what a call is to be about; one request at a time
    return exact


def _skips_and_says_why(text: str) -> bool:
    """Whether a message begins with SKIP, or ends with it as the bot wrote it: "Skip, there's no
    website", "I gave you that three times. SKIP".
    """
    said = [part.strip() for part in re.split(r"[,.;!?]", text) if part.strip()] or [""]
    return SKIP in (exact_command(said[0]), said[-1].isupper() and exact_command(said[-1]))


def _slip(text: str, open: Open) -> Meaning | None:
    """A command with a slip of the finger is done; what is nearly STOP is asked, never obeyed."""
    if intent := slipped_command(text):
        return Meaning(intent, 0.9)
    if sounds_like_stop(text):
        return Meaning(ANSWER, 0.5, "opt_out") if open.kind else Meaning("opt_out", 0.8)
    return None


def _way_out(text: str, open: Open) -> Meaning | None:
    """Take the message for a way out of a request, or of the questions about the person."""
    parts = segments(text)
    if open.kind == Kind.OPEN.value:  # a story may hold such words; a few words end with one
        last = parts[-1:] if len(text.split()) <= FEW_WORDS else ()
        parts = (*(said for said in parts[:1] if plain(said) == "cancel"), *last)
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
    if open.amends and open.run != "request" and not open.answers:
        return Meaning("withdraw_request" if takes_it_back(text) else "change_answer", 1.0)
    if open.changing and open.run is None and stays(text):
        return Meaning("skip_question", 1.0)  # "I'm not changing that one, leave it as it is"
    if open.changes or (open.changing and open.run is None and empties(text)):
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
    said = [part for part in segments(text) if is_speech(part, BEHALF_WORDS)]
    if open.run or says_more or not any(answers_for(part) for part in said):
        return None
    return Meaning(ANSWER, 1.0, FOR_ANOTHER)


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
