"""What the forms on the page of a request do. Each returns what goes into the audit, or None when
there is nothing left to change, and raises ValueError with a sentence for the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from bot.staff.shell.home import STATUSES
from bot.storage.database.session import Session
from bot.storage.requests import updates
from bot.storage.requests.rows import ENDED, OPEN_STATUSES
from bot.understanding.personal_data import holds_personal

Form = Mapping[str, str]
Act = Callable[[Session, str, Form, str, datetime], "str | None"]
FIRST_YEAR, LAST_YEAR = 2000, 2100
SURE = "sure"  # what the form says that takes a request over from a colleague
NOT_AGREED = "The sender has not agreed that this may be published"


class TakesOver(ValueError):
    """A colleague has the request: the form must say that this is meant."""


def _status(session: Session, reference: str, form: Form, who: str, now: datetime) -> str | None:
    status = form.get("status", "")
    if status not in (*OPEN_STATUSES, *ENDED):
        raise ValueError("Choose a status")
    _check_seen(session, reference, form)
    done = updates.set_status(session, reference, status, who, now)
    return f"request status: {status}" if done else None


def _owner(session: Session, reference: str, form: Form, who: str, now: datetime) -> str | None:
    has_it = _check_seen(session, reference, form)
    if form.get("take") and form["take"] != SURE and has_it not in (None, who):
        raise TakesOver(f"{has_it} has this request. Take it over only if you have agreed on that")
    owner = who if form.get("take") else form.get("owner", "")
    if owner and owner not in updates.who_can_own(session):
        raise ValueError("Choose a person who works on requests")
    done = updates.set_owner(session, reference, owner or None, who, now)
    return "request owner changed" if done else None


def _due(session: Session, reference: str, form: Form, who: str, now: datetime) -> str | None:
    done = updates.set_due(session, reference, _day(form.get("due", "").strip()), who, now)
    return "request due date changed" if done else None


def _note(session: Session, reference: str, form: Form, who: str, now: datetime) -> str | None:
    text = form.get("note", "").replace("\r\n", "\n").strip()
    if not text:
        raise ValueError("Write a note")
    if len(text) > updates.LONGEST_NOTE:
        raise ValueError(f"A note may have {updates.LONGEST_NOTE:,} letters, not {len(text):,}")
    if holds_personal(text):
        raise ValueError("Take numbers, email addresses and postcodes out: the request has them")
    return "request note written" if updates.add_note(session, reference, text, who, now) else None


def _publish(session: Session, reference: str, form: Form, who: str, now: datetime) -> str | None:
    approved = form.get("approved") == "yes"
    if not updates.approve_to_publish(session, reference, approved, who, now):
        raise ValueError(NOT_AGREED)
    return "request approved to publish" if approved else "request approval taken back"


def _check_seen(session: Session, reference: str, form: Form) -> str | None:
    """Return who has a request. Raises ValueError when a colleague has changed its owner or status
    since the page was shown: the form says what was on it.
    """
    now = updates.standing(session, reference)
    if now is None:
        return None
    if form.get("seen_owner", now.owner or "") != (now.owner or ""):
        changed = f"{now.owner or 'Nobody'} has this request now"
    elif form.get("seen_status", now.status) != now.status:
        changed = f"The status is {STATUSES.get(now.status, now.status).lower()} now"
    else:
        return now.owner
    raise ValueError(
        f"{changed}: a colleague changed it while this page was open. Check and try again"
    )


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("Enter a date like 2021-03-31")
    return day


ACTIONS: dict[str, Act] = {
    "status": _status,
    "owner": _owner,
    "due": _due,
    "note": _note,
    "publish": _publish,
}
