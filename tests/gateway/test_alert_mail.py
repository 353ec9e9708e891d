"""Staff are told by email of a resident in danger: a link and a reference, none of their words."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.gateway import alert_mail
from bot.gateway.alert_mail import Alerts
from bot.gateway.app import create_app
from bot.settings import load_settings
from bot.storage.cases.alerts import alert_state
from bot.turns.services import Services
from tests.support.gateway import Behind, FakeRasa
from tests.support.mail import MailStandIn, mail_server
from tests.support.people import People

WORDS = "canary-words-8124 I cannot go on, ring 07700 900123"
MAIL = {"SMTP_HOST": "127.0.0.1", "SMTP_SECURITY": "NONE", "SMTP_FROM": "bot@example.gov.uk"}
CASE = r"CASE-[0-9A-Z]{4}-[0-9A-Z]{4}"


@pytest.fixture()
def mail() -> Iterator[MailStandIn]:
    with mail_server() as server:
        yield server


def with_mail(services: Services, port: int) -> Services:
    environ = {**MAIL, "SMTP_PORT": str(port), "ALERT_TO": "duty@example.gov.uk, b@example.org"}
    server = load_settings(environ).mail_server
    return replace(services, settings=replace(services.settings, mail_server=server))


def in_danger(services: Services, care: str = "hard") -> None:
    people = People(services.database, services.consultation)
    people.turn(people.new(), WORDS, None, intent="off_topic", care=care)


def waiting(services: Services) -> int:
    with services.database.reading() as session:
        return alert_state(session, services.consultation.id).waiting


@pytest.mark.parametrize("care", ["hard", "soft"])
def test_an_email_has_a_link_and_a_reference_and_nothing_of_the_resident(
    services: Services, mail: MailStandIn, care: str
) -> None:
    alerts = Alerts(with_mail(services, mail.port))
    in_danger(services, care)
    alerts.send_what_waits()
    alerts.send_what_waits()
    (email,) = mail.emails
    text = email.get_content()
    assert re.fullmatch(f"Needs you now: {CASE}", email["Subject"])
    assert (email["To"], email["From"]) == (
        "duty@example.gov.uk, b@example.org",
        "bot@example.gov.uk",
    )
    assert re.search(rf"^http://localhost:8081/cases/{CASE}\r?$", text, re.M)
    assert not re.search("canary|cannot|07700|HYS-", str(email))


def test_what_waits_together_is_told_in_one_email(services: Services, mail: MailStandIn) -> None:
    for _ in range(3):
        in_danger(services)
    Alerts(with_mail(services, mail.port)).send_what_waits()
    (email,) = mail.emails
    assert email["Subject"].endswith(" and 2 more")
    assert len(set(re.findall(CASE, email.get_content()))) == 3


@pytest.mark.parametrize(
    ("refuses", "problem"),
    [("451 later", "SMTPSenderRefused"), ("550 no such duty@example.gov.uk", "SMTPSenderRefused")],
)
def test_a_failure_is_kept_tried_again_and_forgotten_when_it_goes(
    services: Services, mail: MailStandIn, refuses: str, problem: str
) -> None:
    alerts = Alerts(with_mail(services, mail.port))
    in_danger(services)
    mail.refuses = refuses
    alerts.send_what_waits()
    assert (alerts.state(), waiting(services)) == ({"email": "on", "problem": problem}, 1)
    with services.database.reading() as session:
        assert alert_state(session, services.consultation.id).error == problem
    mail.refuses = None
    alerts.send_what_waits()
    assert (alerts.state(), waiting(services)) == ({"email": "on", "problem": None}, 0)
    assert len(mail.emails) == 1


def test_a_server_that_is_away_is_a_failure_too(services: Services) -> None:
    with mail_server() as gone:
        port = gone.port
    alerts = Alerts(with_mail(services, port))
    in_danger(services)
    alerts.send_what_waits()
    assert (alerts.problem, waiting(services)) == ("ConnectionRefusedError", 1)


def test_without_a_mail_server_nothing_is_sent(services: Services) -> None:
    in_danger(services)
    alerts = Alerts(services)
    alerts.send_what_waits()
    assert (alerts.state()["email"], waiting(services)) == ("off", 1)


def test_the_gateway_sends_what_waits_and_health_says_what_does_not_go(
    services: Services, mail: MailStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)
    monkeypatch.setattr(alert_mail, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(alert_mail, "LONGEST_DELAY", 0.02)
    mail.refuses = "451 later"
    in_danger(services)
    with TestClient(create_app(with_mail(services, mail.port), FakeRasa())) as client:

        def told(problem: str | None, number: int) -> bool:
            wanted = {"email": "on", "problem": problem, "waiting": number}
            for _ in range(500):
                answer = client.get("/ready")
                if answer.json()["alerts"] == wanted:
                    return bool(answer.json()["ready"])
                time.sleep(0.02)
            return False

        assert told("SMTPSenderRefused", 1)
        mail.refuses = None
        assert told(None, 0)
    assert len(mail.emails) == 1
