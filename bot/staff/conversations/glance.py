"""The answers of one conversation at a glance. Pure: turns in, words out."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass

from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import FOLLOW_UP, Question
from bot.staff.conversations.masking import hidden_text
from bot.staff.shell import vocabulary
from bot.storage.messages.transcripts import Turn


@dataclass(frozen=True)
class Said:
    """What a resident said to one question. `text` is what was sent, where it says more than
    `value`; `number` is that of the message.
    """

    number: int
    value: str | None = None
    text: str | None = None
    remark: str | None = None
    corrected: bool = False  # by a person


@dataclass(frozen=True)
class Standing:
    """A question of the consultation and where it stands; `asked` is what it comes to. `more` is
    what was said to its follow-up.
    """

    question: str
    asked: str
    state: str  # answered, skipped or none
    said: Said | None = None
    more: Said | None = None


@dataclass(frozen=True)
class SectionStanding:
    title: str
    questions: Sequence[Standing]

    @property
    def answered(self) -> list[Standing]:
        return [one for one in self.questions if one.said]


def at_a_glance(
    consultation: Consultation,
    turns: Sequence[Turn],
    skipped: Collection[str],
    revealed: Container[int] = (),
    corrected: Container[int] = (),
) -> list[SectionStanding]:
    """Return every question of the consultation with its current answer, section by section;
    `corrected` are the numbers of messages that staff corrected.
    """
    current = {
        turn.answer.question: turn
        for turn in turns
        if turn.answer is not None and turn.answer.status == "current"
    }
    return [
        SectionStanding(
            section.title,
            [
                _standing(asked, current, skipped, revealed, corrected)
                for asked in section.questions
            ],
        )
        for section in consultation.sections
        if section.purpose is Purpose.CONSULTATION
    ]


def left_open(sections: Sequence[SectionStanding]) -> dict[str, list[str]]:
    """Return {skipped or none: the questions} of those that have no answer."""
    found: dict[str, list[str]] = {}
    for section in sections:
        for one in section.questions:
            if one.said is None:
                found.setdefault(one.state, []).append(one.asked)
    return found


def _standing(
    question: Question,
    current: Mapping[str, Turn],
    skipped: Collection[str],
    revealed: Container[int],
    corrected: Container[int],
) -> Standing:
    text, turn = question.wording.text, current.get(question.id)
    follow_up = current.get(question.id + FOLLOW_UP)
    more = _said(question, follow_up, revealed, corrected) if follow_up else None
    if turn is None:
        state = "skipped" if question.id in skipped else "none"
        return Standing(text, asked(text), state, None, more)
    return Standing(text, asked(text), "answered", _said(question, turn, revealed, corrected), more)


def asked(text: str) -> str:
    """Return the sentence of a question that asks, without what leads to it and what explains."""
    sentences = re.split(r"(?<=[.?!])\s+", text)
    return next((sentence for sentence in sentences if sentence.endswith("?")), text)


def _said(
    question: Question, turn: Turn, revealed: Container[int], corrected: Container[int]
) -> Said:
    answer = turn.answer
    assert answer is not None
    value, words, remark = vocabulary.value(question, answer.value), turn.text, answer.remark
    if turn.seq not in revealed:
        value, words, remark = hidden_text(value), hidden_text(words), hidden_text(remark)
    shown = words if value is None or _says_more(words, value) else None
    beside = None if remark and shown and remark.lower() in shown.lower() else remark
    return Said(turn.seq, value, shown, beside, turn.seq in corrected)


def _says_more(words: str, value: str) -> bool:
    """Say whether words tell more than the option that they chose: "4", "1 and 3" and "agree" do
    not.
    """
    said = re.findall(r"[^\W\d_]+", words.lower())
    return bool(set(said) - {"and", "or"} - set(re.findall(r"\w+", value.lower())))
