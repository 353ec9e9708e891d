"""Figures before and after a training, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.storage.jobs.trainings import FAILED, LEFT, RUNNING, TAKEN, UNDONE, Training

SETS = {"look": "First set of test messages", "tune": "Second set of test messages"}
ENDS = {
    RUNNING: "It is being trained.",
    TAKEN: "The model is taken. It counts from the next start of the dialogue model (rasa).",
    LEFT: "The model is not taken; the one before stays.",
    FAILED: "That did not work; the model before stays.",
    UNDONE: "It was undone: the model is the one without corrections.",
}
NOT_MEASURED = (
    "Not measured: the messages to measure with are not in this installation. So the model is only"
    " taken when a person says so."
)


def sentences(outcome: str, lines: int, figures: Mapping[str, Any]) -> list[str]:
    """Return what a training changed, and what came of it."""
    told = []
    if "corrected" in figures:
        before, after = figures["corrected"]
        told.append(
            f"Of {lines} corrected messages {after} are now read as they were corrected"
            f" (before: {before}). They were learnt, so this proves little."
        )
    for name, one in (figures.get("sets") or {}).items():
        told += _set(SETS.get(name, name), one)
    if "sets" in figures and not figures["sets"]:
        told.append(NOT_MEASURED)
    return [*told, *worse(figures), ENDS[outcome]]


def told_of(last: Training | None, taught: int) -> list[str]:
    """Return what is to be said of the last training; `taught` lines are still taught now."""
    if last is None:
        return []
    told = sentences(last.outcome, last.lines, last.figures or {})
    gone = last.lines - taught
    if last.outcome == TAKEN and gone > 0:
        told.append(
            f"Gone since: {gone} of {last.lines} lines, erased or corrected anew. The model is made"
            " without them at night, or at once with `python -m bot train`; then restart rasa."
        )
    return told


def worse(figures: Mapping[str, Any]) -> list[str]:
    """Return what got worse, in plain words."""
    names = {"recall": "read right", "cries": "calls for help heard"}
    return [
        f"Worse: {names[what]} in the {SETS.get(name, name).lower()}."
        for name, one in (figures.get("sets") or {}).items()
        for what in names
        if one[what][1] < one[what][0]
    ]


def _set(name: str, one: Mapping[str, Any]) -> list[str]:
    recall, cries = one["recall"], one["cries"]
    return [
        f"{name}: read right, averaged over all kinds (macro recall), {recall[0]:.3f} before,"
        f" {recall[1]:.3f} after;"
        f" calls for help heard {cries[0]} of {one['cries_of']} before, {cries[1]} after;"
        f" {one['changed']} of {one['messages']} messages read in another way."
    ]
