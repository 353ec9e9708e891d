"""Imports point one way only, and light commands stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from bot.settings import ROOT

# Who may import which part of ours; a part may always import itself.
MAY_IMPORT: dict[str, set[str]] = {
    "bot.settings": set(),
    "bot.logs": set(),
    "bot.export": set(),
    "bot.consultation": set(),
    "bot.channels": {"bot.consultation", "bot.settings"},
    "bot.storage": {"bot.consultation", "bot.settings"},
    "bot.dialogue": {"bot.consultation", "bot.settings"},
    "bot.training": {"bot.settings"},
    "bot.gateway": {
        "bot.consultation", "bot.settings", "bot.storage", "bot.channels", "bot.logs",
    },
    "bot.staff": {
        "bot.consultation", "bot.settings", "bot.storage", "bot.logs", "bot.export",
    },
    "bot.seeding": {"bot.consultation", "bot.settings", "bot.storage"},
    "actions": {"bot.consultation", "bot.settings", "bot.storage", "bot.logs"},
    # The two that put everything together; what they need, they import inside their functions.
    "bot.run": {
        "bot.consultation", "bot.settings", "bot.storage", "bot.logs", "bot.training",
        "bot.gateway", "bot.staff", "actions",
    },
    "bot.commands.cli": {
        "bot.consultation", "bot.settings", "bot.storage", "bot.export", "bot.training", "bot.run",
        "bot.gateway", "bot.seeding",
    },
    "bot.__main__": {"bot.commands.cli"},
}  # fmt: skip
# What only one part may know. Everything else of other people may be used where it is needed.
ONLY_IN: dict[str, set[str]] = {
    "rasa": {"bot.dialogue"},
    "rasa_sdk": {"actions"},
    "sanic": {"bot.dialogue", "actions"},
    "sqlalchemy": {"bot.storage"},
    "alembic": {"bot.storage"},
    "starlette": {"bot.channels", "bot.gateway"},
    "uvicorn": {"bot.gateway"},
    "flask": {"bot.staff"},
    "cryptography": {"bot.storage"},
    "dotenv": {"bot.settings"},
    "twilio": {"bot.channels"},
    "telegram": {"bot.channels", "bot.gateway"},
    "typer": {"bot.commands.cli"},
}
FILES = sorted(
    file
    for folder in ("bot", "actions")
    for file in (ROOT / folder).rglob("*.py")
    if "migrations" not in file.parts
)


def part_of(module: str) -> str:
    """Return the part that a module belongs to, e.g. bot.storage for bot.storage.messages.inbox."""
    names = module.split(".")
    return names[0] if names[0] == "actions" else ".".join(names[:2])


def module_of(file: Path) -> str:
    names = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def imports_of(file: Path) -> list[tuple[int, str]]:
    """Return (line, module) of every import, also of those inside functions."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: write the whole name of the module"
            package = node.module or ""
            if package == "bot":
                found += [(node.lineno, f"bot.{alias.name}") for alias in node.names]
            else:
                found.append((node.lineno, package))
    return found


@pytest.mark.skip("files are moving to the rooms of docs/architecture.md; the new table follows")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_imports_point_the_right_way(file: Path) -> None:
    here = part_of(module_of(file))
    if here == "bot":
        assert imports_of(file) == [], "importing one part must not load the others"
        return
    assert here in MAY_IMPORT, f"say in MAY_IMPORT what {here} may import"
    for line, module in imports_of(file):
        where = f"{file.relative_to(ROOT)}:{line}: {here} may not import {module}"
        if module.split(".")[0] in ("bot", "actions"):
            assert part_of(module) in MAY_IMPORT[here] | {here}, where
        else:
            assert here in ONLY_IN.get(module.split(".")[0], {here}), where


def test_nothing_imports_in_a_circle_between_parts() -> None:
    assert set(TopologicalSorter(MAY_IMPORT).static_order()) == set(MAY_IMPORT)


def test_the_product_does_not_import_its_tests() -> None:
    for file in FILES:
        assert not [module for _, module in imports_of(file) if module.startswith("tests")], file


LIGHT = {
    "the storage": "import bot.turns.apply, bot.storage.privacy.exports, bot.storage.database.keys",
    "the gateway": "import bot.gateway.serve",
    "the staff pages": "import bot.staff.shell.serve",
    "the commands": "import sys; sys.argv = ['bot', '--help']; import bot.commands.cli\n"
    "try: bot.commands.cli.main()\nexcept SystemExit: pass",
}
HEAVY = ("rasa", "rasa_sdk", "tensorflow", "sklearn", "numpy")


@pytest.mark.parametrize("code", LIGHT.values(), ids=LIGHT.keys())
def test_rasa_and_tensorflow_are_loaded_only_where_they_are_needed(code: str) -> None:
    look = f"\nimport sys\nprint('loaded:', [m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code + look], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_the_help_of_the_commands_loads_no_server() -> None:
    code = LIGHT["the commands"] + "\nprint('loaded:', [m for m in ('starlette', "
    code += "'flask', 'alembic', 'sqlalchemy', 'phonenumbers') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "loaded: []", done.stderr


def test_the_part_that_holds_all_the_others_is_empty() -> None:
    assert (ROOT / "bot" / "__init__.py").read_text(encoding="utf-8").strip() == ""
