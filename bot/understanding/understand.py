"""The one door: what a message means, given what is open. Pure, without Rasa and without SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.consultation.question import CONTACT_KINDS, Kind
from bot.consultation.waits import CARE, ERASE
from bot.understanding.care import Care, Strength, care_of
from bot.understanding.costs import Costs, cheapest
from bot.understanding.known_questions import (
    ANSWERED_BESIDE,
    EXPLAIN,
    GUESSED,
    OFF_TOPIC,
    OTHER_QUESTION,
    Part,
    Questions,
    asked_in,
    asks_something,
    questions_as_one,
    without_questions,
)
from bot.understanding.meaning import ANSWER, Meaning
from bot.understanding.model.classifier import Model
from bot.understanding.open import Open
from bot.understanding.possible import only_one, possible
from bot.understanding.settled.without_doubt import settled
from bot.understanding.words.behalf import wants_a_turn
from bot.understanding.words.commands import is_network_stop, is_speech, is_stop
from bot.understanding.words.normalise import plain
from bot.understanding.words.segments import asks, segments
from bot.understanding.words.which_language import language_of

EMERGENCY = ("999", "112")
# Beside these a known question is answered: they leave room for it.
ANSWERED_WITH = frozenset(
    {"show_progress", "explain_question", "complain", "skip_question", "pause", "greet"}
    | {"start", "resume", "affirm"}
)
NEXT_PERSON = "can two people answer on one phone"  # as a consultation file has it asked
MOST_SEGMENTS = 5  # are heard by themselves; a longer message is a letter
LONGEST_COMMAND = 24  # words
SURE_OF_FOREIGN = 0.6  # the model knows few words of other languages, and guesses at the rest
CONTACT = frozenset(kind.value for kind in CONTACT_KINDS)
PLAUSIBLE = 0.2
PLAINLY = 0.5  # that the open question is to be explained, or what is not put as one is a question


@dataclass(frozen=True)
class Ears:
    """What understanding works with: the trained model, the costs, and the answers there are."""

    model: Model
    costs: Costs
    questions: Questions


def understand(text: str, open: Open, ears: Ears) -> Meaning:
    """Say what a message means: an answer, unless it clearly speaks to the bot."""
    language = _language(text, open)
    meaning = _meaning(text, open, ears, foreign=language is not None)
    return replace(meaning, language=language)


def _language(text: str, open: Open) -> str | None:
    """A button is in our own words, a name or an address is in no language, and of what tells about
    a person no more is kept than must be.
    """
    nothing = open.command or open.answer or open.kind in CONTACT or open.run == "equality"
    return None if nothing else language_of(text)


def _meaning(text: str, open: Open, ears: Ears, *, foreign: bool) -> Meaning:
    if open.command and asks_something(open.command):  # "Did you mean: …", pressed
        return Meaning(OTHER_QUESTION, 1.0, asks=(open.command,))
    if open.command:
        return Meaning(open.command, 1.0)
    if open.answer:
        return Meaning(ANSWER, 1.0)
    if is_stop(text):
        if open.network_stops or not is_network_stop(text):
            return Meaning("opt_out", 1.0)
        return Meaning(ANSWER, 0.5, "opt_out")  # asked, not obeyed
    parts = _parts(text, ears.model)
    care = _care(parts, open, ears.costs)
    if care.strength is Strength.HARD:
        return Meaning("distress", care.sure, care=care)
    whole = {} if _is_number(text) else parts[0].heard.intents
    meaning = _next_person(text, open, ears) or settled(text, open, whole)
    meaning = meaning or _decided(parts, open, ears.costs)
    if open.pending != ERASE:
        meaning = only_one(text, meaning)
    if foreign and meaning.sure < SURE_OF_FOREIGN:
        return Meaning(ANSWER, whole.get(ANSWER, 0.0), care=care)
    if _hears_questions(text, open) and not meaning.asks:
        meaning = _with_asked(meaning, parts, open, ears)
        if open.kind is None:  # there is no question to explain
            asks = tuple(OTHER_QUESTION if one == EXPLAIN else one for one in meaning.asks)
            meaning = replace(meaning, asks=asks)
    return replace(meaning, care=care)


def _hears_questions(text: str, open: Open) -> bool:
    """After help lines nothing else is said; what a request is about may well be a question, and a
    name that only sounds like one is none.
    """
    in_request = open.run == "request"
    named = in_request and open.kind in (Kind.NAME.value, Kind.ADDRESS.value) and not asks(text)
    about = in_request and open.kind == Kind.OPEN.value
    return open.pending != CARE and not about and not named


def _next_person(text: str, open: Open, ears: Ears) -> Meaning | None:
    """Answer how a second person takes part, where one wants a turn: "my wife wants a go"."""
    if open.stopped or open.run or not wants_a_turn(text):
        return None
    found = ears.questions.find(NEXT_PERSON, {OTHER_QUESTION: 1.0})
    known = found and found.likeness >= ears.costs.question_like
    return Meaning(OTHER_QUESTION, 1.0, asks=(found.id,)) if found and known else None


def _parts(text: str, model: Model) -> list[Part]:
    """Hear the whole message first, and then its segments, if there are several."""
    cut = segments(text)
    several = cut[:MOST_SEGMENTS] if len(cut) > 1 else ()
    return [Part(part, model.hear(part)) for part in (text, *several)]


def _care(parts: list[Part], open: Open, costs: Costs) -> Care:
    """An option is never a cry: "I describe myself another way" is one, whatever it sounds like."""
    if open.reads == "named" or _is_number(parts[0].text):
        return Care()
    return care_of(((part.text, part.heard.cares) for part in parts), costs.care)


def _is_number(text: str) -> bool:
    return plain(text).isdecimal() and plain(text) not in EMERGENCY


def _decided(parts: list[Part], open: Open, costs: Costs) -> Meaning:
    text = parts[0].text
    shares = questions_as_one(possible(parts[0].heard.intents, open))
    chosen = cheapest(shares, costs, _taken(text, shares, open))
    if asks_something(chosen.intent) and not asks(text) and chosen.sure < PLAINLY:
        shares = without_questions(shares)  # it is put as no question, and may be a command
        chosen = cheapest(shares, costs, _taken(text, shares, open))
    if _is_a_field(text, chosen.intent, open) or not is_speech(text, LONGEST_COMMAND):
        chosen = replace(chosen, intent=ANSWER, offer=None)
    if open.reads == "asks_back" and chosen.intent == ANSWER:
        return Meaning(_asked_back(shares), 0.9)
    if chosen.intent != ANSWER and open.takes == "words":
        surely = costs.beside if _is_asked(chosen.intent) else costs.also_answers
        if _answers_too(parts, open, surely):
            # Both are there: the words are kept as the answer, and the other thing is not lost.
            other = None if _is_asked(chosen.intent) else chosen.intent
            return Meaning(ANSWER, shares.get(ANSWER, 0.0), other)
    if chosen.intent == ANSWER and chosen.offer is None:
        return _said_on_the_way(parts, open, costs) or Meaning(ANSWER, chosen.sure)
    return Meaning(chosen.intent, chosen.sure, chosen.offer)


def _is_a_field(text: str, intent: str, open: Open) -> bool:
    """Whether a name or an address only sounds like small talk or a matter of the street."""
    chatter = asks_something(intent) or intent in (OFF_TOPIC, "greet")
    return open.run == "request" and open.kind in CONTACT and chatter and not asks(text)


def _asked_back(shares: Mapping[str, float]) -> str:
    """Return what a question about the options is, which is no answer: to be explained, unless most
    of what is left speaks for something else.
    """
    likeliest = max(shares, key=lambda intent: shares[intent] if intent != ANSWER else 0.0)
    most = max(PLAUSIBLE, (1.0 - shares.get(ANSWER, 0.0)) / 2)
    return likeliest if likeliest in ANSWERED_WITH and shares[likeliest] > most else EXPLAIN


def _taken(text: str, shares: Mapping[str, float], open: Open) -> str:
    """Return what is an answer now: a question put as one costs less to take for one."""
    likeliest = max(shares, key=lambda intent: shares[intent] if intent != ANSWER else 0.0)
    asked = open.takes == "words" and _is_asked(likeliest) and asks(text)
    return "question" if asked else open.takes


def _said_on_the_way(parts: list[Part], open: Open, costs: Costs) -> Meaning | None:
    """Return what one segment of a long message asks of the bot, if it surely does: done where no
    answer can be lost by it, and offered where any words are one.
    """
    told = [(_best(part, open), part.text) for part in parts[1:]]
    commands = [
        (sure, intent)
        for (intent, sure), said in told
        if intent not in (ANSWER, "greet")  # what comes after a greeting counts
        and not _is_asked(intent)
        and is_speech(said, LONGEST_COMMAND)
    ]
    sure, intent = max(commands, default=(0.0, ANSWER))
    if sure < costs.on_the_way:
        return None
    if open.takes == "words" or intent == "opt_out":
        return Meaning(ANSWER, 1.0 - sure, intent)
    return Meaning(intent, sure)


def _answers_too(parts: list[Part], open: Open, surely: float) -> bool:
    """Say whether a segment by itself is an answer, while another one is something else."""
    told = [_best(part, open) for part in parts[1:] if len(part.text.split()) > 2]
    return any(i == ANSWER and sure >= surely for i, sure in told)


def _best(part: Part, open: Open) -> tuple[str, float]:
    shares = questions_as_one(possible(part.heard.intents, open))
    best = max(shares, key=lambda intent: shares[intent])
    return best, shares[best]


def _is_asked(intent: str) -> bool:
    """Whether it is answered on the way, and moves nothing."""
    return asks_something(intent) or intent in ANSWERED_BESIDE or intent == OFF_TOPIC


def _with_asked(meaning: Meaning, parts: list[Part], open: Open, ears: Ears) -> Meaning:
    """Add what is asked: known questions are answered on the way, never offered."""
    found = asked_in(parts, ears.costs, ears.questions)
    asked = tuple(one for one in found if one != meaning.intent)
    known = tuple(one for one in asked if one.startswith("faq_") and not one.endswith(GUESSED))
    if known and _is_only_asked(meaning, parts[0], open):
        return replace(meaning, intent=OTHER_QUESTION, other=None, asks=known)
    if asks_something(meaning.intent):
        return replace(meaning, asks=found or _found(parts[0], meaning.intent, ears))
    if meaning.intent in ANSWERED_WITH:
        begins = meaning.intent in ("start", "greet") and open.kind is None
        return replace(meaning, asks=known or (asked[:1] if begins else ()))
    if meaning.intent != ANSWER or open.stopped:
        return meaning
    offers = meaning.other
    if asked and (offers is None or _is_asked(offers)):
        return replace(meaning, other=None, asks=asked)
    if offers and asks_something(offers):
        return replace(meaning, other=None, asks=_found(parts[0], offers, ears))
    return meaning


def _is_only_asked(meaning: Meaning, whole: Part, open: Open) -> bool:
    """Whether a known question is all that a message is, though it was taken for something else."""
    explains = meaning.intent == EXPLAIN and whole.heard.intents.get(EXPLAIN, 0.0) < PLAINLY
    field = meaning.intent == ANSWER and open.run == "request" and open.kind in CONTACT
    return explains or (field and asks(whole.text)) or meaning.intent == OFF_TOPIC


def _found(part: Part, intent: str, ears: Ears) -> tuple[str, ...]:
    """Return the id of the answer to what is not put as a question: "link to the plan pls"."""
    found = ears.questions.find(part.text, part.heard.intents)
    if found and found.clear and found.likeness >= ears.costs.question_like:
        return (found.id,)
    if not intent.startswith("faq_") or part.heard.intents.get(intent, 0.0) >= ears.costs.beside:
        return (intent,)
    return (found.id + GUESSED if found and found.nearly else OTHER_QUESTION,)
