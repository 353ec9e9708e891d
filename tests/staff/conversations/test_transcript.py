"""One conversation as staff read it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bot.consultation.dates import Phase
from bot.conversation.moving import go_back, skip
from bot.staff.conversations.transcript import FAILED, REPAIRED, WAITING, lines_of
from bot.staff.shell.vocabulary import direction
from bot.storage.messages.outbox import Reply
from bot.storage.messages.transcripts import Answer, Turn
from bot.storage.respondents.respondents import Respondent
from tests.staff.desk import CONSULTATION, START, Desk, audit
from tests.staff.requests.desk import TAKES_REQUESTS


def _page(desk: Desk, respondent: Respondent) -> str:
    response = desk.signed_in().get(f"/conversations/{respondent.reference}")
    assert response.status_code == 200
    return response.text


def _plain(page: str) -> str:
    """Return the words of a page, blanks run together."""
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", page))).strip()


def _conversation(desk: Desk) -> Respondent:
    respondent = desk.respondent()
    buttons = ({"title": "A resident", "question": "role", "value": "local"},)
    ask = Reply("Who are you?", buttons=buttons, question="role")
    desk.say(respondent, "hi there", intent="greet", confidence=1.0, reply=ask)
    desk.say(respondent, "A shop", reply=Reply("What would make parks better?"))
    desk.say(respondent, "More benches\n  and shade", confidence=0.84)
    desk.say(respondent, "skip", step=skip, intent="skip_question")
    return respondent


def test_both_sides_are_shown_in_order(desk: Desk) -> None:
    page = _plain(_page(desk, _conversation(desk)))
    turns = page[page.index("Show the transcript 6 messages, 4 from the resident") :]
    said = ["hi there", "Who are you?", "A shop", "What would make", "More benches", "skip"]
    places = [turns.index(text) for text in said]
    assert places == sorted(places)


def test_each_message_says_what_the_bot_made_of_it(desk: Desk) -> None:
    page = _plain(_page(desk, _conversation(desk)))
    assert "Said to the bot: hello" in page
    assert "Answer to: Who are you? Understood as: A shop" in page
    assert "Answer to: What would make parks better? Resident" not in page
    assert "sure" not in page  # it was, and that helps nobody
    assert "Said to the bot: wants to skip the question" in page
    assert "Buttons shown: A resident" in page


@pytest.mark.parametrize(("sure", "told"), [(0.69, True), (0.7, False), (0.42, True), (1.0, False)])
def test_how_sure_the_bot_was_is_told_where_it_was_not(desk: Desk, sure: float, told: bool) -> None:
    respondent = desk.respondent()
    desk.say(respondent, "hello", confidence=sure)
    assert (f"The bot was only {sure:.0%} sure" in _plain(_page(desk, respondent))) is told


def test_the_facts_stand_above(desk: Desk) -> None:
    page = _plain(_page(desk, _conversation(desk)))
    assert "Finished Web page · started 2:05pm · last message 2:06pm · 6 messages" in page


def test_answers_at_a_glance_have_every_question(desk: Desk) -> None:
    glance = _glance(_page(desk, _conversation(desk)))
    assert "Who are you? See message 3 A shop" in glance
    assert "What would make parks better? See message 5 More benches and shade" in glance
    assert "Skipped: 1 What comes first?" in glance


def _glance(page: str) -> str:
    return _plain(page[page.index('id="answers"') : page.index("panes__side")])


def test_a_question_nobody_reached_is_not_answered(desk: Desk) -> None:
    respondent = desk.respondent()
    desk.say(respondent, "hello", intent="greet")
    page = _plain(_page(desk, respondent))
    assert "No question has been answered yet. Not answered: 3 Who are you?" in page


def test_a_changed_answer_is_kept_and_marked(desk: Desk) -> None:
    respondent = desk.respondent()
    for text in ("hello", "a shop"):
        desk.say(respondent, text)
    desk.say(respondent, "back", step=go_back, intent="go_back")
    desk.say(respondent, "a resident")
    page = _page(desk, respondent)
    text = _plain(page)
    assert "Understood as: A shop Changed later in the conversation" in text
    assert "Understood as: A resident Flag" in text
    glance = _glance(page)
    assert "A resident" in glance and "A shop" not in glance


def test_several_choices_are_told_in_words(desk: Desk) -> None:
    respondent = desk.respondent()
    for text in ("hello", "a shop", "more benches", "1 and 3"):
        desk.say(respondent, text)
    assert "Understood as: More trees, Lights" in _plain(_page(desk, respondent))


def _turn(**changes: object) -> Turn:
    plain: dict[str, object] = {
        "seq": 1,
        "direction": "in",
        "text": "words",
        "at": START,
        "delivery": "done",
        "question": None,
        "phase": "open",
    }
    return Turn(**{**plain, **changes})  # type: ignore[arg-type]


MARKS = [
    (_turn(), ()),
    (_turn(delivery="received"), (WAITING,)),
    (_turn(delivery="failed"), (FAILED,)),
    (_turn(repaired=True), (REPAIRED,)),
    (_turn(phase="before"), ("Arrived before the opening date",)),
    (_turn(phase="after"), ("Arrived after the closing date",)),
    (
        _turn(phase="after", delivery="received", repaired=True),
        ("Arrived after the closing date", WAITING, REPAIRED),
    ),
    (_turn(direction="out", delivery="failed"), ()),
]


@pytest.mark.parametrize(("turn", "marks"), MARKS)
def test_what_went_another_way_is_marked(turn: Turn, marks: tuple[str, ...]) -> None:
    assert tuple(lines_of(CONSULTATION, [turn])[0].marks) == marks


def _answered(question: str, value: object, status: str = "current") -> Turn:
    return _turn(intent="give_answer", answer=Answer(question, "choice", value, None, status))


UNMATCHED = "Kept as written: it matches none of the options"
CHANGED = "Changed later in the conversation"
MADE_OF_IT = [
    (_answered("role", "shop"), "Answer to:", "A shop", None),
    (_answered("role", None), "Answer to:", UNMATCHED, None),
    (_answered("views", None), "Answer to:", None, None),
    (_answered("first", ["trees", "lights"]), "Answer to:", "More trees, Lights", None),
    (_answered("first", []), "Answer to:", "None of these", None),
    (_answered("gone", 7), "Answer to:", "7", None),
    (_answered("gone", True), "Answer to:", "Yes", None),
    (_answered("role", "was an option once"), "Answer to:", "was an option once", None),
    (_answered("role", "shop", "replaced"), "Answer to:", "A shop", CHANGED),
    (_answered("role", "shop", "withdrawn"), "Answer to:", "A shop", "Taken back by the resident"),
    (_turn(intent="pause"), "Said to the bot: wants a break", None, None),
    (_turn(intent="faq_free_wifi"), "Said to the bot: asks about free wifi", None, None),
    (_turn(intent="sing_song"), "Said to the bot: sing song", None, None),
    (
        _turn(intent="give_answer"),
        "Not counted as an answer: no question was open.",
        None,
        None,
    ),
    (
        _turn(intent="give_answer", question="views"),
        "Not counted as an answer. While this was open:",
        None,
        None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("turn", "sentence", "value", "status"), MADE_OF_IT)
def test_what_the_bot_understood_is_told_in_words(
    turn: Turn, sentence: str, value: str | None, status: str | None
) -> None:
    made = lines_of(CONSULTATION, [turn])[0].understood
    assert made is not None
    assert (made.sentence, made.value, made.status) == (sentence, value, status)


@pytest.mark.parametrize(
    ("question", "private", "effect", "sentence", "value"),
    [
        ("map.copies", None, {"did": "answered", "value": 2}, "Put down for a request:", "2"),
        ("map.format", None, {"did": "kept_unread"}, "Put down for a request:", None),
        ("map.name", "contact", {"did": "answered", "value": "x"}, "Put down for a request:", None),
        ("map.copies", None, {"did": "unreadable"}, "Not understood. While this was open:", None),
    ],
)
def test_a_field_of_a_request_is_no_answer_but_is_put_down(
    question: str, private: str | None, effect: dict[str, object], sentence: str, value: str | None
) -> None:
    turn = _turn(intent="give_answer", question=question, private=private, effect=effect)
    made = lines_of(TAKES_REQUESTS, [turn])[0].understood
    assert made is not None
    assert (made.sentence, made.value) == (sentence, value)


def test_a_message_that_waits_has_not_been_understood() -> None:
    assert lines_of(CONSULTATION, [_turn(delivery="received")])[0].understood is None


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</bdi></div><h1>Big</h1>",
    "javascript:alert(1)",
    "[link](https://evil.example)",
    "{{7*7}} {% raw %} ${jndi:ldap://x} %s {slot}",
    "'; DROP TABLE answer;--",
    "=HYPERLINK(1)",
    "\u202eevil \u2066isolated",
    "مرحبا بالعالم",
    "שלום world",
    "👩‍👩‍👧‍👦 family",
    "e" + "\u0301" * 500,
    "  leading and trailing  ",
    "line one\n\n\n   line two\tand a tab",
    "&lt;b&gt; &amp; already escaped",
    "a" * 4000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_c36_words_are_shown_exactly_and_do_nothing(desk: Desk, text: str) -> None:
    respondent = desk.respondent()
    desk.say(respondent, "hello")
    desk.say(respondent, "a shop")
    desk.say(respondent, text)
    page = _page(desk, respondent)
    shown = re.findall(r'<bdi dir="\w+">(.*?)</bdi>', page, re.DOTALL)
    assert [unescape(words) for words in shown].count(text) == 2  # the message, and at a glance
    assert len(re.findall("<script", page)) == 3  # the template's own line, and our files
    assert "<img" not in page


def test_a_repaired_text_says_so(desk: Desk) -> None:
    respondent = desk.respondent()
    desk.say(respondent, "nul \0 and \ud800")
    assert REPAIRED in _page(desk, respondent)


def test_messages_out_of_time_or_order_are_marked(desk: Desk) -> None:
    respondent = desk.respondent()
    desk.say(respondent, "too late", phase=Phase.AFTER)
    desk.say(respondent, "broken", step=None, state="failed")
    desk.say(respondent, "waiting", done=False)
    page = _plain(_page(desk, respondent))
    for mark in ("Arrived after the closing date", FAILED, WAITING):
        assert mark in page


def test_the_neighbours_are_linked(desk: Desk) -> None:
    oldest, middle, newest = (desk.respondent() for _ in range(3))
    for respondent in (oldest, middle, newest):
        desk.say(respondent, "hello")
    page = _page(desk, middle)
    assert f'href="/conversations/{newest.reference}" rel="prev"' in page
    assert f'href="/conversations/{oldest.reference}" rel="next"' in page


def test_a_reference_may_be_written_as_people_do(desk: Desk) -> None:
    reference = desk.respondent().reference
    client = desk.signed_in()
    response = client.get(f"/conversations/{reference.lower().replace('-', ' ')}")
    assert (response.status_code, response.location) == (302, f"/conversations/{reference}")


def test_every_look_is_recorded_with_the_reference(desk: Desk) -> None:
    respondent = desk.respondent()
    client = desk.signed_in()
    client.get(f"/conversations/{respondent.reference}")
    client.get("/conversations/HYS-0000-0000")
    client.get("/conversations/07700900123")
    assert [entry[1:] for entry in audit(desk)[1:] if entry[1] != "page not found"] == [
        ("conversation viewed", respondent.reference),
        ("conversation not found", "HYS-0000-0000"),
    ]


def test_the_language_of_a_message_is_shown_and_its_letters_run_the_right_way(desk: Desk) -> None:
    respondent = desk.respondent()
    desk.say(respondent, "hello")
    desk.say(respondent, "a shop")
    desk.say(respondent, "WiFi في المكتبة", language="ar")
    desk.say(respondent, "więcej kursów", language="pl")
    desk.say(respondent, "ᚠᚢᚦᚨᚱᚲ", language="und")
    page = _page(desk, respondent)
    assert '<bdi dir="rtl" lang="ar">WiFi في المكتبة</bdi>' in page
    assert '<bdi dir="rtl">WiFi في المكتبة</bdi>' in page  # at a glance
    assert '<bdi dir="auto" lang="pl">więcej kursów</bdi>' in page
    told = re.findall(r"· in (.+?)</p>", page)
    assert told == ["Arabic", "Polish", "another language than English"]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("WiFi في المكتبة", "rtl"),
        ("شكرا, I wrote that in Arabic", "ltr"),
        ("في المكتبة", "auto"),
        ("more libraries", "auto"),
        ("17:30", "auto"),
        ("ספרייה wifi", "rtl"),
        ("", "auto"),
        (None, "auto"),
    ],
)
def test_most_letters_say_which_way_a_text_runs(text: str | None, way: str) -> None:
    assert direction(text) == way


@pytest.mark.parametrize(
    ("channel", "error", "told"),
    [
        ("sms", "21610", True),
        ("sms", "21211", False),
        ("telegram", "21610", False),
        ("sms", None, False),
    ],
)
def test_a_block_of_the_network_is_shown_as_that_with_advice(
    channel: str, error: str | None, told: bool
) -> None:
    reply = Turn(2, "out", "Hello", START, "failed", None, channel=channel, error=error)
    (line,) = lines_of(CONSULTATION, [reply])
    assert any("text START to our number" in mark for mark in line.marks) is told
