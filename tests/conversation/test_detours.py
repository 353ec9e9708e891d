"""Requests and the questions about the person: asked from anywhere, left at any field, and then
the conversation is where it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Purpose, Section
from bot.consultation.question import FREE_TEXT_KINDS, Kind
from bot.consultation.state import State
from bot.consultation.waits import CARE, DOUBT, ERASE, OFFER, PICK, RESTART, SEND, WITHDRAW
from bot.conversation import (
    answering,
    changes,
    confirmations,
    detours,
    moving,
    requests,
    revisions,
    withdrawals,
)
from bot.conversation.did import Did, Ends
from bot.conversation.place import Place, Step, StepFunction
from bot.conversation.progress import progress_at
from bot.conversation.requests import request
from bot.conversation.sealing import CONTACT, EQUALITY, OWN_NUMBER, masked, privacy_of
from bot.understanding.words.request_words import kinds_in, reference_in

KINDS = ["case_study", "workshop", "print_copy", "callback"]
GOOD = {
    Kind.OPEN: "free tablets", Kind.CHOICE: "2", Kind.URL: "www.example.org", Kind.NAME: "Grace",
    Kind.EMAIL_OR_PHONE: "grace@example.org", Kind.YES_NO: "yes", Kind.NUMBER: "about three",
    Kind.ADDRESS: "12 Any Street", Kind.POSTCODE: "m145aa", Kind.POSTCODE_DISTRICT: "m14",
}  # fmt: skip
BAD = {
    Kind.CHOICE: "purple", Kind.URL: "it is a page", Kind.EMAIL_OR_PHONE: "grace at example",
    Kind.YES_NO: "one of us", Kind.NUMBER: "lots", Kind.POSTCODE: "M14",
    Kind.POSTCODE_DISTRICT: "purple",
}  # fmt: skip
FOLLOWED = "smart_people.views.follow_up"


def places(consultation: Consultation) -> dict[str, Place]:
    """Return a person in each state that a request can begin in."""
    ids = [question.id for question in consultation.questions]
    first, all_of_them = frozenset(ids[:1]), frozenset(ids)
    over = Place(State.COMPLETED, None, all_of_them, wound_up=True)
    answered = Place(State.STARTED, ids[-1], all_of_them - {ids[-1]})
    return {
        "new": Place(State.NEW, None),
        "started": Place(State.STARTED, ids[1], first, frozenset(), tries=1),
        "follow-up": Place(State.STARTED, FOLLOWED, frozenset(ids[:3])),
        "paused": Place(State.PAUSED, ids[1], frozenset(), first),
        "completed": over,
        "equality": go(consultation, answered, "no").place,
        "changing": replace(over, state=State.STARTED, open_question=ids[3]),
        "closed, new": Place(State.NEW, None, phase=Phase.AFTER),
        "closed, started": Place(State.STARTED, ids[1], first, phase=Phase.AFTER),
        "closed, completed": replace(over, phase=Phase.AFTER),
    }


NAMES = ["new", "started", "follow-up", "paused", "completed", "equality", "changing",
         "closed, new", "closed, started", "closed, completed"]  # fmt: skip


def go(
    consultation: Consultation, place: Place, text: str, step: StepFunction = answering.answer,
    button: dict[str, Any] | None = None,
) -> Step:  # fmt: skip
    """Take a step as the storage applies it."""
    done = step(consultation, place, text, button)
    return replace(done, place=replace(done.place, pending=done.pending))


def section_of(consultation: Consultation, kind: str) -> Section:
    section = consultation.section(kind)
    assert section is not None
    return section


def at_field(consultation: Consultation, kind: str, number: int, begun: str = "started") -> Place:
    """Return someone who has answered the fields before this one."""
    place = go(consultation, places(consultation)[begun], "", request(kind)).place
    for question in section_of(consultation, kind).questions[:number]:
        place = go(consultation, place, GOOD[question.kind]).place
    return place


def fields(consultation: Consultation) -> list[tuple[str, int]]:
    return [(k, n) for k in KINDS for n in range(len(section_of(consultation, k).questions))]


def closed(name: str, consultation: Consultation, kind: str) -> bool:
    return name.startswith("closed") and not section_of(consultation, kind).after_close


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_after_a_request_the_conversation_is_where_it_was(
    consultation: Consultation, kind: str, name: str
) -> None:
    before = places(consultation)[name]
    if closed(name, consultation, kind):
        assert go(consultation, before, "", request(kind)).did.value == "request_closed"
        return
    step = go(consultation, before, "", request(kind))
    assert (step.did.value, step.ends, step.begins) == ("asked_for", None, kind)
    asked = []
    while step.place.open_question:
        question = consultation.by_id[step.place.open_question or ""]
        asked.append(question.id)
        assert (step.place.answered, step.place.skipped) == (before.answered, before.skipped)
        step = go(consultation, step.place, GOOD[question.kind])
        assert (step.did.value, step.skip, step.withdraw) == ("answered", None, ())
    assert asked == [question.id for question in section_of(consultation, kind).questions]
    # It is read back first, and only a yes sends it.
    assert (step.ends, detours.awaited(consultation, step.place)) == (None, SEND)
    step = go(consultation, step.place, "yes", confirmations.affirm)
    assert (step.did.value, step.ends) == ("request_sent", Ends.SENT)
    back = replace(before, tries=0)
    if name == "paused":  # who asks for something has come back
        back = replace(back, state=State.STARTED)
    assert step.place == back


@pytest.mark.parametrize("name", NAMES)
def test_a_request_does_not_move_the_progress_of_the_consultation(
    consultation: Consultation, name: str
) -> None:
    before = places(consultation)[name]
    if name == "equality":
        before = go(consultation, before, "", confirmations.deny).place
    expected = progress_at(consultation, replace(before, state=State.STARTED)
                           if name == "paused" else before)  # fmt: skip
    place = go(consultation, before, "", request("print_copy")).place
    here = progress_at(consultation, place)
    assert (here.section, here.answered, here.total) == ("print_copy", 0, 5)  # it reports its own
    assert here.state == "started"
    while place.open_question and place.detour:
        question = consultation.by_id[place.open_question]
        place = go(consultation, place, GOOD[question.kind]).place
    place = go(consultation, place, "yes", confirmations.affirm).place
    assert progress_at(consultation, place) == expected


def test_whoever_has_stopped_is_asked_nothing(consultation: Consultation) -> None:
    stopped = Place(State.STOPPED, "role")
    for kind in KINDS:
        assert go(consultation, stopped, "", request(kind)) == Step(Did.IS_STOPPED, stopped)


def test_before_the_consultation_opens_nothing_can_be_asked_for(consultation: Consultation) -> None:
    early = Place(State.NEW, None, phase=Phase.BEFORE)
    for kind in KINDS:
        assert go(consultation, early, "", request(kind)).did.value == "early"


def test_every_field_can_be_skipped_gone_back_to_changed_cancelled_and_begun_again(
    consultation: Consultation,
) -> None:
    for kind, number in fields(consultation):
        here = at_field(consultation, kind, number)
        questions = section_of(consultation, kind).questions
        question, detour = questions[number], here.detour
        assert detour is not None and here.open_question == question.id
        assert detour.answered == {q.id for q in questions[:number]}

        skipped = go(consultation, here, "skip", moving.skip)
        if not question.optional:
            assert (skipped.did.value, skipped.place) == ("must_answer_field", here), question.id
        elif number + 1 < len(questions):
            assert (skipped.did.value, skipped.opened) == ("skipped", questions[number + 1].id)
            assert skipped.place.detour and skipped.place.detour.skipped == {question.id}
        else:
            assert (skipped.did.value, skipped.ends) == ("skipped", None)
            assert detours.is_read_back(consultation, skipped.place)

        back = go(consultation, here, "back", moving.go_back)
        did, opened = (
            ("went_back", questions[number - 1].id) if number else ("at_first_field", None)
        )
        assert (back.did.value, back.opened, back.place.detour) == (did, opened, detour), (
            question.id
        )

        cancelled = go(consultation, here, "cancel", confirmations.deny)
        assert (cancelled.did.value, cancelled.ends) == ("request_dropped", Ends.DROPPED)
        assert cancelled.place == replace(places(consultation)["started"], tries=0)

        again = go(consultation, here, "start over", confirmations.start_over)
        if detour.done:
            waits = {"kind": RESTART}
            assert (again.did.value, again.place.detour, again.pending) == (
                "asked_restart",
                detour,
                waits,
            )
            here_still = replace(here, pending=waits)
            no = go(consultation, here_still, "no", confirmations.deny)
            assert (no.did.value, no.place.detour) == ("left_as_it_is", detour)
            again = go(consultation, here_still, "yes", confirmations.affirm)
        assert (again.did.value, again.ends, again.begins, again.opened) == (
            "request_restarted", None, kind, questions[0].id,
        )  # fmt: skip
        assert again.place.detour == replace(detour, answered=frozenset(), skipped=frozenset())


def test_every_earlier_field_can_be_changed_from_every_later_one(
    consultation: Consultation,
) -> None:
    for kind, number in fields(consultation):
        here = at_field(consultation, kind, number)
        listed = go(consultation, here, "change", revisions.change)
        if not number:
            assert listed.did.value == "nothing_to_change"
            continue
        assert (listed.did.value, listed.place.detour) == ("picking", here.detour)
        for earlier in range(number):
            question = section_of(consultation, kind).questions[earlier]
            picked = go(consultation, listed.place, str(earlier + 1), revisions.change)
            assert (picked.did.value, picked.opened, picked.ends) == ("changing", question.id, None)
            done = go(consultation, picked.place, GOOD[question.kind])
            # Then it goes on with the field that was open.
            assert (done.did.value, done.question) == ("answered", question.id)
            assert (done.place.open_question, done.place.detour) == (
                here.open_question,
                here.detour,
            )


def test_nobody_is_trapped_in_a_field(consultation: Consultation) -> None:
    """After wrong input once they are asked again, then their words are kept, then it goes on."""
    for kind, number in fields(consultation):
        here = at_field(consultation, kind, number)
        question = section_of(consultation, kind).questions[number]
        if question.kind in FREE_TEXT_KINDS or question.consent:
            continue
        dids, step = [], Step("", here)
        for _ in range(3):
            step = go(consultation, step.place, BAD[question.kind])
            dids.append(step.did.value)
            assert step.private == privacy_of(consultation, question.id)
        if question.options:
            assert dids[:2] == ["unreadable", "kept_as_said"], question.id
            continue
        assert dids == ["unreadable", "kept_unread", "moved_on"], question.id
        assert step.place.open_question != question.id


def test_nobody_is_trapped_in_a_consent(consultation: Consultation) -> None:
    step = Step("", at_field(consultation, "workshop", 6))
    for words in ("maybe", "one of us", "hm", "maybe"):
        step = go(consultation, step.place, words)
    assert step.place.open_question != "workshop.contact_ok"


@pytest.mark.parametrize("step", [moving.pause, moving.opt_out], ids=["pause", "stop"])
@pytest.mark.parametrize("begun", ["new", "started", "completed"])
def test_a_request_waits_for_whoever_rests_or_stops(
    consultation: Consultation, begun: str, step: StepFunction
) -> None:
    here = at_field(consultation, "workshop", 3, begun)
    rested = go(consultation, here, "later", step)
    assert rested.ends is None
    resumed = go(consultation, rested.place, "start", moving.start)
    assert (resumed.did.value, resumed.place) == ("resumed", here)


def test_a_second_request_waits_for_the_first(consultation: Consultation) -> None:
    here = at_field(consultation, "workshop", 2)
    for kind in KINDS:
        step = go(consultation, here, "call me", request(kind))
        assert step.did.value == ("request_open" if kind == "workshop" else "one_at_a_time")
        assert (step.place, step.ends) == (here, None)


def test_a_request_that_can_not_be_finished_any_more_does_not_stand_in_the_way(
    consultation: Consultation,
) -> None:
    here = replace(at_field(consultation, "workshop", 2), phase=Phase.AFTER)
    assert go(consultation, here, "grace@example.org").did.value == "late"
    assert go(consultation, here, "", request("print_copy")).did.value == "asked_for"


def test_what_the_first_message_told_is_not_asked_again(consultation: Consultation) -> None:
    words = "call me about the jobs aim on 07700 900123"
    step = go(consultation, places(consultation)["new"], words, request("callback"))
    assert step.opened == "callback.name"
    assert {q: said["value"] for q, said in step.told.items()} == {
        "callback.about": None, "callback.contact": "+447700900123",
    }  # fmt: skip
    told = go(consultation, step.place, "Jo")
    assert detours.is_read_back(consultation, told.place)
    # A button holds no words of theirs.
    pressed = go(consultation, Place(State.NEW, None), words, request("callback"), {"title": ""})
    assert (pressed.told, pressed.opened) == ({}, "callback.about")


def test_an_address_that_ends_in_its_postcode_is_asked_for_neither_twice(
    consultation: Consultation,
) -> None:
    here = at_field(consultation, "print_copy", 1)
    step = go(consultation, here, "12 Any Street, Manchester m145aa")
    assert (step.opened, step.private) == ("print_copy.format", CONTACT)
    assert step.told == {"print_copy.postcode": {"text": step.told["print_copy.postcode"]["text"],
                                                 "value": "M14 5AA"}}  # fmt: skip


def read_back(consultation: Consultation, kind: str, begun: str = "started") -> Place:
    """Return a resident whose request waits for a yes."""
    return at_field(consultation, kind, len(section_of(consultation, kind).questions), begun)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_read_back_is_sent_changed_or_dropped(
    consultation: Consultation, kind: str
) -> None:
    here = read_back(consultation, kind)
    assert (here.open_question, detours.awaited(consultation, here)) == (None, SEND)
    # Whatever else is said, it is read back again and nothing is sent.
    for words, step in (
        ("hm", answering.answer), ("yes", moving.skip), ("later", moving.pause),
        ("ok", moving.stay), ("2", revisions.change), ("no", confirmations.deny),
    ):  # fmt: skip
        done = go(consultation, here, words, step)
        assert done.ends is None and done.place.detour is not None, words
    dropped = go(consultation, here, "cancel", confirmations.deny)
    assert (dropped.did.value, dropped.ends) == ("request_dropped", Ends.DROPPED)
    listed = go(consultation, here, "no", confirmations.deny)
    assert (listed.did.value, listed.pending) == ("picking", {"kind": PICK})
    first = section_of(consultation, kind).questions[0]
    picked = go(consultation, here, "1", revisions.change)
    assert (picked.did.value, picked.opened) == ("changing", first.id)
    changed = go(consultation, picked.place, GOOD[first.kind])
    assert detours.is_read_back(consultation, changed.place)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("change the name to Denise Hall", "print_copy.name", "Denise Hall"),
        ("You put a sentence as my name. It should only say D Hall", "print_copy.name", "D Hall"),
        ("the postcode should be M14 5GD", "print_copy.postcode", "M14 5GD"),
        ("change the copies to 3", "print_copy.copies", 3),
        ("change the kind of copy to braille", "print_copy.format", "braille"),
    ],
)
def test_a_field_is_changed_in_words(
    consultation: Consultation, words: str, field: str, value: object
) -> None:
    step = go(consultation, read_back(consultation, "print_copy"), words, revisions.change)
    assert (step.did.value, step.question, step.told[field]["value"]) == ("answered", field, value)
    assert detours.is_read_back(consultation, step.place)


def test_what_is_put_right_when_it_is_read_back_is_taken(consultation: Consultation) -> None:
    here = read_back(consultation, "callback")
    step = go(consultation, here, "no it is 0161 496 0100, not before 10")
    assert (step.did.value, step.private) == ("read_back", CONTACT)
    assert step.question == "callback.contact"
    name = go(consultation, here, "my name is Denise")
    assert (name.told["callback.name"]["value"], name.private) == ("Denise", CONTACT)
    said = step.told["callback.contact"]
    assert (said["value"], "not before 10" in said["remark"]) == ("+441614960100", True)


def test_a_number_in_place_of_a_name_is_the_number(consultation: Consultation) -> None:
    here = at_field(consultation, "callback", 1)
    step = go(consultation, here, "0161 496 0100 but not before 10 as I have my carers")
    assert (step.did.value, step.place.open_question) == ("told_beside", "callback.name")
    assert (step.reading, step.private) == (None, CONTACT)
    assert step.told["callback.contact"]["value"] == "+441614960100"
    assert "not before 10" in step.told["callback.contact"]["remark"]
    named = go(consultation, step.place, "Denise")
    assert named.reading and named.reading.value == "Denise"
    assert detours.is_read_back(consultation, named.place)
    both = go(consultation, here, "Denise Hall, 0161 496 0100")
    assert both.reading and both.reading.value == "Denise Hall"
    assert detours.is_read_back(consultation, both.place)


def test_a_number_in_place_of_what_a_call_is_about_is_the_number(
    consultation: Consultation,
) -> None:
    here = at_field(consultation, "callback", 0)
    step = go(consultation, here, "my landline is 0161 496 0100, evenings only")
    assert (step.did.value, step.place.open_question) == ("told_beside", "callback.about")
    assert (step.reading, step.private) == (None, CONTACT)
    assert step.told["callback.contact"]["value"] == "+441614960100"
    about = go(consultation, step.place, "the kerbs on Any Road")
    assert about.reading and about.place.open_question == "callback.name"
    both = go(consultation, here, "the kerbs, ring 0161 496 0100")
    assert both.reading, "what it is about is kept with the number in it"


def test_a_condition_is_kept_with_the_consent_before_a_request_is_sent(
    consultation: Consultation,
) -> None:
    here = read_back(consultation, "case_study")
    step = go(consultation, here, "yes but leave her surname out")
    assert step.did.value == "read_back"
    assert step.told == {"case_study.publish_ok": {"remark": "but leave her surname out"}}
    assert (
        go(consultation, read_back(consultation, "print_copy"), "yes but leave me out").told == {}
    )


@pytest.mark.parametrize(
    ("words", "name", "wish"),
    [
        ("Denise but don't print it", "Denise", "but don't print it"),
        ("Denise Hall (not for publication)", "Denise Hall", "not for publication"),
        ("my name is Omar, please keep it private", "Omar", "please keep it private"),
        ("Jo - do not use my name", "Jo", "do not use my name"),
        ("Prince Nott", "Prince Nott", None),
        ("Mary Use", "Mary Use", None),
    ],
)
def test_a_name_that_is_to_stay_private(
    consultation: Consultation, words: str, name: str, wish: str | None
) -> None:
    step = go(consultation, at_field(consultation, "print_copy", 0), words)
    assert step.reading and (step.reading.value, step.reading.remark) == (name, wish)


@pytest.mark.parametrize(("said", "did", "told"), [
    ("actually the email is hello@hub.example", "told_beside", {"contact": "hello@hub.example"}),
    ("my number is 07700 900123, sorry", "told_beside", {"contact": "+447700900123"}),
    ("Yes but the email is wrong, it's hello@hub.example", "answered",
     {"contact": "hello@hub.example"}),
    ("yes", "answered", {}),
    ("the mornings are best", "unreadable", {}),
])  # fmt: skip
def test_how_to_reach_them_is_put_right_at_a_later_field(
    consultation: Consultation, said: str, did: str, told: dict[str, str]
) -> None:
    fields = [q.id for q in consultation.section("case_study").questions]  # type: ignore[union-attr]
    here = at_field(consultation, "case_study", fields.index("case_study.contact"))
    here = go(consultation, here, "old@hub.example").place
    step = go(consultation, here, said)
    given = {one.partition(".")[2]: has["value"] for one, has in step.told.items()}
    assert (step.did.value, given) == (did, told)
    assert (step.place.open_question == here.open_question) is (did != "answered")


@pytest.mark.parametrize("step", [answering.answer, revisions.change], ids=["said", "changed"])
@pytest.mark.parametrize("said", ["change the contact, hello@hub.example", "7 hello@hub.example"])
def test_how_to_reach_them_is_put_right_where_it_is_read_back(
    consultation: Consultation, said: str, step: StepFunction
) -> None:
    done = go(consultation, read_back(consultation, "case_study"), said, step)
    assert done.did.value == "read_back"
    assert done.told["case_study.contact"]["value"] == "hello@hub.example"


@pytest.mark.parametrize(("said", "picked"), [
    ("the group", True),
    ("the group is wrong", True),
    ("the name please", True),
    ("now I'll do the questions. community group", False),
    ("it has affected loads of people", False),
])  # fmt: skip
def test_a_word_of_a_field_in_passing_does_not_open_it(
    consultation: Consultation, said: str, picked: bool
) -> None:
    assert changes.picks(consultation, said, read_back(consultation, "case_study")) is picked


@pytest.mark.parametrize(("words", "name"), [
    ("I'm worn out with all this", None),
    ("its for my mum", None),
    ("dont want to give it", None),
    ("hang on", None),
    ("yes", None),
    ("her name is Maureen", "Maureen"),
    ("I already told you", None),
    ("same as before", None),
    ("you can put Ahmed", "Ahmed"),
    ("just put the occupier", "the occupier"),
    ("the library on Any Road", "the library on Any Road"),
    ("Maria da Silva Santos", "Maria da Silva Santos"),
    ("Mr and Mrs O'Neill", "Mr and Mrs O'Neill"),
    ("Mai Do", "Mai Do"),
])  # fmt: skip
def test_a_sentence_is_no_name_the_first_time(
    consultation: Consultation, words: str, name: str | None
) -> None:
    step = go(consultation, at_field(consultation, "print_copy", 0), words)
    if name:
        assert step.reading and step.reading.value == name
    else:
        assert (step.did.value, step.reason) == ("unreadable", "not_name")
        assert go(consultation, step.place, words).did.value == "kept_unread"


@pytest.mark.parametrize("words", ["wherever", "anywhere you like", "dunno", "my house", "here"])
def test_an_address_that_is_nowhere_is_asked_again(consultation: Consultation, words: str) -> None:
    step = go(consultation, at_field(consultation, "print_copy", 1), words)
    assert (step.did.value, step.reason) == ("unreadable", "not_address")
    for real in ("12 Any Street", "The Old Rectory, Church Lane", "Home Farm, Any Lane"):
        done = go(consultation, at_field(consultation, "print_copy", 1), real)
        assert done.did.value == "answered", real


@pytest.mark.parametrize("name", NAMES)
def test_what_was_only_guessed_is_offered_first(consultation: Consultation, name: str) -> None:
    here = places(consultation)[name]
    if closed(name, consultation, "callback"):
        return
    step = go(consultation, here, "can you speak polish?", requests.offered("callback"))
    assert (step.did.value, step.begins) == ("offered", None)
    assert step.place.pending == {"kind": OFFER, "request": "callback"}
    yes = go(consultation, step.place, "yes", confirmations.affirm)
    assert (yes.did.value, yes.begins, yes.told) == ("asked_for", "callback", {})
    no = go(consultation, step.place, "no", confirmations.deny)
    assert (no.did.value, no.place) == ("left_as_it_is", here)
    stale = go(consultation, here, "Yes", confirmations.affirm, {"confirms": OFFER})
    assert stale.begins is None


def test_an_offer_stands_in_the_way_of_no_answer(consultation: Consultation) -> None:
    here = places(consultation)["started"]
    offered = go(consultation, here, "a call?", requests.offered("callback")).place
    question = consultation.by_id[here.open_question or ""]
    assert go(consultation, offered, GOOD.get(question.kind, "1")).did.value == "answered"


def test_who_has_no_such_thing_leaves_the_field_out(consultation: Consultation) -> None:
    for words in (
        "no", "none", "there isn't one", "No link.", "n/a", "we don't have one",
        "no website sorry, just facebook", "no website yet", "No page, sorry.",
    ):  # fmt: skip
        step = go(consultation, at_field(consultation, "case_study", 4), words)
        assert (step.did.value, step.question, step.reading) == ("skipped", "case_study.link", None)
    for words in ("rather not say", "anonymous", "prefer not to say", "no name", "I'd rather not"):
        step = go(consultation, at_field(consultation, "callback", 1), words)
        assert (step.did.value, step.reading) == ("skipped", None), words
    # In their own words "no" is an answer, and what is needed is needed.
    assert go(consultation, at_field(consultation, "workshop", 5), "no").did.value == "answered"
    assert (
        go(consultation, at_field(consultation, "callback", 2), "no").did.value
        == "must_answer_field"
    )


FORGIVEN = [
    ("case_study.contact", "GRACE@Example.org", "GRACE@example.org"),
    ("case_study.contact", "grace @ example . org", "grace@example.org"),
    ("case_study.contact", "it's grace at example dot org", "grace@example.org"),
    ("case_study.contact", "07700 900 123", "+447700900123"),
    ("case_study.contact", "+44 (0)7700-900123 after 6", "+447700900123"),
    ("case_study.contact", "0161 496 0123", "+441614960123"),
    ("print_copy.postcode", "m145aa", "M14 5AA"),
    ("print_copy.postcode", " M 14 5AA ", "M14 5AA"),
    ("print_copy.postcode", "m14-5aa ta", "M14 5AA"),
    ("print_copy.postcode", "M14   5aa", "M14 5AA"),
    ("print_copy.copies", "just one", 1),
    ("print_copy.copies", "Only the one, dear", 1),
    ("print_copy.copies", "a couple", 2),
    ("workshop.people", "about twenty", 20),
    ("workshop.people", "Twenty-five or so", 25),
    ("workshop.people", "a dozen", 12),
    ("case_study.aim", "the second one", "jobs_prosperity"),
    ("case_study.link", "example.org/tablets", "https://example.org/tablets"),
    ("print_copy.format", "braille please", "braille"),
]
FORGIVEN_TOO = [
    ("print_copy.name", "my name is Grace", "Grace", "the sentence goes onto the envelope"),
    ("print_copy.name", "it's Grace Hopeful", "Grace Hopeful", "so does this one"),
    ("case_study.contact_ok", "of course", "yes", "a plain yes is asked for again"),
    ("case_study.contact_ok", "you may", "yes", "a plain yes is asked for again"),
]


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        *FORGIVEN,
        *(pytest.param(*row[:3], id=row[1]) for row in FORGIVEN_TOO),
    ],
)
def test_fields_are_read_as_people_write_them(
    consultation: Consultation, field: str, words: str, value: Any
) -> None:
    kind = field.partition(".")[0]
    ids = [question.id for question in section_of(consultation, kind).questions]
    step = go(consultation, at_field(consultation, kind, ids.index(field)), words)
    assert step.reading is not None
    assert (step.did.value, step.reading.value) == ("answered", value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("this number", True), ("use this one please", True), ("my mobile", True),
        ("the number i'm texting from", True), ("text me on this", True), ("same number", True),
        ("not this number", False), ("the number on my bill", False), ("no", False),
    ],
)  # fmt: skip
def test_who_texts_may_give_the_number_they_text_from(
    consultation: Consultation, words: str, said: bool
) -> None:
    here = at_field(consultation, "callback", 2)
    texted = go(consultation, replace(here, has_number=True), words)
    assert (texted.reading is not None and texted.reading.value == OWN_NUMBER) is said
    web = go(consultation, here, words)
    assert web.reading is None and web.place.open_question == "callback.contact"


AGREED = ["yes", "YES!", "y", "1", "ok then", "yeah go on", "yes please", "sure", "aye",
          "yes but only by email", "👍"]  # fmt: skip
NOT_AGREED = ["one of us", "one of us signs it", "maybe", "if you must", "i suppose", "not sure",
              "yes and no", "why not", "what", "two", "no", "nope", "no thanks", "never",
              "absolutely not", "I would rather you did not", "it depends", "skip",
              "a yes from me and a no"]  # fmt: skip


@pytest.mark.parametrize("field", ["case_study.contact_ok", "case_study.publish_ok"])
def test_only_a_yes_that_was_said_is_a_consent(consultation: Consultation, field: str) -> None:
    ids = [question.id for question in section_of(consultation, "case_study").questions]
    here = at_field(consultation, "case_study", ids.index(field))
    for words in AGREED:
        step = go(consultation, here, words)
        assert step.reading is not None and step.reading.value == "yes", words
    for words in NOT_AGREED:
        step = go(consultation, here, words)
        assert step.reading is None or step.reading.value in ("no", None), words
    pressed = go(consultation, here, "Yes", button={"question": field, "value": "yes"})
    assert pressed.reading is not None and pressed.reading.value == "yes"
    elsewhere = go(consultation, here, "Yes", button={"question": "role", "value": "resident"})
    assert (elsewhere.did.value, elsewhere.reading) == ("stale_button", None)


def test_contact_details_and_answers_about_the_person_are_private(
    consultation: Consultation,
) -> None:
    private = {
        question.id: why
        for section in consultation.sections
        for question in section.questions
        if (why := privacy_of(consultation, question.id))
    }
    names = ["name", "contact", "address", "postcode"]
    assert private == {
        **{q: EQUALITY for q in consultation.section_of if q.startswith("equality.")
           and not q.endswith(".follow_up")},
        **{q: CONTACT for q in consultation.section_of if q.partition(".")[2] in names},
    }  # fmt: skip


def equality(consultation: Consultation, number: int = 0) -> Place:
    place = places(consultation)["equality"]
    assert consultation.equality is not None
    for question in consultation.equality.questions[:number]:
        place = go(consultation, place, GOOD[question.kind]).place
    return place


def test_the_questions_about_the_person_come_once_after_all_others(
    consultation: Consultation,
) -> None:
    last = consultation.questions[-1]
    assert consultation.equality is not None
    rest = frozenset(q.id for q in consultation.questions[:-1])
    step = go(consultation, Place(State.STARTED, last.id, rest), "no")
    assert (step.ends, step.opened) == (Ends.CONSULTATION, consultation.equality.questions[0].id)
    for question in consultation.equality.questions:
        step = go(consultation, step.place, GOOD[question.kind])
        assert (step.did.value, step.private) == ("answered", EQUALITY)
    assert (step.ends, step.place.state, step.place.detour) == (Ends.COUNTED, State.COMPLETED, None)
    changed = go(consultation, step.place, "change the jobs one", revisions.change)
    done = go(consultation, changed.place, "more jobs please, for the young and the old")
    if done.place.state is not State.COMPLETED:
        done = go(consultation, done.place, "", moving.skip)
    assert (done.ends, done.place.state, done.place.detour) == (Ends.AGAIN, State.COMPLETED, None)


@pytest.mark.parametrize(("number", "said", "did", "told", "opened"), [
    (0, "I'm 45, woman, white British", "answered",
     {"gender": "woman", "ethnic_group": "white"}, "disability"),
    (0, "62. No disabilities. Male. White English. M22", "answered",
     {"disability": "no", "gender": "man", "ethnic_group": "white", "postcode_district": "M22"},
     None),
    (0, "no, I'm 45, male", "answered", {"gender": "man"}, "disability"),
    (1, "no disability, white", "answered", {"ethnic_group": "white"}, "gender"),
    (0, "58 male white no disability M14", "answered",
     {"disability": "no", "gender": "man", "ethnic_group": "white", "postcode_district": "M14"},
     None),
    (0, "58 and I love white bread", "answered", {}, "disability"),
    (0, "45 and female", "answered", {"gender": "woman"}, "disability"),
    (0, "a lad, mixed race", "told_beside", {"gender": "man", "ethnic_group": "mixed"}, None),
    (1, "no, and I'm a woman", "answered", {"gender": "woman"}, "ethnic_group"),
    (2, "woman. Indian", "answered", {"ethnic_group": "asian"}, "postcode_district"),
    (0, "I am 45 years old and my husband is 50", "unreadable", {}, None),
    (0, "45", "answered", {}, "disability"),
    (0, "4, 2", "unreadable", {}, None),
    (0, "white, or is that mixed?", "unreadable", {}, None),
    (1, "sorry, I'm 46", "told_beside", {"age_band": "age_45_54"}, None),
    (1, "change age to 36", "told_beside", {"age_band": "age_35_44"}, None),
    (2, "I'm not a woman, I'm a man", "answered", {}, "ethnic_group"),
    (3, "I'm not a woman, I'm a man", "told_beside", {"gender": "man"}, None),
])  # fmt: skip
def test_several_things_about_the_person_can_be_told_at_once(
    consultation: Consultation,
    number: int,
    said: str,
    did: str,
    told: dict[str, str],
    opened: str | None,
) -> None:
    step = go(consultation, equality(consultation, number), said)
    assert (step.did.value, step.private) == (did, EQUALITY)
    assert {one.partition(".")[2]: has["value"] for one, has in step.told.items()} == told
    assert step.opened == (f"equality.{opened}" if opened else None)


@pytest.mark.parametrize(("said", "did", "told", "opened"), [
    ("my age is wrong, it should be 46", "told_beside", {"age_band": "age_45_54"}, None),
    ("can I change my age", "changing", {}, "age_band"),
    ("change gender please", "changing", {}, "gender"),
    ("change what I said about jobs", "changing", {}, None),
])  # fmt: skip
def test_what_was_said_about_the_person_can_be_changed_while_they_are_asked(
    consultation: Consultation, said: str, did: str, told: dict[str, str], opened: str | None
) -> None:
    step = go(consultation, equality(consultation, 3), said, revisions.change)
    assert (step.did.value, {one: has["value"] for one, has in step.told.items()}) == (
        did,
        {f"equality.{one}": value for one, value in told.items()},
    )
    if opened:
        assert (step.opened, step.private) == (f"equality.{opened}", EQUALITY)
    else:
        assert step.private == (EQUALITY if told else None)


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("step", [confirmations.deny, moving.pause, moving.opt_out],
                         ids=["none of them", "pause", "stop"])  # fmt: skip
def test_leaving_them_at_any_of_them_counts_what_was_answered_once(
    consultation: Consultation, step: StepFunction, number: int
) -> None:
    left = go(consultation, equality(consultation, number), "enough", step)
    assert left.ends == Ends.COUNTED
    assert left.place.wound_up
    back = go(consultation, left.place, "start", moving.start).place
    assert (back.state, back.open_question) == (State.COMPLETED, None)


@pytest.mark.parametrize("number", range(5))
def test_a_request_comes_between_them_and_they_go_on(
    consultation: Consultation, number: int
) -> None:
    here = equality(consultation, number)
    asked = go(consultation, here, "", request("callback")).place
    dropped = go(consultation, asked, "cancel", confirmations.deny)
    assert (dropped.ends, dropped.place) == (Ends.DROPPED, replace(here, tries=0))
    stopped = go(consultation, asked, "stop", moving.opt_out)
    assert (stopped.ends, stopped.place.detour and stopped.place.detour.under) == (
        Ends.COUNTED,
        None,
    )
    back = go(consultation, stopped.place, "start", moving.start).place
    assert back.open_question == asked.open_question
    after = go(consultation, back, "cancel", confirmations.deny)
    assert (after.ends, after.place.state, after.place.detour) == (
        Ends.DROPPED,
        State.COMPLETED,
        None,
    )


def test_once_put_they_can_be_answered_after_the_close(consultation: Consultation) -> None:
    late = replace(equality(consultation, 1), phase=Phase.AFTER)
    assert consultation.equality is not None
    question = consultation.equality.questions[1]
    assert go(consultation, late, GOOD[question.kind]).did.value == "answered"


def test_each_of_them_can_be_left_out_or_gone_back_to(consultation: Consultation) -> None:
    assert consultation.equality is not None
    questions = consultation.equality.questions
    for number, question in enumerate(questions):
        here = equality(consultation, number)
        skipped = go(consultation, here, "", moving.skip)
        assert skipped.did.value == "skipped" and skipped.question == question.id
        back = go(consultation, here, "", moving.go_back)
        if number:
            assert (back.did.value, back.opened, back.ends) == (
                "went_back", questions[number - 1].id, None,
            )  # fmt: skip
        else:  # to the consultation's own: nothing is counted, and they are put again
            assert (back.opened, back.ends) == (consultation.questions[-1].id, Ends.DROPPED)
            assert (back.place.detour, back.place.wound_up) == (None, False)


def test_what_is_unreadable_about_the_person_is_left_out(consultation: Consultation) -> None:
    assert consultation.equality is not None
    for number, question in enumerate(consultation.equality.questions):
        step = go(consultation, equality(consultation, number), BAD[question.kind])
        assert (step.did.value, step.reading) == ("unreadable", None)
        step = go(consultation, step.place, BAD[question.kind])
        assert (step.did.value, step.reading) == ("moved_on", None)


@pytest.mark.parametrize("meant", [
    "faq_privacy",
    "skip_question",
])  # fmt: skip
def test_the_last_answer_can_be_taken_back_when_they_have_begun(
    consultation: Consultation, meant: str
) -> None:
    last = consultation.questions[-1]
    before = Place(State.STARTED, last.id, frozenset(q.id for q in consultation.questions[:-1]))
    done = go(consultation, before, "can I just skip this bit", revisions.doubted(meant))
    assert done.place.pending and done.place.pending["kind"] == DOUBT
    back = go(consultation, done.place, "undo", moving.go_back)
    assert back.withdraw == (last.id,)
    if meant == "skip_question":
        assert last.id in back.place.skipped
    else:
        assert back.place.open_question == last.id


def test_who_takes_the_last_answer_back_is_told_their_true_progress(
    consultation: Consultation,
) -> None:
    last = consultation.questions[-1]
    before = Place(State.STARTED, last.id, frozenset(q.id for q in consultation.questions[:-1]))
    done = go(consultation, before, "hm what", revisions.doubted("explain_question"))
    back = go(consultation, done.place, "undo", moving.go_back).place
    assert progress_at(consultation, back) == progress_at(consultation, before)


def test_an_old_start_again_button_does_not_empty_a_request(consultation: Consultation) -> None:
    here = at_field(consultation, "workshop", 3)
    button = {"title": "Yes", "command": "affirm", "confirms": "start_over"}
    step = go(consultation, here, "Yes, start again", confirmations.affirm, button)
    assert step.ends != Ends.DROPPED


@pytest.mark.parametrize("while_", ["asked whether to delete", "cared for", "closed"])
def test_what_is_written_to_a_contact_field_is_private_whatever_it_does(
    consultation: Consultation, while_: str
) -> None:
    here = at_field(consultation, "callback", 2)
    here = {
        "asked whether to delete": replace(here, pending={"kind": ERASE}),
        "cared for": replace(here, pending={"kind": CARE}),
        "closed": replace(here, phase=Phase.AFTER),
    }[while_]
    step = go(consultation, here, "07700 900123")
    assert (step.reading, step.private) == (None, CONTACT)


THEIRS = [("REQ-7F3K-9Q2M", "workshop"), ("REQ-AAAA-BBBB", "callback")]


@pytest.mark.parametrize(
    ("words", "did", "which"),
    [
        ("withdraw REQ-7F3K-9Q2M", "withdrawing", "REQ-7F3K-9Q2M"),
        ("please cancel req 7f3k 9q2m", "withdrawing", "REQ-7F3K-9Q2M"),
        ("REQ7F3K9Q2M withdraw that", "withdrawing", "REQ-7F3K-9Q2M"),
        ("withdraw REQ-AAAA-BBBB.", "withdrawing", "REQ-AAAA-BBBB"),
        ("withdraw REQ-CCCC-DDDD", "no_such_request", "REQ-CCCC-DDDD"),
        ("cancel my workshop", "asked_withdraw", "REQ-7F3K-9Q2M"),
        ("I want to cancel the callback", "asked_withdraw", "REQ-AAAA-BBBB"),
        ("withdraw my story", "no_such_request", None),
        ("withdraw my request", "which_request", None),
    ],
)
@pytest.mark.parametrize("name", [*NAMES, "stopped"])
def test_requests_are_taken_back_by_reference_or_in_words_wherever_they_are(
    consultation: Consultation, words: str, did: str, which: str | None, name: str
) -> None:
    here = {**places(consultation), "stopped": Place(State.STOPPED, "role")}[name]
    step = go(consultation, here, words, withdrawals.withdraw(THEIRS))
    assert (step.did.value, replace(step.place, pending=None)) == (did, here)
    if did == "asked_withdraw":
        assert step.place.pending == {"kind": WITHDRAW, "request": which}
        yes = go(consultation, step.place, "yes", confirmations.affirm)
        assert (yes.did.value, yes.reason) == ("withdrawing", which)
        no = go(consultation, step.place, "no", confirmations.deny)
        assert (no.did.value, no.place) == ("left_as_it_is", here)
        answered = go(consultation, step.place, "hm", withdrawals.withdraw([]))
        assert answered.did.value == "no_such_request"
    else:
        assert step.reason == which


def test_references_are_read_as_people_write_them() -> None:
    for typed in ("REQ-0110-9Q2M", "req o11o 9q2m", "REQ OIL0 9Q2M.", "my reqOI1O9q2m please"):
        assert reference_in(typed) == "REQ-0110-9Q2M", typed
    for words in ("request", "my request please", "REQ-12", "HYS-7F3K-9Q2M", "requirements"):
        assert reference_in(words) is None, words


@pytest.mark.parametrize("words", ["withdraw my request then", "take back my request copy",
                                   "we require more"])  # fmt: skip
def test_a_word_that_begins_like_one_is_no_reference(words: str) -> None:
    assert reference_in(words) is None


def test_kinds_are_named_as_people_name_them() -> None:
    assert kinds_in("withdraw my case study") == {"case_study"}
    assert kinds_in("cancel the paper copies") == {"print_copy"}
    assert kinds_in("i don't want that session any more") == {"workshop"}
    assert kinds_in("don't ring me") == {"callback"}
    assert kinds_in("withdraw it") == set()


@pytest.mark.parametrize(
    ("text", "personal", "shown"),
    [
        ("1. Name: Grace", ("Grace",), "1. Name: [hidden]"),
        ("You said: grace@example.org.", ("grace@example.org",), "You said: [hidden]."),
        ("Name: Al. Address: 12 Al Close.", ("Al", "12 Al Close"),
         "Name: [hidden]. Address: [hidden]."),
        ("Shall I send it?", ("d",), "Shall I send it?"),
        ("+44 7700 (x)", ("+44 7700 (x)",), "[hidden]"),
        ("Nothing", (), "Nothing"),
    ],
)  # fmt: skip
def test_contact_details_are_masked_whole_words_only(
    text: str, personal: tuple[str, ...], shown: str
) -> None:
    assert masked(text, personal) == shown


MOVES: dict[str, StepFunction] = {
    "answer": answering.answer, "skip": moving.skip, "back": moving.go_back, "start": moving.start,
    "pause": moving.pause, "stop": moving.opt_out, "change": revisions.change,
    "over": confirmations.start_over, "yes": confirmations.affirm, "no": confirmations.deny,
    "care": moving.care, "doubt": revisions.doubted("explain_question"),
    "withdraw": withdrawals.withdraw(THEIRS), **{kind: request(kind) for kind in KINDS},
}  # fmt: skip
WORDS = ["yes", "no", "2", "1", "grace@example.org", "m14 5aa", "purple", "about twenty", "hello",
         "change the jobs one", "change the name"]  # fmt: skip


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    begun=st.sampled_from(NAMES),
    moves=st.lists(
        st.tuples(st.sampled_from([*MOVES, *["answer"] * 8]), st.sampled_from(WORDS)), max_size=30
    ),
)
def test_whatever_is_said_a_run_begins_and_ends_whole(
    consultation: Consultation, begun: str, moves: list[tuple[str, str]]
) -> None:
    place, counted = places(consultation)[begun], 0
    for move, words in moves:
        if move == "back" and place.detour and (place.pending or {}).get("kind") == DOUBT:
            continue  # the tests of the last answer that is taken back tell of this
        done = go(consultation, place, words, MOVES[move])
        before, after = purpose_at(consultation, place), purpose_at(consultation, done.place)
        # What is open belongs to what is asked, and nothing is open at the end.
        assert consultation.purpose_of(done.place.open_question) in (
            after or Purpose.CONSULTATION, None,
        )  # fmt: skip
        assert done.place.state is not State.COMPLETED or done.place.open_question is None
        # What began is ended in one way, and only once; a request only comes between.
        if before is Purpose.REQUEST is not after:
            assert done.ends in (Ends.SENT, Ends.DROPPED)
        if detours.asks_about_the_person(consultation, place) > detours.asks_about_the_person(
            consultation, done.place
        ):
            assert done.ends in (Ends.COUNTED, Ends.DROPPED)
        counted += done.ends == Ends.COUNTED
        place = done.place
    assert counted <= 1


def purpose_at(consultation: Consultation, place: Place) -> Purpose | None:
    section = consultation.section(place.detour.section) if place.detour else None
    return section.purpose if section else None
