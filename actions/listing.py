"""A person's answers, numbered and in her own words, as the bot plays them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.consultation.changing import can_change
from bot.consultation.model import FOLLOW_UP, Consultation, Question

SHORT_WORDS = 30  # letters of an answer by text message, where each part costs money
Answers = Mapping[str, tuple[str, Any]]


def listing(
    consultation: Consultation,
    answers: Answers,
    done: Collection[str],
    *,
    short: bool,
    letters: int | None = None,
) -> str:
    """Return the numbered list; `letters` cuts long answers. Empty when there is none."""
    cut = SHORT_WORDS if short else letters
    lines: list[str] = []
    section = None
    for number, question in enumerate(can_change(consultation, done), start=1):
        here = consultation.section_of[question.id]
        if here is not section and not short:
            lines += ["", here.title] if lines else [here.title]
        section = here
        said = _said(question, answers, short=short, cut=cut)
        lines.append(f"{number} {said}" if short else f"{number}. {said}")
    return "\n".join(lines)


def _said(question: Question, answers: Answers, *, short: bool, cut: int | None) -> str:
    parts = [answers[i] for i in (question.id, question.id + FOLLOW_UP) if i in answers]
    if not parts:
        return "(left out)"
    texts = [_words(question, text, value, short=short) for text, value in parts]
    said = " / ".join(texts)
    return said if cut is None or len(said) <= cut else said[: cut - 3].rstrip() + "..."


def _words(question: Question, text: str, value: Any, *, short: bool) -> str:
    """Options by their wording, everything else in her own words."""
    options = {option.value: option.wording for option in question.options}
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(v, str) and v in options for v in values):
        return " ".join(text.split())
    return ", ".join(options[v].for_channel(short=short) for v in values)
