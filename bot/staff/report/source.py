"""What the parts of the report are made from, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.consultation.errors import ConsultationFileError
from bot.consultation.file.base_figures import base_figures
from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question
from bot.consultation.suppression import STEP
from bot.staff.results.agreement import POINTS, Stance, scales_of, stances_of
from bot.staff.results.by_wording import scales_by_wording
from bot.staff.results.filters import role_question
from bot.staff.results.result_tables import Table, equality_table
from bot.staff.results.sources import equality_figures
from bot.staff.results.who_answered import Compared, compare
from bot.storage.coding.certificate import Certificate, certify
from bot.storage.coding.evidence import evidence_of
from bot.storage.database.session import Database, Session
from bot.storage.publishing.public_versions import approved_quotes
from bot.storage.results.bot_figures import BotFigures, bot_figures
from bot.storage.results.results import Counts, Filters, Standing, counts_of, standings
from bot.storage.results.wordings import Worded, changed_wordings
from bot.storage.staff.audit import follow_chain

NOT_SHOWN = "not shown"
SILENT = ("new", "erased")  # took no part, or asked to be forgotten


@dataclass(frozen=True)
class Source:
    """One look at the database. `by_role`: {who they are: the share that agree, for each of the
    stances}.
    """

    session: Session
    consultation: Consultation
    now: datetime
    about_people: AboutPeople
    scales: Sequence[Question]
    stances: Sequence[Stance]
    by_role: dict[str, list[str]]
    bot: BotFigures
    certificate: Certificate
    standings: Sequence[Standing]
    public: dict[int, str]  # {answer: words that were approved to be quoted}
    changed: dict[str, list[Worded]]  # {question whose wording was changed: its wordings}

    @property
    def people(self) -> int:
        """How many said anything, and were not erased."""
        return sum(one.count for one in self.standings if one.state not in SILENT)

    @property
    def finished(self) -> int:
        return sum(one.finished for one in self.standings if one.state not in SILENT)

    def counts(self, question_id: str) -> Counts:
        return counts_of(self.session, self.consultation.id, question_id)


@dataclass(frozen=True)
class AboutPeople:
    """The totals about people as they may be shown, and those against how many live there."""

    tables: Sequence[Table]
    compared: Sequence[Compared]


def about_people(database: Database, consultation: Consultation, folder: Path) -> AboutPeople:
    """Read both; a look may move the totals a step, so it writes. Base figures that make no sense
    compare nothing: `check` says what is wrong with them.
    """
    with database.writing() as session:
        shown = equality_figures(session, consultation)
    try:
        base = base_figures(folder, consultation)
    except ConsultationFileError:
        base = ()
    made = [compare(one, totals, base) for one, totals in shown]
    return AboutPeople(
        [equality_table(one, totals) for one, totals in shown],
        [one for one in made if one is not None],
    )


def look(
    session: Session, consultation: Consultation, about_people: AboutPeople, now: datetime
) -> Source:
    scales = scales_of(consultation)
    stances = stances_of(scales_by_wording(session, consultation))
    asked = [one.id for one in consultation.questions if one.kind is Kind.OPEN]
    return Source(
        session=session,
        consultation=consultation,
        now=now,
        about_people=about_people,
        scales=scales,
        stances=stances,
        by_role=_by_role(session, consultation),
        changed=changed_wordings(session, consultation),
        bot=bot_figures(session, consultation.id),
        standings=standings(session, consultation.id),
        public=approved_quotes(session, consultation.id),
        certificate=certify(evidence_of(session, consultation.id, asked), follow_chain(session)),
    )


def _by_role(session: Session, consultation: Consultation) -> dict[str, list[str]]:
    role = role_question(consultation)
    if role is None:
        return {}
    everybody = scales_by_wording(session, consultation)
    answered = [at for at, (_, asked, values) in enumerate(everybody) if any(points(asked, values))]
    found = {}
    for option in role.options:
        theirs = Filters(role=(role.id, option.value))
        counted = scales_by_wording(session, consultation, theirs)
        shares = []
        for _, question, values in (counted[at] for at in answered):
            counts = points(question, values)
            whole = sum(counts)
            shares.append(
                f"{5 * round(20 * sum(counts[:2]) / whole)}%" if whole >= STEP else NOT_SHOWN
            )
        if any(one != NOT_SHOWN for one in shares):
            found[option.wording.text] = shares
    return found


def points(question: Question, values: Mapping[str, int]) -> list[int]:
    """Return how many chose each point of a scale, those who agree first."""
    return [values.get(one.value, 0) for one in question.options[:POINTS]]
