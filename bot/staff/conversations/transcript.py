"""What a transcript shows of each message and of each question. Pure: turns in, words out."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.consultation.model import Consultation, Purpose, Question
from bot.conversation.did import Did
from bot.staff.conversations.masking import hidden, hidden_text
from bot.staff.shell import vocabulary
from bot.storage.messages.transcripts import Answer, Turn
from bot.storage.review.notes import Note, Tag
from bot.understanding.personal_data import Piece


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
    """One message as staff see it. `marks` are short warnings, in words. `hidden` says that there
    is something to reveal; `private` stands in place of words that are sealed.
    """

    number: int
    from_resident: bool
    pieces: Sequence[Piece]
    at: datetime
    delivery: str | None
    offered: Sequence[str]
    marks: Sequence[str]
    understood: Understanding | None
    hidden: bool = False
    private: str | None = None
    flagged: bool = False  # by staff
    notes: Sequence[Note] = ()
    tags: Sequence[str] = ()
    corrected: str | None = None
    correctable: bool = False


@dataclass(frozen=True)
class Seen:
    """What of the hidden things is shown: the numbers of messages, and what was sealed in them."""

    revealed: Container[int] = ()
    unsealed: Mapping[int, str] = field(default_factory=dict)
    can_unseal: Collection[int] = ()


class _Everything:
    """Every message there is."""

    def __contains__(self, _number: object) -> bool:
        return True


EVERYTHING = _Everything()


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
TAKEN = {Did.ANSWERED.value, Did.KEPT_UNREAD.value}  # an answer was put down
OF_DETOURS = {
    Purpose.REQUEST: "Put down for a request:",
    Purpose.EQUALITY: "An answer about the person, which only counts in the totals:",
}
WAITING = "Waiting for the bot"
FAILED = "The bot could not deal with this message. The message is saved."
TWICE = "May have arrived twice"
REPAIRED = "Some characters could not be stored exactly"


def lines_of(
    consultation: Consultation,
    turns: Sequence[Turn],
    seen: Seen = Seen(),
    notes: Sequence[Note] = (),
    tags: Sequence[Tag] = (),
    corrected: Mapping[int, str] | None = None,
) -> list[Line]:
    """Return both sides of a conversation, ready to be shown."""
    return [
        replace(
            _line(consultation, turn, seen),
            notes=tuple(note for note in notes if note.seq == turn.seq),
            tags=tuple(tag.name for tag in tags if tag.seq == turn.seq),
            corrected=(corrected or {}).get(turn.seq),
        )
        for turn in turns
    ]


def at_a_glance(
    consultation: Consultation,
    turns: Sequence[Turn],
    skipped: Collection[str],
    revealed: Container[int] = (),
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
            [
                _standing(asked, current.get(asked.id), skipped, revealed)
                for asked in section.questions
            ],
        )
        for section in consultation.sections
        if section.purpose is Purpose.CONSULTATION
    ]


def _line(consultation: Consultation, turn: Turn, seen: Seen) -> Line:
    from_resident, shown = turn.direction == "in", turn.seq in seen.revealed
    said = seen.unsealed.get(turn.seq, turn.text)
    pieces = [Piece(said)] if shown else hidden(said)
    sealed = turn.private is not None and turn.seq not in seen.unsealed
    can_unseal = sealed and turn.seq in seen.can_unseal
    return Line(
        number=turn.seq,
        from_resident=from_resident,
        pieces=pieces,
        at=turn.at,
        delivery=None if from_resident else vocabulary.DELIVERIES.get(turn.delivery, turn.delivery),
        offered=tuple(
            str(button.get("title", "")) if shown else hidden_text(str(button.get("title", "")))
            for button in turn.buttons
        ),
        marks=_marks(turn) if from_resident else (TWICE,) if turn.doubtful else (),
        understood=_understanding(consultation, turn, shown) if from_resident else None,
        hidden=not shown and (can_unseal or any(piece.kind for piece in pieces)),
        private=vocabulary.PRIVATE.get(turn.private or "") if sealed else None,
        flagged="staff" in turn.flags,
        correctable=from_resident and bool(turn.text) and turn.private is None,
    )


def _marks(turn: Turn) -> tuple[str, ...]:
    marks = (
        PHASES.get(turn.phase or ""),
        {"received": WAITING, "failed": FAILED}.get(turn.delivery),
        REPAIRED if turn.repaired else None,
        vocabulary.NOTES.get(turn.note or ""),
        *(vocabulary.FLAGS.get(kind, kind) for kind in turn.flags),
    )
    return tuple(mark for mark in marks if mark)


def _understanding(consultation: Consultation, turn: Turn, shown: bool) -> Understanding | None:
    sureness = None if turn.confidence is None else vocabulary.sureness(turn.confidence)
    if turn.answer is not None:
        return _of_answer(consultation, turn.answer, sureness, shown)
    if turn.intent is None:
        return None
    purpose = consultation.purpose_of(turn.question)
    if turn.intent == "give_answer" and purpose in OF_DETOURS:
        taken = turn.effect.get("did") in TAKEN
        value = None if turn.private else turn.effect.get("value")
        return Understanding(
            sentence=OF_DETOURS[purpose] if taken else "Not understood. While this was open:",
            question=question_text(consultation, turn.question or ""),
            value=hidden_text(vocabulary.value(consultation.by_id.get(turn.question or ""), value)),
            sureness=sureness,
        )
    if turn.intent == "give_answer":
        return Understanding(
            sentence="Not counted as an answer. While this was open:"
            if turn.question
            else "Not counted as an answer: no question was open.",
            question=turn.question and question_text(consultation, turn.question),
            sureness=sureness,
        )
    return Understanding(
        sentence=f"Said to the bot: {vocabulary.intent(turn.intent)}", sureness=sureness
    )


def _of_answer(
    consultation: Consultation, answer: Answer, sureness: str | None, shown: bool
) -> Understanding:
    question = consultation.by_id.get(answer.question)
    understood = vocabulary.value(question, answer.value)
    if understood is None and question is not None and question.options:
        understood = "Kept as written: it matches none of the options"
    return Understanding(
        sentence="Answer to:",
        question=question_text(consultation, answer.question),
        value=understood if shown else hidden_text(understood),
        remark=answer.remark if shown else hidden_text(answer.remark),
        status=STATUSES.get(answer.status),
        sureness=sureness,
    )


def _standing(
    question: Question, turn: Turn | None, skipped: Collection[str], revealed: Container[int]
) -> Standing:
    text = question.wording.text
    if turn is None or turn.answer is None:
        return Standing(text, "skipped" if question.id in skipped else "none")
    value, said = vocabulary.value(question, turn.answer.value), turn.text
    if turn.seq not in revealed:
        value, said = hidden_text(value), hidden_text(said)
    return Standing(text, "answered", value, said, turn.seq)


def question_text(consultation: Consultation, question_id: str) -> str:
    """Return a question's text; one that is no longer in the file still has its id."""
    question = consultation.by_id.get(question_id)
    return question.wording.text if question else f"{question_id} (no longer asked)"
