"""Which question is next, which was before, and what progress says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.consultation.model import Consultation
from bot.consultation.state import State
from bot.conversation.progress import next_question, previous_question, progress_of


def ids(consultation: Consultation) -> list[str]:
    return [question.id for question in consultation.questions]


def test_the_next_question_is_the_first_that_is_not_done(consultation: Consultation) -> None:
    order = ids(consultation)
    assert next_question(consultation, set()).id == order[0]
    assert next_question(consultation, set(order[:4])).id == order[4]
    assert next_question(consultation, set(order) - {order[2]}).id == order[2]
    assert next_question(consultation, set(order)) is None
    assert next_question(consultation, {"equality.age_band", "gone"}).id == order[0]


def test_the_question_before_is_the_one_before_in_the_file(consultation: Consultation) -> None:
    order = ids(consultation)
    assert previous_question(consultation, order[0]) is None
    assert [previous_question(consultation, i).id for i in order[1:]] == order[:-1]
    assert previous_question(consultation, None).id == order[-1]
    assert previous_question(consultation, "gone.question").id == order[-1]


# state, open question, how many of the first are answered, skipped -> section, question, kind
PROGRESS: list[tuple[str, str | None, Any]] = [
    ("new", None, ("about_you", None, None)),
    ("started", "role", ("about_you", "role", "choice")),
    ("started", "smart_people.views", ("smart_people", "smart_people.views", "open")),
    ("paused", "overall.priority", ("overall", "overall.priority", "multi_choice")),
    ("completed", None, ("overall", None, None)),
    ("stopped", "smart_people.agree", ("smart_people", None, None)),
    ("stopped", None, ("about_you", None, None)),
    ("closed", "smart_people.agree", ("smart_people", None, None)),
    ("erased", None, ("about_you", None, None)),
    ("started", "gone.question", ("about_you", None, None)),
]


@pytest.mark.parametrize(("state", "open_question", "expected"), PROGRESS)
def test_progress_names_the_section_and_the_question_only_while_it_is_asked(
    consultation: Consultation, state: str, open_question: str | None, expected: Any
) -> None:
    here = progress_of(
        consultation, state=State(state), open_question=open_question, answered=(), skipped=()
    )
    assert (here.section, here.question, here.kind) == expected
    assert here.state == state


def test_only_the_consultations_own_questions_count(consultation: Consultation) -> None:
    here = progress_of(
        consultation,
        state=State.STARTED,
        open_question="role",
        answered={"role", "equality.age_band", "case_study.name", "gone"},
        skipped={"role", "smart_people.agree", "workshop.people"},
    )
    assert (here.answered, here.done, here.total) == (1, 2, len(consultation.questions))
    assert set(here.as_dict()) >= {"section", "question", "kind", "answered", "total", "state"}


def test_a_consultation_of_one_question_has_a_beginning_and_an_end(
    consultation: Consultation,
) -> None:
    section = consultation.sections[0]
    tiny = replace(consultation, sections=(replace(section, questions=section.questions[:1]),))
    only = tiny.questions[0].id
    assert next_question(tiny, ()).id == only and next_question(tiny, {only}) is None
    assert previous_question(tiny, only) is None and previous_question(tiny, None).id == only
