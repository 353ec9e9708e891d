"""The base figures beside a consultation file: what is read, and what is said of each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.consultation.errors import ConsultationFileError
from bot.consultation.file.base_figures import COLUMNS, BaseFigure, base_figures
from bot.consultation.file.read import check_folder, find_consultation
from tests.consultation.file.test_file import FOLDER, HARBOUR_TEXT

CITY = find_consultation(FOLDER, "manchester-digital-strategy")
NAME = f"{CITY.id}.base-figures.csv"
HEADING = ",".join(COLUMNS)
GROUP = "equality.ethnic_group"


def read(folder: Path, *lines: str, heading: str = HEADING) -> tuple[BaseFigure, ...]:
    (folder / NAME).write_text("\n".join([heading, *lines]), encoding="utf-8")
    return base_figures(folder, CITY)


def test_what_is_filled_in_is_read_and_what_is_empty_is_not_compared(tmp_path: Path) -> None:
    assert base_figures(tmp_path, CITY) == ()
    district = "equality.postcode_district"
    filled = f'{GROUP},white,"313,630", Census  2021 '
    assert read(tmp_path, filled, f"{GROUP},black,,", ",,,", f"{district},M14,5,Census") == (
        BaseFigure(GROUP, "white", 313_630, "Census 2021"),
        BaseFigure(district, "M14", 5, "Census"),
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("role,resident,5,Census", 'question: there is no equality question "role"; there are: eq'),
        (f"{GROUP},blue,5,Census", 'group: "blue" is no option; there are: asian, black'),
        ("equality.postcode_district,Moss Side,5,Census", "is no postcode district; write it like"),
        (f"{GROUP},white,about 5,Census", 'population: "about 5" is not a whole number above 0'),
        (f"{GROUP},white,0,Census", 'population: "0" is not a whole number above 0'),
        (f"{GROUP},white,-3,Census", "is not a whole number above 0"),
        (f"{GROUP},white,5.5,Census", "is not a whole number above 0"),
        (f"{GROUP},white,5,", "source: is empty; say where the number is from"),
        (f"{GROUP},white,5,Census\n{GROUP},white,6,Census", '"white" is there twice'),
    ],
)
def test_each_mistake_is_one_line_that_says_what_to_do(
    tmp_path: Path, line: str, told: str
) -> None:
    with pytest.raises(ConsultationFileError) as caught:
        read(tmp_path, f"{GROUP},asian,5,Census", line)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{NAME}:{3 + line.count(chr(10))}: ") and told in problem


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "1: heading: has no column question, group, population, source"),
        (b"question;group;population;source\n", "1: heading: has no column"),
        (b"question,group,population\n", "1: heading: has no column source"),
        (f"{HEADING}\n{GROUP},white,5,caf\xe9".encode("cp1252"), "is not UTF-8; save it as"),
        (b"x" * 1_000_001, "is longer than 1 MB"),
        (f'{HEADING}\n{GROUP},white,5,"Census'.encode(), "2: file: is no CSV here"),
        (f'{HEADING}\n{GROUP},"white"s,5,Census'.encode(), "2: file: is no CSV here"),
    ],
    ids=["empty", "semicolons", "no source", "not utf-8", "long", "open quote", "quote inside"],
)
def test_a_file_that_is_no_such_table_is_one_line(tmp_path: Path, raw: bytes, told: str) -> None:
    (tmp_path / NAME).write_bytes(raw)
    with pytest.raises(ConsultationFileError) as caught:
        base_figures(tmp_path, CITY)
    (problem,) = caught.value.problems
    assert told in problem


def test_a_file_saved_by_excel_is_read(tmp_path: Path) -> None:
    lines = f'{HEADING}\r\n{GROUP},white,"1,234,567",Census\r\n'
    (tmp_path / NAME).write_bytes(b"\xef\xbb\xbf" + lines.encode())
    assert [one.population for one in base_figures(tmp_path, CITY)] == [1_234_567]


def test_the_folder_check_reads_base_figures_and_names_a_file_of_nobody(tmp_path: Path) -> None:
    (tmp_path / "harbour-town-buses.yml").write_text(HARBOUR_TEXT, encoding="utf-8")
    (tmp_path / "harbour-town-buses.base-figures.csv").write_text(f"{HEADING}\na,b,1,c\n")
    (tmp_path / "figures.csv").write_text(HEADING)
    wrong, nobodys = check_folder(tmp_path)
    assert wrong.startswith("harbour-town-buses.base-figures.csv:2: question: there is no equality")
    assert nobodys.startswith("figures.csv:1: file: belongs to no consultation here; name it ID.")


def test_every_number_for_manchester_has_a_source() -> None:
    found = base_figures(FOLDER, CITY)
    assert sum(one.population for one in found if one.question == GROUP) == 551_929
    assert all("Census 2021" in one.source for one in found)
