"""Cases: the boards, and one case with what can be done about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.dates import LONDON
from bot.staff.cases.case_form import CaseProblem, read_form
from bot.staff.conversations.masking import hidden_text
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.staff.shell.vocabulary import CASES
from bot.storage.cases import case_board, case_work
from bot.storage.cases.case_board import NOBODY, Case, Wanted
from bot.storage.cases.cases import DONE, OPEN
from bot.storage.messages.transcripts import conversation_of, turns_of
from bot.storage.staff.audit import record

cases = Blueprint("cases", __name__)

A_PAGE = 50
LAST_PAGE = 10_000


def boards_of(me: str, today: date) -> dict[str, tuple[str, Wanted]]:
    """Return {name in the address: (title, which cases)} of the boards, the usual one first."""
    return {
        "open": ("All open", Wanted(OPEN)),
        "mine": ("Mine", Wanted(OPEN, owner=me)),
        "unassigned": ("Unassigned", Wanted(OPEN, owner=NOBODY)),
        "overdue": ("Overdue", Wanted(due_before=today)),
        "done": ("Done", Wanted((DONE,))),
    }


@cases.get("/cases")
def index() -> ResponseReturnValue:
    here = app_context()
    boards = boards_of(g.staff.email, _today(here))
    name, kind = request.args.get("board", ""), request.args.get("kind", "")
    name, kind = name if name in boards else "open", kind if kind in CASES else ""
    page = _page_number(request.args.get("page", ""))
    write_down(here, "cases listed", " ".join(word for word in (name, kind) if word))
    wanted = {one: _narrowed(board, kind) for one, (_, board) in boards.items()}
    with here.database.reading() as session:
        about = here.consultation.id
        counts = {
            one: case_board.count_cases(session, about, board) for one, board in wanted.items()
        }
        skipped = (page - 1) * A_PAGE
        found = case_board.find_cases(session, about, wanted[name], limit=A_PAGE, offset=skipped)
    return render_template(
        "cases.html",
        boards={one: title for one, (title, _) in boards.items()},
        counts=counts,
        board=name,
        kind=kind,
        found=found,
        page=page,
        pages=-(-counts[name] // A_PAGE),
        today=_today(here),
    )


@cases.get("/cases/<reference>")
def show(reference: str) -> ResponseReturnValue:
    case = _found(reference)
    write_down(app_context(), "case viewed", case.reference)
    return _page(case)


@cases.post("/cases/<reference>")
def change(reference: str) -> ResponseReturnValue:
    """Take a case, or save its form."""
    here, who, now = app_context(), g.staff.email, app_context().clock()
    case = _found(reference)
    try:
        with here.database.writing() as session:
            stands = case_work.standing_of(session, case.reference) or abort(404)
            owners = case_work.who_can_own(session)
            if request.form.get("take"):
                case_work.take_case(session, case.reference, who, now)
                what = "case taken"
            else:
                wanted, note = read_form(request.form, stands, owners)
                done = case_work.change_case(session, case.reference, wanted, note, who, now)
                what = f"case saved: {wanted.status}" if done else "case saved: no change"
            record(session, who=who, what=what, about=case.reference, now=now)
    except CaseProblem as problem:
        write_down(here, "case viewed", case.reference)
        return _page(case, problem), 400
    flash("The case is yours." if what == "case taken" else "Saved.")
    return redirect(url_for(".show", reference=case.reference))


def _page(case: Case, problem: CaseProblem | None = None) -> str:
    here = app_context()
    with here.database.reading() as session:
        case = case_board.case_of(session, here.consultation.id, case.reference) or case
        there = conversation_of(session, case.respondent)
        turns = turns_of(session, there[0], after=case.seq - 1, limit=1) if there else []
        events = case_board.case_events(session, case.reference)
        owners = case_work.who_can_own(session)
        others = case_board.cases_about(session, there[0]) if there else []
    if case.owner and case.owner not in owners:  # they have left
        owners.append(case.owner)
    said = turns[0] if case.seq and turns and turns[0].seq == case.seq else None
    return render_template(
        "case.html",
        case=case,
        words=hidden_text(said.text) if said and said.text else None,
        said=said,
        past=[_happened(event) for event in events],
        others=[one for one in others if one.reference != case.reference],
        owners=owners,
        problem=problem,
        today=_today(here),
        longest=case_work.LONGEST_NOTE,
    )


def _happened(event: case_board.CaseEvent) -> dict[str, Any]:
    """Return one line of the history, with a note's words beside it."""
    return {"at": event.at, "who": event.who, "what": event.what, "detail": event.detail or ""}


def _found(reference: str) -> Case:
    """Return a case of this consultation. That there is none of this reference is recorded."""
    here = app_context()
    with here.database.reading() as session:
        case = case_board.case_of(session, here.consultation.id, reference.upper()[:20])
    return case or abort(404)


def _narrowed(board: Wanted, kind: str) -> Wanted:
    return Wanted(board.statuses, board.owner, kind or None, board.due_before)


def _page_number(typed: str) -> int:
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 6
    return min(max(int(typed), 1), LAST_PAGE) if is_number else 1


def _today(here: AppContext) -> date:
    return here.clock().astimezone(LONDON).date()
