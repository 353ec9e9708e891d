"""The list of conversations: what its filters let through, in what order, page by page."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select, update

from bot.conversation import moving
from bot.storage.database.tables import (
    AnswerRow,
    ConsideredRow,
    InboxRow,
    RequestRow,
    RespondentRow,
)
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.respondents.answers import withdraw
from bot.storage.respondents.respondents import Respondent
from bot.storage.review import reviews
from bot.storage.review.conditions import Filters
from bot.storage.review.finding import count_found, neighbours_of, page_of
from bot.storage.review.flags import flag
from bot.storage.review.lines import line_of
from bot.storage.review.notes import add_tag
from bot.understanding.personal_data import holds_personal
from tests.support.keys import KEYS
from tests.support.people import NOON, People

QUESTION = "role"  # the first one
LATER = NOON + timedelta(hours=5)
consider = partial(reviews.consider, is_personal=holds_personal)


def listed(people: People, filters: Filters = Filters()) -> list[str]:
    with people.database.reading() as session:
        page = page_of(session, people.consultation.id, filters, limit=50, shown=str)
        assert count_found(session, page, most=100) == len(page.found)
        return [line.reference for line in page.found]


def test_the_latest_message_comes_first_with_what_was_said_last(people: People) -> None:
    first, second, third = (people.new() for _ in range(3))
    people.send(first, "hello")
    inbox_id = people.send(first, "the last words")
    with people.database.writing() as session:
        flag(session, inbox_id, "complaint", people.now())
    assert listed(people) == [first.reference, third.reference, second.reference]
    with people.database.reading() as session:
        found = page_of(session, people.consultation.id, Filters(), limit=1, shown=str).found[0]
        assert page_of(session, "another", Filters(), limit=1, shown=str).found == []
    assert (found.last_text, found.messages, found.flags) == ("the last words", 2, ("complaint",))
    assert found.unread


def _someone(people: People) -> Respondent:
    """Make one who is found by every filter, and another who is found by none."""
    person = people.new(channel="sms", at=NOON)
    other = people.new(at=NOON - timedelta(days=2))
    people.turn(person, "start", moving.start, intent="greet")
    inbox_id = people.turn(person, "resident")
    people.turn(other, "hello there", None, intent="start")
    failed = people.send(person, "broken")
    with people.database.writing() as session:
        session.get(RespondentRow, person.id).language = "cy-GB"
        late = session.get(RespondentRow, other.id)
        late.language, late.last_message_at = "en", NOON - timedelta(days=2)
        flag(session, inbox_id, "distress", people.now())
        for who, status in ((person, "new"), (other, "draft")):
            row = {"reference": f"REQ-{who.id[:8]}", "respondent_id": who.id, "kind": "callback"}
            row |= {"consultation": people.consultation.id, "channel": who.channel}
            session.add(
                RequestRow(**row, status=status, wording_version="1", created_at=people.now())
            )
        session.get(InboxRow, inbox_id).language = "pl"
        session.get(InboxRow, failed).state = "failed"
        session.execute(
            update(InboxRow)
            .where(InboxRow.respondent_id == other.id)
            .values(received_at=NOON - timedelta(days=2))
        )
        add_tag(session, person.id, seq=0, name="parks", staff="a", now=people.now())
        session.add(
            ConsideredRow(respondent_id=person.id, staff="a", seq=0, judgement="team", at=NOON)
        )
        replies = [Reply("Thanks"), Reply("Next")]
        add_replies(
            session, person.id, replies, reply_to=None, delivery="failed", now=NOON, keys=KEYS
        )
        seen = {"staff": "a@example.org", "judgement": "none", "seq": 99, "readers": 1}
        consider(session, other.id, **seen, now=people.now())
    return person


FILTERS = {
    "channel": Filters(channel="sms"),
    "state": Filters(state="started"),
    "question": Filters(answered=((QUESTION,),)),
    "aim": Filters(answered=((QUESTION, "something else"),)),
    "since": Filters(since=NOON - timedelta(days=1)),
    "flag": Filters(flag="distress"),
    "unread": Filters(read=False),
    "language": Filters(language="cy"),
    "request": Filters(requested=True),
    "intent": Filters(intent="greet"),
    "words": Filters(words=("resident",)),
    "answer": Filters(chose=((QUESTION, ("business", "resident")),)),
    "tag": Filters(tag="parks"),
    "judgement": Filters(judgement="team"),
    "failed": Filters(failed=True),
    "undelivered": Filters(undelivered=True),
    "language of a message": Filters(spoke="pl"),
    "first message": Filters(since=NOON - timedelta(days=1), until=LATER, when="first"),
    "any message": Filters(since=NOON, until=LATER, when="any"),
    "all together": Filters(
        channel="sms", state="started", answered=((QUESTION,),), since=NOON, read=False,
        flag="distress", language="cy", requested=True, intent="greet", words=("resident",),
        chose=((QUESTION, ("resident",)),), tag="parks", judgement="team", failed=True,
        undelivered=True, spoke="pl",
    ),
}  # fmt: skip
OTHERS = {
    "until": Filters(until=NOON - timedelta(days=1)),
    "read": Filters(read=True),
    "intent": Filters(intent="start"),
    "language": Filters(language="en"),
}
NOBODY = {
    "another answer": Filters(chose=((QUESTION, ("business",)),)),
    "not read as an option": Filters(chose=((QUESTION, (None,)),)),
    "two answers": Filters(chose=((QUESTION, ("resident",)), (QUESTION, ("business",)))),
    "part of a value": Filters(chose=((QUESTION, ("resid",)),)),
    "another tag": Filters(tag="park"),
    "first message later": Filters(since=LATER, when="first"),
    "two filters": Filters(channel="sms", read=True),
    "two questions": Filters(answered=((QUESTION,), ("something else",))),
    "part of a language": Filters(language="c"),
}


def test_each_filter_narrows_the_list_and_all_combine(people: People) -> None:
    person = _someone(people)
    (other,) = set(listed(people)) - {person.reference}
    for name, filters in FILTERS.items():
        assert listed(people, filters) == [person.reference], name
    for name, filters in OTHERS.items():
        assert listed(people, filters) == [other], name
    for name, filters in NOBODY.items():
        assert listed(people, filters) == [], name


def test_an_answer_that_was_taken_back_is_none(people: People) -> None:
    person = people.new()
    people.turn(person, "start", moving.start)
    people.turn(person, "resident")
    people.turn(person, "back", moving.go_back)
    people.turn(person, "start over please", None)
    assert listed(people, Filters(answered=((QUESTION,),))) == [person.reference]
    with people.database.writing() as session:
        withdraw(session, person.id, QUESTION, restore=False)
    assert listed(people, Filters(answered=((QUESTION,),))) == []


def test_pages_hold_everybody_once_also_when_times_are_equal(people: People) -> None:
    for _ in range(5):
        people.new(at=NOON)
    people.new(at=NOON + timedelta(seconds=1))
    everybody, place, seen = listed(people), None, []
    with people.database.reading() as session:
        while True:
            page = page_of(
                session, people.consultation.id, Filters(), limit=2, shown=str, after=place
            )
            seen.append(page)
            if page.older is None:
                break
            place = page.older
        assert [line.reference for page in seen for line in page.found] == everybody
        back = page_of(
            session, people.consultation.id, Filters(), limit=2, shown=str, before=seen[2].newer
        )
        assert back.found == seen[1].found
        first = page_of(
            session, people.consultation.id, Filters(), limit=2, shown=str, before=back.newer
        )
        assert first.found == seen[0].found and first.newer is None


def test_neighbours_are_those_of_the_list(people: People) -> None:
    for _ in range(3):
        people.new(at=NOON)
    people.new(at=NOON + timedelta(seconds=1))
    order = [None, *listed(people), None]
    with people.database.reading() as session:
        for place, reference in enumerate(order[1:-1], 1):
            line = line_of(session, reference or "")
            assert line is not None
            beside = neighbours_of(session, people.consultation.id, line)
            assert beside == (order[place - 1], order[place + 1])


def test_everybody_is_counted(people: People) -> None:
    for _ in range(5):
        people.new()
    with people.database.reading() as session:
        page = page_of(session, people.consultation.id, Filters(), limit=1, shown=str)
        assert count_found(session, page, most=3) == 5


def test_several_choices_and_words_that_fit_none_are_found(people: People) -> None:
    both, none = people.new(), people.new()
    for person in (both, none):
        people.turn(person, "hello")
    with people.database.writing() as session:
        for person, value in ((both, ["jobs", "skills_for_all"]), (none, None)):
            message = select(InboxRow.id).where(InboxRow.respondent_id == person.id)
            row = {"respondent_id": person.id, "inbox_id": session.execute(message).scalar()}
            row |= {"question": "priority", "kind": "multi_choice", "value": value, "text": "x"}
            session.add(
                AnswerRow(**row, status="current", wording_version="1", answered_at=people.now())
            )

    def chose(*values: str | None) -> list[str]:
        return listed(people, Filters(chose=(("priority", values),)))

    assert chose("jobs") == chose("skills_for_all", "other") == [both.reference]
    assert chose("skills") == []
    assert chose(None) == [none.reference]
    assert chose("jobs", None) == [none.reference, both.reference]
