"""What the bot made of a resident's message, in the words of the staff pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.consultation.model import Consultation, Purpose
from bot.conversation.did import Did
from bot.staff.conversations.glance import asked
from bot.staff.conversations.masking import hidden_text
from bot.staff.shell import vocabulary
from bot.storage.messages.transcripts import Answer, Turn


@dataclass(frozen=True)
class Understanding:
    """What the bot made of a resident's message. `question` is the text of the one it was about."""

    sentence: str
    question: str | None = None
    value: str | None = None
    remark: str | None = None
    status: str | None = None
    sureness: str | None = None
    unsure: bool = False  # so little sure that a person should look


SURE = 0.7  # from here on how sure the bot was says nothing that helps
STATUSES = {
    "replaced": "Changed later in the conversation",
    "withdrawn": "Taken back by the resident",
}
# An answer was taken.
TAKEN = {Did.ANSWERED.value, Did.KEPT_UNREAD.value, Did.KEPT_AS_SAID.value}
OF_DETOURS = {
    Purpose.REQUEST: "Put down for a request:",
    Purpose.EQUALITY: "An answer about the person, which only counts in the totals:",
}


def understanding(consultation: Consultation, turn: Turn, shown: bool) -> Understanding | None:
    """Return what the bot made of a message, or None while it has not dealt with it."""
    made = _understanding(consultation, turn, shown)
    unsure = turn.confidence is not None and turn.confidence < SURE
    return replace(made, unsure=unsure) if made else None


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


def question_text(consultation: Consultation, question_id: str) -> str:
    """Return what a question asks; one that is no longer in the file still has its id."""
    question = consultation.by_id.get(question_id)
    return asked(question.wording.text) if question else f"{question_id} (no longer asked)"
