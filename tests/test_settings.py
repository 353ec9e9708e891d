"""Settings: read over `.env`, each checked, each listed in `.env.example`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT, Settings, SettingsError, load_settings


def load(tmp_path: Path, **environ: str) -> Settings:
    return load_settings(environ, root=tmp_path)


def test_everything_has_a_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/haveyoursay.db"
    assert settings.consultation == "manchester-digital-strategy"
    assert settings.consultation_date is None
    assert settings.secrets_dir == tmp_path / "var" / "secrets"
    assert settings.public_base_url == "http://localhost:8080"
    ports = (settings.gateway_port, settings.staff_port, settings.rasa_port, settings.actions_port)
    assert ports == (8080, 8081, 5005, 5055)
    assert (settings.gateway_host, settings.staff_host) == ("127.0.0.1", "127.0.0.1")


READS: list[tuple[dict[str, str], str, Any]] = [
    ({"CONSULTATION_DATE": "2021-03-01"}, "consultation_date", date(2021, 3, 1)),
    ({"CONSULTATION_DATE": " "}, "consultation_date", None),
    ({"GATEWAY_PORT": " 9000 "}, "gateway_port", 9000),
    ({"GATEWAY_PORT": "9000"}, "public_base_url", "http://localhost:9000"),
    ({"GATEWAY_PORT": ""}, "gateway_port", 8080),
    ({"PUBLIC_BASE_URL": "https://say.example.gov.uk/"}, "public_base_url",
     "https://say.example.gov.uk"),
    ({"PUBLIC_BASE_URL": "https://Say.Example.Gov.UK:443"}, "public_base_url",
     "https://say.example.gov.uk"),
    ({"PUBLIC_BASE_URL": "http://[::1]:8080"}, "public_base_url", "http://[::1]:8080"),
    ({"EMBED_ORIGINS": "https://a.example, https://b.example:8443"}, "embed_origins",
     ("https://a.example", "https://b.example:8443")),
    ({"EMBED_ORIGINS": ""}, "embed_origins", ()),
    ({"TRUSTED_PROXIES": "10.0.0.1,10.0.0.2"}, "trusted_proxies", ("10.0.0.1", "10.0.0.2")),
    ({"LOG_LEVEL": "debug"}, "log_level", "DEBUG"),
    ({"DATABASE_URL": "postgres://u@h/db"}, "database_url", "postgresql://u@h/db"),
    ({"DATABASE_URL": "postgresql://u@h/db"}, "database_url", "postgresql://u@h/db"),
    ({"DATABASE_URL": "sqlite:////srv/data/x.db"}, "database_url", "sqlite:////srv/data/x.db"),
    ({"CONSULTATION": "harbour-town-buses"}, "consultation", "harbour-town-buses"),
]  # fmt: skip


@pytest.mark.parametrize(("environ", "field", "value"), READS)
def test_a_setting_is_read_as_it_is_meant(
    tmp_path: Path, environ: dict[str, str], field: str, value: Any
) -> None:
    assert getattr(load_settings(environ, root=tmp_path), field) == value


NONSENSE = [
    ("GATEWAY_PORT", "http"),
    ("GATEWAY_PORT", "0"),
    ("GATEWAY_PORT", "65536"),
    ("GATEWAY_PORT", "-1"),
    ("GATEWAY_PORT", "８０８０"),
    ("GATEWAY_PORT", "8e3"),
    ("STAFF_PORT", "8080"),  # the gateway's
    ("RASA_PORT", "5055"),  # the actions'
    ("CONSULTATION_DATE", "1 March 2021"),
    ("CONSULTATION_DATE", "2021-02-30"),
    ("CONSULTATION", "../../etc/passwd"),
    ("CONSULTATION", "a.yml"),
    ("DATABASE_URL", "mysql://u@h/db"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "var/haveyoursay.db"),
    ("PUBLIC_BASE_URL", "say.example.gov.uk"),
    ("PUBLIC_BASE_URL", "ftp://say.example.gov.uk"),
    ("PUBLIC_BASE_URL", "https://say.example.gov.uk/chat"),
    ("PUBLIC_BASE_URL", "https://say.example.gov.uk?x=1"),
    ("PUBLIC_BASE_URL", "https://say example.gov.uk"),
    ("PUBLIC_BASE_URL", "https://say.example.gov.uk:port"),
    ("PUBLIC_BASE_URL", "https://[::1"),
    ("EMBED_ORIGINS", "*"),
    ("EMBED_ORIGINS", "null"),
    ("EMBED_ORIGINS", "https://a.example;script-src"),
    ("EMBED_ORIGINS", "https://a.example;https://b.example"),
    ("LOG_LEVEL", "loud"),
    ("WEB_MESSAGES_PER_MINUTE", "0"),
    ("WEB_SESSIONS_PER_HOUR", "many"),
]


@pytest.mark.parametrize(("name", "value"), NONSENSE)
def test_a_setting_that_makes_no_sense_stops_the_start_with_one_line(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **{name: value})
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_database_password_is_never_in_the_complaint(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, DATABASE_URL="mysql://u:hunter2@h/db")
    assert "hunter2" not in str(caught.value)


def test_the_environment_goes_before_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STAFF_PORT=9001\nRASA_PORT=9002\n# comment\nEMPTY\n")
    settings = load(tmp_path, STAFF_PORT="9003")
    assert (settings.staff_port, settings.rasa_port) == (9003, 9002)


def test_an_env_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"GATEWAY_HOST=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"^\.env .*UTF-8"):
        load(tmp_path)


ORIGINS = [
    ("http://localhost:8080", {"http://localhost:8080", "http://127.0.0.1:8080"}),
    ("http://127.0.0.1:9000", {"http://localhost:9000", "http://127.0.0.1:9000"}),
    ("http://localhost", {"http://localhost", "http://127.0.0.1"}),
    ("https://localhost:8443", {"https://localhost:8443", "https://127.0.0.1:8443"}),
    ("https://say.example.gov.uk", {"https://say.example.gov.uk"}),
]


@pytest.mark.parametrize(("url", "origins"), ORIGINS)
def test_our_own_page_is_known_by_exactly_the_origins_it_is_served_from(
    tmp_path: Path, url: str, origins: set[str]
) -> None:
    assert load(tmp_path, PUBLIC_BASE_URL=url).own_origins == origins


def names_read() -> set[str]:
    source = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'read\.\w+\(\s*"([A-Z_]+)"', source))


def test_every_setting_is_listed_with_a_comment() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    listed = [re.match(r"#?\s?([A-Z][A-Z_]+)=", line) for line in lines]
    assert names_read() <= {match[1] for match in listed if match}
    for number, match in enumerate(listed):
        if match and match[1] in names_read():
            assert lines[number - 1].startswith("#"), f"{match[1]} has no comment above it"


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        file.relative_to(ROOT).as_posix()
        for folder in ("bot", "actions")
        for file in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.environ\b(?!\.update)|os\.getenv", file.read_text(encoding="utf-8"))
    }
    # These two hand the environment on to the processes that they start.
    assert readers <= {"bot/settings.py", "bot/run.py", "bot/training.py"}
