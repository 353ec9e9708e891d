"""The answers at a glance: the question small, the answer large, what was said beside with it."""

from __future__ import annotations

import dataclasses

import pytest

from bot.consultation.model import Consultation
from bot.staff.conversations.glance import Said, asked, at_a_glance, left_open
from bot.storage.messages.transcripts import Answer, Turn
from tests.staff.desk import CONSULTATION, START, wording


def _answer(
    question: str, text: str, value: object = None, remark: str | None = None, seq: int = 1
) -> Turn:
    return Turn(
        seq=seq,
        direction="in",
        text=text,
        at=START,
        delivery="done",
        question=question,
        answer=Answer(question, "choice", value, remark, "current"),
    )


def _with_follow_up() -> Consultation:
    sections = tuple(
        dataclasses.replace(
            section,
            questions=tuple(
                dataclasses.replace(q, follow_up=wording("Can you say more?"))
                if q.id == "views"
                else q
                for q in section.questions
            ),
        )
        for section in CONSULTATION.sections
    )
    return dataclasses.replace(CONSULTATION, sections=sections)


SAID = [
    # the message, the option, the remark; and what is shown of them
    ("2", "shop", None, Said(1, "A shop")),
    ("A shop", "shop", None, Said(1, "A shop")),
    ("a SHOP!", "shop", None, Said(1, "A shop")),
    ("1 and 2", "shop", None, Said(1, "A shop")),
    ("I run a small shop", "shop", None, Said(1, "A shop", "I run a small shop")),
    ("2, on Oak Road", "shop", "on Oak Road", Said(1, "A shop", "2, on Oak Road")),
    ("2", "shop", "for years", Said(1, "A shop", None, "for years")),
    ("neither", None, None, Said(1, None, "neither")),
    ("ring 07700 900123", None, None, Said(1, None, "ring [number hidden]")),
]


@pytest.mark.parametrize(("text", "value", "remark", "said"), SAID)
def test_words_are_shown_where_they_say_more_than_the_option(
    text: str, value: str | None, remark: str | None, said: Said
) -> None:
    first = at_a_glance(CONSULTATION, [_answer("role", text, value, remark)], ())[0].questions[0]
    assert first.said == said


def test_a_follow_up_stands_with_its_question() -> None:
    turns = [_answer("views", "Benches"), _answer("views.follow_up", "In the shade", seq=5)]
    parks = at_a_glance(_with_follow_up(), turns, ())[1]
    assert parks.questions[0].said == Said(1, None, "Benches")
    assert parks.questions[0].more == Said(5, None, "In the shade")


def test_what_has_no_answer_is_told_apart() -> None:
    sections = at_a_glance(CONSULTATION, [_answer("role", "2", "shop")], {"views"})
    assert left_open(sections) == {
        "skipped": ["What would make parks better?"],
        "none": ["What comes first?"],
    }
    assert [len(section.answered) for section in sections] == [1, 0]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("How far do you agree?", "How far do you agree?"),
        ("Aim 1 of 4. It wants more. How far do you agree?", "How far do you agree?"),
        ("What helps? It could be anything.", "What helps?"),
        ("Say it in your own words.", "Say it in your own words."),
        ("", ""),
    ],
)
def test_a_question_is_told_by_the_sentence_that_asks(text: str, short: str) -> None:
    assert asked(text) == short
