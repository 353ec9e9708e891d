"""A report as text that can be kept and checked: to JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.staff.report.as_html import kind_of
from bot.staff.report.document import (
    Block,
    Figure,
    Link,
    Paragraph,
    Quote,
    Report,
    Section,
    Table,
)
from bot.storage.reports.report_versions import Citation, Version, cite


def body_of(report: Report) -> tuple[str, list[Citation]]:
    """Return the report as JSON with a mark in the place of each quote, and the quotes."""
    quotes: list[Citation] = []
    sections = [_section_of(section, quotes) for section in report.sections]
    kept = {"title": report.title, "organisation": report.organisation, "made": report.made}
    body = {**kept, "sections": sections}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")), quotes


def report_of(version: Version) -> Report:
    """Return a frozen report as it was, without the quotes whose writers were erased."""
    body = json.loads(version.body)
    sections = [
        Section(
            one["id"],
            one["title"],
            tuple(_block(block, version.quotes) for block in one["blocks"]),
            one["level"],
        )
        for one in body.pop("sections")
    ]
    return Report(**body, sections=tuple(sections), version=version.version, hash=version.hash)


def _section_of(section: Section, quotes: list[Citation]) -> dict[str, Any]:
    blocks = []
    for block in section.blocks:
        if isinstance(block, Quote) and block.words is not None and block.answer is not None:
            quotes.append(cite(block.answer, block.words))
            block = replace(block, words=None, answer=None, mark=quotes[-1].mark)
        blocks.append({"kind": kind_of(block), **asdict(block)})
    return {**asdict(replace(section, blocks=())), "blocks": blocks}


def _block(kept: dict[str, Any], quotes: Mapping[str, str]) -> Block:
    kind = kept.pop("kind")
    if kind == "quote":
        return Quote(quotes.get(kept["mark"]), None, kept["mark"])
    if kind == "table":
        links = tuple(tuple(Link(**link) for link in row) for row in kept["links"])
        rows = tuple(map(tuple, kept["rows"]))
        return Table(kept["title"], tuple(kept["columns"]), rows, links)
    if kind == "figure":
        return Figure(kept["title"], tuple(map(tuple, kept["bars"])))
    return Paragraph(**kept)
