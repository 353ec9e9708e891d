"""Imports point one way only, and light commands stay light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.channels.registry import all_channels
from bot.consultation.utterances import SHORT
from bot.settings import ROOT

# The rooms from the inside to the outside: each may call those before it, and itself.
INWARDS = (
    "bot.consultation", "bot.understanding", "bot.conversation", "bot.storage", "bot.turns",
    "bot.channels", "bot.gateway",
)  # fmt: skip
# The rooms beside them, and the outermost room that each may call.
BESIDE = {
    "bot.analysis": "bot.understanding",
    "bot.rasa": "bot.understanding",
    "actions": "bot.turns",
    "bot.staff": "bot.storage",
}
TABLE = "the table of channels"
# What the others know of a channel: each one's description, and how its settings are read.
IN_TABLE = re.compile(r"bot\.channels\.(registry|(\w+\.)?description|\w+\.settings)")
FOR_ALL = {"bot.settings", "bot.logs", "bot.metrics", TABLE}
# What the other modules may call besides.
MORE = {
    "bot.staff": {"bot.table_files", "bot.analysis"},
    "bot.__main__": {"bot.commands"},
    # These two put everything together.
    "bot.processes": {*INWARDS, *BESIDE, "bot.training"},
    "bot.commands": {
        *INWARDS, *BESIDE, "bot.processes", "bot.training", "bot.table_files", "bench.seeding",
    },
}  # fmt: skip
# What only one part may know. Every other library may be used where it is needed.
ONLY_IN: dict[str, set[str]] = {
    "rasa": {"bot.rasa"},
    "rasa_sdk": {"actions", "bot.rasa"},
    "sanic": {"bot.rasa", "actions"},
    "sqlalchemy": {"bot.storage"},
    "alembic": {"bot.storage"},
    "cryptography": {"bot.storage"},
    "starlette": {"bot.channels", "bot.gateway"},
    "uvicorn": {"bot.gateway"},
    "flask": {"bot.staff"},
    "dotenv": {"bot.settings"},
    "twilio": {"bot.channels"},
    "telegram": {"bot.channels"},
    "prometheus_client": {"bot.metrics"},
    "typer": {"bot.channels", "bot.commands"},
}
# What still breaks a rule below. Take a line out with what it names; nothing is added here.
STILL_CALLS: set[tuple[str, str]] = set()
STILL_CROWDED: set[str] = set()
STILL_TWICE: set[str] = set()
MOST_MODULES = 14
# Two rooms may each have a module of one name when both are about one thing of the product …
NOUNS = {
    "coding", "accounts", "answering", "audit", "exports", "filters", "limits", "moving",
    "queue", "requests", "revisions", "sign_in", "staff",
}  # fmt: skip
# … or play one part in their room.
PARTS = {"app", "base", "errors", "health", "pages", "serve", "webhook"}
FILES = sorted(
    file
    for folder in ("bot", "actions")
    for file in (ROOT / folder).rglob("*.py")
    if "migrations" not in file.parts
)


def part_of(module: str) -> str:
    """Return the part that a module belongs to, e.g. bot.storage for bot.storage.messages.inbox."""
    if IN_TABLE.fullmatch(module):
        return TABLE
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


def may_call(here: str) -> set[str]:
    inner = INWARDS[: INWARDS.index(here)] if here in INWARDS else ()
    if here in BESIDE:
        inner = INWARDS[: INWARDS.index(BESIDE[here]) + 1]
    return {here, *inner, *FOR_ALL, *MORE.get(here, ())}


def wrong_calls(file: Path) -> set[tuple[str, str]]:
    """Return (module, what it may not call) of one file."""
    module, allowed = module_of(file), may_call(part_of(module_of(file)))
    called = {name for _, name in imports_of(file)}
    ours = {part_of(name) for name in called if name.split(".")[0] in ("bot", "actions", "bench")}
    others = {name.split(".")[0] for name in called} & set(ONLY_IN)
    wrong = {name for name in others if part_of(module) not in ONLY_IN[name]}
    return {(module, name) for name in (ours - allowed) | wrong}


def test_the_storage_knows_no_words() -> None:
    """What a message means is decided by the turns, and handed to the storage."""
    storage = [file for file in FILES if part_of(module_of(file)) == "bot.storage"]
    found = {name for file in storage for _, name in imports_of(file)}
    assert storage and not [name for name in found if name.startswith("bot.understanding")]


def test_a_room_calls_only_the_rooms_and_libraries_it_may() -> None:
    found = set().union(*(wrong_calls(file) for file in FILES))
    assert sorted(found - STILL_CALLS) == [], "see INWARDS, BESIDE and ONLY_IN"
    assert sorted(STILL_CALLS - found) == [], "done: take these lines out of STILL_CALLS"


def test_a_folder_has_few_enough_modules_to_look_through() -> None:
    modules = Counter(
        file.parent.relative_to(ROOT).as_posix() for file in FILES if file.stem != "__init__"
    )
    crowded = {folder for folder, count in modules.items() if count > MOST_MODULES}
    assert crowded == STILL_CROWDED


def test_a_module_can_be_found_by_its_name_alone() -> None:
    """The same name in two rooms is a trap unless it is the same thing."""
    rooms: dict[str, set[str]] = {}
    for file in FILES:
        if not file.stem.startswith("__"):
            rooms.setdefault(file.stem, set()).add(part_of(module_of(file)))
    twice = {name for name, where in rooms.items() if len(where) > 1}
    assert twice - NOUNS - PARTS == STILL_TWICE
    assert (NOUNS | PARTS) - {file.stem for file in FILES} == set(), "no module has this name"


def test_a_session_has_a_type() -> None:
    found = {
        file.relative_to(ROOT).as_posix()
        for file in FILES
        if re.search(r"\bsession: Any\b", file.read_text(encoding="utf-8"))
    }
    assert found == set()


def names_written(file: Path) -> set[tuple[int, str]]:
    """Return (line, name) of every text that is just a channel's name, outside its own folder."""
    names = {channel.name for channel in all_channels()}
    if file.is_relative_to(ROOT / "bot" / "channels"):
        names -= {file.relative_to(ROOT / "bot" / "channels").parts[0]}
    if file.is_relative_to(ROOT / "bot" / "consultation"):
        names -= {SHORT}  # consultation files and domain.yml call the short wording so
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    constants = [node for node in nodes if isinstance(node, ast.Constant)]
    return {(node.lineno, node.value) for node in constants if node.value in names}


@pytest.mark.parametrize(
    "code",
    [
        'channel == "sms"', 'channel != "telegram"', 'channel in ("sms", "webchat")',
        'TEXTS = {"telegram": 1}', 'senders["sms"]', 'match channel:\n    case "sms": pass',
    ],
)  # fmt: skip
def test_a_channel_that_is_named_is_noticed(tmp_path: Path, code: str) -> None:
    (tmp_path / "module.py").write_text(code)
    assert names_written(tmp_path / "module.py")


def test_a_channel_is_named_in_its_own_folder_only() -> None:
    """The rest asks the registry what a channel can do, so a new one needs nothing else."""
    found = {f"{module_of(file)}: {names_written(file)}" for file in FILES if names_written(file)}
    assert found == set()


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


def folders(under: str) -> set[str]:
    """Return the folders of the product, without those that belong to a library or hold no code."""
    inside = {"templates", "static", "tables", "migrations", "versions", "stock", "__pycache__"}
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / under).rglob("*")
        if path.is_dir() and path.name not in inside and any(f.is_file() for f in path.iterdir())
    }
    return found | {under}


def folders_in_readme() -> set[str]:
    """Return what the tree in README names; a folder in another's line is inside of it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = readme.partition("## The tree\n")[2].partition("\n## ")[0]
    found, here = set(), ""
    for line in re.findall(r"^    (?=\S| )(.+)", tree, re.M):
        names = re.findall(r"(?<![\w./])(\w+)/(?!\w)", line)
        if re.match(r"\w", line):
            here, inside = names[0], names[1:]
            found |= {here} | {f"{here}/{name}" for name in inside}
        elif re.match(r"  \w", line):
            room, inside = f"bot/{names[0]}", names[1:]
            found |= {room} | {f"{room}/{name}" for name in inside}
        else:
            found |= {f"{room}/{name}" for name in names}
    return found


def test_the_tree_in_readme_is_the_tree_there_is() -> None:
    ours = folders("bot") | folders("actions") | folders("bench")
    told = {
        name for name in folders_in_readme() if name.split("/")[0] in ("bot", "actions", "bench")
    }
    assert told == ours
    assert all((ROOT / name).is_dir() for name in folders_in_readme())
