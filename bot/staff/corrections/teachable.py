"""Which corrections the dialogue model may be taught, and why others are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.consultation.model import Consultation
from bot.consultation.question import CLOSED_KINDS
from bot.staff.corrections.corrected import ANSWER, NO_OPTION
from bot.staff.publishing.redaction import capitals_of, suggest
from bot.staff.shell import vocabulary
from bot.storage.jobs.trainings import Corrected
from bot.understanding.personal_data import holds_personal

LONGEST = 200
MOST = 2_000
# What cannot be undone, or stands for a person's will, is never learnt from one message.
NEVER = frozenset(
    {"opt_out", "affirm", "deny", "delete_my_data", "withdraw_request", "start_over", "resume"}
)
CRY = "distress"
WHY = {
    "long": f"longer than {LONGEST} letters",
    "personal": "holds a number, an email address or a postcode",
    "name": "may name a person or a place: ",
    "never": "what it really was has effects that cannot be undone, or gives a consent",
    "care": "is about a person in need: those are taught by lines of our own",
    "language": "is not in English",
    "button": "was a pressed button",
    "twice": "the same words are corrected as two things",
    "known": "asks for an answer of the consultation file: it belongs there, under asked_as of ",
    "many": f"the model learns from the newest {MOST:,} at most",
}


@dataclass(frozen=True)
class Refused:
    """A correction that is not taught, and why not."""

    correction: Corrected
    why: str


@dataclass(frozen=True)
class Hint:
    """Words that belong to an option, under `also` in the consultation file."""

    correction: Corrected
    question: str
    option: str


@dataclass(frozen=True)
class Teachable:
    """Corrections as they are sorted: to be taught, not to be taught, and for the file."""

    lines: Sequence[Corrected]
    refused: Sequence[Refused]
    hints: Sequence[Hint]


@cache
def known_intents(root: Path) -> frozenset[str]:
    """Return the intents that the model has."""
    return frozenset(yaml.safe_load((root / "domain.yml").read_text("utf-8"))["intents"])


def sort_out(
    corrections: Sequence[Corrected], consultation: Consultation, known: Collection[str]
) -> Teachable:
    """Sort corrections; `known` are the intents that the model has. Of the same words one is
    taught.
    """
    names = _own_capitals(consultation)
    meant = defaultdict(set)
    for one in corrections:
        meant[_bare(one.text)].add(one.intent)
    lines: dict[str, Corrected] = {}
    refused, hints = [], []
    for one in corrections:
        if (hint := _hint(one, consultation)) is not None:
            hints.append(hint)
        elif (why := _why_not(one, names, known, meant)) is not None:
            refused.append(Refused(one, why))
        else:
            lines.setdefault(_bare(one.text), one)
    newest = list(lines.values())[-MOST:]
    refused += [Refused(one, WHY["many"]) for one in list(lines.values())[:-MOST]]
    return Teachable(newest, refused, hints)


def _hint(one: Corrected, consultation: Consultation) -> Hint | None:
    """What is an answer to a closed question teaches no intent: its words name an option."""
    question = consultation.by_id.get(one.question or "")
    if one.intent != ANSWER or question is None or question.kind not in CLOSED_KINDS:
        return None
    if one.value is None or one.value == NO_OPTION:
        return None
    return Hint(one, question.id, vocabulary.value(question, one.value) or "")


def _why_not(
    one: Corrected, names: Collection[str], known: Collection[str], meant: Mapping[str, set[str]]
) -> str | None:
    if one.intent in NEVER:
        return WHY["never"]
    if one.intent == CRY or one.was == CRY or one.care:
        return WHY["care"]
    if one.intent not in known:
        return WHY["known"] + one.intent
    if one.is_button:
        return WHY["button"]
    if one.language:
        return WHY["language"]
    if len(one.text) > LONGEST:
        return WHY["long"]
    if holds_personal(one.text):
        return WHY["personal"]
    if found := suggest(one.text, names):
        return WHY["name"] + ", ".join(f"“{each.words}”" for each in found)
    return WHY["twice"] if len(meant[_bare(one.text)]) > 1 else None


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())


def _own_capitals(consultation: Consultation) -> frozenset[str]:
    """Return the capitals of the consultation's own texts, which name nobody."""
    said = [consultation.title, consultation.organisation, consultation.summary]
    for question in consultation.by_id.values():
        said += [question.wording.text, *(option.wording.text for option in question.options)]
    return capitals_of(said)
