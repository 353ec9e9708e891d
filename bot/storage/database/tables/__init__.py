"""The tables, by noun. Alembic makes them; `migrations/` must say the same (a test checks)."""

from bot.storage.database.tables.answers import (
    AnswerRow,
    EqualityAnswerRow,
    EqualityCountRow,
    SkipRow,
    WordingRow,
)
from bot.storage.database.tables.base import Base, Moment
from bot.storage.database.tables.cases import CaseEventRow, CaseRow
from bot.storage.database.tables.checkpoints import MarkRow, PaceRow
from bot.storage.database.tables.coding import (
    CodeRow,
    DoubleCodeRow,
    DoubleShareRow,
    QuoteRow,
    SettledCodeRow,
    ThemeChangeRow,
    ThemeRow,
)
from bot.storage.database.tables.jobs import JobRunRow
from bot.storage.database.tables.messages import HAS_FIGURE, InboxRow, OutboxRow, unsent, waits
from bot.storage.database.tables.publishing import (
    OutcomeRow,
    PublicVersionRow,
    PublishedCountRow,
)
from bot.storage.database.tables.reports import CitationRow, ReportTextRow, ReportVersionRow
from bot.storage.database.tables.requests import ConsentRow, RequestEventRow, RequestRow
from bot.storage.database.tables.respondents import AddressRow, HearingRow, RespondentRow
from bot.storage.database.tables.review import (
    ConsideredRow,
    CorrectionRow,
    FlagRow,
    NoteRow,
    ReadingRow,
    SavedViewRow,
    TagRow,
    TrainingRow,
)
from bot.storage.database.tables.staff import AuditRow, StaffRow
from bot.storage.database.tables.talks import TalkRow

__all__ = [
    "HAS_FIGURE",
    "AddressRow",
    "AnswerRow",
    "AuditRow",
    "Base",
    "CaseEventRow",
    "CaseRow",
    "CitationRow",
    "CodeRow",
    "ConsentRow",
    "ConsideredRow",
    "CorrectionRow",
    "DoubleCodeRow",
    "DoubleShareRow",
    "EqualityAnswerRow",
    "EqualityCountRow",
    "FlagRow",
    "HearingRow",
    "InboxRow",
    "JobRunRow",
    "MarkRow",
    "Moment",
    "NoteRow",
    "OutboxRow",
    "PaceRow",
    "OutcomeRow",
    "PublicVersionRow",
    "PublishedCountRow",
    "ReadingRow",
    "QuoteRow",
    "ReportTextRow",
    "ReportVersionRow",
    "RequestEventRow",
    "RequestRow",
    "RespondentRow",
    "SavedViewRow",
    "SettledCodeRow",
    "SkipRow",
    "StaffRow",
    "TagRow",
    "ThemeChangeRow",
    "ThemeRow",
    "TalkRow",
    "TrainingRow",
    "WordingRow",
    "unsent",
    "waits",
]
