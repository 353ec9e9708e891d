"""The parts of the report about the conversation itself, the proof, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Iterator

from bot.consultation.model import Purpose
from bot.consultation.suppression import FEWEST
from bot.staff.report.document import Block, Cell, Link, Paragraph, Section, Table
from bot.staff.report.source import Source
from bot.staff.results.by_wording import wordings_table
from bot.staff.results.charts import share
from bot.staff.results.result_tables import HIDDEN, label_of
from bot.staff.shell import vocabulary
from bot.storage.results.bot_figures import wording_versions

OFTEN = 10  # questions that are listed


def asked_of_the_bot(source: Source) -> Iterator[Section]:
    """Yield what people wanted to know, which shows what was not clear."""
    faqs = {faq.id: faq.question for faq in source.consultation.faqs}
    asked = [(faqs.get(name) or _sentence(vocabulary.intent(name)), count, name)
             for name, count in source.bot.asked.items()][:OFTEN]  # fmt: skip
    blocks: list[Block] = []
    if asked:
        rows = tuple((title, count) for title, count, _ in asked)
        links = tuple((Link("conversations.index", {"intent": name}),) for *_, name in asked)
        title = f"The {len(rows)} questions that came most often" if len(rows) > 1 else "Asked"
        blocks.append(Table(title, ("Question", "Times asked"), rows, links))
    explained = sorted(source.bot.explained.items(), key=lambda item: -item[1])
    if explained:
        label = source.consultation
        lines = tuple((label_of(label, name), count) for name, count in explained)
        title = "Questions of the consultation whose meaning people asked about"
        blocks.append(Table(title, ("Question", "Times"), lines))
    off = source.bot.said.get("off_topic", 0)
    if off:
        blocks.append(Paragraph(f"{off:,} messages were about something else."))
    told = blocks or [Paragraph("Nobody asked the assistant anything.")]
    yield Section("asked", "What people asked the assistant", tuple(told))


def how_the_bot_did(source: Source) -> Iterator[Section]:
    """Yield how well messages were understood, and what went wrong."""
    bot = source.bot
    rows: list[tuple[str, Cell, str]] = [
        ("Messages from residents", bot.messages, ""),
        ("Less than 70% sure of what was meant", bot.unsure, share(bot.unsure, bot.messages)),
        ("Could not be dealt with", bot.failed, share(bot.failed, bot.messages)),
        ("Corrected by staff", bot.corrected, share(bot.corrected, bot.messages)),
        ("Replies that did not arrive", bot.undelivered, share(bot.undelivered, bot.replies)),
    ]
    links = (
        (),
        (Link("corrections.unsure"),),
        (Link("conversations.index", {"trouble": "failed"}),),
        (),
        (Link("conversations.index", {"trouble": "undelivered"}),),
    )
    told = (("distress", "May be in danger or despair"), ("complaint", "Complained"))
    raised = [(name, bot.flagged.get(kind, 0), kind) for kind, name in told]
    people = tuple((name, count if count >= FEWEST else HIDDEN) for name, count, _ in raised)
    flags = tuple((Link("conversations.index", {"flag": kind}),) for *_, kind in raised)
    yield Section(
        "bot",
        "How the assistant did",
        (
            Paragraph(
                "The assistant sorts messages and asks the next question. It does not write answers"
                " of its own, and every answer is kept in its writer's words, however it was"
                " understood."
            ),
            Table("Messages", ("What", "Number", "Share"), tuple(rows), links),
            Table("What staff were told of at once", ("What", "People"), people, flags),
        ),
    )


def certificate(source: Source) -> Iterator[Section]:
    """Yield the proof that people read what was written."""
    made, chain = source.certificate, source.certificate.chain
    if made.is_whole:
        proof = (
            f"The record of who did what has {chain.entries:,} entries, is unbroken, and has an"
            f" entry for each judgement and code that is counted here. Its last hash: "
            f"{chain.last_hash}."
        )
    else:
        proof = (
            f"The record of who did what does not bear all of this out: it is broken or lacks an"
            f" entry for {vocabulary.count(len(made.unproved), 'response', 'responses')}."
        )
    readers = vocabulary.count(len(made.by_person), "member of staff", "members of staff")
    yield Section(
        "certificate",
        "Read by a person",
        (
            Paragraph(made.sentence),
            Paragraph(
                f"They were read by {readers}. A response is read when a person judged it as a"
                " whole or sorted each of its answers in their own words. Those who never wrote,"
                " and those who asked to be erased, are not counted."
            ),
            Paragraph(proof),
            _reading(source),
        ),
    )


def _reading(source: Source) -> Table:
    made = source.certificate
    rows = (
        ("Responses", made.responses, ""),
        ("Read by a person", made.read, share(made.read, made.responses)),
        ("Read by two", made.by_two, share(made.by_two, made.responses)),
        ("Chosen to be quoted", made.cited, share(made.cited, made.responses)),
    )
    here = (Link("certificate.index"),)
    return Table("Responses and readers", ("What", "Number", "Share"), rows, (here,) * len(rows))


def limits(source: Source) -> Iterator[Section]:
    """Yield what the figures cannot tell."""
    told = [
        "Those who answered chose to. They are not a sample of everybody, so shares are of those"
        " who answered, and not of all who live or work here.",
        "One person may have answered on two channels, and would be counted twice.",
        "A theme is what people at the council took an answer to be about. Nothing that a machine"
        " suggested counts before a person accepted it. How often a theme comes up is not a vote.",
        "Quotes were chosen by staff and are examples. What names or reaches a person was taken out"
        " of them by one member of staff, and approved by another.",
        "Figures of answers are exact. Who compares two versions that were made with few responses"
        " between them may tell what those few said.",
    ]
    unread = counts_unread(source)
    if unread:
        told.append(
            f"{vocabulary.count(unread, 'answer', 'answers')} to questions with options fit none"
            " of the options. They are kept in their writers' words and are in no share."
        )
    yield Section("limits", "What this report cannot tell", tuple(map(Paragraph, told)))


def counts_unread(source: Source) -> int:
    """Return how many answers fit none of the options."""
    asked = [one for one in source.consultation.questions if one.options]
    return sum(source.counts(one.id).unread for one in asked)


def wordings(source: Source) -> Iterator[Section]:
    """Yield what was asked, word for word, and which versions of it were answered."""
    rows = []
    for section in source.consultation.sections:
        if section.purpose in (Purpose.CONSULTATION, Purpose.EQUALITY):
            for question in section.questions:
                options = "; ".join(option.wording.text for option in question.options)
                rows.append((section.title, question.wording.text, options or "Own words"))
    versions = wording_versions(source.session, source.consultation.id)
    told = [Paragraph(f"This is version {source.consultation.version} of the questions.")]
    if len(versions) > 1:
        told.append(
            Paragraph(
                "The file of questions was changed while people answered. Where that changed the"
                " words of a question, its answers are counted for each wording by itself."
            )
        )
    counted = Table("Answers by version of the wording", ("Version", "Answers"), tuple(versions))
    columns = ("Part", "Question", "Answers to choose from")
    asked = Table("The questions, word for word", columns, tuple(rows))
    changed = []
    for name, worded in source.changed.items():
        table = wordings_table(worded)
        title = f"Wordings of: {label_of(source.consultation, name)}"
        changed.append(Table(title, table.columns, tuple(table.rows)))
    yield Section("wordings", "Wordings and versions", (*told, counted, *changed, asked))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
