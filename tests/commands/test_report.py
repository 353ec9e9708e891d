"""The report at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.test_cli import Run, run, url  # noqa: F401
from tests.commands.test_coding import references  # noqa: F401

BEGINS = {".html": b"<!DOCTYPE html>", ".docx": b"PK", ".pdf": b"%PDF"}


def test_a_folder_gets_all_three_files(
    run: Run,  # noqa: F811
    references: list[str],  # noqa: F811
    tmp_path: Path,
) -> None:
    done = run("report", str(tmp_path / "new" / "folder"))
    assert done.exit_code == 0 and "Draft of" in done.stderr
    files = {file.suffix: file.read_bytes() for file in (tmp_path / "new" / "folder").iterdir()}
    assert {name: said[: len(BEGINS[name])] for name, said in files.items()} == BEGINS
    assert "12 people took part" in files[".html"].decode()


@pytest.mark.parametrize("name", ["said.html", "said.docx", "said.pdf"])
def test_a_file_is_of_the_kind_that_its_name_says(
    run: Run,  # noqa: F811
    tmp_path: Path,
    name: str,
) -> None:
    assert run("report", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(BEGINS[(tmp_path / name).suffix])


def test_what_cannot_be_done_is_said(run: Run, tmp_path: Path) -> None:  # noqa: F811
    refused = run("report", str(tmp_path), "--version", "3")
    assert refused.exit_code == 1 and "There is no version 3" in refused.stderr
    (tmp_path / "file").write_text("")
    refused = run("report", str(tmp_path / "file" / "x.pdf"))
    assert refused.exit_code == 1 and "cannot be written" in refused.stderr
