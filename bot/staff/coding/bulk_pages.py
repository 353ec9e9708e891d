"""Coding alike answers together: campaigns, answers with some words, and what is like one answer.
Each is listed, for a person to check it before it is coded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.coding.workbench import about, suggestions
from bot.staff.conversations.masking import hidden_text
from bot.staff.shell.context import write_down
from bot.storage.coding.bulk import code_together, codes_given, take_back
from bot.storage.coding.codes import labels_of, texts_of
from bot.storage.coding.coding_progress import progress_of
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import themes_of

bulk = Blueprint("bulk", __name__)

MOST = 300  # answers on one page
LARGEST = 2**31  # no id is
MOST_LIKE = 50  # of those that are like one answer


@dataclass(frozen=True)
class Row:
    """An answer of the list."""

    id: int
    reference: str
    text: str
    themes: frozenset[int]
    alike: float | None = None


@dataclass(frozen=True)
class Asked:
    """Which answers are asked for: with words, like one, of a campaign by its first answer."""

    words: str = ""
    like: int = 0
    group: int = 0
    coded_too: bool = False

    @classmethod
    def of_request(cls) -> Asked:
        args = request.args
        return cls(
            words=" ".join(args.get("words", "").split()),
            like=args.get("like", 0, type=int),
            group=args.get("group", 0, type=int),
            coded_too="coded" in args,
        )

    @property
    def anything(self) -> bool:
        return bool(self.words or self.like or self.group)


@bulk.get("/coding/<question_id>/together")
def show(question_id: str) -> ResponseReturnValue:
    here, question, scope = about(question_id)
    write_down(here, "alike answers viewed", question.id)
    asked, given = Asked.of_request(), _moment(request.args.get("given", ""))
    with here.database.reading() as session:
        labels = labels_of(session, scope)
        every = [
            Row(answer, reference, text, frozenset(labels.get(answer, ())))
            for answer, reference, text in texts_of(session, scope)
        ]
        themes = themes_of(session, scope)
        undo = len(codes_given(session, scope, g.staff.email, given)) if given else 0
    rows = [row for row in every if asked.coded_too or not row.themes]
    found = _found(scope, asked, every, rows)
    return render_template(
        "code_together.html",
        question=question,
        asked=asked,
        groups=_groups(rows) if not asked.anything else (),
        rows=found[:MOST],
        more=max(0, len(found) - MOST),
        themes=themes,
        named={theme.id: theme.name for theme in themes},
        undo=undo,
        given=request.args.get("given", ""),
        hidden_text=hidden_text,
    )


@bulk.post("/coding/<question_id>/together")
def change(question_id: str) -> ResponseReturnValue:
    """Code what is ticked, or take back what was coded together last."""
    here, _, scope = about(question_id)
    form, who, now = request.form, g.staff.email, here.clock()
    if given := _moment(form.get("undo", "")):
        with here.database.writing() as session:
            taken = take_back(session, scope, who, given, now)
        flash(f"Taken back from {taken:,} {'answer' if taken == 1 else 'answers'}.")
        return redirect(url_for(".show", question_id=question_id))
    answers, themes = (
        [one for one in form.getlist(name, type=int) if one < LARGEST][:MOST]
        for name in ("answer", "theme")
    )
    if not answers or not themes:
        flash("Tick the answers, and choose a theme for them.")
        return redirect(request.full_path)
    with here.database.writing() as session:
        done = code_together(session, scope, answers, themes, staff=who, now=now)
        coded = progress_of(session, scope)[0]
    suggestions().learn_beside(scope, coded)
    flash(f"{done:,} {'answer is' if done == 1 else 'answers are'} coded. Each counts.")
    return redirect(url_for(".show", question_id=question_id, given=now.isoformat()))


def _found(scope: Scope, asked: Asked, every: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """Return the answers that are asked for. Of `rows`; the one that others are like may be coded
    already.
    """
    from bot.analysis.alike import nearest

    if asked.group:
        return next((list(group) for group in _groups(rows) if group[0].id == asked.group), [])
    if asked.words:
        wanted = asked.words.casefold().split()
        return [row for row in rows if all(word in row.text.casefold() for word in wanted)]
    if not asked.like:
        return []
    one = [row for row in every if row.id == asked.like]
    by_id = {row.id: row for row in [*rows, *one]}
    texts = [(row.id, row.text) for row in by_id.values()]
    order = nearest(asked.like, texts, suggestions().vectors_of(scope))[:MOST_LIKE]
    alike = [Row(**{**vars(by_id[answer]), "alike": share}) for answer, share in order]
    return [*one, *alike]


def _groups(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the campaigns: each stands on the page once, with how many wrote it."""
    from bot.analysis.alike import campaigns

    by_id = {row.id: row for row in rows}
    groups = campaigns([(row.id, row.text) for row in rows])
    return [[by_id[answer] for answer in group] for group in groups]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
