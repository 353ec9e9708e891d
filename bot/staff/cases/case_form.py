"""The form of a case: what it says, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

from bot.staff.conversations.masking import hidden_text
from bot.staff.shell.vocabulary import CASE_STATUSES
from bot.storage.cases.case_work import LONGEST_NOTE, Standing
from bot.storage.cases.cases import DONE

FIRST_YEAR, LAST_YEAR = 2000, 2100


class CaseProblem(ValueError):
    """What is wrong, in a sentence; `field` is where."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def read_form(
    form: Mapping[str, str], stands: Standing, owners: Container[str]
) -> tuple[Standing, str]:
    """Return how the case is to stand, and the note, without numbers and addresses. Raises
    CaseProblem.
    """
    _check_seen(form, stands)
    status, owner = form.get("status", ""), form.get("owner", "") or None
    if status not in CASE_STATUSES:
        raise CaseProblem("status", "Choose a status")
    if owner not in owners and owner not in (None, stands.owner):
        raise CaseProblem("owner", "Choose a person who works on cases")
    note = form.get("note", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise CaseProblem("note", f"A note may have {LONGEST_NOTE:,} letters, not {len(note):,}")
    if status == DONE and stands.status != DONE and not note:
        raise CaseProblem("note", "Write what was done")
    return Standing(status, owner, _day(form.get("due", "").strip())), hidden_text(note)


def _check_seen(form: Mapping[str, str], stands: Standing) -> None:
    """What a colleague changed while the page was open is not written over unseen."""
    if form.get("seen_owner", "") != (stands.owner or ""):
        changed = f"{stands.owner or 'Nobody'} has this case now"
    elif form.get("seen_status", "") != stands.status:
        changed = f"The status is {CASE_STATUSES[stands.status].lower()} now"
    else:
        return
    raise CaseProblem("status", f"{changed}: a colleague changed it. Check and save again")


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        day = date.min
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CaseProblem("due", "Enter a date like 2021-03-31")
    return day
