"""The filters of the list, as the address bar has them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.consultation.file.read import find_consultation
from bot.settings import load_settings
from bot.staff.conversations.chips import chips_of
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
    ({"words": "librar*"}, Filters(words=("librar*",))),
    ({"answer.role": "shop"}, Filters(chose=(("role", ("shop",)),))),
    ({"answer.role": "unread"}, Filters(chose=(("role", (None,)),))),
    (
        {"answer.role": "local", "answer.first": "trees"},
        Filters(chose=(("role", ("local",)), ("first", ("trees",)))),
    ),
    ({"tag": " Free  WiFi "}, Filters(tag="free wifi")),
    ({"judgement": "action", "spoke": "pl"}, Filters(judgement="action", spoke="pl")),
    ({"trouble": "failed"}, Filters(failed=True)),
    ({"trouble": "undelivered"}, Filters(undelivered=True)),
    (
        {"when": "first", "from": "2021-03-01"},
        Filters(when="first", since=datetime(2021, 3, 1, 0, tzinfo=timezone.utc)),
    ),
    ({"intent": "complain", "flag": "staff"}, Filters(intent="complain", flag="staff")),
]
UNKNOWN = [
    {"state": "erased' --"},
    {"answer.role": "local,shop"},
    {"when": "never"},
    {"words": "ab*"},
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


def test_a_scale_can_be_narrowed_to_one_of_its_sides() -> None:
    consultation = load_settings({}).consultations
    real = find_consultation(consultation, "manchester-digital-strategy")
    field = next(one for one in fields_of(real) if one.name == "answer.smart_people.agree")
    assert field.choices[:3] == [
        ("agree,strongly_agree", "Agree or strongly agree"),
        ("disagree,strongly_disagree", "Disagree or strongly disagree"),
        ("strongly_agree", "Strongly agree"),
    ]
    asked = read_filters(real, {"answer.smart_people.agree": "disagree,strongly_disagree"})
    values = ("disagree", "strongly_disagree")
    assert asked.filters.chose == (("smart_people.agree", values),)


def test_every_filter_is_a_chip_that_can_be_taken_off() -> None:
    typed = {"words": "benches", "answer.role": "shop", "channel": "sms", "when": "first"}
    typed |= {"from": "2021-02-23", "to": "2021-03-01"}
    asked = read_filters(CONSULTATION, typed)
    chips = chips_of(asked, fields_of(CONSULTATION))
    assert [chip.text for chip in chips] == [
        "“benches”",
        "About you: A shop",
        "Channel: Text message",
        "First message from 23 Feb 2021 to 1 Mar 2021",
    ]
    assert "words" not in chips[0].without and chips[0].without["channel"] == "sms"
    assert set(chips[-1].without) == {"words", "answer.role", "channel"}


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
