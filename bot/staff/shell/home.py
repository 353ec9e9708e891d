"""The first page: how far the reading is, and what waits for the person who has signed in."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from bot.consultation.dates import LONDON
from bot.staff.morning.sheet import sheet_of, slow, warned, where_left_off, why_not
from bot.staff.shell.access import may
from bot.staff.shell.context import app_context
from bot.storage.cases.alerts import alert_state
from bot.storage.cases.case_board import case_counts
from bot.storage.messages.talks import count_talks_waiting
from bot.storage.review.counts import requests_by_status, unread_by_reason
from bot.storage.review.reviews import counts_considered
from bot.storage.staff.rows import Role

home = Blueprint("home", __name__)

REASONS = {
    "distress": "may be in danger or despair",
    "complaint": "complaints",
    "unsure": "may have been misunderstood",
    "failed": "had a turn that failed",
    "personal": "hold personal details",
    "rich": "hold long answers",
    None: "others",
}
STATUSES = {
    "new": "New",
    "in_progress": "In progress",
    "done": "Done",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
}
# What the page leads to, and what it is for. Those that a role may not open are not shown.
LINKS = (
    ("queue.index", "Read queue", "Unread conversations, those in greatest need first."),
    ("conversations.index", "Conversations", "Find and read what residents said."),
    ("cases.index", "Cases", "What staff must act on, who does, and by when."),
    ("requests.index", "Requests", "What residents asked the council for."),
    ("stories.index", "Stories", "Approved stories and chosen quotes, without contact details."),
    ("results.index", "Results", "Answers counted, and how the consultation goes."),
    ("report.show", "Report", "What people said, to hand to councillors."),
    ("outcomes.index", "Outcome", "You said, we did: what was decided, for the public."),
    ("people.index", "People", "Erase a person, or give a copy of what we hold."),
    ("accounts.index", "Staff", "Who may sign in, and what they may see."),
    ("audit.index", "Audit", "Who saw, exported and erased what."),
)


@home.get("/")
def index() -> ResponseReturnValue:
    here, role = app_context(), g.staff.role
    considered, unread, requests, cases, alerts = None, {}, {}, {}, None
    replies = 0
    with here.database.reading() as session:
        if may("queue.index") or role is Role.HEAD:
            considered = counts_considered(session, here.consultation.id)
            unread = unread_by_reason(session, here.consultation.id)
        if may("requests.index") or role is Role.HEAD:
            requests = requests_by_status(session, here.consultation.id)
        sheet = sheet_of(here, session)
        if may("cases.index"):
            today = here.clock().astimezone(LONDON).date()
            cases = case_counts(session, here.consultation.id, g.staff.email, today)
            alerts = alert_state(session, here.consultation.id)
            replies = count_talks_waiting(session, here.consultation.id)
    return render_template(
        "home.html",
        considered=considered,
        unread=unread,
        reasons=REASONS,
        requests=requests,
        cases=cases,
        alerts=alerts,
        replies=replies,
        sheet=sheet,
        warned=warned(sheet),
        slow=slow(sheet),
        budget=here.settings.text_budget_pounds,
        where_left_off=where_left_off,
        why_not=why_not,
        statuses=STATUSES,
        titles={section.id: section.title for section in here.consultation.sections},
        links=[link for link in LINKS if may(link[0])],
    )
