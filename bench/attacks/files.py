"""What lies about: the database's log, files for all to read, an older database put in place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import psycopg2

from bench.attacks.network import sign_in
from bench.attacks.visitors import Visitor
from bench.faults.stage import Stage
from bot.settings import ROOT
from tests.support.processes import Product, until

CANARY, ERASED = "xylomancy", "ornithomancy"  # in what residents write


def words_in_the_database_log(stage: Stage) -> str:
    """Statements with words fail: by a rule of the table, by cancelling, by cutting links."""
    if stage.postgres is None:
        return "SQLite has no log of its own"
    over, cut = threading.Event(), [0]
    with closing(psycopg2.connect(stage.postgres.url)) as link:
        link.autocommit = True
        cursor = link.cursor()
        cursor.execute(
            f"ALTER TABLE inbox ADD CONSTRAINT odd CHECK (text !~ '{CANARY} one') NOT VALID"
        )
        number = stage.numbers(1, kind=2)[0]
        stage.twilio.text(number, f"{CANARY} one about the park")
        cursor.execute("ALTER TABLE inbox DROP CONSTRAINT odd")

        def disturb() -> None:
            turn = 0
            while not over.wait(0.002):
                turn += 1
                what = "pg_terminate_backend" if turn % 50 == 0 else "pg_cancel_backend"
                cursor.execute(f"SELECT {what}(pid) FROM pg_stat_activity"
                               " WHERE pid <> pg_backend_pid() AND state <> 'idle'"
                               " AND backend_type = 'client backend'")  # fmt: skip
                cut[0] += len(cursor.fetchall())

        disturber = threading.Thread(target=disturb)
        disturber.start()
        for n in range(40):
            stage.say(number, f"{CANARY} {n} about the park")
        over.set()
        disturber.join()
    until(lambda: not stage.product.waiting(), 180)
    log = (stage.postgres.folder / "postgres.log").read_bytes()
    assert CANARY.encode() not in log, "words in PostgreSQL's log"
    assert CANARY not in stage.product.log.read_text(errors="replace"), "words in our log"
    kept = {row["text"] for row in stage.export_in() if CANARY in row["text"]}
    assert len(kept) >= 40, f"{len(kept)} of 40 kept"
    return f"a rule broken, {cut[0]} statements and links cut: no word in either log, 40 of 40 kept"


def files_of_others(stage: Stage) -> str:
    """With umask 0: every command that makes files; and files made readable beforehand."""
    folder = stage.folder / "open"
    folder.mkdir()
    environment = {**stage.product.environment, "SECRETS_DIR": str(folder / "secrets")}
    environment["DATABASE_URL"] = f"sqlite:///{folder}/new.db"
    (folder / "secrets").mkdir(mode=0o777)
    for words in (
        ["migrate"], ["seed", "--help"], ["backup", str(folder / "copy")],
        ["evidence", str(folder / "evidence.csv")], ["publish", str(folder / "out")],
        ["report", str(folder / "report.html")], ["staff", "add", "umask@example.gov.uk"],
    ):  # fmt: skip
        done = subprocess.run([sys.executable, "-m", "bot", *words], cwd=ROOT, env=environment,
                              capture_output=True, text=True, check=False, umask=0)  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
    found = [file for file in folder.rglob("*") if file.is_file()]
    loose = [str(file.relative_to(folder)) for file in found if _for_others(file)]
    published = [name for name in loose if name.startswith("out/")]  # for everybody to read
    assert sorted(loose) == sorted(published), f"for others to read: {sorted(loose)}"
    return f"{len(found)} files made with umask 0, none for others but {len(published)} to publish"


def _for_others(file: Path) -> bool:
    return bool(stat.S_IMODE(file.stat().st_mode) & 0o077)


def an_older_database(stage: Stage) -> str:
    """Killed at once after an erasure, a STOP and a sign-out; an older copy put back by hand."""
    number = stage.numbers(1, kind=1)[0]
    visitor, staff = Visitor(stage), sign_in(stage, "127.0.0.1", set_up=True)
    visitor.says_and_hears(f"{ERASED} by the old mill")
    stage.say(number, "start")
    until(lambda: bool(stage.texts_to(number)), 60)
    until(lambda: not stage.product.waiting(), 60)
    copy = _copied(stage)
    token = _sign_out_token(staff.get("/").text)
    cookies = dict(staff.cookies)
    staff.post("/sign-out", data={"csrf_token": token})
    visitor.says_and_hears("delete my data")
    visitor.say("yes")  # and from then on their browser is not known any more
    stage.say(number, "stop it please, no more texts")
    stage.say(number, "STOP")
    _kill_all(stage.product)
    _put_back(stage, copy)
    with _started_again(stage) as product:
        until(product.ready, 240)
        left = [row for row in product.export("messages") if ERASED in row["text"]]
        before = len(stage.texts_to(number))
        stage.say(number, "better lamps for the park")
        until(lambda: not product.waiting(), 60)
        staff.cookies.update(cookies)
        page = staff.get("/conversations", follow_redirects=False).status_code
        heard = len(stage.texts_to(number)) - before
    assert not left, "words of one who was erased"
    assert not heard, "a text to one who said STOP"
    assert page != 200, "a session that was ended is alive"
    return "the erased stay erased, the STOP holds, the session that was ended is not taken"


def _sign_out_token(page: str) -> str:
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def _copied(stage: Stage) -> Path:
    copy = stage.folder / "older"
    if stage.postgres:
        command = [stage.postgres.binaries / "pg_dump", "-f", copy, stage.postgres.url]
        subprocess.run(command, check=True)
        return copy
    database = stage.folder / "product.db"
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(copy)) as then:
        now.backup(then)
    return copy


def _put_back(stage: Stage, copy: Path) -> None:
    if not stage.postgres:
        for file in stage.folder.glob("product.db*"):
            file.unlink()
        shutil.copy(copy, stage.folder / "product.db")
        return
    with closing(psycopg2.connect(stage.postgres.url)) as link, link.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        link.commit()
    command = [stage.postgres.binaries / "psql", "-q", "-f", copy, stage.postgres.url]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _kill_all(product: Product) -> None:

    family = [psutil.Process(product.process.pid)]
    family += family[0].children(recursive=True)
    for one in family:
        one.kill()
    product.process.wait()
    psutil.wait_procs(family, timeout=10)


@contextmanager
def _started_again(stage: Stage) -> Iterator[Product]:
    with stage.product.log.open("ab") as out:
        process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT,
                                   env={**os.environ, **stage.product.environment},
                                   stdout=out, stderr=out)  # fmt: skip
    try:
        yield Product(process, stage.product.environment, stage.product.log)
    finally:
        process.terminate()
        process.wait(timeout=30)
