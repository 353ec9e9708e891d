"""What the model is taught follows the messages and their corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from bot.conversation import moving
from bot.storage.database.session import Session
from bot.storage.database.tables import InboxRow
from bot.storage.jobs import trainings
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import Respondent
from bot.storage.review import corrections
from bot.understanding.personal_data import holds_personal
from tests.support.keys import KEYS
from tests.support.people import NOON, People

ANN, WORDS = "ann@example.org", "next  one please"
correct = partial(corrections.correct, staff=ANN, is_personal=holds_personal, now=NOON)


@pytest.fixture()
def person(people: People) -> Respondent:
    """A resident whose message was corrected, and taught."""
    person = people.new()
    people.turn(person, "start", moving.start, intent="start")
    people.turn(person, WORDS, intent="give_answer")
    with people.database.writing() as session:
        assert correct(session, person.id, _seq(session), intent="skip_question")
        begun = _begin(session, people)
        (one,) = trainings.corrected_messages(session, people.consultation.id)
        taken = trainings.end_training(
            session, begun, trainings.TAKEN, NOON, taught={one.inbox_id: one.intent}
        )
    assert (taken, _taught(people)) == (1, [("next one please", "skip_question")])
    return person


def _begin(session: Session, people: People) -> int:
    about = people.consultation.id
    begun = trainings.begin_training(session, about, staff=ANN, lines=1, now=NOON)
    assert begun is not None
    return begun


def _seq(session: Session) -> int:
    return session.execute(select(InboxRow.seq).where(InboxRow.text == WORDS)).scalar_one()


def _taught(people: People) -> list[tuple[str, str]]:
    with people.database.reading() as session:
        return trainings.taught_lines(session, people.consultation.id)


def _erase(session: Session, person: Respondent) -> None:
    erase(session, KEYS, person.id, last_words=False)


def _take_back(session: Session, person: Respondent) -> None:
    assert corrections.take_back(session, person.id, _seq(session), holds_personal)


def _correct_anew(session: Session, person: Respondent) -> None:
    assert correct(session, person.id, _seq(session), intent="pause")


def _seal(session: Session, person: Respondent) -> None:
    session.execute(update(InboxRow).values(private="contact"))


def _delete_words(session: Session, person: Respondent) -> None:
    session.execute(update(InboxRow).values(text=""))


@pytest.mark.parametrize(
    "happens", [_erase, _take_back, _correct_anew, _seal, _delete_words], ids=lambda f: f.__name__
)
def test_a_line_is_taught_no_more_when(
    people: People, person: Respondent, happens: Callable[[Session, Respondent], None]
) -> None:
    with people.database.writing() as session:
        happens(session, person)
    assert _taught(people) == []


def test_undone_nothing_is_taught_and_the_correction_stays(
    people: People, person: Respondent
) -> None:
    about = people.consultation.id
    with people.database.writing() as session:
        assert trainings.undo_training(session, about, NOON) == 1
        assert trainings.undo_training(session, about, NOON) == 0
    with people.database.reading() as session:
        last = trainings.last_training(session, about)
        assert last is not None and last.outcome == trainings.UNDONE
        assert len(trainings.corrected_messages(session, about)) == 1
    assert _taught(people) == []


def test_what_was_erased_while_it_was_learnt_is_not_taught(
    people: People, person: Respondent
) -> None:
    with people.database.writing() as session:
        begun = _begin(session, people)
        (one,) = trainings.corrected_messages(session, people.consultation.id)
    with people.database.writing() as session:
        _erase(session, person)
    with people.database.writing() as session:
        taught = {one.inbox_id: one.intent}
        assert trainings.end_training(session, begun, trainings.TAKEN, NOON, taught=taught) == 0
    assert _taught(people) == []


def test_a_training_that_is_not_taken_leaves_what_was_taught(
    people: People, person: Respondent
) -> None:
    with people.database.writing() as session:
        trainings.end_training(session, _begin(session, people), trainings.LEFT, NOON)
    assert len(_taught(people)) == 1


def test_one_training_runs_at_a_time_unless_it_has_died(people: People) -> None:
    about = people.consultation.id
    with people.database.writing() as session:
        begin = partial(trainings.begin_training, session, about, staff=ANN, lines=1)
        assert begin(now=NOON) is not None
        assert begin(now=NOON + timedelta(minutes=5)) is None
        assert begin(now=NOON + trainings.LONGEST) is not None
