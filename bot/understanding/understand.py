"""The one door: what a message means, given what is open. Pure, without Rasa and without SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.consultation.model import CONTACT_KINDS, TOLD_BY_FIELDS
from bot.understanding.care import Care, Strength, care_of
from bot.understanding.costs import Costs, cheapest
from bot.understanding.known_questions import Questions
from bot.understanding.meaning import ANSWER, Meaning
from bot.understanding.model.classifier import Heard, Model
from bot.understanding.open import Open
from bot.understanding.possible import possible
from bot.understanding.settled import is_speech, settled
from bot.understanding.words.behalf import wants_a_turn
from bot.understanding.words.commands import decorated_command, exact_command
from bot.understanding.words.language import english
from bot.understanding.words.normalise import plain
from bot.understanding.words.segments import segments
from bot.understanding.words.which_language import language_of

EMERGENCY = ("999", "112")
OTHER_QUESTION = "ask_question"  # the intent of what no faq_ intent stands for
# What can be asked beside an answer, and is answered on the way.
ASKED_BESIDE = frozenset(TOLD_BY_FIELDS | {OTHER_QUESTION, "show_progress", "ask_human"})
# Beside these a known question is answered: they leave room for it.
ANSWERED_WITH = frozenset(
    {"show_progress", "explain_question", "complain", "skip_question", "pause", "greet"}
    | {"start", "resume", ANSWER}
)
OFF_TOPIC = "off_topic"
NEXT_PERSON = "can two people answer on one phone"  # as a consultation file has it asked
MOST_SEGMENTS = 5  # are heard by themselves; a longer message is a letter
LONGEST_COMMAND = 24  # words
SURE_OF_FOREIGN = 0.6  # the model knows few words of other languages, and guesses at the rest
CONTACT = frozenset(kind.value for kind in CONTACT_KINDS)


@dataclass(frozen=True)
class Ears:
    """What understanding works with: the trained model, the costs, and the answers there are."""

    model: Model
    costs: Costs
    questions: Questions


@dataclass(frozen=True)
class _Part:
    """The message or a segment of it, and what the model heard in it."""

    text: str
    heard: Heard


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
    if open.command:
        return Meaning(open.command, 1.0)
    if open.answer:
        return Meaning(ANSWER, 1.0)
    if "opt_out" in (exact_command(text), decorated_command(text)):
        return Meaning("opt_out", 1.0)
    parts = _parts(text, ears.model)
    care = _care(parts, open, ears.costs)
    if care.strength is Strength.HARD:
        return Meaning("distress", care.sure, care=care)
    whole = {} if _is_number(text) else parts[0].heard.intents
    meaning = _next_person(text, open, ears) or settled(text, open, whole)
    meaning = meaning or _asked_in_a_field(parts, open, ears)
    meaning = meaning or _decided(parts, open, ears.costs)
    if foreign and meaning.sure < SURE_OF_FOREIGN:
        return Meaning(ANSWER, whole.get(ANSWER, 0.0), care=care)
    if asks_something(meaning.intent) and not meaning.asks:
        meaning = replace(meaning, asks=_found(parts[0], meaning.intent, ears))
    elif meaning.intent == ANSWER and meaning.other is None:
        meaning = replace(meaning, asks=_asked_beside(parts, open, ears))
    return _answered_too(meaning, parts, open, ears, care)


def _asked_in_a_field(parts: list[_Part], open: Open, ears: Ears) -> Meaning | None:
    """Take what is asked where a name or an address is to be given for the question that it is: no
    name is one.
    """
    if open.run != "request" or open.kind not in CONTACT or "?" not in parts[0].text:
        return None
    found = [ears.questions.find(one.text, one.heard.intents) for one in parts if "?" in one.text]
    best = max(filter(None, found), key=lambda one: one.likeness, default=None)
    if best is None or best.likeness < ears.costs.plainly_like:
        return None
    return Meaning(OTHER_QUESTION, best.likeness, asks=(best.id,))


def _next_person(text: str, open: Open, ears: Ears) -> Meaning | None:
    """Answer how a second person takes part, where one wants a turn: "my wife wants a go"."""
    if open.stopped or open.run or not wants_a_turn(text):
        return None
    found = ears.questions.find(NEXT_PERSON, {OTHER_QUESTION: 1.0})
    known = found and found.likeness >= ears.costs.question_like
    return Meaning(OTHER_QUESTION, 1.0, asks=(found.id,)) if found and known else None


def _parts(text: str, model: Model) -> list[_Part]:
    """Hear the whole message first, and then its segments, if there are several."""
    cut = segments(text)
    several = cut[:MOST_SEGMENTS] if len(cut) > 1 else ()
    return [_Part(part, model.hear(part)) for part in (text, *several)]


def _care(parts: list[_Part], open: Open, costs: Costs) -> Care:
    """An option is never a cry: "I describe myself another way" is one, whatever it sounds like."""
    if open.reads == "named" or _is_number(parts[0].text):
        return Care()
    return care_of(((part.text, part.heard.cares) for part in parts), costs.care)


def _is_number(text: str) -> bool:
    return plain(text).isdecimal() and plain(text) not in EMERGENCY


def _decided(parts: list[_Part], open: Open, costs: Costs) -> Meaning:
    text = parts[0].text
    shares = _questions_as_one(possible(parts[0].heard.intents, open))
    chosen = cheapest(shares, costs, open.takes)
    if not is_speech(text, LONGEST_COMMAND):
        chosen = replace(chosen, intent=ANSWER, offer=None)
    if open.reads == "asks_back" and chosen.intent == ANSWER:
        return Meaning("explain_question", 0.9)
    if chosen.intent != ANSWER and open.takes == "words" and _also_answers(parts, open, costs):
        # Both are there: the words are kept as the answer, and the other thing is not lost.
        asked = chosen.intent in ASKED_BESIDE
        return Meaning(ANSWER, shares.get(ANSWER, 0.0), None if asked else chosen.intent)
    if chosen.intent == ANSWER and chosen.offer is None:
        return _said_on_the_way(parts, open, costs) or Meaning(ANSWER, chosen.sure)
    return Meaning(chosen.intent, chosen.sure, chosen.offer)


def _said_on_the_way(parts: list[_Part], open: Open, costs: Costs) -> Meaning | None:
    """Return what one segment of a long message asks of the bot, if it surely does: done where no
    answer can be lost by it, and offered where any words are one.
    """
    told = [(_best(part, open, costs), part.text) for part in parts[1:]]
    commands = [
        (sure, intent)
        for (intent, sure), said in told
        if intent != ANSWER and intent not in ASKED_BESIDE and is_speech(said, LONGEST_COMMAND)
    ]
    sure, intent = max(commands, default=(0.0, ANSWER))
    if sure < costs.on_the_way:
        return None
    if open.takes == "words" or intent == "opt_out":
        return Meaning(ANSWER, 1.0 - sure, intent)
    return Meaning(intent, sure)


def _also_answers(parts: list[_Part], open: Open, costs: Costs) -> bool:
    """Say whether a segment by itself is an answer, while another one is something else."""
    told = [_best(part, open, costs) for part in parts[1:] if len(part.text.split()) > 2]
    return any(i == ANSWER and sure >= costs.beside for i, sure in told)


def _questions_as_one(shares: Mapping[str, float]) -> dict[str, float]:
    """Give the likeliest of the questions the shares of all: which one it is, is found later."""
    asks = {intent: share for intent, share in shares.items() if asks_something(intent)}
    likeliest = max(asks, key=lambda intent: asks[intent], default=OTHER_QUESTION)
    others = {intent: share for intent, share in shares.items() if intent not in asks}
    return others | {likeliest: sum(asks.values())} if asks else others


def _best(part: _Part, open: Open, costs: Costs) -> tuple[str, float]:
    shares = _questions_as_one(possible(part.heard.intents, open))
    best = max(shares, key=lambda intent: shares[intent])
    return best, shares[best]


def _asked_beside(parts: list[_Part], open: Open, ears: Ears) -> tuple[str, ...]:
    """Return the ids of what the segments of an answer ask besides."""
    asks: list[str] = []
    for part in parts[1:]:
        intent, sure = _best(part, open, ears.costs)
        if intent in ASKED_BESIDE and sure >= ears.costs.beside:
            asks += _found(part, intent, ears)
    return tuple(dict.fromkeys(asks))


def _answered_too(
    meaning: Meaning, parts: list[_Part], open: Open, ears: Ears, care: Care
) -> Meaning:
    """Add the answer to a question that is plainly a known one, whatever else the message was
    taken for. What is off the topic for the model may still be answered by the file.
    """
    room = meaning.intent in ANSWERED_WITH or meaning.intent == OFF_TOPIC
    settled_already = meaning.asks or meaning.other or meaning.sure == 1.0
    if settled_already or not room or open.run == "request":
        return replace(meaning, care=care)
    asked = (part for part in parts[:1] if asks(part.text))
    found = next((ears.questions.find(part.text, part.heard.intents) for part in asked), None)
    if found is None or found.likeness < ears.costs.plainly_like:
        return replace(meaning, care=care)
    intent = OTHER_QUESTION if meaning.intent == OFF_TOPIC else meaning.intent
    return replace(meaning, intent=intent, asks=(found.id,), care=care)


def _found(part: _Part, intent: str, ears: Ears) -> tuple[str, ...]:
    """Return the id of the answer to a question: the one most like it, else the intent's own."""
    if not asks_something(intent):
        return (intent,)
    found = ears.questions.find(part.text, part.heard.intents)
    if found and found.likeness >= ears.costs.question_like:
        return (found.id,)
    return (intent,)


def asks(text: str) -> bool:
    """Whether a message is put as a question."""
    words = plain(text).replace("'", "").split()
    begins = words[1:] if words[:1] and words[0] in english().before_asking else words
    return "?" in text or bool(begins) and begins[0] in english().asks_with


def asks_something(intent: str) -> bool:
    """Whether an intent is a question about the consultation or its plan."""
    return intent.startswith("faq_") or intent == OTHER_QUESTION


def shares_of(text: str, open: Open, model: Model) -> Mapping[str, float]:
    """Return how probable each intent is, as the decision sees it: for reports."""
    return possible(model.hear(text).intents, open)
