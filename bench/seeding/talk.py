"""How one made-up conversation goes: who says what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from bench.seeding.crowd import Person
from bench.seeding.lines import Said, answers, aside, pool, starts
from bench.seeding.product import Conversation, Product
from bench.seeding.wishes import field, wish
from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import FOLLOW_UP, Kind, Question
from bot.consultation.state import State
from bot.consultation.waits import CARE
from bot.conversation.detours import is_read_back
from bot.conversation.place import Place

LONGEST = 60  # messages of one resident
ASKS = 0.02  # of those who finish, for something
TELLS = 0.6  # of those who finish, something about themselves
GO_ON = Said("continue", "resume")
STOP = Said("STOP", "opt_out")
PAUSE = Said("I will come back later", "pause")
SKIP = Said("skip", "skip_question")
BACK = Said("back", "go_back")
SEND_IT = Said("yes", "affirm")
ENDS = {"stops": STOP, "pauses": PAUSE}


def talk(rng: Random, product: Product, person: Person) -> Conversation:
    """Have a person's whole conversation."""
    going = product.meet(person)
    for said in _messages(rng, product.consultation, person, going):
        at = product.clock.moment + timedelta(seconds=_pause(rng, going.heard))
        if at.astimezone(LONDON).date() > product.consultation.closes:
            break
        product.clock.moment = at
        took = timedelta(milliseconds=rng.randint(15, 900))
        product.say(going, person.channel, said, _message_id(rng, person.channel), took)
    return going


def _messages(
    rng: Random, consultation: Consultation, person: Person, going: Conversation
) -> Iterator[Said]:
    """Yield what they say, one message after the other, as the place that it leads to asks for."""
    buttons = person.channel != "sms"
    if person.way == "never_begins" and person.channel == "webchat":
        return
    yield starts(rng, buttons=buttons)
    given, tells = 0, rng.random() < TELLS
    while going.heard < LONGEST:
        place = going.place
        if (place.pending or {}).get("kind") == CARE:
            yield GO_ON
            continue
        asked = place.open_question
        if is_read_back(consultation, place):
            yield SEND_IT
            continue
        if place.state is State.COMPLETED and not going.asked_for and rng.random() < ASKS:
            going.asked_for = True
            yield wish(rng, consultation)
            continue
        if place.state is not State.STARTED or asked is None:
            break
        if place.detour:
            question = consultation.by_id[asked]
            equality = consultation.purpose_of(asked) is Purpose.EQUALITY
            yield _about_themselves(rng, question, tells) if equality else field(rng, question)
            continue
        if person.way != "finishes" and given > person.leaves_after:
            if person.way in ENDS:
                yield ENDS[person.way]
            break
        said = _next(rng, consultation, place, person, buttons=buttons, given=given)
        given += said.intent == "give_answer"
        yield said
        if said is BACK and going.place.open_question in place.answered:
            yield Said(rng.choice(pool()["rephrased"]), "give_answer", confidence=0.88)
    if going.place.state is State.COMPLETED and rng.random() < 0.2:
        yield Said(rng.choice(pool()["asides"]["thank"]), "thank")


def _next(
    rng: Random, consultation: Consultation, place: Place, person: Person, *, buttons: bool,
    given: int,
) -> Said:  # fmt: skip
    asked, chance = place.open_question or "", rng.random()
    if chance < 0.04:
        return aside(rng)
    if chance < 0.05 and given:
        return BACK
    if chance < 0.051:
        return Said(rng.choice(pool()["unreadable"]), "", fails=True)
    if chance < (0.35 if asked.endswith(FOLLOW_UP) else 0.1):
        return SKIP
    return answers(
        rng, consultation, consultation.by_id[asked],
        buttons=buttons, leans=person.leans, tries=place.tries,
    )  # fmt: skip


def _about_themselves(rng: Random, question: Question, tells: bool) -> Said:
    if not tells or rng.random() < 0.05:
        return SKIP
    if question.kind is Kind.POSTCODE_DISTRICT:
        return Said(rng.choice(pool()["districts"]), "give_answer")
    weights = [1 / (2 + place) ** 2 for place in range(len(question.options))]
    title = rng.choices(question.options, weights)[0].wording.text
    return Said(title, "give_answer", confidence=0.98)


def _pause(rng: Random, heard: int) -> float:
    """Return how many seconds they take; now and then they put the phone down."""
    if heard and rng.random() < 0.01:
        return rng.uniform(1800, 40_000)
    return rng.uniform(4, 75)


def _message_id(rng: Random, channel: str) -> str:
    """Return an id of the shape that the channel's provider uses."""
    letters = f"{rng.getrandbits(128):032x}"
    return {"sms": f"SM{letters}", "telegram": f"1:{int(letters[:13], 16)}"}.get(channel, letters)
