"""What all pages share: headers, assets, words, and errors in plain words."""

from __future__ import annotations

import dataclasses
import logging
import re
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.settings import ROOT, SettingsError
from bot.staff.shell import moments, vocabulary
from bot.staff.shell.app import create_app
from bot.staff.shell.assets import with_own_fonts
from tests.staff.desk import CONSULTATION, Desk

STAFF = ROOT / "bot" / "staff"
PAGES = ["/", "/sign-in", "/nothing", "/set-up/x", "/live"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_safe_to_show_and_not_kept(desk: Desk, path: str) -> None:
    headers = desk.signed_in().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_nonce_is_used_once(desk: Desk) -> None:
    policies = {desk.client().get("/sign-in").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize(
    "name", ["govuk-frontend.min.css", "govuk-frontend.min.js", "staff.css", "staff.js", "icon.svg"]
)
def test_assets_may_be_kept_for_a_year(desk: Desk, name: str) -> None:
    version = desk.app.extensions["assets"].version
    response = desk.client().get(f"/assets/{version}/{name}")
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert desk.client().get(f"/assets/old/{name}").headers["Cache-Control"] == "no-store"


def test_the_pages_have_no_typeface_or_crown_of_govuk(desk: Desk) -> None:
    version = desk.app.extensions["assets"].version
    style = desk.client().get(f"/assets/{version}/govuk-frontend.min.css").text
    assert "GDS Transport" not in style
    assert "@font-face" not in style
    page = desk.signed_in().get("/").text
    assert "GOV.UK" not in page
    assert "crown" not in page


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_files_beside_the_views_are_found_by_a_name_of_their_own(folder: str) -> None:
    names = Counter(path.name for path in STAFF.glob(f"*/{folder}/*"))
    assert names and max(names.values()) == 1, [name for name, n in names.items() if n > 1]


def test_every_template_is_used_and_every_one_that_is_used_is_there() -> None:
    sources = [*STAFF.rglob("*.py"), *STAFF.glob("*/templates/*.html")]
    named = re.findall(r'"([a-z_]+\.html)"', "".join(path.read_text("utf-8") for path in sources))
    assert set(named) == {path.name for path in STAFF.glob("*/templates/*")}


def test_own_fonts_take_the_place_of_the_typeface() -> None:
    style = "@font-face{font-family:GDS Transport}a{font-family:GDS Transport,arial,sans-serif}"
    assert with_own_fonts(style).startswith("a{font-family:system-ui,")


def test_a_start_without_installed_assets_says_what_to_run(desk: Desk, tmp_path: Path) -> None:
    settings = dataclasses.replace(desk.settings, root=tmp_path)
    with pytest.raises(SettingsError, match="run `make install`") as raised:
        create_app(settings, desk.database, CONSULTATION)
    assert "\n" not in str(raised.value)


def test_a_short_key_stops_the_start(desk: Desk) -> None:
    (desk.settings.secrets_dir / "staff.secret").write_text("short\n")
    with pytest.raises(SettingsError, match="does not hold a whole key"):
        create_app(desk.settings, desk.database, CONSULTATION)


def test_a_broken_page_is_told_in_plain_words_and_logged_without_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = desk.signed_in()
    reference = desk.respondent().reference

    def break_it(*_: object) -> None:
        raise ValueError("".join(("can", "ary")))  # whole, it would be in the traceback's source

    monkeypatch.setattr("bot.staff.conversations.transcript.lines_of", break_it)
    response = client.get(f"/conversations/{reference}")
    assert response.status_code == 500
    assert "Sorry, something went wrong" in response.text
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "ValueError in /conversations/<reference>" in logged
    assert "break_it" in logged
    for secret in ("canary", reference):
        assert secret not in logged


def test_a_huge_form_is_refused(desk: Desk) -> None:
    response = desk.client().post("/sign-in", data={"email": "x" * 200_000})
    assert response.status_code == 413
    assert "too much at once" in response.text


MALFORMED = [b"", b"\xff\xfe", b"{}", b"%%%=%zz&&&", b"&".join(b"a=1" for _ in range(5000))]


@pytest.mark.parametrize("body", MALFORMED)
def test_a_malformed_form_is_a_4xx(desk: Desk, body: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data"):
        response = desk.client().post("/sign-in", data=body, content_type=kind)
        assert 400 <= response.status_code < 500


def test_a_request_is_logged_by_its_kind_of_page(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    reference = desk.respondent().reference
    desk.signed_in().get(f"/conversations/{reference}?from=canary")
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "GET /conversations/<reference> 200" in logged
    assert reference not in logged


MOMENTS = [
    (datetime(2021, 3, 1, 14, 5, tzinfo=timezone.utc), "1 March 2021 at 2:05pm"),
    (datetime(2021, 3, 1, 0, 0, tzinfo=timezone.utc), "1 March 2021 at 12:00am"),
    (datetime(2021, 3, 1, 12, 0, tzinfo=timezone.utc), "1 March 2021 at 12:00pm"),
    (datetime(2021, 3, 26, 23, 59, tzinfo=timezone.utc), "26 March 2021 at 11:59pm"),
    (datetime(2021, 3, 28, 1, 30, tzinfo=timezone.utc), "28 March 2021 at 2:30am"),  # summer time
    (datetime(2021, 6, 30, 23, 15, tzinfo=timezone.utc), "1 July 2021 at 12:15am"),
]


@pytest.mark.parametrize(("at", "told"), MOMENTS)
def test_moments_are_told_in_london_time(at: datetime, told: str) -> None:
    assert moments.moment(at) == told


NOW = datetime(2021, 3, 1, 14, 5, 30, tzinfo=timezone.utc)
SHORT = [
    (datetime(2021, 3, 1, 9, 5, tzinfo=timezone.utc), "9:05am", "5 h"),
    (datetime(2021, 2, 28, 23, 59, tzinfo=timezone.utc), "28 Feb 11:59pm", "14 h"),
    (
        datetime(2020, 12, 31, 12, 0, tzinfo=timezone.utc),
        "31 Dec 2020 12:00pm",
        "31 Dec 2020 12:00pm",
    ),
    (datetime(2021, 2, 27, 14, 5, tzinfo=timezone.utc), "27 Feb 2:05pm", "2 d"),
    (datetime(2021, 3, 1, 14, 5, tzinfo=timezone.utc), "2:05pm", "now"),
    (datetime(2021, 3, 1, 13, 6, tzinfo=timezone.utc), "1:06pm", "59 min"),
    (datetime(2021, 3, 1, 14, 6, tzinfo=timezone.utc), "2:06pm", "now"),
]


@pytest.mark.parametrize(("at", "told", "ago"), SHORT)
def test_moments_are_short_where_there_are_many(at: datetime, told: str, ago: str) -> None:
    assert (moments.short(at, NOW), moments.ago(at, NOW)) == (told, ago)


EXCERPTS = [
    (None, ""),
    ("", ""),
    ("short", "short"),
    ("two\n\nlines  and\tblanks ", "two lines and blanks"),
    ("x" * 100, "x" * 100),
    ("x" * 101, "x" * 100 + "…"),
    ("word " * 30, "word " * 19 + "word…"),
    ("x" * 99 + "e\u0301" + "y", "x" * 99 + "…"),
    ("x" * 99 + "👩\u200d👧", "x" * 99 + "…"),
    ("x" * 98 + "👩\u200d👧", "x" * 98 + "…"),
]


@pytest.mark.parametrize(("text", "told"), EXCERPTS)
def test_an_excerpt_is_short_and_whole(text: str | None, told: str) -> None:
    assert vocabulary.excerpt(text) == told


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 things"), (1, "1 thing"), (2, "2 things"), (1234, "1,234 things")]
)
def test_a_count_is_a_phrase(number: int, told: str) -> None:
    assert vocabulary.count(number, "thing", "things") == told
