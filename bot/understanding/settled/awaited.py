"""What the bot waits to hear: a place in a list, a yes, a word after help lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.consultation.waits import (
    AMEND,
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
from bot.understanding.known_questions import OTHER_QUESTION
from bot.understanding.meaning import ANSWER, Meaning
from bot.understanding.open import Open
from bot.understanding.possible import AGREEMENT
from bot.understanding.words.behalf import whose_views
from bot.understanding.words.change_words import PUTS_RIGHT, names_one, says_instead
from bot.understanding.words.commands import (
    drops_request,
    exact_command,
    is_no,
    is_sending,
    is_speech,
    is_yes,
    sends_request,
)
from bot.understanding.words.field_words import (
    contact_wish,
    gives_contact,
    name_and_wish,
    yes_and_condition,
)
from bot.understanding.words.normalise import plain
from bot.understanding.words.segments import asks, segments

Shares = Mapping[str, float]

AFTER_CARE = frozenset(
    {"resume", "start", "opt_out", "delete_my_data", "thank", "goodbye", "pause", "skip_question"}
)
ASKS_FOR_HELP = frozenset({"explain_question", "repeat_question", "ask_human", "request_callback"})
AGREED = 0.5  # how sure a yes or a no must be, when one was asked for
PLAIN = 0.9  # how sure a wish to go on must be after help lines
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
NONE_OF_THEM = frozenset({"none", "none of them", "none of these", "neither", "no one", "nothing"})
NUMBER_FIRST = re.compile(r"(?:number |no |answer )?\d{1,2}(?:,| and| please|$)")
PICK_WORDS = 10  # more is a speech, which may name a topic by the way


def awaited(text: str, open: Open, shares: Shares) -> Meaning | None:
    """Take the message for what the bot waits to hear, if it can be that."""
    if open.pending == PICK:
        return _picked(text, open)
    if open.pending == SEND:
        return _read_back(text, open)
    if open.pending == AMEND and not (is_no(text) or exact_command(text) or asks(text)):
        return Meaning("change_answer", 1.0)
    if open.pending in CONFIRMATIONS:
        return _confirmed(text, open, shares)
    return _in_care(text, shares) if open.pending == CARE else None


def _picked(text: str, open: Open) -> Meaning | None:
    names_one = open.picks and (is_speech(text, PICK_WORDS) or NUMBER_FIRST.match(plain(text)))
    if names_one or plain(text).isdigit():  # a number that is not in the list: it is shown again
        return Meaning("change_answer", 1.0)
    none = any(is_no(said) or plain(said) in NONE_OF_THEM for said in (text, *segments(text)))
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
    if yes_and_condition(text):
        return Meaning(ANSWER, 1.0)  # kept beside the consent, and read back again
    if gives_contact(text):
        return Meaning(ANSWER, 1.0)  # a number or an address puts right what was given
    if words.isdigit() or (open.picks and is_speech(text, PICK_WORDS) and not exact_command(text)):
        return Meaning("change_answer", 1.0)
    if open.picks and says_instead(text):
        return Meaning("change_answer", 1.0)  # "number 3 is wrong, it should be the diary"
    return None


def _yes_and_asks(text: str) -> bool:
    """Whether a plain yes is followed by nothing that limits it or puts anything right: "YES. How
    long is it?", "Send it then, yes. I'm worn out".
    """
    first, *others = segments(text) or ("",)
    if not others or asks(first) or not (is_yes(first) or sends_request(first)):
        return False
    return all(_changes_nothing(plain(part)) for part in others)


def _changes_nothing(said: str) -> bool:
    if CONDITION.match(said):
        return False
    return asks(said) or not (NEGATION.search(said) or PUTS_RIGHT.search(said))


def _confirmed(text: str, open: Open, shares: Shares) -> Meaning | None:
    if open.pending == VIEWS and (theirs := whose_views(text)) is not None:
        return Meaning("affirm" if theirs else "deny", 1.0)
    if open.pending == ERASE and names_one(text, of_all=True):
        return Meaning("change_answer", 0.9)  # "not everything, just the bit about my manager"
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
