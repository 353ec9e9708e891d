"""How long the workbench takes who codes by keyboard: `python -m bench.coding_by_keyboard`.

Codes 300 made-up answers in a real browser: a number or two for the themes, then Enter. What is
measured is the machine's part, from the first key to the next answer on the screen; reading and
thinking come on top, and are the same whatever the page.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import text

from bench.seeding.seed import Plan, fill
from bench.staff import CHEAP, EMAIL, PASSWORD, say, signed_in
from bot.consultation.file.read import find_consultation
from bot.settings import load_settings
from bot.staff.shell.app import create_app
from bot.storage.coding import codebook
from bot.storage.coding.coding_progress import progress_of
from bot.storage.coding.scope import Scope
from bot.storage.coding.tallies import CHANNEL, tally
from bot.storage.database.migrate import migrate
from bot.storage.database.session import Database, open_database
from bot.turns.services import utc_now
from tests.staff.browser import sign_in
from tests.support.browser import chromium_path, launched
from tests.support.live import staff_served
from tests.support.processes import until

QUESTION, ROLE = "smart_people.views", "role"
CONVERSATIONS, ANSWERS = 1200, 300
THEMES = ("Classes", "Cost", "Devices", "Help from a person", "Trust")
COUNTED = """
    SELECT code.theme_id, respondent.channel, mine.value, COUNT(*) FROM code
    JOIN answer ON answer.id = code.answer_id AND answer.status = 'current'
    JOIN respondent ON respondent.id = answer.respondent_id
    LEFT JOIN answer AS mine ON mine.respondent_id = respondent.id
      AND mine.question = :role AND mine.status = 'current'
    WHERE answer.question = :question GROUP BY 1, 2, 3
"""


def main() -> int:
    executable = chromium_path()
    if executable is None:
        say("There is no Chromium; name one with CHROMIUM.")
        return 1
    with tempfile.TemporaryDirectory(prefix="hys-keys-") as folder, made(Path(folder)) as database:
        scope = Scope(database.consultation, QUESTION)
        with launched(executable) as browser, staff_served(database.app, browser) as address:
            page = browser.new_context(base_url=address).new_page()
            sign_in(page, EMAIL, PASSWORD)
            page.goto(f"/coding/{QUESTION}")
            keys, took = coded(page)
            until(lambda: coded_so_far(database.database, scope) == ANSWERS)
        say(f"{ANSWERS} answers, {keys} keys: {keys / ANSWERS:.1f} keys an answer.")
        middle, slow = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
        say(f"From the first key to the next answer: {middle:.2f} s; 95 of 100 in {slow:.2f} s.")
        same = as_sql_counts(database.database, scope)
        say(f"Theme x role x channel is {'' if same else 'NOT '}what SQL counts.")
    return 0 if same else 1


class Made:
    """A database of made-up conversations, and the staff pages over it."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'staff.db'}"
        self.settings = load_settings({"DATABASE_URL": url, "SECRETS_DIR": str(folder / "secrets")})
        migrate(url)
        self.database = open_database(url, self.settings.secrets_dir)
        consultation = find_consultation(self.settings.consultations, self.settings.consultation)
        self.consultation = consultation.id
        for _ in fill(self.database, Plan(self.settings, CONVERSATIONS, 1)):
            pass
        self.app = create_app(self.settings, self.database, consultation, hasher=CHEAP)
        signed_in(self.app, self.database)  # makes the account
        self.app.config["WTF_CSRF_ENABLED"] = True
        scope, who = Scope(consultation.id, QUESTION), {"staff": EMAIL, "now": utc_now()}
        with self.database.writing() as session:
            codebook.begin_codebook(session, scope, **who)
            for name in THEMES:
                codebook.add_theme(session, scope, name, **who)


@contextmanager
def made(folder: Path) -> Iterator[Made]:
    making = Made(folder)
    yield making
    making.database.close()


def coded(page: Page) -> tuple[int, list[float]]:
    """Code the answers; return how many keys that took, and the seconds of each."""
    keys, took = 0, []
    for number in range(ANSWERS):
        title = page.locator("#answer-title").inner_text()
        page.wait_for_selector("#focus[data-ahead]")  # read by then
        pressed = [str(number % len(THEMES) + 1)]
        if number % 3 == 0:
            pressed.append(str((number + 1) % len(THEMES) + 1))
        begun = time.perf_counter()
        for key in (*pressed, "Enter"):
            page.keyboard.press(key)
        page.wait_for_function(
            "before => document.querySelector('#answer-title').innerText !== before", arg=title
        )
        took.append(time.perf_counter() - begun)
        keys += len(pressed) + 1
        if number % 50 == 49:
            sys.stderr.write(f"\r{number + 1} of {ANSWERS}")
    return keys, took


def coded_so_far(database: Database, scope: Scope) -> int:
    with database.reading() as session:
        return progress_of(session, scope)[0]


def as_sql_counts(database: Database, scope: Scope) -> bool:
    """Say whether the table on the page, channel by channel, is what one statement counts."""
    with database.reading() as session:
        rows = session.execute(text(COUNTED), {"role": ROLE, "question": scope.question}).all()
        ours = Counter[tuple[int, str, str]]()
        for channel in tally(session, scope, CHANNEL).coded:
            for (theme, group), number in tally(session, scope, ROLE, channel).by_theme.items():
                ours[theme, channel, group] += number
    theirs = {(row[0], row[1], str(row[2] or "").strip('"')): row[3] for row in rows}
    return dict(ours) == theirs


if __name__ == "__main__":
    raise SystemExit(main())
