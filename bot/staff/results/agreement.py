"""How far people agree: one diverging bar for each question with a scale. Pure: counts in, places
out. Widths are percentages: the middle of the bar is the middle of the scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question
from bot.staff.results.charts import share

POINTS = 5  # of a scale: two that agree, the middle, two that disagree; then what is none of it
KINDS = ("against-much", "against", "middle", "for", "for-much")


@dataclass(frozen=True)
class Segment:
    """A part of a bar, from the left."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Stance:
    """What people think of one thing. `net`: points that agree more than disagree."""

    question_id: str
    title: str
    agree: str
    disagree: str
    net: str
    answers: int
    segments: tuple[Segment, ...]


def scales_of(consultation: Consultation) -> list[Question]:
    return [
        question
        for question in consultation.questions
        if question.kind is Kind.SCALE and len(question.options) >= POINTS
    ]


def stances_of(asked: Sequence[tuple[str, Question, Mapping[str, int]]]) -> list[Stance]:
    """Return the bars of (title, question, {value: how many}), all drawn to one measure. What
    nobody answered has none.
    """
    counted = [(title, one, _counts(one, values)) for title, one, values in asked]
    counted = [(title, one, counts) for title, one, counts in counted if sum(counts)]
    reach = max((_reach(counts) for _, _, counts in counted), default=1.0)
    return [_stance(title, one, counts, reach) for title, one, counts in counted]


def _counts(question: Question, values: Mapping[str, int]) -> list[int]:
    """Return the answers from the left of the bar. Those who do not know are not among them."""
    return [values.get(option.value, 0) for option in reversed(question.options[:POINTS])]


def _reach(counts: Sequence[int]) -> float:
    """Return how far the longer side goes from the middle, as a share of the answers."""
    against_much, against, middle, some, much = counts
    return (max(against_much + against, some + much) + middle / 2) / sum(counts)


def _stance(title: str, question: Question, counts: Sequence[int], reach: float) -> Stance:
    against_much, against, _middle, some, much = counts
    answers, agree, disagree = sum(counts), some + much, against + against_much
    return Stance(
        question.id,
        title,
        share(agree, answers),
        share(disagree, answers),
        f"{round(100 * (agree - disagree) / answers):+d}",
        answers,
        _segments([50 * count / answers / reach for count in counts]),
    )


def _segments(widths: Sequence[float]) -> tuple[Segment, ...]:
    x, segments = 50 - widths[0] - widths[1] - widths[2] / 2, []
    for kind, width in zip(KINDS, widths, strict=True):
        segments.append(Segment(kind, round(x, 2), round(width, 2)))
        x += width
    return tuple(segment for segment in segments if segment.width)
