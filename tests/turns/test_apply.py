"""A turn may be done again after a crash at any point, and ends the same."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from sqlalchemy import select

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation
from bot.consultation.question import Kind
from bot.consultation.state import State
from bot.conversation import answering, confirmations, moving, requests, revisions
from bot.conversation.place import StepFunction
from bot.storage.database.session import StorageError
from bot.storage.database.tables import AnswerRow, InboxRow, OutboxRow, RespondentRow, SkipRow
from bot.storage.messages.outbox import Reply, add_notice, replies_to
from bot.storage.respondents.answers import current_answer
from bot.storage.respondents.equality import equality_totals
from bot.storage.respondents.place_forms import place_told, told_place
from bot.storage.respondents.places import place_of, progress_now
from bot.turns.apply import outcome_of, take_step
from bot.turns.finish import finish_turn
from bot.turns.services import Understood
from tests.support.keys import KEYS
from tests.support.people import People, at_once


def finish(people: People, inbox_id: int, *texts: str, state: str = "done") -> None:
    with people.database.writing() as session:
        finish_turn(
            session,
            people.consultation,
            inbox_id,
            [Reply(text) for text in texts],
            Understood("give_answer", 0.75),
            delivery="sent",
            now=people.now(),
            state=state,
        )


def answers(people: People) -> list[Any]:
    return [
        (row["question"], row["value"], row["text"], row["status"])
        for row in people.export("answers")
    ]


def respondent(people: People, respondent_id: str) -> Any:
    with people.database.reading() as session:
        return session.get(RespondentRow, respondent_id)


def test_a_step_taken_twice_has_one_effect(people: People) -> None:
    person = people.new()
    people.start(person)
    inbox_id = people.send(person, "I am a resident")
    first = people.step(inbox_id, answering.answer)
    assert (first.did.value, first.value, first.opened) == (
        "answered",
        "resident",
        "smart_people.agree",
    )
    assert people.step(inbox_id, answering.answer) == first
    # Also when the repeat is understood as something else: the first time counts.
    assert people.step(inbox_id, moving.skip) == first
    assert answers(people) == [("role", "resident", "I am a resident", "current")]
    with people.database.reading() as session:
        told = outcome_of(session, people.consultation, inbox_id, None, now=people.now())
        assert told.effect == first


WALK: list[tuple[str, StepFunction]] = [
    ("start", moving.start),
    ("skip", moving.skip),
    ("back", moving.go_back),
    ("resident", answering.answer),
    ("purple", answering.answer),
    ("very purple", answering.answer),
    ("back", moving.go_back),
    ("agree", revisions.doubted("skip_question")),
    ("undo", moving.go_back),
    ("skip", moving.skip),
    ("more buses", answering.answer),
    ("skip", moving.skip),
    ("back", moving.go_back),
    ("change the first one", revisions.change),
    ("a business", answering.answer),
    ("we run a group", requests.request("workshop")),
    ("the reading group", answering.answer),
    ("cancel", confirmations.deny),
    ("have a rest", moving.pause),
    ("hello", moving.greet),
    ("start again", confirmations.start_over),
    ("yes", confirmations.affirm),
    ("STOP", moving.opt_out),
    ("hello", answering.answer),
    ("start", moving.start),
]


def test_a_place_that_is_handed_on_is_the_place_that_is_stored(people: People) -> None:
    person = people.new()
    place, moved = None, 0
    for text, step in WALK:
        inbox_id = people.send(person, text)
        with people.database.writing() as session:
            outcome = outcome_of(
                session, people.consultation, inbox_id, step,
                now=people.now(), keys=KEYS, place=place,
            )  # fmt: skip
        with people.database.reading() as session:
            stored = place_of(session, person.id, Phase.OPEN)
        assert outcome.place == stored, text
        assert place_told(told_place(stored), Phase.OPEN) == stored
        moved += place != stored
        place = stored
    assert moved > len(WALK) / 2


def test_a_step_taken_in_four_threads_at_once_has_one_effect(people: People) -> None:
    person = people.new()
    people.start(person)
    inbox_id = people.send(person, "resident")
    effects = at_once(4, lambda _: people.step(inbox_id, answering.answer))
    assert len(set(map(str, effects))) == 1
    assert len(answers(people)) == 1


def test_two_messages_at_once_answer_two_questions(people: People) -> None:
    person = people.new()
    people.start(person)
    ids = [people.send(person, "resident"), people.send(person, "agree")]
    at_once(2, lambda n: people.step(ids[n], answering.answer))
    # Whichever came first, nothing is lost and each question has at most one current answer.
    current = [a[0] for a in answers(people) if a[3] == "current"]
    assert len(current) == len(set(current))
    assert respondent(people, person.id).state == "started"


def test_a_new_answer_replaces_the_old_one_which_is_kept(people: People) -> None:
    person = people.new()
    people.start(person)
    people.answer(person, "resident")
    people.step(people.send(person, "back"), moving.go_back)
    people.answer(person, "a business")
    assert answers(people) == [
        ("role", "resident", "resident", "replaced"),
        ("role", "business", "a business", "current"),
    ]
    with people.database.reading() as session:
        assert current_answer(session, person.id, "role") == "a business"
        assert current_answer(session, person.id, "smart_people.agree") is None


def test_a_question_that_is_answered_after_all_is_no_longer_skipped(people: People) -> None:
    person = people.new()
    people.start(person)
    assert people.step(people.send(person, "skip"), moving.skip).did.value == "skipped"
    assert skipped(people) == ["role"]
    # Skipping it again changes nothing.
    people.step(people.send(person, "back"), moving.go_back)
    people.step(people.send(person, "skip"), moving.skip)
    assert skipped(people) == ["role"]
    people.step(people.send(person, "back"), moving.go_back)
    people.answer(person, "resident")
    assert skipped(people) == [] and len(answers(people)) == 1


def skipped(people: People) -> list[str]:
    with people.database.reading() as session:
        return list(session.execute(select(SkipRow.question)).scalars())


def test_words_that_could_not_be_read_twice_are_kept_as_an_answer_without_a_value(
    people: People,
) -> None:
    person = people.new()
    people.start(person)
    assert people.answer(person, "purple").did.value == "unreadable"
    assert respondent(people, person.id).tries == 1
    assert people.answer(person, "very purple").did.value == "kept_as_said"
    assert answers(people) == [("role", None, "very purple", "current")]
    with people.database.reading() as session:
        assert list(session.execute(select(AnswerRow.remark)).scalars()) == ["purple"]


def test_a_whole_consultation_ends_completed(people: People, consultation: Consultation) -> None:
    person = people.new()
    people.start(person)
    for number, question in enumerate(consultation.questions):
        assert respondent(people, person.id).open_question == question.id
        assert respondent(people, person.id).completed_at is None
        if number % 2:
            people.step(people.send(person, "skip"), moving.skip)
        else:
            people.answer(person, "no" if question.kind is Kind.OPEN else "1")
    row = respondent(people, person.id)
    ended = row.completed_at
    assert ended is not None
    assert (row.state, row.open_question) == ("started", consultation.equality.questions[0].id)
    assert people.step(people.send(person, "none"), confirmations.deny).did.value == "declined"
    row = respondent(people, person.id)
    assert (row.state, row.open_question, row.completed_at) == ("completed", None, ended)
    assert people.answer(person, "one more thing").did.value == "kept_after_end"
    assert respondent(people, person.id).completed_at == ended


def test_all_that_one_message_tells_about_the_person_is_counted(
    people: People, consultation: Consultation
) -> None:
    person = people.new()
    people.start(person)
    for question in consultation.questions:
        people.answer(person, "no" if question.kind is Kind.OPEN else "1")
    told = people.answer(person, "45, woman, no disability, white, M14")
    assert (told.did.value, told.value, told.told) == ("answered", None, True)
    with people.database.reading() as session:
        totals = equality_totals(session, consultation.id)
    assert {one.partition(".")[2]: dict(counts) for one, counts in totals.items()} == {
        "age_band": {"age_45_54": 1},
        "disability": {"no": 1},
        "gender": {"woman": 1},
        "ethnic_group": {"white": 1},
        "postcode_district": {"M14": 1},
    }


def test_a_stop_is_an_opt_out_and_start_takes_it_back(people: People) -> None:
    person = people.new()
    people.start(person)
    people.step(people.send(person, "STOP"), moving.opt_out)
    row = respondent(people, person.id)
    assert (row.state, row.opted_out, row.open_question) == ("stopped", True, "role")
    assert people.answer(person, "resident").did.value == "is_stopped"
    people.start(person)
    row = respondent(people, person.id)
    assert (row.state, row.opted_out, row.open_question) == ("started", False, "role")
    with people.database.reading() as session:
        assert place_of(session, person.id, Phase.OPEN).state is State.STARTED


def test_a_turn_finished_twice_replies_once(people: People) -> None:
    person = people.new()
    inbox_id = people.send(person, "hello")
    finish(people, inbox_id, "one", "two")
    with people.database.reading() as session:
        first = replies_to(session, inbox_id)
    finish(people, inbox_id, "three")
    finish(people, inbox_id, "four", state="failed")
    with people.database.reading() as session:
        assert replies_to(session, inbox_id) == first
        row = session.get(InboxRow, inbox_id)
    done, replies, progress = first
    assert done and [(r.id, r.text) for r in replies] == [(2, "one"), (3, "two")]
    assert progress["state"] == "new"
    assert (row.state, row.intent, row.confidence) == ("done", "give_answer", 0.75)
    assert row.done_at is not None


def test_a_turn_finished_in_three_threads_at_once_replies_once(people: People) -> None:
    inbox_id = people.send(people.new(), "hello")
    at_once(3, lambda n: finish(people, inbox_id, f"reply {n}"))
    with people.database.reading() as session:
        assert len(replies_to(session, inbox_id)[1]) == 1


def test_a_step_and_its_replies_may_share_one_transaction(people: People) -> None:
    person = people.new()
    people.start(person)
    inbox_id = people.send(person, "STOP")
    with people.database.writing() as session:
        take_step(
            session, people.consultation, inbox_id, moving.opt_out, now=people.now(), keys=KEYS
        )
        finish_turn(
            session,
            people.consultation,
            inbox_id,
            [Reply("Stopped.")],
            Understood("opt_out", 1.0),
            delivery="sent",
            now=people.now(),
        )
    with people.database.reading() as session:
        row = session.get(InboxRow, inbox_id)
        assert (row.state, row.effect["did"], row.question) == ("done", "stopped", "role")
        assert row.progress["state"] == "stopped"
        assert place_of(session, person.id, Phase.OPEN).state is State.STOPPED
        assert [r.text for r in replies_to(session, inbox_id)[1]] == ["Stopped."]


class Crash(Exception):
    pass


def test_a_crash_inside_a_transaction_leaves_nothing(people: People) -> None:
    person = people.new()
    people.start(person)
    inbox_id = people.send(person, "resident")
    before = respondent(people, person.id)
    with pytest.raises(Crash), people.database.writing() as session:
        take_step(
            session, people.consultation, inbox_id, answering.answer, now=people.now(), keys=KEYS
        )
        finish_turn(
            session,
            people.consultation,
            inbox_id,
            [Reply("Thank you.")],
            None,
            delivery="sent",
            now=people.now(),
        )
        raise Crash
    after = respondent(people, person.id)
    assert (after.open_question, after.last_seq) == (before.open_question, before.last_seq)
    with people.database.reading() as session:
        row = session.get(InboxRow, inbox_id)
        assert (row.state, row.effect, row.progress) == ("received", None, None)
        assert replies_to(session, inbox_id) == (False, [], None)
    assert answers(people) == []
    # And done again, it is done.
    assert people.step(inbox_id, answering.answer).did.value == "answered"


def test_a_message_is_filed_under_the_question_that_was_open(people: People) -> None:
    person = people.new()
    people.start(person)
    answered = people.send(person, "resident")
    people.step(answered, answering.answer)
    finish(people, answered)
    asked = people.send(person, "how far am I")
    finish(people, asked)  # takes no step
    assert [row["question"] for row in people.export("messages")][1:] == [
        "role",
        "smart_people.agree",
    ]


def test_the_notice_that_the_reply_follows_is_told_once_and_not_after_it(people: People) -> None:
    inbox_id = people.send(people.new(), "hello")
    notice = Reply("Saved.", notice=True)

    def tell(_: int = 0) -> None:
        with people.database.writing() as session:
            add_notice(session, inbox_id, notice, delivery="sent", now=people.now())

    at_once(3, tell)
    finish(people, inbox_id, "Here it is.")
    tell()
    with people.database.reading() as session:
        done, replies, _ = replies_to(session, inbox_id)
        assert done and [r.text for r in replies] == ["Saved.", "Here it is."]
        assert [r.seq for r in session.execute(select(OutboxRow)).scalars()] == [2, 3]
    late = people.send(people.new(), "hello")
    finish(people, late, "At once.")
    with people.database.writing() as session:
        add_notice(session, late, notice, delivery="sent", now=people.now())
    with people.database.reading() as session:
        assert [r.text for r in replies_to(session, late)[1]] == ["At once."]


def test_outside_the_dates_progress_says_closed_until_it_is_completed(people: People) -> None:
    person = people.new()
    people.start(person)
    with people.database.reading() as session:
        for phase, state in ((Phase.OPEN, "started"), (Phase.AFTER, "closed")):
            here = progress_now(session, people.consultation, person.id, phase)
            assert here.state == state


def test_a_storage_error_carries_no_words_of_a_resident(people: People) -> None:
    person = people.new()
    seq = people.send(person, "x")
    canary = "my-secret-words-7351"
    with pytest.raises(StorageError) as caught, people.database.writing() as session:
        row = session.get(InboxRow, seq)
        session.add(
            InboxRow(
                **{
                    column.name: getattr(row, column.name)
                    for column in InboxRow.__table__.columns
                    if column.name not in ("id", "text")
                },
                text=canary,
            )
        )
    shown = "".join(traceback.format_exception(caught.value))
    assert canary not in shown and canary not in repr(caught.value)
    assert str(caught.value) == "IntegrityError"


def test_more_words_to_an_open_question_are_one_answer_with_the_first(people: People) -> None:
    person = people.new()
    people.start(person)
    people.answer(person, "resident")
    people.answer(person, "agree")
    people.answer(person, "more buses")
    first = people.send(person, "and trains")
    assert people.step(first, revisions.added_to("smart_people.views")).did.value == "added"
    assert people.step(first, revisions.added_to("smart_people.views")).did.value == "added"
    kept = people.send(person, "because I use them")
    people.step(kept, revisions.added_to("smart_people.agree"))
    more = people.send(person, "every day")
    people.step(more, revisions.added_to("smart_people.agree"))
    with people.database.reading() as session:
        rows = session.execute(select(AnswerRow).where(AnswerRow.status == "current")).scalars()
        current = {row.question: (row.text, row.value, row.remark) for row in rows}
    assert current["smart_people.views"] == ("more buses\nand trains", None, None)
    assert current["smart_people.agree"] == ("agree", "agree", "because I use them\nevery day")


def test_for_whom_they_answer_is_noted_and_exported(people: People) -> None:
    person, beside = people.new(), people.new()
    people.step(people.send(person, "I'm answering for my mum"), confirmations.for_another)
    people.step(people.send(person, "yes"), confirmations.affirm)
    for step in (moving.start, moving.skip, moving.skip):
        people.step(people.send(beside, "skip"), step)
    people.answer(beside, "I'm here for my nan. She wants more classes.")
    told = [(row["behalf"], row["views"]) for row in people.export("respondents")]
    assert sorted(told) == [("mum", "theirs"), ("nan", None)]
    assert respondent(people, person.id).state == "started"
