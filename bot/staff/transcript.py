"""What a transcript shows of each message and of each question. Pure: turns in, words out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.consultation.model import Consultation, Purpose, Question
from bot.staff import words
from bot.storage.conversations import Answer, Turn


@dataclass(frozen=True)
class Understanding:
    """What the bot made of a resident's message. `question` is the text of the one it was about."""

    sentence: str
    question: str | None = None
    value: str | None = None
    remark: str | None = None
    status: str | None = None
    sureness: str | None = None


@dataclass(frozen=True)
class Line:
    """One message as staff see it. `marks` are short warnings, in words."""

    number: int
    from_resident: bool
    text: str
    at: datetime
    delivery: str | None
    offered: Sequence[str]
    marks: Sequence[str]
    understood: Understanding | None


@dataclass(frozen=True)
class Standing:
    """A question of the consultation and where it stands; `text` is what was sent."""

    question: str
    state: str  # answered, skipped or none
    value: str | None = None
    text: str | None = None
    number: int | None = None  # of the message that answered


@dataclass(frozen=True)
class SectionStanding:
    title: str
    questions: Sequence[Standing]


STATUSES = {
    "replaced": "Changed later in the conversation",
    "withdrawn": "Taken back by the resident",
}
PHASES = {"before": "Arrived before the opening date", "after": "Arrived after the closing date"}
WAITING = "Waiting for the bot"
FAILED = "The bot could not deal with this message. The message is saved."
TWICE = "May have arrived twice"
REPAIRED = "Some characters could not be stored exactly"


def lines_of(consultation: Consultation, turns: Sequence[Turn]) -> list[Line]:
    """Return both sides of a conversation, ready to be shown."""
    return [_line(consultation, turn) for turn in turns]


def at_a_glance(
    consultation: Consultation, turns: Sequence[Turn], skipped: Collection[str]
) -> list[SectionStanding]:
    """Return every question of the consultation with its current answer, section by section."""
    current = {
        turn.answer.question: turn
        for turn in turns
        if turn.answer is not None and turn.answer.status == "current"
    }
    return [
        SectionStanding(
            section.title,
            [_standing(asked, current.get(asked.id), skipped) for asked in section.questions],
        )
        for section in consultation.sections
        if section.purpose is Purpose.CONSULTATION
    ]


def _line(consultation: Consultation, turn: Turn) -> Line:
    from_resident = turn.direction == "in"
    return Line(
        number=turn.seq,
        from_resident=from_resident,
        text=turn.text,
        at=turn.at,
        delivery=None if from_resident else words.DELIVERIES.get(turn.delivery, turn.delivery),
        offered=tuple(str(button.get("title", "")) for button in turn.buttons),
        marks=_marks(turn) if from_resident else (TWICE,) if turn.doubtful else (),
        understood=_understanding(consultation, turn) if from_resident else None,
    )


def _marks(turn: Turn) -> tuple[str, ...]:
    marks = (
        PHASES.get(turn.phase or ""),
        {"received": WAITING, "failed": FAILED}.get(turn.delivery),
        REPAIRED if turn.repaired else None,
        words.NOTES.get(turn.note or ""),
        *(words.FLAGS.get(kind, kind) for kind in turn.flags),
    )
    return tuple(mark for mark in marks if mark)


def _understanding(consultation: Consultation, turn: Turn) -> Understanding | None:
    sureness = None if turn.confidence is None else words.sureness(turn.confidence)
    if turn.answer is not None:
        return _of_answer(consultation, turn.answer, sureness)
    if turn.intent is None:
        return None
    if turn.intent == "give_answer":
        return Understanding(
            sentence="Not counted as an answer. While this was open:"
            if turn.question
            else "Not counted as an answer: no question was open.",
            question=turn.question and question_text(consultation, turn.question),
            sureness=sureness,
        )
    return Understanding(
        sentence=f"Said to the bot: {words.intent(turn.intent)}", sureness=sureness
    )


def _of_answer(consultation: Consultation, answer: Answer, sureness: str | None) -> Understanding:
    question = consultation.by_id.get(answer.question)
    understood = words.value(question, answer.value)
    if understood is None and question is not None and question.options:
        understood = "Kept as written: it matches none of the options"
    return Understanding(
        sentence="Answer to:",
        question=question_text(consultation, answer.question),
        value=understood,
        remark=answer.remark,
        status=STATUSES.get(answer.status),
        sureness=sureness,
    )


def _standing(question: Question, turn: Turn | None, skipped: Collection[str]) -> Standing:
    text = question.wording.text
    if turn is None or turn.answer is None:
        return Standing(text, "skipped" if question.id in skipped else "none")
    value = words.value(question, turn.answer.value)
    return Standing(text, "answered", value, turn.text, turn.seq)


def question_text(consultation: Consultation, question_id: str) -> str:
    """Return a question's text; one that is no longer in the file still has its id."""
    question = consultation.by_id.get(question_id)
    return question.wording.text if question else f"{question_id} (no longer asked)"
