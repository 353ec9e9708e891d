"""What the documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT

FOLDERS = ("actions", "bench", "bot", "data", "deploy", "docs", "tests")
DOCUMENTS = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
        *(ROOT / "docs").rglob("*.md"),
        *(path for folder in FOLDERS[:-1] for path in (ROOT / folder).rglob("README.md")),
    ]
)
NAMES = sorted({path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")})
FILE = re.compile(r"`([\w./-]+(?:/|\.(?:py|md|yml|yaml|html|js|css|txt)))`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
MADE_UP = {"your-id.yml"}
SHE = re.compile(r"\b(she|her|hers|herself|somebody|whoever)\b", re.I)


def is_there(named: str, beside: Path) -> bool:
    if "/" not in named:
        return named in NAMES or (ROOT / named).exists()
    return (ROOT / named).exists() or (beside / named).exists()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_a_document_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = [name for name in FILE.findall(text) if not name.startswith(("/", "var/"))]
    assert [n for n in named if n not in MADE_UP and not is_there(n, path.parent)] == []
    assert [link for link in LINK.findall(text) if not (path.parent / link).exists()] == []


def test_the_conversation_in_the_readme_is_one_that_is_tested() -> None:
    shown = re.search(r"From `(.+?)`.+?\n\n(.+?)\n\n", (ROOT / "README.md").read_text(), re.S)
    assert shown
    script = yaml.safe_load((ROOT / shown[1]).read_text(encoding="utf-8"))
    on_a_page = [{name: turn.get(name) for name in ("says", "presses", "bot")}
                 for turn in [script, *script["turns"]]]  # fmt: skip
    told = " ".join(yaml.safe_dump(on_a_page, allow_unicode=True, width=10**6).split())
    # What stands between marks: who speaks, buttons, and what was left out.
    parts = [part.strip() for part in re.split(r"(?:You|Bot):|[\[\]…\n]", shown[2])]
    said = [part for part in parts if part]
    assert len(said) > 10
    assert [part for part in said if part not in told] == []


# Rooms whose comments and pages say it plainly; the others follow.
PLAIN = [
    path
    for room in ("channels", "commands", "consultation", "gateway", "settings", "staff", "turns")
    for path in (ROOT / "bot" / room).rglob("*.*")
    if path.suffix in (".py", ".html", ".js", ".css")
]


def test_residents_are_they() -> None:
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in [*DOCUMENTS, *PLAIN, ROOT / "CHANGELOG.md"]
    }
    assert {name: SHE.findall(text) for name, text in texts.items() if SHE.search(text)} == {}
