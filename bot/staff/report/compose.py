"""The report as it would be now: live parts, with what staff wrote before each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation
from bot.staff.report import parts_bot, parts_people, parts_questions
from bot.staff.report.document import Block, Paragraph, Quote, Report, Section
from bot.staff.report.source import Source, about_people, look
from bot.staff.results.result_tables import day_in_words
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import themes_of
from bot.storage.database.session import Database
from bot.storage.reports.report_texts import OwnText, own_texts

MOST_NAMED = 5  # themes, in the summary
PARTS = (
    "summary", "method", "people", "equality", "compared", "left-off", "agreement", "requests",
    "asked", "bot", "certificate", "limits", "wordings",
)  # fmt: skip


def compose(database: Database, consultation: Consultation, folder: Path, now: datetime) -> Report:
    """Return the whole report, without the parts that staff left out. `folder` has the base figures
    of the consultation.
    """
    parts = all_parts(database, consultation, folder, now)
    with database.reading() as session:
        own = own_texts(session, consultation.id)
    return assemble(parts, own, consultation, now)


def part_ids(consultation: Consultation) -> set[str]:
    """Return the ids of all parts that a report may have."""
    sections = {f"about-{section.id}" for section in consultation.sections}
    return {*PARTS, *sections, *(question.id for question in consultation.questions)}


def all_parts(
    database: Database, consultation: Consultation, folder: Path, now: datetime
) -> list[Section]:
    """Return every part as it would be now, without what staff wrote before them."""
    people = about_people(database, consultation, folder)
    with database.reading() as session:
        source = look(session, consultation, people, now)
        return [*_parts(source)]


def only_approved(parts: Iterable[Section], approved: Mapping[int, str]) -> Iterator[Section]:
    """Yield parts without quotes that went with their writers, or were taken back or changed."""

    def stands(block: Block) -> bool:
        if not isinstance(block, Quote):
            return True
        return block.words == parts_questions.as_quoted(approved.get(block.answer or 0, ""))

    for part in parts:
        yield replace(part, blocks=tuple(filter(stands, part.blocks)))


def assemble(
    parts: Iterable[Section],
    own: Mapping[str, OwnText],
    consultation: Consultation,
    now: datetime,
) -> Report:
    """Return the parts as a report. What stands below a part that is left out goes with it."""
    kept: list[Section] = []
    left_out = False
    for part in parts:
        said = own.get(part.id)
        if part.level == 1:
            left_out = bool(said and said.left_out)
        if not left_out and not (said and said.left_out):
            before = _paragraphs(said.text) if said else ()
            kept.append(replace(part, blocks=(*before, *part.blocks)))
    made = day_in_words(now.astimezone(LONDON).date())
    return Report(f"What people said: {consultation.title}", consultation.organisation, made,
                  tuple(kept))  # fmt: skip


def _paragraphs(text: str) -> tuple[Block, ...]:
    pieces = (" ".join(piece.split()) for piece in text.replace("\r\n", "\n").split("\n\n"))
    return tuple(Paragraph(piece, own=True) for piece in pieces if piece)


def _parts(source: Source) -> Iterator[Section]:
    every: tuple[Callable[[Source], Iterator[Section]], ...] = (
        summary,
        parts_people.method,
        parts_people.who_answered,
        parts_people.agreement,
        parts_questions.questions,
        parts_people.requests,
        parts_bot.asked_of_the_bot,
        parts_bot.how_the_bot_did,
        parts_bot.certificate,
        parts_bot.limits,
        parts_bot.wordings,
    )
    for part in every:
        yield from part(source)


def summary(source: Source) -> Iterator[Section]:
    """Yield the few sentences that answer most who ask."""
    who = "person" if source.people == 1 else "people"
    told = [f"{source.people:,} {who} took part, and {source.finished:,} came to the end."]
    if stances := [one for one in source.stances if one.answers]:
        best = max(stances, key=lambda one: int(one.net))
        least = min(stances, key=lambda one: int(one.net))
        told.append(
            f"The balance is most in favour of “{best.title}”: {best.agree} agree and"
            f" {best.disagree} disagree."
        )
        if least is not best:
            told.append(
                f"It is least in favour of “{least.title}”: {least.agree} agree and"
                f" {least.disagree} disagree."
            )
    if themes := _themes(source):
        named = ", ".join(f"{name} ({count:,})" for name, count in themes[:MOST_NAMED])
        told.append(f"What people wrote about most, in answers over all questions: {named}.")
    told.append(source.certificate.sentence)
    yield Section("summary", "In short", tuple(map(Paragraph, told)))


def _themes(source: Source) -> list[tuple[str, int]]:
    """Return (theme, answers over all questions), the most first."""
    counted: dict[str, int] = {}
    for question in source.consultation.questions:
        for theme in themes_of(source.session, Scope(source.consultation.id, question.id)):
            if theme.answers and not theme.control:
                counted[theme.name] = counted.get(theme.name, 0) + theme.answers
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
