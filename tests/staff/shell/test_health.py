"""The staff app says whether it can show pages, and how many it shows."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from tests.staff.desk import Desk
from tests.support.scraped import BEARER, TOKEN, figures


def test_it_is_ready_on_a_database_that_fits(desk: Desk) -> None:
    client = desk.client()
    assert client.get("/ready").status_code == 200
    with desk.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/ready")
    assert (answer.status_code, answer.text) == (503, "database: needs python -m bot migrate\n")
    assert client.get("/live").status_code == 200


def test_the_figures_are_for_who_has_the_token(make_desk: Callable[..., Desk]) -> None:
    client = make_desk(METRICS_TOKEN=TOKEN).client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/sign-in").status_code == 200
    told = figures(client.get("/metrics", headers=BEARER).text)
    assert (told["staff_pages_total 2xx"], told["staff_pages_total 4xx"]) == (1, 1)
    assert (told["staff_page_seconds_count"], told["database_up"]) == (2, 1)
