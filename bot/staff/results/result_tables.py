"""The tables of results, as pages show them and downloads hold them. Pure: counts in, rows out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation
from bot.consultation.question import Question, main_question
from bot.consultation.suppression import FEWEST, Figure, total_shown
from bot.staff.results.charts import share
from bot.staff.shell import vocabulary
from bot.storage.results.results import Counts, HourOfPeople, Standing

MOST_DAYS = 92  # more than that are shown by month
HIDDEN = f"fewer than {FEWEST}"


Day = tuple[date, Counter[str], int]  # who began by channel, how many came to the end


@dataclass(frozen=True)
class Table:
    """A table with a heading. `name` is how addresses and files call it."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Any  # of cells; a download's may come one by one


def label_of(consultation: Consultation, question_id: str) -> str:
    """Return what a question is called in a list: its section, and what it asks in the end."""
    question = consultation.by_id.get(question_id)
    if question is None:
        return question_id
    section = consultation.section_of[question_id]
    asks = vocabulary.excerpt(question.wording.text.split("\n\n")[-1].split("? ")[0])
    return f"{section.title}: {asks}"


def people_by_day(hours: Sequence[HourOfPeople]) -> list[Day]:
    """Return (day in London, {channel: who began}, how many of them came to the end) for
    every day from the first to the last.
    """
    began: dict[date, Counter[str]] = {}
    finished: Counter[date] = Counter()
    for row in hours:
        moment = datetime.strptime(row.hour, "%Y-%m-%d %H").replace(tzinfo=timezone.utc)
        day = moment.astimezone(LONDON).date()
        began.setdefault(day, Counter())[row.channel] += row.began
        finished[day] += row.finished
    if not began:
        return []
    first, length = min(began), (max(began) - min(began)).days + 1
    days = [first + timedelta(days=n) for n in range(length)]
    return [(day, began.get(day, Counter()), finished[day]) for day in days]


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def days_table(days: Sequence[Day]) -> Table:
    """Return every day, however many there are."""
    rows = [(day_in_words(day), began, finished) for day, began, finished in days]
    return _times("day", rows)


def times_table(days: Sequence[Day]) -> Table:
    """Return what a page shows: every day, or every month where there are too many days."""
    if len(days) <= MOST_DAYS:
        return days_table(days)
    began: dict[str, Counter[str]] = {}
    finished = Counter[str]()
    for day, by_channel, ended in days:
        month = f"{day:%B %Y}"
        began.setdefault(month, Counter()).update(by_channel)
        finished[month] += ended
    return _times("month", [(month, began[month], finished[month]) for month in began])


def _times(unit: str, times: Sequence[tuple[str, Counter[str], int]]) -> Table:
    rows = [
        (time, *(began[c] for c in vocabulary.channels()), sum(began.values()), finished)
        for time, began, finished in times
    ]
    columns = (
        unit.capitalize(),
        *vocabulary.channels().values(),
        "All",
        "Of these, came to the end",
    )
    return Table("days", f"People who began, by {unit}", columns, rows)


def channels_table(standings: Sequence[Standing]) -> Table:
    people, finished = Counter[str](), Counter[str]()
    for one in standings:
        people[one.channel] += one.count
        finished[one.channel] += one.finished
    rows = [
        (vocabulary.channel(c), people[c], finished[c], share(finished[c], people[c]))
        for c in vocabulary.channels()
    ]
    columns = ("Channel", "People", "Came to the end", "Share")
    return Table("channels", "People by channel", columns, rows)


def states_table(standings: Sequence[Standing]) -> Table:
    """Where people are now; those who came to the end stay there, whatever they did later."""
    counts: Counter[str] = Counter()
    for one in standings:
        ended = one.finished if one.state != "erased" else 0
        counts["completed"] += ended
        counts[one.state] += one.count - ended
    whole = sum(counts.values())
    order = (*vocabulary.STATES_TO_CHOOSE, "erased")
    rows = [(vocabulary.STATES[s], counts[s], share(counts[s], whole)) for s in order]
    return Table("states", "How far people came", ("State", "People", "Share"), rows)


def left_off_table(consultation: Consultation, standings: Sequence[Standing]) -> Table:
    """The question that was open to those who have not come to the end, in the file's order."""
    counts: Counter[str] = Counter()
    for one in standings:
        if one.open_question:
            counts[main_question(one.open_question)] += one.count - one.finished
    asked = [question.id for question in consultation.questions if counts[question.id]]
    whole = sum(counts[question] for question in asked)
    rows = [(label_of(consultation, q), counts[q], share(counts[q], whole)) for q in asked]
    title = "Where people leave off"
    return Table("left-off", title, ("Last question put to them", "People", "Share"), rows)


def questions_table(consultation: Consultation, answers: Mapping[str, int]) -> Table:
    rows = [(label_of(consultation, q.id), answers.get(q.id, 0)) for q in consultation.questions]
    return Table("questions", "Answers by question", ("Question", "Answers"), rows)


def choices_table(question: Question, counts: Counts) -> Table:
    """The options, and then who chose none of them."""
    rows: list[tuple[Any, ...]] = [
        (o.wording.text, counts.values.get(o.value, 0),
         share(counts.values.get(o.value, 0), counts.answered))
        for o in question.options
    ]  # fmt: skip
    known = {option.value for option in question.options}
    gone = {value: count for value, count in counts.values.items() if value not in known}
    rows += [(f"{v} (no longer offered)", n, share(n, counts.answered)) for v, n in gone.items()]
    rows.append(("All who answered", counts.answered, ""))
    if counts.skipped is not None:
        rows.append(("Skipped", counts.skipped, ""))
    rows.append(("Could not be read", counts.unread, ""))
    columns = ("Answer", "People", "Share of those who answered")
    return Table("answers", "Answers", columns, rows)


def tags_table(tags: Sequence[tuple[str, int]]) -> Table:
    return Table("tags", "Tags", ("Tag", "Answers"), tags)


def equality_table(question: Question, shown: Sequence[Figure]) -> Table:
    """Figures as they may be shown (bot/consultation/suppression.py), and shares of their sum."""
    total = total_shown(shown)
    rows: list[tuple[Any, ...]] = []
    for figure in shown:
        label = vocabulary.value(question, figure.value) or figure.value
        if figure.at_least is None:
            rows.append((label, HIDDEN, ""))
        else:
            rows.append((label, figure.at_least, share(figure.at_least, total)))
    name = main_question(question.id).rpartition(".")[2]
    columns = ("Answer", "People, at least", "Share of what is shown")
    return Table(name, question.wording.text, columns, rows)
