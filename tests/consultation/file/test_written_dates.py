"""Dates are fields of the file: texts name them, and `check` finds those that are written out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.consultation.errors import ConsultationFileError
from bot.consultation.file.read import check_folder, dates_written_out, load_consultation
from bot.settings import ROOT

HARBOUR_TEXT = (ROOT / "tests" / "consultations" / "harbour-town-buses.yml").read_text("utf-8")
SAID = "It closes at the end of {closes_date}."


def with_answer(folder: Path, answer: str, **fields: str) -> Path:
    text = HARBOUR_TEXT.replace(SAID, answer)
    for name, value in fields.items():
        before = next(line for line in text.splitlines() if line.startswith(f"{name}:"))
        text = text.replace(before, f"{name}: {value}")
    path = folder / "harbour-town-buses.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "written, said",
    [
        ("Until {closes}.", "Until Sunday 15 June 2031."),
        ("Until {closes_date}.", "Until 15 June 2031."),
        ("Until {closes_day}, from {opens_day}.", "Until 15 June, from 1 May."),
        ("From {opens} ({opens_date}).", "From Thursday 1 May 2031 (1 May 2031)."),
    ],
)
def test_a_text_names_a_date_of_the_file(tmp_path: Path, written: str, said: str) -> None:
    loaded = load_consultation(with_answer(tmp_path, written))
    assert loaded.faqs[0].answer.text == said
    assert check_folder(tmp_path) == dates_written_out(tmp_path) == []


def test_the_closing_date_is_moved_in_one_place(tmp_path: Path) -> None:
    loaded = load_consultation(with_answer(tmp_path, SAID, closes="2031-06-29"))
    assert loaded.faqs[0].answer.text == "It closes at the end of 29 June 2031."


@pytest.mark.parametrize(
    "answer", ["It ends on 15 June 2031.", "It ends on the 15th june.", "Write by 15 June, please."]
)
def test_check_finds_the_closing_date_written_out(tmp_path: Path, answer: str) -> None:
    path = with_answer(tmp_path, answer)
    (problem,) = check_folder(tmp_path)
    assert problem.startswith("harbour-town-buses.yml:99: faqs[0].answer: has the closing date")
    assert load_consultation(path)  # nothing that runs today stops for it


@pytest.mark.parametrize(
    "answer, noted",
    [
        ("Read it again after 1 June 2031.", "1 June 2031"),
        ("It ended on 31 May.", "31 May"),
        ("There is no 31 June 2031.", "31 June 2031"),
        ("We meet in June 2031.", None),
        ("Bus 15 June Street.", "15 June"),
    ],
)
def test_any_other_date_is_worth_a_look(tmp_path: Path, answer: str, noted: str | None) -> None:
    with_answer(tmp_path, answer, closes="2031-07-01")
    assert check_folder(tmp_path) == []
    notes = dates_written_out(tmp_path)
    assert [f'says "{noted}"' in note for note in notes] == ([True] if noted else [])


@pytest.mark.parametrize("written", ["{close}", "{closed_date}", "{kept_until}", "{name}"])
def test_a_name_that_is_no_date_is_told(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConsultationFileError) as caught:
        load_consultation(with_answer(tmp_path, f"Until {written}."))
    assert f"has {written}, which is no date of this file" in caught.value.problems[0]
