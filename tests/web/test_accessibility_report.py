"""The report on accessibility speaks of every criterion, and names only evidence that is there."""

from __future__ import annotations

import re
from typing import Any

import yaml

from bot.settings import ROOT

REPORT = ROOT / "docs" / "accessibility" / "openacr.yaml"
LEVELS = {
    "supports", "partially-supports", "does-not-support", "not-applicable", "not-evaluated",
}  # fmt: skip
IN_WCAG_2_2 = {"success_criteria_level_a": 31, "success_criteria_level_aa": 24}


def criteria(chapter: str) -> list[dict[str, Any]]:
    report = yaml.safe_load(REPORT.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = report["chapters"][chapter]["criteria"]
    return found


def test_every_criterion_is_reported_once() -> None:
    for chapter, count in IN_WCAG_2_2.items():
        numbers = [criterion["num"] for criterion in criteria(chapter)]
        assert len(numbers) == len(set(numbers)) == count
        for criterion in criteria(chapter):
            [component] = criterion["components"]
            adherence = component["adherence"]
            assert adherence["level"] in LEVELS and adherence["notes"], criterion["num"]


def test_the_evidence_is_there() -> None:
    named = set()
    for path in REPORT.parent.iterdir():
        named |= set(re.findall(r"(?:tests|docs|bot)/[\w./-]+\.\w+", path.read_text("utf-8")))
    assert len(named) >= 4 and [name for name in named if not (ROOT / name).exists()] == []
