"""The filters of the list, as the address bar has them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.staff.conversations.filters import as_place, as_text, fields_of, read_filters
from bot.storage.review.conditions import Filters
from bot.storage.review.finding import Place
from tests.staff.desk import CONSULTATION, START

MEANT = [
    ({}, Filters()),
    ({"channel": "sms", "state": "paused"}, Filters(channel="sms", state="paused")),
    ({"read": "no", "request": "yes"}, Filters(read=False, requested=True)),
    ({"question": "views"}, Filters(answered=(("views", "views.follow_up"),))),
    (
        {"aim": "parks", "question": "role"},
        Filters(
            answered=(
                ("views", "first", "views.follow_up", "first.follow_up"),
                ("role", "role.follow_up"),
            )
        ),
    ),
    (
        {"from": "2021-03-01", "to": "2021-03-28"},  # British Summer Time began on the 28th
        Filters(
            since=datetime(2021, 3, 1, 0, tzinfo=timezone.utc),
            until=datetime(2021, 3, 28, 23, tzinfo=timezone.utc),
        ),
    ),
    ({"words": " free  wifi "}, Filters(words=("free", "wifi"))),
    ({"intent": "complain", "flag": "staff"}, Filters(intent="complain", flag="staff")),
]
UNKNOWN = [
    {"state": "erased' --"},
    {"question": "\0"},
    {"intent": "give_answer"},
    {"from": "2021-02-30"},
    {"to": "yesterday"},
    {"words": "a b"},
    {"read": "maybe"},
    {"aim": "<script>"},
]


@pytest.mark.parametrize(("typed", "meant"), MEANT)
def test_what_is_chosen_narrows(typed: dict[str, str], meant: Filters) -> None:
    asked = read_filters(CONSULTATION, typed)
    assert asked.filters == meant
    assert asked.problems == ()
    assert set(asked.typed) == set(typed)


@pytest.mark.parametrize("typed", UNKNOWN, ids=str)
def test_what_is_not_known_narrows_nothing_and_is_told(typed: dict[str, str]) -> None:
    asked = read_filters(CONSULTATION, {**typed, "channel": "sms", "later": "filter"})
    assert (asked.filters, asked.typed) == (Filters(channel="sms"), {"channel": "sms"})
    assert len(asked.problems) == 1


def test_a_last_day_before_the_first_is_told_and_does_not_narrow() -> None:
    asked = read_filters(CONSULTATION, {"from": "2021-03-02", "to": "2021-03-01"})
    assert (set(asked.typed), asked.filters.until) == ({"from"}, None)
    assert asked.problems == ("To: the last day must be on or after the first day",)
    assert read_filters(CONSULTATION, {"from": "2021-03-02", "to": "2021-03-02"}).problems == ()


def test_what_was_searched_for_is_not_told_to_the_record() -> None:
    asked = read_filters(CONSULTATION, {"words": "my secret", "channel": "sms"})
    assert asked.summary() == "channel=sms words"


def test_every_filter_is_named_once() -> None:
    names = [field.name for field in fields_of(CONSULTATION)]
    assert len(names) == len(set(names))


def test_a_place_in_the_list_can_be_written_and_read() -> None:
    place = Place(START, "HYS-7F3K-9Q2M")
    assert as_place(as_text(place)) == place
    for typed in ("", "x", "20210301T140500.000000_", "20210301T140500.000000_'--", "_HYS-1"):
        assert as_place(typed) is None
