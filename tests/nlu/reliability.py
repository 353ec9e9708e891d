"""Two more measures: how far the probabilities can be trusted, and questions behind an answer."""

from __future__ import annotations

from itertools import cycle

from bot.consultation.model import Consultation
from bot.understanding.meaning import ANSWER
from bot.understanding.possible import shares_of
from bot.understanding.understand import Ears, understand
from tests.nlu.measure import Share, meets, opened, rows, same, shared

BINS = 10


def reliability(name: str, ears: Ears, consultation: Consultation) -> list[Share]:
    """Return, for each tenth of the likeliest intent's probability, how often it was right."""
    bins: list[list[bool]] = [[] for _ in range(BINS)]
    for row in rows(name, "messages"):
        shares = shares_of(row["text"], opened(row, consultation), ears.model)
        likeliest = max(shares, key=lambda intent: shares[intent])
        place = min(int(shares[likeliest] * BINS), BINS - 1)
        bins[place].append(same(likeliest, row["intent"]))
    return [shared(told) for told in bins]


def behind_answers(name: str, ears: Ears, consultation: Consultation) -> dict[str, Share]:
    """Put each question behind an answer of the same set; say how often it got its answer, and the
    words were kept as an answer.
    """
    said = [
        row["text"].rstrip(".!? ")
        for row in rows(name, "messages")
        if row["intent"] == ANSWER and row["open"] == "open" and len(row["text"].split()) > 2
    ]
    asked = [row for row in rows(name, "questions") if row["about"] in meets()]
    found = []
    for row, answer in zip(asked, cycle(said), strict=False):
        both = {"text": f"{answer}. {row['text']}", "open": "open"}
        meaning = understand(both["text"], opened(both, consultation), ears)
        found.append((meaning, set(meaning.asks) & set(meets()[row["about"]])))
    return {
        "right answer": shared(bool(right) for _, right in found),
        "kept": shared(meaning.intent == ANSWER for meaning, _ in found),
        "offered something": shared(meaning.other is not None for meaning, _ in found),
    }
