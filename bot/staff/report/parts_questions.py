"""The parts of the report about each question: bars and tables, themes with quotes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.consultation.model import Purpose
from bot.consultation.question import Kind, Question
from bot.staff.conversations.masking import hidden_text
from bot.staff.report.document import Block, Link, Paragraph, Quote, Section, Table
from bot.staff.report.parts_people import choices_of
from bot.staff.report.source import Source
from bot.staff.results.charts import share
from bot.staff.results.filters import role_question
from bot.staff.results.result_tables import label_of
from bot.staff.shell import vocabulary
from bot.storage.coding.coding_progress import progress_of
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import Theme, themes_of
from bot.storage.results.quoted import quotes_by_theme
from bot.storage.results.results import count_skipped

MOST_QUOTES = 3  # of one theme
LONGEST_QUOTE = 600  # letters
OTHERS = "Other answers, in people's words:"


def questions(source: Source) -> Iterator[Section]:
    """Yield a section for each section of the consultation, and below it its questions."""
    for section in source.consultation.sections:
        if section.purpose is not Purpose.CONSULTATION:
            continue
        aim = source.consultation.aim(section.aim or "")
        told = (Paragraph(f"{aim.name}: {aim.text}"),) if aim else ()
        known = role_question(source.consultation)  # it stands in "Who answered"
        asked = [question for question in section.questions if question != known]
        if asked:
            yield Section(f"about-{section.id}", section.title, told)
        for question in asked:
            yield Section(question.id, _asks(question), tuple(_blocks(source, question)), 2)


def _asks(question: Question) -> str:
    """Return the sentence that asks."""
    text = question.wording.text.split("\n\n")[-1]
    return vocabulary.excerpt(text, 160)


def _blocks(source: Source, question: Question) -> list[Block]:
    if question.kind is Kind.OPEN:
        return _themes(source, question)
    return choices_of(source, question)


def _themes(source: Source, question: Question) -> list[Block]:
    scope = Scope(source.consultation.id, question.id)
    done, total = progress_of(source.session, scope)
    skipped = count_skipped(source.session, source.consultation.id, question.id)
    told = f"{vocabulary.count(total, 'person', 'people')} answered in their own words"
    told += f" and {skipped:,} skipped it." if skipped else "."
    blocks: list[Block] = []
    if not done:
        return [Paragraph(f"{told} The answers are not sorted by theme yet.")]
    told += f" People at the council have sorted {done:,} of the {total:,} answers by theme"
    told += ", so the figures are of those." if done < total else "."
    blocks.append(Paragraph(f"{told} An answer may have several themes."))
    themes = [theme for theme in themes_of(source.session, scope) if theme.answers]
    themes.sort(key=lambda theme: (theme.control is not None, -theme.answers))
    blocks.append(_table(source, question, themes, done))
    return [*blocks, *_quotes(source, question, themes)]


def _table(source: Source, question: Question, themes: list[Theme], done: int) -> Table:
    rows, links = [], []
    for theme in themes:
        name = f"({theme.name})" if theme.control else theme.name
        rows.append((name, theme.answers, share(theme.answers, done)))
        values = {"question_id": question.id, "theme": str(theme.id)}
        links.append((Link("theme_tables.quotes", values),))
    title = f"{label_of(source.consultation, question.id)} (themes)"
    return Table(title, ("Theme", "Answers", "Share"), tuple(rows), tuple(links))


def _quotes(source: Source, question: Question, themes: list[Theme]) -> Iterator[Block]:
    """Yield what was chosen to be quoted and whose public version was approved, by theme; what
    several people wrote alike stands there once.
    """
    chosen = quotes_by_theme(source.session, source.consultation.id, question.id)
    names = {theme.id: f"{theme.name}, in people's words:" for theme in themes if not theme.control}
    by_name: dict[str, dict[str, int]] = {name: {} for name in (*names.values(), OTHERS)}
    said: set[str] = set()
    for theme, answers in chosen.items():
        for answer in answers:
            words = as_quoted(source.public.get(answer, ""))
            if words and words.casefold() not in said:
                said.add(words.casefold())
                by_name[names.get(theme or 0, OTHERS)][words] = answer
    for name, quotes in by_name.items():
        if quotes:
            yield Paragraph(name)
        for words, answer in [*quotes.items()][:MOST_QUOTES]:
            yield Quote(words, answer)


def as_quoted(words: str) -> str:
    """Return approved words as a report quotes them."""
    return vocabulary.excerpt(hidden_text(words), LONGEST_QUOTE)
