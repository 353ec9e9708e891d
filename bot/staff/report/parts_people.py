"""The parts of the report about the method and who took part. Counts in, sections out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.consultation.question import Kind, Question
from bot.consultation.suppression import FEWEST, rounded
from bot.staff.report.document import Block, Figure, Link, Paragraph, Section, Table
from bot.staff.report.source import SILENT, Source
from bot.staff.results import result_tables
from bot.staff.results.by_wording import NOTICE, Part, parts_of
from bot.staff.results.charts import share
from bot.staff.results.filters import role_question
from bot.staff.results.result_tables import HIDDEN, day_in_words, label_of, people_by_day
from bot.staff.results.who_answered import Compared
from bot.staff.shell import vocabulary
from bot.storage.results.results import people_by_hour
from bot.storage.review.counts import requests_by_status


def method(source: Source) -> Iterator[Section]:
    """Yield how people were asked."""
    one = source.consultation
    channels = ", ".join(vocabulary.channels().values())
    over = source.now.date() > one.closes
    yield Section(
        "method",
        "How people were asked",
        (
            Paragraph(
                f"{one.organisation} asked about {one.title} from {day_in_words(one.opens)} to"
                f" {day_in_words(one.closes)}. {one.summary}"
            ),
            Paragraph(
                "People answered in a conversation with an automatic assistant, on these channels:"
                f" {channels}. They could skip any question, change an answer, ask what a question"
                " meant, and stop at any time. Staff read what they wrote."
            ),
            Paragraph(
                "A response is what one person wrote on one channel. A question may have fewer"
                " answers than there are responses, because people skipped it or left off before."
                + ("" if over else " The consultation was still open when this was made.")
            ),
        ),
    )


def who_answered(source: Source) -> Iterator[Section]:
    """Yield who took part, by channel, week, role and language, and how far they came."""
    about = (source.session, source.consultation.id)
    now, hours = source.standings, people_by_hour(*about)
    channels = result_tables.channels_table([one for one in now if one.state not in SILENT])
    blocks: list[Block] = [_table(channels, [Link("conversations.index", {"channel": name})
                                             for name in vocabulary.channels()])]  # fmt: skip
    states = result_tables.states_table(now)
    named = [Link("conversations.index", {"state": s}) for s in vocabulary.STATES_TO_CHOOSE]
    blocks.append(_table(states, named))
    blocks.append(_weeks(people_by_day(hours)))
    if asked := role_question(source.consultation):
        blocks += choices_of(source, asked)
    blocks += _languages(source)
    yield Section("people", "Who answered", tuple(blocks))
    yield from _about_the_person(source)
    left = result_tables.left_off_table(source.consultation, now)
    if left.rows:
        where = "The last question that was put to those who have not come to the end."
        yield Section("left-off", "Where people left off", (Paragraph(where), _table(left)), 2)


def _weeks(days: Sequence[result_tables.Day]) -> Figure:
    weeks: Counter[str] = Counter()
    for day, began, _ in days:
        weeks[day_in_words(day - timedelta(days=day.weekday()))] += sum(began.values())
    bars = tuple((week, count, f"{count:,}") for week, count in weeks.items())
    return Figure("People who began, by the week that began on", bars)


def _languages(source: Source) -> list[Block]:
    """Languages that few wrote in are told together: a rare one may name a person."""
    spoken = source.bot.languages
    shown = {code: count for code, count in spoken.items() if count >= FEWEST}
    rows = [(vocabulary.language(code), rounded(count) or 0) for code, count in shown.items()]
    rows.sort(key=lambda row: -row[1])
    if not rows:
        return []
    few = len(spoken) > len(shown)
    more = (("Other languages", HIDDEN + " each"),) if few else ()
    title = "People who wrote in a language other than English, at least"
    return [Table(title, ("Language", "People, at least"), (*rows, *more))]


def _about_the_person(source: Source) -> Iterator[Section]:
    equality, compared = source.about_people.tables, source.about_people.compared
    if not equality:
        return
    told = Paragraph(
        "People were asked about themselves at the end, and could decline. Figures are rounded"
        f" down to fives, and fewer than {FEWEST} are not shown, so that nobody can be picked out."
    )
    tables = [_table(table) for table in equality if any(row[2] for row in table.rows)]
    none = [] if tables else [Paragraph("Too few answered for figures to be shown.")]
    yield Section("equality", "About the people", (told, *tables, *none), 2)
    if compared:
        yield Section("compared", "Who answered, and who did not", tuple(_against(compared)), 2)


def _against(compared: Sequence[Compared]) -> Iterator[Block]:
    """Yield each question against the people who live there, and where those figures are from."""
    yield Paragraph(
        "The share of answers from each group, against its share of the people who live here."
        " Figures of answers are rounded down to fives, and a gap is told only of 50 answers or"
        " more to a question."
    )
    for one in compared:
        columns = ("Group", "People, at least", "Share of answers", "Share of people", "Gap")
        rows = tuple((row[0], row[1], *row[3:6]) for row in one.table.rows)
        yield Table(one.table.title, columns, rows)
        sources = dict.fromkeys(str(row[-1]) for row in one.table.rows)
        yield Paragraph(f"People who live here: {'; '.join(sources)}.")


def agreement(source: Source) -> Iterator[Section]:
    """Yield how far people agree, all scales in one table, and by who they are."""
    scales = source.scales
    if not scales:
        return
    rows, bars, links = [], [], []
    for stance in source.stances:
        rows.append((stance.title, stance.agree, stance.disagree, stance.net, stance.answers))
        share_of = int(stance.agree.strip("%<")) if stance.agree[-1:] == "%" else 0
        bars.append((stance.title, share_of, stance.agree))
        links.append((Link("results.question", {"question_id": stance.question_id}),))
    told = Paragraph(
        "Agree is agree and strongly agree together, of those who chose a point of the scale."
        " Net is the points by which more agree than disagree."
    )
    columns = ("About", "Agree", "Disagree", "Net", "Answers")
    blocks: list[Block] = [
        told,
        Figure("Who agree, of those who answered", tuple(bars)),
        Table("How far people agree", columns, tuple(rows), tuple(links)),
    ]
    blocks += _agreement_by_role(source)
    yield Section("agreement", "How far people agree", tuple(blocks))


def _agreement_by_role(source: Source) -> list[Block]:
    """Who agrees, by who they are: rounded, and only where enough of them answered."""
    if not source.by_role or len(source.by_role) < 2:
        return []
    columns = ("About", *source.by_role)
    rows = []
    for at, stance in enumerate(source.stances):
        cells = [source.by_role[name][at] for name in source.by_role]
        rows.append((stance.title, *cells))
    told = Paragraph(
        "The share that agree among those who say they are one of these, rounded to five percent."
        " Where fewer than 10 of them answered it is not shown."
    )
    return [told, Table("Who agree, by who they are", columns, tuple(rows))]


def choices_of(source: Source, question: Question) -> list[Block]:
    """Return bars and a table of a question with options; of each wording, if it was changed."""
    parts = parts_of(source.session, source.consultation, question)
    blocks: list[Block] = [Paragraph(NOTICE)] if len(parts) > 1 else []
    for part in parts:
        if part.name:
            words = part.question.wording.text.split("\n\n")[-1] if part.known else "not kept"
            blocks.append(Paragraph(f"{part.name}: {words}"))
        title = label_of(source.consultation, question.id)
        if not part.name:
            blocks += _choices(part, title)
        elif any(row[1] for row in part.table.rows):
            blocks += _choices(part, f"{title}{' ' if title.endswith('?') else '. '}{part.name}")
        else:
            blocks.append(Paragraph("Nobody has answered it in these words yet."))
    return blocks


def _choices(part: Part, title: str) -> list[Block]:
    question, rows = part.question, part.table.rows
    options = rows[: len(question.options)]
    links = []
    for option in question.options:
        narrowed = {f"answer.{question.id}": option.value}
        fits = question.kind in (Kind.CHOICE, Kind.SCALE, Kind.MULTI_CHOICE) and not part.name
        links.append([Link("conversations.index", narrowed)] if fits else [])
    here = Link("results.question", {"question_id": question.id})
    every = [(*links[at], here) if at < len(links) else (here,) for at in range(len(rows))]
    bars = tuple((str(row[0]), row[1], f"{row[1]:,} ({row[2]})") for row in options)
    return [
        Figure(title, bars),
        Table(f"{title} (in figures)", part.table.columns, tuple(rows), tuple(every)),
    ]


def requests(source: Source) -> Iterator[Section]:
    """Yield what people asked the council for."""
    counted = requests_by_status(source.session, source.consultation.id)
    titles = {section.id: section.title for section in source.consultation.requests}
    rows = []
    for kind, title in titles.items():
        if total := sum(counted.get(kind, {}).values()):
            done = counted[kind].get("done", 0)
            rows.append((title, total, done, share(done, total)))
    if rows:
        columns = ("Request", "People asked", "Done", "Share")
        links = tuple((Link("requests.index"),) for _ in rows)
        told = Paragraph("Requests are not counted as answers.")
        table = Table("Requests", columns, tuple(rows), links)
        yield Section("requests", "What people asked the council for", (told, table))


def _table(table: result_tables.Table, links: Sequence[Link] = ()) -> Table:
    """Return a table whose rows lead to conversations, or for who may not read those to results."""
    every = tuple(
        (links[at], Link("results.index", links[at].values)) if at < len(links) else ()
        for at in range(len(table.rows))
    )
    return Table(table.title, table.columns, tuple(table.rows), every if links else ())
