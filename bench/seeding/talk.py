"""How one made-up conversation goes: who says what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from bench.seeding.crowd import Person
from bench.seeding.lines import Said, answers, aside, command, pool, starts
from bench.seeding.replies import greeting, replies
from bench.seeding.thread import FAILED, Row, Thread
from bench.seeding.wishes import field, wish
from bot.consultation.dates import LONDON
from bot.consultation.model import FOLLOW_UP, Consultation, Kind, Purpose, Question
from bot.consultation.state import State
from bot.consultation.utterances import Words
from bot.consultation.waits import CARE
from bot.conversation import steps
from bot.conversation.place import Place
from bot.storage.messages.outbox import Reply

LONGEST = 60  # messages of one resident
ASKS = 0.02  # of those who finish, for something
TELLS = 0.6  # of those who finish, something about themselves
GO_ON = command("continue", "resume", steps.start)
STOP = command("STOP", "opt_out", steps.opt_out)
PAUSE = command("I will come back later", "pause", steps.pause)
SKIP = command("skip", "skip_question", steps.skip)
BACK = command("back", "go_back", steps.go_back)


def talk(rng: Random, consultation: Consultation, words: Words, person: Person) -> Thread:
    """Return the whole conversation of a person."""
    thread = Thread(consultation, _row(consultation, person))
    short, web = person.channel == "sms", person.channel == "webchat"
    if web:
        thread.say(greeting(consultation, short=False, begins=False), None, person.begins)
    at = person.begins
    for said in _messages(rng, consultation, person, thread):
        at = at + timedelta(seconds=_pause(rng, thread.respondent["heard_seq"]))
        if at.astimezone(LONDON).date() > consultation.closes:
            break
        first = not thread.inbox
        message = thread.hear(said, _provider_id(rng, thread, person), at)
        answered_at = at + timedelta(milliseconds=rng.randint(15, 900))
        step = thread.take(message, said, answered_at)
        told = replies(
            consultation, words, step, thread.place, said.intent,
            short=short, reference=person.reference,
        )  # fmt: skip
        if said.intent == FAILED:
            told = [Reply(words.say("utter_turn_failed", short=short))]
        elif first and not web:
            told = greeting(consultation, short=short, begins=True) + told
        thread.finish(message, said, told, answered_at)
    thread.end()
    _deliver(rng, thread)
    return thread


def _messages(
    rng: Random, consultation: Consultation, person: Person, thread: Thread
) -> Iterator[Said]:
    """Yield what she says, one message after the other, as the place that it leads to asks for."""
    buttons = person.channel != "sms"
    if person.way == "never_begins" and person.channel == "webchat":
        return
    yield starts(rng, buttons=buttons)
    given, tells = 0, rng.random() < TELLS
    while len(thread.inbox) < LONGEST:
        place = thread.place
        if (place.pending or {}).get("kind") == CARE:
            yield GO_ON
            continue
        asked = place.open_question
        if place.state is State.COMPLETED and not thread.requests and rng.random() < ASKS:
            yield wish(rng, consultation)
            continue
        if place.state is not State.STARTED or asked is None:
            break
        if place.detour:
            question = consultation.by_id[asked]
            about_her = consultation.purpose_of(asked) is Purpose.EQUALITY
            yield _about_herself(rng, question, tells) if about_her else field(rng, question)
            continue
        if person.way != "finishes" and given > person.leaves_after:
            if person.way in ENDS:
                yield ENDS[person.way]
            break
        said = _next(rng, consultation, place, person, buttons=buttons, given=given)
        given += said.step is steps.answer
        yield said
        if said is BACK and thread.place.open_question in place.answered:
            yield Said(rng.choice(pool()["rephrased"]), "give_answer", steps.answer, None, 0.88)
    if thread.place.state is State.COMPLETED and rng.random() < 0.2:
        yield Said(rng.choice(pool()["asides"]["thank"]), "thank", None)


ENDS = {"stops": STOP, "pauses": PAUSE}


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
        return Said(rng.choice(pool()["unreadable"]), FAILED, None)
    if chance < (0.35 if asked.endswith(FOLLOW_UP) else 0.1):
        return SKIP
    return answers(
        rng, consultation, consultation.by_id[asked],
        buttons=buttons, leans=person.leans, tries=place.tries,
    )  # fmt: skip


def _about_herself(rng: Random, question: Question, tells: bool) -> Said:
    if not tells or rng.random() < 0.05:
        return SKIP
    values = [option.value for option in question.options]
    if question.kind is Kind.POSTCODE_DISTRICT:
        return Said(rng.choice(pool()["districts"]), "give_answer", steps.answer)
    weights = [1 / (2 + place) ** 2 for place in range(len(values))]
    title = rng.choices(question.options, weights)[0].wording.text
    return Said(title, "give_answer", steps.answer, None, 0.98)


def _row(consultation: Consultation, person: Person) -> Row:
    return {
        "id": person.id, "reference": person.reference, "consultation": consultation.id,
        "channel": person.channel, "state": State.NEW.value, "open_question": None, "tries": 0,
        "pending": None, "run": None, "wound_up": False, "read_seq": 0, "need": 0,
        "opted_out": False, "language": person.language,
        "privacy_version": consultation.privacy.version, "last_seq": 0, "heard_seq": 0,
        "started_at": person.begins, "last_message_at": person.begins, "completed_at": None,
    }  # fmt: skip


def _pause(rng: Random, heard: int) -> float:
    """Return how many seconds she takes; now and then she puts the phone down."""
    if heard and rng.random() < 0.01:
        return rng.uniform(1800, 40_000)
    return rng.uniform(4, 75)


def _provider_id(rng: Random, thread: Thread, person: Person) -> str:
    """Return an id of the shape that the channel's provider uses."""
    random = f"{rng.getrandbits(128):032x}"
    if person.channel == "webchat":
        return f"{person.id}:{random}"
    return f"SM{random}" if person.channel == "sms" else f"1:{int(random[:13], 16)}"


def _deliver(rng: Random, thread: Thread) -> None:
    """What the provider said of each reply: nearly all arrived."""
    channel = thread.respondent["channel"]
    for row in thread.outbox if channel != "webchat" else ():
        row["provider_id"] = (
            f"SM{rng.getrandbits(128):032x}" if channel == "sms" else str(row["seq"])
        )
        row["delivery"] = "delivered" if channel == "sms" else "sent"
        if channel == "sms" and rng.random() < 0.004:
            row["delivery"], row["error"] = "failed", "30003"
        row["doubtful"] = rng.random() < 0.0005
