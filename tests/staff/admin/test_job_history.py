"""What was done at night, as staff see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from bot.storage.jobs.job_runs import claim_run, end_run
from bot.storage.staff.rows import Role
from tests.staff.desk import Desk


def ran(desk: Desk, job: str, outcome: str, detail: str, *, days_ago: int = 0) -> None:
    now = desk.clock() - timedelta(days=days_ago)
    with desk.database.writing() as session:
        run = claim_run(session, job, now, now)
        assert run
        end_run(session, run, outcome, detail, now)


def rows(page: str) -> list[str]:
    found = re.findall(r'<tr class="govuk-table__row" role="row">(.*?)</tr>', page, re.S)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_the_page_has_the_last_runs_the_newest_first(desk: Desk) -> None:
    ran(desk, "retention", "done", "3 removed", days_ago=1)
    ran(desk, "audit", "failed", "Entry 17 is broken: …")
    page = desk.signed_in(Role.DATA_PROTECTION).get("/nightly").text
    last, first = rows(page)
    assert "Checking the audit" in last and "Failed" in last and "Entry 17 is broken" in last
    assert "Removing what is kept too long" in first and "Done" in first and "3 removed" in first
    assert page.count("Next: ") == 2


def test_where_a_timer_outside_begins_it_no_next_time_is_promised(
    make_desk: Callable[..., Desk],
) -> None:
    page = make_desk(NIGHTLY_JOBS="APART").signed_in(Role.ADMIN).get("/nightly").text
    assert "Next: " not in page and "Nothing was done yet" in page


def test_the_first_page_tells_those_who_may_look_of_a_failure(desk: Desk) -> None:
    def told(role: Role) -> bool:
        return "of the night failed" in desk.signed_in(role).get("/").text

    assert not told(Role.ADMIN)
    ran(desk, "retention", "failed", "still in the files of inbox", days_ago=1)
    assert told(Role.ADMIN) and not told(Role.REVIEWER)
    ran(desk, "retention", "done", "0 removed")
    assert not told(Role.ADMIN)
