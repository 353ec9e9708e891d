"""The list of conversations."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bot.conversation.moving import opt_out, pause
from bot.storage.staff.rows import Role
from tests.staff.desk import Desk, audit


def _people(desk: Desk) -> dict[str, str]:
    """Make one conversation in each state; return their references."""
    new = desk.respondent("telegram")
    started, paused, done, stopped = (
        desk.respondent(channel) for channel in ("webchat", "sms", "webchat", "sms")
    )
    for respondent in (started, paused, done, stopped):
        desk.say(respondent, "hello", intent="greet")
    desk.say(paused, "later", step=pause, intent="pause")
    for text in ("resident", "More benches, please", "lights"):
        desk.say(done, text)
    desk.say(stopped, "STOP", step=opt_out, intent="opt_out")
    return {
        "new": new.reference,
        "started": started.reference,
        "paused": paused.reference,
        "completed": done.reference,
        "stopped": stopped.reference,
    }


def _listed(page: str) -> list[str]:
    return re.findall(r'href="/conversations/(HYS-[^"]+)"', page)


def test_an_empty_list_says_what_to_do(desk: Desk) -> None:
    page = desk.signed_in().get("/conversations").text
    assert "No conversations yet" in page
    assert "http://localhost:8080" in page


def test_every_conversation_is_listed_the_latest_message_first(desk: Desk) -> None:
    people = _people(desk)
    page = desk.signed_in().get("/conversations").text
    expected = ("stopped", "completed", "paused", "started", "new")
    assert _listed(page) == [people[state] for state in expected]
    assert "5 conversations" in re.sub("<[^>]*>", "", page)


def test_states_and_channels_are_told_in_words(desk: Desk) -> None:
    _people(desk)
    page = desk.signed_in().get("/conversations").text
    table = page[page.index("<table") :]
    for word in ("Not started", "In progress", "Paused", "Finished", "Asked to stop"):
        assert table.count(word) == 1
    for word in ("Web page", "Text message", "Telegram"):
        assert word in table
    assert "1 March 2021 at 2:05pm" in table


@pytest.mark.parametrize(
    ("query", "states"),
    [
        ("?state=completed", ["completed"]),
        ("?channel=sms", ["stopped", "paused"]),
        ("?state=paused&channel=sms", ["paused"]),
        ("?state=&channel=", ["stopped", "completed", "paused", "started", "new"]),
        ("?state=nonsense", ["stopped", "completed", "paused", "started", "new"]),
        ("?state='--&channel=%7F", ["stopped", "completed", "paused", "started", "new"]),
        ("?older=-1", ["stopped", "completed", "paused", "started", "new"]),
        ("?newer=20219999T_x", ["stopped", "completed", "paused", "started", "new"]),
    ],
)
def test_the_list_is_narrowed_by_the_address(desk: Desk, query: str, states: list[str]) -> None:
    people = _people(desk)
    page = desk.signed_in().get(f"/conversations{query}").text
    assert _listed(page) == [people[state] for state in states]


def test_filters_stay_chosen(desk: Desk) -> None:
    _people(desk)
    page = desk.signed_in().get("/conversations?state=paused").text
    assert re.search(r'<option value="paused"\s+selected', page)
    assert "State: Paused" in page


def test_filters_that_match_nothing_say_so(desk: Desk) -> None:
    page = desk.signed_in().get("/conversations?state=paused").text
    assert "No conversations</strong> match these filters" in page


def test_a_long_list_has_pages_that_keep_the_filters(desk: Desk) -> None:
    references = [desk.respondent("sms").reference for _ in range(120)]
    client, path, seen = desk.signed_in(), "/conversations?channel=sms", []
    while path:
        page = client.get(path).text
        assert "120 conversations" in re.sub("<[^>]*>", "", page)
        seen.append(_listed(page))
        assert page.count("channel=sms&amp;older=") <= 1
        path = _link(page, "older")
    assert [len(one) for one in seen] == [50, 50, 20]
    assert sorted(sum(seen, [])) == sorted(references)
    back = client.get(_link(page, "newer")).text
    assert _listed(back) == seen[1]
    assert _listed(client.get(_link(back, "newer")).text) == seen[0]


def _link(page: str, way: str) -> str:
    found = re.search(rf'href="([^"]*{way}=[^"]*)"', page)
    return unescape(found[1]) if found else ""


def test_a_new_message_does_not_move_the_pages(desk: Desk) -> None:
    people = [desk.respondent("sms") for _ in range(60)]
    client = desk.signed_in()
    first = client.get("/conversations").text
    desk.say(people[0], "hello")  # which puts them at the top
    rest = _listed(client.get(_link(first, "older")).text)
    assert len(_listed(first)) == 50
    assert not set(rest) & set(_listed(first))


def test_a_resident_cannot_put_code_into_the_list(desk: Desk) -> None:
    desk.say(desk.respondent(), "<script>alert(1)</script><img src=x onerror=alert(2)>\u202eevil")
    page = desk.signed_in().get("/conversations").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert '<bdi dir="auto">&lt;script&gt;' in page


def test_every_look_at_the_list_is_recorded(desk: Desk) -> None:
    desk.signed_in().get("/conversations?state=paused&page=1")
    assert audit(desk)[-1][1:] == ("list viewed", "state=paused")


@pytest.mark.parametrize("path", ["/conversations", "/conversations/{reference}"])
def test_a_page_that_cannot_be_recorded_is_not_shown(desk: Desk, path: str) -> None:
    respondent = desk.respondent()
    desk.say(respondent, "canary words")
    client = desk.signed_in()
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO lost")
    response = client.get(path.format(reference=respondent.reference))
    assert response.status_code == 503
    assert "This page cannot be shown right now" in response.text
    assert "canary" not in response.text


def test_nobody_signs_in_without_a_record(desk: Desk) -> None:
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO lost")
    client = desk.client()
    email = desk.person(Role.ADMIN)
    page = client.get("/sign-in").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    form = {"csrf_token": token, "email": email, "password": "kettle plum gravel"}
    assert client.post("/sign-in", data=form).status_code == 503
    assert client.get("/conversations").status_code == 302


def test_a_missing_database_is_told_in_plain_words(desk: Desk) -> None:
    client = desk.signed_in()
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE staff RENAME TO gone")
    assert client.get("/conversations").status_code == 503
    assert client.get("/live").status_code == 200


def test_the_record_keeps_every_filter_that_was_used(desk: Desk) -> None:
    filters = {
        "state": "completed", "channel": "webchat", "flag": "distress", "read": "no",
        "question": "views", "aim": "parks", "language": "en", "intent": "opt_out",
        "from": "2021-02-23", "to": "2021-03-01", "words": "Ann",
    }  # fmt: skip
    admin = desk.signed_in(Role.ADMIN)
    admin.get("/conversations", query_string=filters)
    _, what, about = audit(desk)[-1]
    used = {f"{name}={value}" for name, value in filters.items() if name != "words"}
    assert what == "list viewed" and about and len(about) > 100
    assert used | {"words"} == set(about.split())
    found = admin.get("/audit", query_string={"about": about})
    assert len(re.findall("<tr", found.text.partition("<tbody")[2])) == 1
