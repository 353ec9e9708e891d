"""What goes out on each channel: options as it can show them, few texts, one greeting, and no
replies without end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.channels.registry import channel_named
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation
from bot.consultation.question import Kind
from bot.conversation import answering, moving
from bot.conversation.sealing import masked
from bot.gateway.app import create_app
from bot.storage.database.tables import OutboxRow
from bot.storage.messages.outbox import Reply
from bot.storage.privacy.exports import export_rows
from bot.turns.apply import take_step
from bot.turns.limits import Allowed, Answering
from bot.turns.rendering import is_short, numbered
from bot.turns.replies import greeting, rendered
from bot.turns.services import Services, TurnReply, Understood
from bot.understanding.words.commands import exact_command
from tests.conftest import WHILE_OPEN, Clock
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import with_telegram, with_twilio
from tests.support.gateway import Behind, FakeRasa, reply
from tests.support.speakers import SmsSpeaker, TelegramSpeaker, WebSpeaker, settle

OTHER = "+447700900322"


def question_of(consultation: Consultation, kind: Kind) -> Reply:
    """Return the first question of a kind as the actions ask it."""
    question = next(q for q in consultation.by_id.values() if q.kind is kind)
    buttons = tuple(
        {"title": option.wording.text, "question": question.id, "value": option.value}
        for option in question.options
    )
    return Reply("Which?", buttons=buttons, question=question.id)


@pytest.fixture()
def several(consultation: Consultation) -> Consultation:
    """The consultation with a question of which several options may be chosen."""
    section = next(s for s in consultation.sections if s.questions)
    closed = next(q for q in consultation.by_id.values() if q.options)
    multi = replace(closed, id="several", kind=Kind.MULTI_CHOICE, max_choices=2)
    more = replace(section, questions=(*section.questions, multi))
    sections = tuple(more if s is section else s for s in consultation.sections)
    return replace(consultation, sections=sections)


CHANNELS_AND_KINDS = [
    # channel, kind, are the options numbered lines there?
    ("webchat", Kind.CHOICE, False),
    ("webchat", Kind.MULTI_CHOICE, False),
    ("telegram", Kind.CHOICE, False),
    ("telegram", Kind.MULTI_CHOICE, True),
    ("sms", Kind.CHOICE, True),
    ("sms", Kind.MULTI_CHOICE, True),
]


@pytest.mark.parametrize(("channel", "kind", "lines"), CHANNELS_AND_KINDS)
def test_options_are_buttons_or_numbered_lines(
    several: Consultation, channel: str, kind: Kind, lines: bool
) -> None:
    asked = question_of(several, kind)
    (shown,) = rendered([asked], channel, several)
    titles = [str(button["title"]) for button in asked.buttons]
    assert len(titles) > 2 and shown.question == asked.question
    if lines:
        assert (shown.text, shown.buttons) == (numbered("Which?", titles), ())
    else:
        assert shown == asked


def test_a_command_has_no_number(consultation: Consultation) -> None:
    (shown,) = rendered(
        [Reply("Hello.", buttons=({"title": "Start", "command": "start"},))], "sms", consultation
    )
    assert (shown.text, shown.buttons) == ("Hello.", ())


def test_short_texts_are_put_together_as_long_as_they_fit(consultation: Consultation) -> None:
    replies = [Reply("Thank you."), Reply("Saved."), Reply("x" * 290), Reply("What next?")]
    shown = rendered(replies, "sms", consultation)
    assert [part.text for part in shown] == [
        "Thank you.\n\nSaved.",
        "x" * 290 + "\n\nWhat next?",
    ]
    assert all(is_short(part.text) for part in shown)


def test_what_was_packed_still_asks_its_question(consultation: Consultation) -> None:
    asked = question_of(consultation, Kind.CHOICE)
    (shown,) = rendered([Reply("Thank you."), asked], "sms", consultation)
    assert shown.question == asked.question


@pytest.mark.parametrize("channel", ["webchat", "telegram"])
def test_other_channels_keep_replies_apart(consultation: Consultation, channel: str) -> None:
    replies = [Reply("Thank you."), Reply("Saved.")]
    assert rendered(replies, channel, consultation) == replies


def test_the_buttons_of_a_long_message_stand_under_its_end(consultation: Consultation) -> None:
    asked = replace(question_of(consultation, Kind.CHOICE), text="Some words. " * 400)
    first, last = rendered([asked], "telegram", consultation)
    assert (first.buttons, first.question) == ((), None)
    assert (last.buttons, last.question) == (asked.buttons, asked.question)
    assert f"{first.text} {last.text}".split() == asked.text.split()


def test_a_long_text_goes_out_as_several_that_lose_nothing(consultation: Consultation) -> None:
    long = Reply("Some words that are said. " * 40)
    shown = rendered([Reply("Hello."), long, Reply("Bye.")], "sms", consultation)
    said = " ".join(part.text for part in shown).split()
    assert said == ["Hello.", *long.text.split(), "Bye."]
    assert all(is_short(part.text) for part in shown)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("ab €.!?\nŵ😀", max_size=500), max_size=6))
def test_no_letter_is_lost_by_packing_and_every_text_fits(
    consultation: Consultation, texts: list[str]
) -> None:
    shown = rendered([Reply(text) for text in texts], "sms", consultation)
    said = "".join(part.text for part in shown)
    assert "".join(said.split()) == "".join("".join(texts).split())
    assert all(is_short(part.text) for part in shown)


@pytest.mark.parametrize("channel", ["webchat", "sms", "telegram"])
@pytest.mark.parametrize("phase", list(Phase))
def test_the_greeting_says_who_we_are_and_who_reads_it(
    services: Services, channel: str, phase: Phase
) -> None:
    texts = [said.text for said in greeting(services, channel, phase, begins=True)]
    if phase is Phase.OPEN:
        privacy = services.consultation.privacy.wording
        short = channel_named(channel).short_texts
        assert len(texts) == 2 and texts[1] == privacy.for_channel(short=short)
    else:
        assert len(texts) == 1


# The greeting and the limits, through the gateway.


@pytest.fixture(scope="module")
def twilio_api() -> Iterator[TwilioStandIn]:
    with TwilioStandIn().running() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def telegram_api() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(secret="replies").running() as stand_in:
        yield stand_in


@dataclass
class Town:
    """A gateway with every channel on, and who speaks to it."""

    services: Services
    rasa: FakeRasa
    client: TestClient
    twilio: TwilioStandIn
    telegram: TelegramStandIn

    def texter(self, number: str = "+447700900321") -> SmsSpeaker:
        return SmsSpeaker(self.services, twilio=self.twilio, number=number)

    def telegrammer(self) -> TelegramSpeaker:
        return TelegramSpeaker(self.services, telegram=self.telegram)

    def speaker(self, channel: str) -> Any:
        return self.texter() if channel == "sms" else self.telegrammer()

    def welcome(self, channel: str) -> str:
        said = greeting(self.services, channel, Phase.OPEN, begins=True)
        return rendered(said, channel, self.services.consultation)[0].text


def understanding(services: Services) -> Callable[[Mapping[str, Any]], TurnReply]:
    """Return a Rasa that knows START and takes all else for an answer."""

    def says(message: Mapping[str, Any]) -> TurnReply:
        intent = exact_command(message["text"]) or "give_answer"
        step = moving.start if intent == "start" else answering.answer
        with services.database.writing() as session:
            now = services.clock()
            effect = take_step(
                session, services.consultation, message["id"], step, now=now, keys=services.keys
            )
        return TurnReply((Reply(f"did {effect.did.value}"),), Understood(intent, 0.9))

    return says


@pytest.fixture()
def opened(
    services: Services,
    twilio_api: TwilioStandIn,
    telegram_api: TelegramStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Any]:
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)
    twilio_api.reset()
    telegram_api.sent.clear()

    @contextmanager
    def opened(**limits: int) -> Iterator[Town]:
        all_on = with_telegram(with_twilio(services.settings, twilio_api), telegram_api)
        on = replace(services, settings=replace(all_on, **limits))
        rasa = FakeRasa(understanding(on))
        with TestClient(create_app(on, rasa)) as client:
            twilio_api._client = client
            telegram_api.client = client
            yield Town(on, rasa, client, twilio_api, telegram_api)

    return opened


@pytest.fixture()
def town(opened: Callable[..., Any]) -> Iterator[Town]:
    with opened() as town:
        yield town


def rows(services: Services, what: str) -> list[Any]:
    with services.database.reading() as session:
        return list(export_rows(session, what, services.consultation.id))


@pytest.mark.parametrize("channel", ["sms", "telegram"])
def test_a_person_is_greeted_once_and_only_once(town: Town, channel: str) -> None:
    person = town.speaker(channel)
    said = [text for n in range(4) for text in person.say(f"text {n}")]
    assert said[0] == town.welcome(channel)
    assert sum(str(text).startswith(town.welcome(channel)) for text in said) == 1
    assert sum("their names" in str(text) or "without names" in str(text) for text in said) == 1


def test_everybody_is_greeted(town: Town) -> None:
    assert town.texter().say("one")[0] == town.texter(OTHER).say("two")[0] == town.welcome("sms")


def test_a_page_is_not_greeted_again_when_they_write(town: Town) -> None:
    assert WebSpeaker(town.client).say("hello") == ["did kept_and_started"]


def test_the_greeting_and_the_first_reply_are_two_texts_of_two_parts(town: Town) -> None:
    texts = town.texter().say("hello")
    assert len(texts) == 2 and all(is_short(text) for text in texts)


def test_five_first_texts_at_once_are_greeted_once(town: Town) -> None:
    person = town.texter()
    for n in range(5):
        town.twilio.text(person.number, f"text {n}")
    settle(town.services)
    assert town.twilio.texts_to(person.number).count(town.welcome("sms")) == 1


def test_a_picture_as_the_very_first_text_is_greeted_too(town: Town) -> None:
    person = town.texter()
    town.twilio.text(person.number, "", num_media=1)
    settle(town.services)
    texts = town.twilio.texts_to(person.number)
    assert texts[0] == town.welcome("sms")
    assert texts[-1].endswith(town.services.say("utter_only_words", "sms").text)
    assert town.rasa.asked == []


def test_who_began_with_stop_is_greeted_when_they_say_start(town: Town) -> None:
    person = town.texter()
    assert person.say("STOP") == []
    assert person.say("START")[0] == town.welcome("sms")
    assert town.welcome("sms") not in person.say("resident")


@pytest.mark.parametrize("channel", ["sms", "telegram"])
def test_who_wrote_before_the_opening_day_is_greeted_when_it_is_open(
    town: Town, channel: str, clock: Clock
) -> None:
    person = town.speaker(channel)
    clock.moment = WHILE_OPEN.replace(month=2, day=1)
    assert person.say("hello") == ["did early"]
    clock.moment = WHILE_OPEN
    assert person.say("hello again")[0] == town.welcome(channel)
    assert town.welcome(channel) not in person.say("resident")


@pytest.mark.parametrize("limit", ["replies_per_minute", "replies_per_day"])
@pytest.mark.parametrize("channel", ["sms", "telegram"])
def test_beyond_the_limit_everything_is_kept_and_understood_and_one_notice_is_sent(
    opened: Callable[..., Any], channel: str, limit: str
) -> None:
    with opened(**{limit: 2}) as town:
        person = town.speaker(channel)
        heard = [person.say(text) for text in ("hello", "resident", "agree", "more", "again")]
        notice = town.services.say("utter_many_messages", channel).text
        assert [len(texts) > 0 for texts in heard] == [True, True, True, False, False]
        assert heard[2] == [notice]
        assert town.rasa.texts == person.sent
        answered = [row["text"] for row in rows(town.services, "answers")]
        assert answered[:2] == ["resident", "agree"]
        done = {row["delivery"] for row in rows(town.services, "messages") if row["intent"]}
        assert done == {"done"}


def test_the_limit_of_one_is_not_the_limit_of_another(opened: Callable[..., Any]) -> None:
    with opened(replies_per_minute=1) as town:
        noisy, quiet = town.texter(), town.texter(OTHER)
        for n in range(4):
            noisy.say(f"text {n}")
        assert quiet.say("hello")[0] == town.welcome("sms")


def test_a_stop_beyond_the_limit_is_obeyed(opened: Callable[..., Any]) -> None:
    with opened(replies_per_minute=1) as town:
        person = town.texter()
        for text in ("hello", "more", "STOP"):
            person.say(text)
        (row,) = rows(town.services, "respondents")
        assert (row["state"], row["opted_out"]) == ("stopped", True)


def test_the_page_has_limits_of_its_own(opened: Callable[..., Any]) -> None:
    with opened(replies_per_minute=1, replies_per_day=1) as town:
        person = WebSpeaker(town.client)
        assert all(person.say(f"text {n}") for n in range(4))


def test_the_notice_is_repeated_only_after_an_hour(services: Services) -> None:
    now = [0.0]
    few = replace(services.settings, replies_per_minute=1, replies_per_day=100)
    answering = Answering(few, lambda: now[0])
    told = []
    for moment in (0, 1, 2, 59, 61, 62, 3500, 3559, 3700, 3701):
        now[0] = float(moment)
        told.append(answering.allows("one").value)
    yes, tell, no = (allowed.value for allowed in (Allowed.YES, Allowed.TELL, Allowed.NO))
    assert told == [yes, tell, no, no, yes, no, yes, no, yes, tell]


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Name: Al Smith. Thanks.", "Name: [hidden]. Thanks."),
        # What was cut in two cannot be found again, so all of it is hidden.
        ("Name: " + "Al Smith " * 60, "[hidden]"),
    ],
)
def test_a_reply_that_is_split_hides_what_it_repeats(
    services: Services, said: str, stored: str
) -> None:
    personal = (said.removeprefix("Name: ").removesuffix(". Thanks.").strip(),)
    parts = rendered([Reply(said, personal=personal)], "sms", services.consultation)
    assert {masked(part.text, part.personal) for part in parts} == {stored}


def test_options_are_stored_as_they_were_sent(town: Town) -> None:
    asked = question_of(town.services.consultation, Kind.CHOICE)
    said = TurnReply((reply("Thanks.").replies[0], asked), Understood("give_answer", 0.9))
    town.rasa.says = lambda message: said
    text = town.texter().say("hello")[-1]
    assert text.splitlines()[-1].startswith(f"{len(asked.buttons)} ")
    with town.services.database.reading() as session:
        stored = session.execute(select(OutboxRow.text).order_by(OutboxRow.id)).scalars().all()
    assert stored[-1] == text and stored == town.twilio.texts_to("+447700900321")
