"""Who answered, and who did not: rates and gaps made of shown figures alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.consultation.file.base_figures import BaseFigure
from bot.consultation.question import Kind
from bot.consultation.suppression import figures
from bot.staff.results.result_tables import HIDDEN
from bot.staff.results.who_answered import LEAST, TOO_FEW, Compared, compare, whom_to_reach
from bot.staff.shell.context import AppContext
from bot.storage.staff.rows import Role
from tests.staff.desk import Desk, question
from tests.staff.results.test_pages import WITH_EQUALITY, read_csv, tell, told, use

SIDES = {"north": "North", "south": "South", "east": "East", "none": "Prefer not to say"}
SIDE = question("town.side", Kind.CHOICE, "Which side?", SIDES)
PEOPLE = {"north": 10_000, "south": 10_000, "east": 1_000}
HEADING = "question,group,population,source\n"


def compared(counts: Mapping[str, int], people: Mapping[str, int] = PEOPLE) -> Compared | None:
    base = [BaseFigure(SIDE.id, group, number, "Census") for group, number in people.items()]
    return compare(SIDE, figures(counts, list(SIDES)), base)


def test_a_row_has_the_rate_the_shares_and_the_gap() -> None:
    made = compared({"north": 104, "south": 52, "east": 4, "none": 99})
    assert made and made.table.rows == [
        ("North", 100, "100.0", "67%", "48%", "+19", 10_000, "Census"),
        ("South", 50, "50.0", "33%", "48%", "-14", 10_000, "Census"),
        ("East", HIDDEN, TOO_FEW, TOO_FEW, "5%", TOO_FEW, 1_000, "Census"),
    ]


@pytest.mark.parametrize(
    ("counts", "missing"),
    [
        ({"north": 100, "south": 50, "east": 7}, [("South", 19)]),
        ({"north": 100, "south": 91, "east": 9}, []),  # rounding alone could be the reason
        ({"north": 150, "south": 150}, [("East", 10)]),  # hidden: four at most
        ({"north": 25, "south": 15}, []),  # of so few, nothing is said
        ({"north": 200}, [("South", 91), ("East", 5)]),
    ],
)
def test_a_group_is_named_when_people_are_missing_beyond_what_rounding_hides(
    counts: dict[str, int], missing: list[tuple[str, int]]
) -> None:
    made = compared(counts)
    assert made and [(one.group, one.fewer) for one in whom_to_reach([made])] == missing


def test_below_the_least_there_are_rates_but_no_shares() -> None:
    made = compared({"north": LEAST - 5})
    assert made and not made.is_enough
    assert made.table.rows[0][1:6] == (LEAST - 5, "45.0", TOO_FEW, "48%", TOO_FEW)


def test_one_group_alone_is_compared_with_nothing() -> None:
    assert compared({"north": 100}, {"north": 10_000}) is None


def test_a_few_people_more_or_less_in_any_group_show_the_same_page() -> None:
    """What subtraction would need: a figure that moves with one person."""
    seen = {str(compared({"north": n, "south": s, "east": e}))
            for n in range(100, 105) for s in range(50, 55) for e in range(5)}  # fmt: skip
    assert len(seen) == 1


def filled_in(desk: Desk, folder: Path, lines: str) -> None:
    here: AppContext = desk.app.extensions["context"]
    settings = replace(here.settings, root=folder)
    desk.app.extensions["context"] = replace(here, settings=settings)
    settings.consultations.mkdir(parents=True, exist_ok=True)
    path = settings.consultations / f"{WITH_EQUALITY.id}.base-figures.csv"
    path.write_text(HEADING + lines)


def test_the_page_names_whom_to_reach_and_the_file_holds_the_same(
    desk: Desk, tmp_path: Path
) -> None:
    use(desk, WITH_EQUALITY)
    filled_in(desk, tmp_path, "town.side,north,9000,Census\ntown.side,south,3000,Register\n")
    client = desk.signed_in(Role.ANALYST)
    assert "It is too early to say: this takes 50 answers" in told(client, "/results/who-answered")
    tell(desk, "north", 60)
    page = told(client, "/results/who-answered")
    assert (
        "South : fewer than 5 answered. By their share of the people it would be about 15" in page
    )
    assert "so 11 or more are missing" in page and "Census; Register" in page
    row = page.partition(" North ")[2][:250]  # each figure after what it is, for a telephone
    assert re.search(r" 60 .* 66\.7 .* 100% .* 75% .* \+25 ", row), row
    rows = read_csv(client, "/results/downloads/who-answered.csv?table=side")
    assert rows[1] == ["North", "60", "66.7", "100%", "75%", "'+25", "9000", "Census"]


def test_without_figures_the_page_says_which_file_and_with_mistakes_which_lines(
    desk: Desk, tmp_path: Path
) -> None:
    use(desk, WITH_EQUALITY)
    filled_in(desk, tmp_path, "")
    client = desk.signed_in(Role.ANALYST)
    assert f"{WITH_EQUALITY.id}.base-figures.csv" in told(client, "/results/who-answered")
    assert client.get("/results/downloads/who-answered.xlsx").status_code == 404
    filled_in(desk, tmp_path, "town.side,west,5,Census\n")
    assert "west&#34; is no option" in told(client, "/results/who-answered")
    assert client.get("/results/downloads/who-answered.xlsx").status_code == 404


def test_it_is_not_for_reviewers(desk: Desk) -> None:
    client = desk.signed_in(Role.REVIEWER)
    for path in ("who-answered", "downloads/who-answered.csv?table=side"):
        assert client.get(f"/results/{path}").status_code in (403, 404)
