"""Secrets: made once, for the owner only, and never made again when one is spoilt."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT, SettingsError
from bot.storage.database.keys import load_keys, secret, turn_secret
from tests.support.people import at_once


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "secrets"
    keys, turn = load_keys(folder), turn_secret(folder)
    assert load_keys(folder).hash_key == keys.hash_key and turn_secret(folder) == turn
    assert load_keys(folder).reveal(keys.hide("x")) == "x"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["address.keys", "hash.key", "turn.secret"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len(keys.hash_key) == 32 and len(turn) == 64


def test_two_deployments_have_different_keys(tmp_path: Path) -> None:
    one, two = load_keys(tmp_path / "1"), load_keys(tmp_path / "2")
    assert one.hash_key != two.hash_key
    assert one.hash_of("sms", "+447700900123") != two.hash_of("sms", "+447700900123")
    assert one.hash_of("sms", "1") != one.hash_of("telegram", "1")


def test_threads_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    assert len(set(at_once(8, lambda n: secret(tmp_path, "x", lambda: f"{n:064}")))) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["x"]


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.storage.database.keys import turn_secret;"
        "print(turn_secret(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "secrets")]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = {process.communicate(timeout=30)[0] for process in started}
    assert len(said) == 1 and len(said.pop().strip()) == 64


SPOILT = [
    ("hash.key", b""),
    ("hash.key", b"abcd\n"),
    ("hash.key", b"not hexadecimal, but long enough to be a key\n"),
    ("hash.key", b"\xff" * 64),
    ("address.keys", b""),
    ("address.keys", b"a key that fernet does not know how to read\n"),
    ("address.keys", b"\xff\xfe"),
]


@pytest.mark.parametrize(("name", "content"), SPOILT)
def test_a_spoilt_key_stops_the_start_and_is_not_replaced(
    tmp_path: Path, name: str, content: bytes
) -> None:
    load_keys(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError, match="backup"):
        load_keys(tmp_path)
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"\xff" * 40])
def test_an_emptied_turn_secret_lets_nobody_in(tmp_path: Path, content: bytes) -> None:
    # Who shows no secret shows an empty one.
    (tmp_path / "turn.secret").write_bytes(content)
    with pytest.raises(SettingsError, match=r"turn\.secret.*backup"):
        turn_secret(tmp_path)


def test_a_folder_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match="^SECRETS_DIR [^\n]*$"):
        load_keys(tmp_path / "file" / "below")


def test_a_new_key_in_front_still_reads_what_the_old_one_wrote(tmp_path: Path) -> None:
    from cryptography.fernet import Fernet

    running = load_keys(tmp_path)
    written = running.hide("+447700900123")
    file = tmp_path / "address.keys"
    file.write_text(f"{Fernet.generate_key().decode()}\n{file.read_text()}")
    assert load_keys(tmp_path).reveal(written) == "+447700900123"
    assert running.reveal(running.rehide(written)) == "+447700900123"
    assert load_keys(tmp_path).reveal(running.hide("new")) == "new"
