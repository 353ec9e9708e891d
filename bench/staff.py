"""How long the staff pages take with many conversations: `make bench-staff` (docs/performance.md).

Makes a database of made-up conversations in a folder of its own, or uses the one that an earlier
run left there, on SQLite and, where PostgreSQL is installed, on a server of its own.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a file, from anywhere

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from bench.seeding.seed import Plan, fill, has_conversations
from bench.server_time import server_time
from bench.staff_work import work
from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.consultation.question import Kind
from bot.settings import load_settings
from bot.staff.shell.app import create_app
from bot.storage.database.migrate import migrate
from bot.storage.database.session import Database, open_database
from bot.storage.database.tables import RespondentRow
from bot.storage.respondents.respondents import count_respondents
from bot.storage.staff.one_time_links import use_link
from bot.storage.staff.rows import Role
from bot.storage.staff.sign_in import add_staff
from tests.support import postgres

AIM = 300  # milliseconds, median
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD, EMAIL = "kettle plum gravel", "bench@example.gov.uk"
DAY = "2021-03-21"  # when the first page is looked at
FOLDER = Path(tempfile.gettempdir()) / "hys-bench-staff"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=9, help="each page is asked for so often")
    parser.add_argument("--copies", type=int, default=100, help="how often each is stored")
    parser.add_argument("--server", help="the URL of a PostgreSQL database to use and to keep")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument(
        "--processor",
        action="store_true",
        help="the aim is for processor time, not for time on the clock: on a busy machine",
    )
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    return parser.parse_args()


def pages(consultation: Consultation, database: Database) -> list[tuple[str, str]]:
    """Return (what it is, path) of every page that is measured."""
    with database.reading() as session:
        middle = session.execute(
            select(RespondentRow.reference)
            .where(RespondentRow.state == "completed")
            .order_by(RespondentRow.last_message_at)
            .offset(count_respondents(session) // 3)
            .limit(1)
        ).scalar_one()
    closed = next(q.id for q in consultation.questions if q.kind is Kind.SCALE)
    several = next(q.id for q in consultation.questions if q.kind is Kind.MULTI_CHOICE)
    words = next(q.id for q in consultation.questions if q.kind is Kind.OPEN)
    return [
        ("home", "/"),
        ("list", "/conversations"),
        ("list, one channel", "/conversations?channel=telegram"),
        ("list, three filters", "/conversations?channel=sms&state=completed&read=no"),
        ("list, flag", "/conversations?flag=distress"),
        ("list, an aim", f"/conversations?aim={consultation.aims[0].id}"),
        ("list, said to the bot", "/conversations?intent=faq_privacy"),
        ("list, an answer", f"/conversations?answer.{closed}=disagree,strongly_disagree"),
        ("list, the first week", "/conversations?when=first&from=2021-02-23&to=2021-03-01"),
        ("list, any message on a day", "/conversations?when=any&from=2021-03-01&to=2021-03-01"),
        ("list, a failed message", "/conversations?trouble=failed"),
        ("search, every ending", "/conversations?words=librar*"),
        ("search, four filters",
         f"/conversations?words=librar*&answer.{closed}=disagree,strongly_disagree&channel=sms"
         "&when=first&from=2021-02-23&to=2021-03-01"),
        ("search, rare words", "/conversations?words=data+centres"),
        ("search, frequent word", "/conversations?words=library"),
        ("search, nothing found", "/conversations?words=zeppelin"),
        ("search, short and hidden", "/conversations?words=the+9+7"),
        ("search with filters", "/conversations?words=library&channel=sms&read=no"),
        ("transcript", f"/conversations/{middle}"),
        ("queue", "/queue"),
        ("queue, one need", "/queue?need=unsure"),
        ("unsure readings", "/unsure"),
        ("results", "/results"),
        ("results, filtered", "/results?channel=sms&since=2021-03-01"),
        ("a scale", f"/results/questions/{closed}"),
        ("a scale, by channel", f"/results/questions/{closed}?channel=sms"),
        ("a scale, by role", f"/results/questions/{closed}?role=resident"),
        ("a scale, all filters",
         f"/results/questions/{closed}?channel=webchat&role=resident&since=2021-02-25&until=2021-03-20"),
        ("a choice of two", f"/results/questions/{several}"),
        ("open answers", f"/results/questions/{words}"),
        ("open answers, by channel", f"/results/questions/{words}?channel=telegram"),
        ("open answers, by role", f"/results/questions/{words}?role=university"),
        ("equality totals", "/results/equality"),
        ("audit", "/audit"),
        ("audit, one person", "/audit?who=reader3@example.gov.uk"),
        ("people", "/people"),
        ("cases", "/cases"),
        ("cases, overdue", "/cases?board=overdue"),
        ("residents wait for a reply", "/replies"),
        ("requests", "/requests"),
        ("a board of requests", f"/requests/{consultation.requests[0].id}"),
        ("stories and quotes", "/stories"),
        ("began on a day", "/morning/new?day=2021-03-20"),
        ("left off on a day", "/morning/left-off?day=2021-03-20"),
        ("the bot could not deal with", "/morning/broken/failed-turns"),
        ("did not arrive", "/morning/broken/undelivered"),
        ("who answered", "/results/who-answered"),
        ("coding", "/coding"),
        ("coding, an answer", f"/coding/{words}"),
        ("coding, the next answer", f"/coding/{words}/next?after=1000"),
        ("codebook", f"/coding/{words}/codebook"),
        ("themes by channel", f"/coding/{words}/table"),
        ("second coder", f"/coding/{words}/second-coder"),
        ("certificate", "/certificate"),
        ("a response's path", f"/certificate/{middle}"),
        ("report", "/report"),
    ]  # fmt: skip


def measure(
    app: Flask, database: Database, consultation: Consultation, options: argparse.Namespace
) -> None:
    """Print a line of the table for each page. Processor time is that of the request's thread, in
    which SQLite works, and of PostgreSQL's processes.
    """
    client, of_server = signed_in(app, database), server_time(database)
    for name, path in pages(consultation, database):
        first = counted_after(client, path)
        clock, own, before = list[float](), list[float](), of_server()
        for _ in range(options.times):
            start, thread = time.perf_counter(), time.thread_time()
            status = client.get(path).status_code
            clock.append((time.perf_counter() - start) * 1000)
            own.append((time.thread_time() - thread) * 1000)
        if status != 200:
            say(f"| {name} | left out: it answers {status} | | | |")
            continue
        used = statistics.median(own) + (of_server() - before) * 1000 / options.times
        median = statistics.median(clock)
        met = "met" if (used if options.processor else median) <= AIM else "NOT MET"
        note = f", counted within {first:.0f} s" if first else ""
        say(f"| {name} | {median:.0f} ms | {max(clock):.0f} ms | {used:.0f} ms | {met}{note} |")


def counted_after(client: FlaskClient, path: str) -> float:
    """Wait until a page has its figures, and return the seconds; 0 where it had them at once."""
    start, waited = time.perf_counter(), False
    while "Refresh" in client.get(path).headers:
        waited = True
        time.sleep(0.2)
    return time.perf_counter() - start if waited else 0


def signed_in(app: Flask, database: Database) -> FlaskClient:
    now = datetime.now(timezone.utc)
    with database.writing() as session:
        token = add_staff(session, EMAIL, Role.ADMIN, now)
        use_link(session, token, email="", password_hash=CHEAP.hash(PASSWORD), now=now)
    app.config["WTF_CSRF_ENABLED"] = False  # a form's token is not what is measured
    client = app.test_client()
    client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return client


@contextmanager
def opened(url: str, folder: Path, options: argparse.Namespace) -> Iterator[tuple[Flask, Database]]:
    """Open the database, filled; the app sees it as in production."""
    settings = load_settings(
        {"DATABASE_URL": url, "SECRETS_DIR": str(folder / "secrets"), "CONSULTATION_DATE": DAY}
    )
    migrate(url)
    database = open_database(url, settings.secrets_dir)
    consultation = find_consultation(settings.consultations, settings.consultation)
    try:
        if not has_conversations(database):
            start, made = time.time(), 0
            plan = Plan(settings, options.conversations, 1, copies=options.copies)
            for number in fill(database, plan):
                made += number
                sys.stderr.write(f"\r{made:,} of {options.conversations:,}")
            say(f"\nMade in {time.time() - start:.0f} s.")
            if database.engine.dialect.name == "postgresql":  # as its autovacuum does in time
                with database.engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    connection.execute(text("SET statement_timeout = 0"))
                    connection.execute(text("VACUUM ANALYZE"))
        work(database, consultation)
        yield create_app(settings, database, consultation, hasher=CHEAP), database
    finally:
        database.close()


def run(name: str, url: str, options: argparse.Namespace) -> None:
    with opened(url, options.folder, options) as (app, database):
        with database.reading() as session:
            count = count_respondents(session)
        say(f"\n{name}, {count:,} conversations\n")
        say(f"| page | median | slowest | processor | aim: {AIM} ms |")
        say("|---|---|---|---|---|")
        measure(app, database, app.extensions["context"].consultation, options)


def main() -> int:
    options = read_options()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.only != "postgresql":
        path = options.folder / f"{options.conversations}.db"
        run("SQLite", f"sqlite:///{path}", options)
    binaries = postgres.find_binaries()
    if options.server:
        run("PostgreSQL", options.server, options)
    elif options.only != "sqlite" and binaries is None:
        say("\nPostgreSQL is not installed, so it is not measured.")
    elif options.only != "sqlite":
        folder = options.folder / f"postgresql-{options.conversations}"
        with postgres.server(binaries, kept=folder) as url:
            run("PostgreSQL", url, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
