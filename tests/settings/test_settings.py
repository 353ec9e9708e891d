"""Settings: read over `.env`, each checked, each listed in `.env.example`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.channels.description import Channel
from bot.channels.registry import all_channels, channel_named
from bot.settings import ROOT, Settings, SettingsError, load_settings
from bot.settings.addresses import read_addresses
from bot.settings.reader import Reader


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
    ({"ANSWERED_PER_MINUTE": "7"}, "replies_per_minute", 7),
    ({"ANSWERED_PER_DAY": "8"}, "replies_per_day", 8),
    ({"STAFF_READERS": "2"}, "staff_readers", 2),
    ({"STAFF_REQUIRE_TOTP": "True"}, "require_totp", True),
    ({}, "require_totp", False),
    ({}, "replies_per_minute", 120),
    ({"TEXT_PART_PENCE": "3.95"}, "text_part_pence", 3.95),
    ({}, "text_budget_pounds", None),
    ({}, "replies_per_day", 500),
    ({"NIGHTLY_JOBS": "apart"}, "jobs_apart", True),
    ({}, "jobs_apart", False),
    ({"WORKER_HOST": "0.0.0.0"}, "worker_host", "0.0.0.0"),
    ({"METRICS_TOKEN": "a1b2c3d4e5f6a7b8"}, "metrics_token", "a1b2c3d4e5f6a7b8"),
    ({}, "metrics_token", ""),
    ({}, "channels", {"webchat": ()}),
    ({"TWILIO_ACCOUNT_SID": " ", "TWILIO_API_URL": "http://127.0.0.1:9"}, "channels",
     {"webchat": ()}),
    ({"TELEGRAM_BOT_TOKEN": "", "TELEGRAM_API_URL": "http://127.0.0.1:9"}, "channels",
     {"webchat": ()}),
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
    ("WEB_MESSAGES_PER_DAY", "0"),
    ("WEB_READS_PER_MINUTE", "many"),
    ("WEB_SESSIONS_PER_HOUR", "many"),
    ("ANSWERED_PER_MINUTE", "0"),
    ("ANSWERED_PER_DAY", "many"),
    ("STAFF_READERS", "3"),
    ("PERSON_HOURS", "0"),
    ("TELL_PER_MINUTE", "0"),
    ("QUIET_HOURS", "8pm"),
    ("QUIET_HOURS", "20:00-20:00"),
    ("QUIET_HOURS", "20:00-25:00"),
    ("OFFICE_HOURS", "9 to 5"),
    ("TEXT_PART_PENCE", "four"),
    ("TEXT_BUDGET_POUNDS", "-1"),
    ("OFFICE_HOURS", "Fri-Mon 09:00-17:00"),
    ("OFFICE_HOURS", "Mon-Fri 17:00-09:00"),
    ("OFFICE_HOURS", "Mon-Fri 09:00-25:00"),
    ("NIGHTLY_JOBS", "never"),
    ("METRICS_TOKEN", "short"),
    ("METRICS_TOKEN", "two words of sixteen"),
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


SMS = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "hunter2secret",
    "TWILIO_NUMBER": "+447700900100",
}
TELEGRAM = {
    "TELEGRAM_BOT_TOKEN": "700900:hunter2secret",
    "TELEGRAM_WEBHOOK_SECRET": "hunter2secret",
}

CHANNELS: list[tuple[dict[str, str], str, str, Any]] = [
    (SMS, "sms", "account_sid", SMS["TWILIO_ACCOUNT_SID"]),
    (SMS, "sms", "auth_tokens", ("hunter2secret",)),
    ({**SMS, "TWILIO_AUTH_TOKEN": " new , old "}, "sms", "auth_tokens", ("new", "old")),
    (SMS, "sms", "number", "+447700900100"),
    ({**SMS, "TWILIO_NUMBER": "+44 7700 900100"}, "sms", "number", "+447700900100"),
    ({**SMS, "TWILIO_NUMBER": "60777"}, "sms", "number", "60777"),
    ({**SMS, "TWILIO_NUMBER": "+44 7700 900100, 60777"}, "sms", "numbers",
     ("+447700900100", "60777")),
    (SMS, "sms", "parts_per_second", None),
    ({**SMS, "TWILIO_PARTS_PER_SECOND": "0.5"}, "sms", "parts_per_second", 0.5),
    (SMS, "sms", "at_once", 8),
    ({**SMS, "TWILIO_AT_ONCE": "20"}, "sms", "at_once", 20),
    (SMS, "sms", "api_url", "https://api.twilio.com"),
    ({**SMS, "TWILIO_API_URL": "http://127.0.0.1:9/"}, "sms", "api_url", "http://127.0.0.1:9"),
    (SMS, "sms", "reply_prefixes", ("+44",)),
    ({**SMS, "SMS_REPLY_PREFIXES": "+44, +353"}, "sms", "reply_prefixes", ("+44", "+353")),
    ({**SMS, "SMS_REPLY_PREFIXES": " "}, "sms", "reply_prefixes", ("+44",)),
    (TELEGRAM, "telegram", "bot_token", "700900:hunter2secret"),
    (TELEGRAM, "telegram", "bot_id", "700900"),
    (TELEGRAM, "telegram", "webhook_secrets", ("hunter2secret",)),
    ({**TELEGRAM, "TELEGRAM_WEBHOOK_SECRET": "new,old"}, "telegram", "webhook_secrets",
     ("new", "old")),
    (TELEGRAM, "telegram", "api_url", "https://api.telegram.org"),
    ({**TELEGRAM, "TELEGRAM_API_URL": "http://[::1]:9"}, "telegram", "api_url", "http://[::1]:9"),
]  # fmt: skip


@pytest.mark.parametrize(("environ", "channel", "field", "value"), CHANNELS)
def test_a_channel_is_on_when_its_settings_are_there(
    tmp_path: Path, environ: dict[str, str], channel: str, field: str, value: Any
) -> None:
    settings = load(tmp_path, **environ)
    assert getattr(settings.channels[channel], field) == value
    assert set(settings.channels) == {"webchat", channel}


@pytest.mark.parametrize("name", sorted({**SMS, **TELEGRAM}))
@pytest.mark.parametrize("instead", [None, "", " "])
def test_half_of_the_settings_of_a_channel_stops_the_start(
    tmp_path: Path, name: str, instead: str | None
) -> None:
    environ = dict(SMS if name in SMS else TELEGRAM)
    del environ[name]
    with pytest.raises(SettingsError, match="set both, or neither") as caught:
        load(tmp_path, **environ, **({} if instead is None else {name: instead}))
    assert name in str(caught.value) and "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


CHANNEL_NONSENSE = [
    ("TWILIO_ACCOUNT_SID", "hunter2secret"),
    ("TWILIO_ACCOUNT_SID", "SK" + "1" * 32),
    ("TWILIO_ACCOUNT_SID", "AC../../x"),
    ("TWILIO_AUTH_TOKEN", "hunter2secret,b,c"),
    ("TWILIO_AUTH_TOKEN", "hunter2secr\u00e9t"),
    ("TWILIO_AUTH_TOKEN", "hunter2secret" * 20),
    ("TWILIO_AUTH_TOKEN", ","),
    ("TWILIO_NUMBER", "07700 900100"),
    ("TWILIO_NUMBER", "Council"),
    ("TWILIO_NUMBER", "+447700900100,+447700900100"),
    ("TWILIO_NUMBER", "+447700900100,"),
    ("TWILIO_NUMBER", "+447700900100 +447700900101"),
    ("TWILIO_PARTS_PER_SECOND", "0"),
    ("TWILIO_PARTS_PER_SECOND", "one"),
    ("TWILIO_AT_ONCE", "0"),
    ("TWILIO_NUMBER", "+\u0664\u0664\u0667\u0667\u0660\u0660\u0669\u0660\u0660"),
    ("TWILIO_API_URL", "api.twilio.com"),
    ("TWILIO_API_URL", "https://api.twilio.com/2010-04-01"),
    ("SMS_REPLY_PREFIXES", "44"),
    ("SMS_REPLY_PREFIXES", "+44,+"),
    ("SMS_REPLY_PREFIXES", "*"),
    ("TELEGRAM_BOT_TOKEN", "hunter2secret"),
    ("TELEGRAM_BOT_TOKEN", "700900:hunter2/secret"),
    ("TELEGRAM_BOT_TOKEN", "700900:"),
    ("TELEGRAM_WEBHOOK_SECRET", "hunter2secret!"),
    ("TELEGRAM_WEBHOOK_SECRET", "hunter2secret,b,c"),
    ("TELEGRAM_WEBHOOK_SECRET", "hunter2secret" * 20),
    ("TELEGRAM_WEBHOOK_SECRET", ","),
    ("TELEGRAM_API_URL", "https://api.telegram.org/bot"),
]


@pytest.mark.parametrize(("name", "value"), CHANNEL_NONSENSE)
def test_nonsense_about_a_channel_stops_the_start_and_no_secret_is_shown(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **{**SMS, **TELEGRAM, name: value})
    assert name in str(caught.value) and "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value) and "hunter2" not in repr(caught.value)
    assert caught.value.__cause__ is None or "hunter2" not in str(caught.value.__cause__)


MAIL = {"SMTP_HOST": "mail.example", "SMTP_FROM": "a@example.org", "ALERT_TO": "b@example.org"}
MAIL_SETTINGS: list[tuple[dict[str, str], str, Any]] = [
    ({}, "port", 587),
    ({"SMTP_SECURITY": "tls"}, "port", 465),
    ({"SMTP_SECURITY": "none", "SMTP_PORT": "2525"}, "port", 2525),
    ({"ALERT_TO": "b@example.org, c@example.org"}, "alert_to", ("b@example.org", "c@example.org")),
    ({"SMTP_USER": "u", "SMTP_PASSWORD": "hunter2"}, "password", "hunter2"),
]


@pytest.mark.parametrize(("environ", "field", "value"), MAIL_SETTINGS)
def test_a_mail_server_is_read(
    tmp_path: Path, environ: dict[str, str], field: str, value: Any
) -> None:
    server = load(tmp_path, **{**MAIL, **environ}).mail_server
    assert getattr(server, field) == value
    assert "hunter2" not in repr(server)


MAIL_NONSENSE = [
    ("SMTP_HOST", ""),
    ("ALERT_TO", ""),
    ("ALERT_TO", "b@example.org, duty"),
    ("SMTP_FROM", "Council <a@example.org>"),
    ("SMTP_SECURITY", "maybe"),
    ("SMTP_PORT", "0"),
    ("SMTP_USER", "name"),  # a password must go with it
]


@pytest.mark.parametrize(("name", "value"), MAIL_NONSENSE)
def test_nonsense_about_mail_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(tmp_path, **{**MAIL, name: value})


PUBLIC_ADDRESSES = [
    # text messages on?, PUBLIC_BASE_URL, does it start?
    (True, "https://say.example.gov.uk", True),
    (True, "http://say.example.gov.uk", False),
    (True, "http://say.example.gov.uk:8080", False),
    (True, "http://localhost.example.gov.uk", False),
    (True, "http://127.0.0.1.example.gov.uk", False),
    (True, "http://10.0.0.5", False),
    (True, "http://localhost:8080", True),
    (True, "http://127.0.0.1:8080", True),
    (True, "http://LOCALHOST:8080", True),
    (False, "http://say.example.gov.uk", True),
]


@pytest.mark.parametrize(("on", "url", "starts"), PUBLIC_ADDRESSES)
def test_texts_are_only_taken_at_an_address_that_nobody_listens_in_to(
    tmp_path: Path, on: bool, url: str, starts: bool
) -> None:
    environ = {**(SMS if on else TELEGRAM), "PUBLIC_BASE_URL": url}
    if starts:
        assert ("sms" in load(tmp_path, **environ).channels) == on
        return
    with pytest.raises(SettingsError, match="PUBLIC_BASE_URL must begin with https://"):
        load(tmp_path, **environ)


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


EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
SETTING = re.compile(r"# ([A-Z][A-Z_]+)=(.*)")
LISTED = {
    match[1]: (match[2], EXAMPLE[number - 1])
    for number, line in enumerate(EXAMPLE)
    if (match := SETTING.match(line))
}


def names_read() -> set[str]:
    files = sorted((ROOT / "bot" / "settings").glob("*.py"))
    calls = [re.findall(r"read\.\w+\(([^()]*)", file.read_text("utf-8")) for file in files]
    found = {
        name for call in calls for said in call for name in re.findall(r'"([A-Z_]{6,})"', said)
    }
    return found | {setting.name for channel in all_channels() for setting in channel.settings}


def test_every_setting_is_listed_with_a_comment_and_nothing_else_is() -> None:
    assert set(LISTED) == names_read()
    for name, (_, above) in LISTED.items():
        assert re.match("# .*[a-z]{3}", above) and not SETTING.match(above), name


@pytest.mark.parametrize(
    "channel", [one for one in all_channels() if one.settings], ids=lambda one: one.name
)
def test_the_settings_of_a_channel_are_listed_as_it_describes_them(channel: Channel) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert channel.env_example() in example, f"put this into .env.example:\n{channel.env_example()}"


class Noting(dict[str, str]):
    """An environment that notes which settings are asked for."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


@pytest.mark.parametrize(("name", "environ"), [("sms", SMS), ("telegram", TELEGRAM)])
def test_a_channel_reads_the_settings_that_it_describes(name: str, environ: dict[str, str]) -> None:
    noting, channel = Noting(environ), channel_named(name)
    before = Noting({})
    read_addresses(Reader(before))
    channel.read_settings(Reader(noting))
    assert noting.asked - before.asked == {setting.name for setting in channel.settings}


def test_what_is_listed_is_the_default(tmp_path: Path) -> None:
    listed = {name: value for name, (value, _) in LISTED.items()}
    assert load(tmp_path, **listed) == load(tmp_path)


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        file.relative_to(ROOT).as_posix()
        for folder in ("bot", "actions")
        for file in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.environ\b(?!\.update)|os\.getenv", file.read_text(encoding="utf-8"))
    }
    # The others hand the environment on to the processes that they start.
    assert readers <= {
        "bot/settings/reader.py",
        "bot/storage/database/backup.py",
        "bot/processes/run.py",
        "bot/processes/serve.py",
        "bot/training.py",
    }
