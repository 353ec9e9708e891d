"""The read queue: what to read next, and where readers disagree."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from bot.staff.conversations.pages import write_down
from bot.staff.shell.context import app_context
from bot.storage.review.queue import queue_for
from bot.storage.review.reviews import counts_considered, disagreements

queue = Blueprint("queue", __name__)

A_PAGE = 50


@queue.get("/queue")
def index() -> ResponseReturnValue:
    here = app_context()
    write_down(here, "queue viewed", None)
    with here.database.reading() as session:
        found = queue_for(session, here.consultation.id, g.staff.email, limit=A_PAGE)
        done, total = counts_considered(session, here.consultation.id)
        differing = []
        if here.settings.staff_readers > 1:
            differing = disagreements(session, here.consultation.id, limit=A_PAGE)
    return render_template(
        "queue.html",
        found=found,
        done=done,
        total=total,
        readers=here.settings.staff_readers,
        differing=differing,
    )
