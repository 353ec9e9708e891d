"""What is published as open data: figures that tell of nobody, and approved public texts."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation
from bot.consultation.question import CLOSED_KINDS, Kind
from bot.consultation.suppression import STEP, Each, Figure, Shown, figures, unsafe_together
from bot.staff.publishing.items import QUOTES, items_of, named, reaches
from bot.staff.shell import vocabulary
from bot.storage.coding.codes import labels_of
from bot.storage.coding.coding_progress import progress_of
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import themes_of
from bot.storage.database.keys import Keys
from bot.storage.database.session import Session
from bot.storage.publishing.public_versions import quote_key
from bot.storage.publishing.published_counts import AtStep, Counted, at_step, withhold
from bot.storage.results.results import counts_of, people_by_hour
from bot.storage.results.wordings import changed_wordings

ANSWERS, THEMES, WEEKS, CHANNELS, TEXTS = "answers", "themes", "weeks", "channels", "texts"
Row = dict[str, object]


@dataclass(frozen=True)
class Published:
    """The rows of each table, and why something is not among them."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """Counts that may be published: of which question, each value in its order, also those that
    nobody gave, how a row is made, and how often each person is
    counted.
    """

    name: str
    question: str
    counted: Counted
    values: Sequence[str]
    row: Callable[[Figure], Row]
    each: Each

    @property
    def title(self) -> str:
        return f"{self.name} {self.question}".strip()


@dataclass(frozen=True)
class Part:
    """A table as its figures stood at the last step."""

    table: Table
    stood: AtStep
    shown: list[Figure]


def week_of(moment: datetime) -> date:
    """Return the Monday, in London."""
    day = moment.astimezone(LONDON).date()
    return day - timedelta(days=day.weekday())


def open_data(session: Session, keys: Keys, one: Consultation, now: datetime) -> Published:
    """Return what may be published now. Needs a writing transaction: figures move in steps."""
    made = Published({name: [] for name in (ANSWERS, THEMES, WEEKS, CHANNELS)})
    parts = list(_parts(session, one, now, made.withheld))
    tables = [
        (part.table.title, Shown(part.shown, part.table.each), part.stood.moved)
        for part in parts
        if not part.stood.withheld
    ]
    moved = {title: shown for title, shown, is_new in tables if is_new}
    public = {title: shown for title, shown, is_new in tables if not is_new}
    unsafe = unsafe_together(moved, public)
    for part in parts:
        title = part.table.title
        if title in unsafe or part.stood.withheld:
            withhold(session, one.id, part.table.name, part.table.question)
            made.withheld.append(f"{title}: beside the other tables it would tell of a few.")
        else:
            made.tables[part.table.name] += [part.table.row(figure) for figure in part.shown]
    weeks = {row["week"] for row in made.tables[WEEKS] if row["at_least"] is not None}
    made.tables[TEXTS] = _texts(session, keys, one, weeks, made.withheld)
    return made


def _parts(
    session: Session, one: Consultation, now: datetime, withheld: list[str]
) -> Iterator[Part]:
    """Return every table that enough people are counted in, as it stood at the last step."""
    tables = [*_people(session, one, now), *_answers(session, one), *_themes(session, one)]
    changed = changed_wordings(session, one)
    for table in tables:
        if table.question in changed:
            withheld.append(f"{table.title}: its wording was changed while people answered.")
            continue
        about = (one.id, table.name, table.question)
        stood = at_step(session, *about, table.counted)
        if stood is None:
            withheld.append(f"{table.title}: fewer than {STEP} people are counted in it.")
        else:
            yield Part(table, stood, figures(stood.values, table.values))


def _people(session: Session, one: Consultation, now: datetime) -> Iterator[Table]:
    """Return who began, by week and by channel; every week and channel is there, so that it says
    nothing that there is a row.
    """
    last = min(now.astimezone(LONDON).date(), one.closes)
    monday = one.opens - timedelta(days=one.opens.weekday())
    all_weeks = [monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1)]
    weeks, channels = Counter[str](), Counter[str]()
    for hour in people_by_hour(session, one.id):
        week = week_of(datetime.fromisoformat(f"{hour.hour}:00:00+00:00"))
        if week in all_weeks:
            weeks[week.isoformat()] += hour.began
            channels[hour.channel] += hour.began
    counted = sum(weeks.values())
    named_weeks = [week.isoformat() for week in all_weeks]
    yield Table(WEEKS, "", Counted(counted, weeks), named_weeks, _row("week"), Each.ONCE)
    every = list(vocabulary.channels())
    yield Table(CHANNELS, "", Counted(counted, channels), every, _row("channel"), Each.ONCE)


def _answers(session: Session, one: Consultation) -> Iterator[Table]:
    for question in one.questions:
        if question.kind in CLOSED_KINDS:
            found = counts_of(session, one.id, question.id)
            texts = {option.value: option.wording.text for option in question.options}
            values = {value: found.values.get(value, 0) for value in texts}
            row = _row("option", question.id, texts)
            several = question.kind is Kind.MULTI_CHOICE
            each = Each.OFTEN if several else Each.ONCE_OR_NOT
            counted = Counted(found.answered, values)
            yield Table(ANSWERS, question.id, counted, list(texts), row, each)


def _themes(session: Session, one: Consultation) -> Iterator[Table]:
    for question in one.questions:
        if question.kind is Kind.OPEN:
            scope = Scope(one.id, question.id)
            themes = [theme for theme in themes_of(session, scope) if not theme.control]
            names = {str(theme.id): theme.name for theme in themes}
            values = {str(theme.id): theme.answers for theme in themes}
            counted = Counted(progress_of(session, scope)[0], values)
            row = _row("theme", question.id, names)
            yield Table(THEMES, question.id, counted, list(names), row, Each.OFTEN)


def _row(column: str, question: str = "", texts: Mapping[str, str] = {}) -> Callable[[Figure], Row]:
    """Return how a figure becomes a row: {question, column, wording, at_least}."""

    def row(figure: Figure) -> Row:
        made: Row = {"question": question} if question else {}
        made[column] = figure.value
        if texts:
            made["wording"] = texts[figure.value]
        return {**made, "at_least": figure.at_least}

    return row


def _texts(
    session: Session, keys: Keys, one: Consultation, weeks: set[object], withheld: list[str]
) -> list[Row]:
    """Return the approved public texts under ids drawn now, in the order of those: nothing leads
    from a text to its writer, to another of their texts, or to an older file.
    """
    items = items_of(session, keys, one)
    if waiting := sum(not item.is_approved for item in items):
        withheld.append(f"texts: {waiting} have no public version that was approved.")
    rows, themes = list[Row](), _themes_by_answer(session, one)
    for item in (item for item in items if item.is_approved):
        if any(reaches(one.by_id.get(name), text) for name, text in item.public.items()):
            withheld.append("texts: one holds a number, an email address or a postcode.")
            continue
        week = week_of(item.at).isoformat()
        about = {"id": secrets.token_hex(8), "kind": "quote" if item.kind == QUOTES else "story"}
        for name, text in item.public.items():
            if text:
                rows.append(
                    {
                        **about,
                        "question": name,
                        "asked": named(one, name),
                        "week": week if week in weeks else None,
                        "text": text,
                        "themes": "; ".join(themes.get(item.key, [])),
                    }
                )
    return sorted(rows, key=lambda row: str(row["id"]))


def _themes_by_answer(session: Session, one: Consultation) -> dict[str, list[str]]:
    """Return the names of the themes of each answer that was coded, by the key of its version."""
    found: dict[str, list[str]] = {}
    for question in one.questions:
        if question.kind is Kind.OPEN:
            scope = Scope(one.id, question.id)
            themes = [theme for theme in themes_of(session, scope) if not theme.control]
            for answer, given in labels_of(session, scope).items():
                found[quote_key(answer)] = [t.name for t in themes if t.id in given]
    return found
