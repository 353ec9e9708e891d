"""How well messages are understood that nobody has tuned on.

Three sets, each by a writer who saw neither training lines nor the other sets: `look` to read,
`tune` to choose costs by, `counted` only ever counted.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Option, Question
from bot.consultation.texts import Wording
from bot.consultation.waits import ERASE
from bot.understanding.answers import read_answer
from bot.understanding.answers.answer import how_it_reads, read_of
from bot.understanding.machines import note_of
from bot.understanding.meaning import ANSWER, Meaning
from bot.understanding.open import Open
from bot.understanding.understand import Ears, understand

SETS = Path(__file__).with_name("sets")
NAMES = ("look", "tune", "counted")
Row = dict[str, Any]
# A question of each kind to have open; `none`: nothing is.
OPEN = {
    "open": "smart_people.views",
    "scale": "smart_people.agree",
    "choice": "role",
    "multi_choice": "overall.priority",
    "contact": "callback.contact",
    "name": "callback.name",
}
IN_A_REQUEST = ("contact", "name")
# To be phoned and to talk to a person begin the same request; a question about the consultation
# gets its answer whichever of the intents it comes under (bot/understanding/known_questions.py).
ALIKE = ({"ask_human", "request_callback"},)
ASKS = "ask_question"
# Answers of the file to what is off the topic: where to report a bin, whom to ask about tax.
ELSEWHERE = {"faq_report_problem", "faq_council_tax"}
RATINGS = "smart_people.agree"
READ, CONSENTS = ("agree", "role", "priority"), ("consent",)
# What a row of closed.yml expects besides an option: to be asked, or not to be taken for an answer.
NOT_READ = ("offer", "none", "ask")


@dataclass(frozen=True)
class Share:
    """So many of so many, and where the true share lies 19 times of 20 (Wilson)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    def __str__(self) -> str:
        low, high = wilson(self.hits, self.of)
        return f"{self.value:.3f} ({self.hits} of {self.of}; {low:.3f} to {high:.3f})"


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    if not of:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    spread = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - spread), min(1.0, middle + spread)


def shared(hits: Iterable[bool]) -> Share:
    told = list(hits)
    return Share(sum(told), len(told))


def rows(name: str, file: str) -> list[Row]:
    """Return one file of a set, e.g. messages."""
    found: list[Row] = yaml.safe_load((SETS / name / f"{file}.yml").read_text("utf-8"))
    return found


def opened(row: Row, consultation: Consultation) -> Open:
    """Return what is open as the gateway would tell it. A yes or a no with nothing open is said to
    a bot that asked for one.
    """
    question = consultation.by_id.get(OPEN.get(row.get("open", "none"), ""))
    asked = question is None and row.get("intent") in ("affirm", "deny")
    return Open(
        state="started" if question or asked else "new",
        kind=question.kind.value if question else None,
        reads=how_it_reads(question, row["text"], read_of(question, row["text"])),
        pending=ERASE if asked else None,
        run="request" if row.get("open") in IN_A_REQUEST else None,
    )


@dataclass(frozen=True)
class Judged:
    """One message: the row, what was understood, and how long that took (seconds)."""

    row: Row
    meaning: Meaning
    seconds: float

    @property
    def right(self) -> bool:
        if self.row["intent"] == "off_topic" and ELSEWHERE & set(self.meaning.asks):
            return True
        return same(self.meaning.intent, self.row["intent"])

    @property
    def offered(self) -> bool:
        """Whether it is right, or what was meant was offered or answered on the way."""
        others = (self.meaning.other, *self.meaning.asks)
        return self.right or any(same(other, self.row["intent"]) for other in others if other)


def same(found: str, meant: str) -> bool:
    if found == meant or {found, meant} in ALIKE:
        return True
    return found == ASKS and meant.startswith("faq_")


def judged(name: str, file: str, ears: Ears, consultation: Consultation) -> list[Judged]:
    found = []
    for row in rows(name, file):
        begun = time.perf_counter()
        meaning = understand(row["text"], opened(row, consultation), ears)
        found.append(Judged(row, meaning, time.perf_counter() - begun))
    return found


def by_intent(messages: Sequence[Judged], *, offered: bool = False) -> dict[str, Share]:
    hits: dict[str, list[bool]] = defaultdict(list)
    for one in messages:
        hits[one.row["intent"]].append(one.offered if offered else one.right)
    return {intent: shared(told) for intent, told in sorted(hits.items())}


def macro(shares: dict[str, Share]) -> float:
    return sum(share.value for share in shares.values()) / len(shares)


def kept_answers(messages: Sequence[Judged]) -> Share:
    """Of the answers to an open question, those that were stored."""
    told = [m for m in messages if m.row["intent"] == ANSWER and m.row["open"] == "open"]
    return shared(m.meaning.intent == ANSWER for m in told)


def filed_commands(messages: Sequence[Judged]) -> tuple[Share, Share]:
    """Return the commands that were filed as answers, and of these the ones offered right."""
    commands = [m for m in messages if m.row["intent"] != ANSWER and m.row["open"] != "none"]
    filed = [m for m in commands if m.meaning.intent == ANSWER]
    return Share(len(filed), len(commands)), shared(m.offered for m in filed)


def strength(one: Judged) -> str:
    return "hard" if one.meaning.intent == "distress" else one.meaning.care.strength.value


def cries(found: Sequence[Judged]) -> dict[str, Share]:
    """Return the share heard at all, of plain ones heard as plain, of grief met, and by kind."""
    needs = [one for one in found if one.row["strength"] != "grief"]
    plain = [one for one in needs if one.row["strength"] == "hard"]
    grief = [one for one in found if one.row["strength"] == "grief"]
    kinds = sorted({one.row["kind"] for one in needs})
    return {
        "heard": shared(strength(one) != "none" for one in needs),
        "plain as hard": shared(strength(one) == "hard" for one in plain),
        "grief met": shared(strength(one) in ("grief", "soft") for one in grief),
    } | {
        f"  {kind}": shared(strength(one) != "none" for one in needs if one.row["kind"] == kind)
        for kind in kinds
    }


def alarms(found: Sequence[Judged]) -> Counter[str]:
    """Count what was heard where no help is needed, by strength."""
    return Counter(strength(one) for one in found)


def asked(consultation: Consultation) -> dict[str, Question]:
    """Return the questions that the rows of closed.yml answer, by their names there."""
    said = Wording("A question", "A question")
    told = _asked_file()["questions"]
    others = {
        name: Question(
            name,
            Kind(one["kind"]),
            said,
            said,
            options=tuple(
                Option(o["value"], Wording(o["text"], o["text"]), tuple(o.get("also", ())))
                for o in one["options"]
            ),
            max_choices=one.get("most"),
        )
        for name, one in told.items()
    }
    consent = next(q for q in consultation.by_id.values() if q.consent)
    return others | {"agree": consultation.by_id[RATINGS], "consent": consent}


def readings(name: str, consultation: Consultation) -> dict[str, Counter[str]]:
    """Count, for each closed question, what became of its rows (`reading`)."""
    questions = asked(consultation)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(name, "closed"):
        counted[row["question"]][reading(row, questions)] += 1
    return counted


def reading(row: Row, questions: Mapping[str, Question]) -> str:
    """Return how a message was read: `right`, or `asked` where that is right; `offered` and
    `refused` where it should have been read; `invented` where it should have been asked; `wrong`;
    and `reversed`, a rating taken for its opposite or a no for a yes.
    """
    wanted = expected(row)
    try:
        got = read_answer(questions[row["question"]], row["text"]).value
    except UnreadableAnswer as unread:
        return "asked" if wanted is None else "offered" if unread.nearest else "refused"
    got = sorted(got) if isinstance(got, list) else got
    if got == wanted:
        return "right"
    if SIDES.get(str(got), 0) * SIDES.get(str(row["expect"]), 0) < 0:
        return "reversed"
    return "invented" if wanted is None else "wrong"


SIDES = {"strongly_agree": 1, "agree": 1, "disagree": -1, "strongly_disagree": -1}
SIDES |= {"yes": 1, "no": -1}


@cache
def _asked_file() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((SETS / "asked.yml").read_text("utf-8"))
    return told


def expected(row: Row) -> Any:
    """Return the value that a row should be read as; None where it should be asked."""
    alone = _asked_file()["read_as"].get(row["question"], {})
    meant = alone.get(row["text"].lower(), row["expect"])
    if isinstance(meant, list):
        return sorted(meant)
    return None if meant in NOT_READ else meant.removesuffix("_with_condition")


def read_right(name: str, consultation: Consultation, of: Sequence[str]) -> dict[str, Share]:
    """Return, of the rows of some questions: those read right where there is something to read,
    those asked where it is not plain, and those stored as what they do not say.
    """
    questions = asked(consultation)
    told = [(row, reading(row, questions)) for row in rows(name, "closed") if row["question"] in of]
    plain = [found for row, found in told if expected(row) is not None]
    return {
        "read": shared(found == "right" for found in plain),
        "read or offered": shared(found in ("right", "offered") for found in plain),
        "asked where not plain": shared(
            found == "asked" for row, found in told if expected(row) is None
        ),
        "stored wrong": shared(found in ("wrong", "invented") for _, found in told),
        "reversed": shared(found == "reversed" for _, found in told),
    }


@cache
def meets() -> dict[str, list[str]]:
    """Return the ids that answer each topic of questions.yml."""
    told: dict[str, list[str]] = yaml.safe_load((SETS / "about.yml").read_text("utf-8"))
    return told


def questions(found: Sequence[Judged]) -> dict[str, Share]:
    """Return the share of questions that got the answer they ask for, and that got another one.
    Topics that no answer meets are left out.
    """
    told = [(one, meets()[one.row["about"]]) for one in found if one.row["about"] in meets()]
    answered = [(one.meaning.asks or (one.meaning.intent,), ids) for one, ids in told]
    return {
        "right answer": shared(bool(set(asks) & set(ids)) for asks, ids in answered),
        "another answer": shared(
            asks[0].startswith("faq_") and not set(asks) & set(ids) for asks, ids in answered
        ),
    }


def machines(name: str) -> tuple[Share, Share]:
    """Return the machine-made messages that were noticed (reactions quote what we said), and the
    answers that were not taken for one.
    """
    noticed, kept = [], []
    for row in rows(name, "machines"):
        note = note_of(row["text"], lambda row=row: [row["text"]])  # type: ignore[misc]
        if row["kind"] in ("reaction", "auto_reply"):
            noticed.append(note is not None)
        elif row["kind"] == "none":
            kept.append(note is None)
    return shared(noticed), shared(kept)
