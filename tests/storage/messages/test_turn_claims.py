"""Who does a turn, and who sends a reply: leases with a fence, on each engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.storage.database.leases import Fenced
from bot.storage.database.tables import AddressRow, OutboxRow, RespondentRow
from bot.storage.messages.claims import claim, give_back, give_back_expired, renew_replies, settle
from bot.storage.messages.outbox import Reply
from bot.storage.messages.turn_claims import claim_turn, free_turns, is_free, renew_turns
from bot.storage.messages.turns import DONE
from bot.storage.messages.waiting import next_turn, respondents_waiting
from bot.storage.respondents.respondents import Respondent
from bot.turns.finish import finish_turn
from tests.support.claims import expire, set_clock_back
from tests.support.people import People
from tests.support.people import at_once as _at_once


@pytest.fixture()
def one(people: People) -> Respondent:
    return people.new(channel="sms")


def take(people: People, one: Respondent, mine: int | None = None) -> int | None:
    """Return the fence of a new claim; None if it was refused."""
    with people.database.writing() as session:
        if not claim_turn(session, one.id, mine):
            return None
        found = next_turn(session, one.id)
        assert found
        return found[0].fence


def over(people: People) -> None:
    with people.database.writing() as session:
        expire(session)


def finish(people: People, inbox_id: int, fence: int) -> None:
    with people.database.writing() as session:
        session.get(RespondentRow, people_of(people, inbox_id)).tries = 7  # of the same transaction
        session.flush()
        finish_turn(
            session,
            people.consultation,
            inbox_id,
            [Reply("Noted.")],
            None,
            delivery="queued",
            now=people.now(),
            state=DONE,
            fence=fence,
        )


def people_of(people: People, inbox_id: int) -> str:
    from bot.storage.database.tables import InboxRow

    with people.database.reading() as session:
        return str(session.get(InboxRow, inbox_id).respondent_id)


def said(people: People) -> list[str]:
    with people.database.reading() as session:
        return list(session.execute(select(OutboxRow.text)).scalars())


def test_one_of_many_who_try_at_once_has_the_turn(people: People, one: Respondent) -> None:
    people.send(one, "hello")
    took = [fence for fence in _at_once(8, lambda _: take(people, one)) if fence is not None]
    assert len(took) == 1


def test_nothing_is_claimed_where_nothing_waits(people: People, one: Respondent) -> None:
    assert take(people, one) is None
    with people.database.reading() as session:
        assert is_free(session, one.id)


def test_a_person_is_claimed_and_not_a_message(people: People, one: Respondent) -> None:
    people.send(one, "first")
    assert take(people, one) == 1
    people.send(one, "second")
    assert take(people, one) is None
    with people.database.reading() as session:
        assert respondents_waiting(session, 9) == []


def test_the_next_turn_is_free_when_one_is_over(people: People, one: Respondent) -> None:
    first, second = people.send(one, "first"), people.send(one, "second")
    fence = take(people, one)
    assert fence
    finish(people, first, fence)
    assert take(people, one) == fence + 1
    finish(people, second, fence + 1)
    assert said(people) == ["Noted.", "Noted."]


def test_who_was_away_for_longer_than_the_lease_stores_nothing(
    people: People, one: Respondent
) -> None:
    message = people.send(one, "hello")
    late = take(people, one)
    over(people)
    now = take(people, one)
    assert late and now and now > late
    with pytest.raises(Fenced):
        finish(people, message, late)
    with people.database.reading() as session:
        assert session.get(RespondentRow, one.id).tries == 0  # rolled back as a whole
    assert said(people) == []
    finish(people, message, now)
    assert said(people) == ["Noted."]


def test_a_late_renewal_or_release_does_not_touch_who_took_over(
    people: People, one: Respondent
) -> None:
    people.send(one, "hello")
    late = take(people, one)
    over(people)
    assert late and take(people, one)
    for late_writing in (free_turns, renew_turns):
        with people.database.writing() as session:
            late_writing(session, {one.id: late})
        assert take(people, one) is None


def test_a_claim_can_be_renewed_freed_and_taken_up_again(people: People, one: Respondent) -> None:
    people.send(one, "hello")
    mine = take(people, one)
    assert mine
    over(people)
    with people.database.writing() as session:
        renew_turns(session, {one.id: mine})
    assert take(people, one) is None
    assert take(people, one, mine) == mine + 1  # it is tried again by who holds it
    with people.database.writing() as session:
        free_turns(session, {one.id: mine + 1})
    assert take(people, one) == mine + 2


@pytest.fixture()
def reply(people: People, one: Respondent) -> int:
    """The id of a reply that waits to be sent."""
    with people.database.writing() as session:
        session.execute(AddressRow.__table__.update().values(encrypted=b"hidden"))
    message = people.send(one, "hello")
    fence = take(people, one)
    assert fence
    finish(people, message, fence)
    with people.database.reading() as session:
        return int(session.execute(select(OutboxRow.id)).scalar_one())


def test_one_of_many_sends_a_reply(people: People, one: Respondent, reply: int) -> None:
    def take_reply(_: int) -> object:
        with people.database.writing() as session:
            return claim(session, one.id)

    assert len([claimed for claimed in _at_once(8, take_reply) if claimed]) == 1


LATE: list[Callable[..., None]] = [
    lambda session, reply, fence: settle(session, reply, "sent", provider_id="SM1", fence=fence),
    lambda session, reply, fence: give_back(session, reply, doubtful=False, fence=fence),
]


@pytest.mark.parametrize("late", LATE, ids=["settle", "give_back"])
def test_a_reply_that_was_taken_over_is_settled_by_who_has_it(
    people: People, one: Respondent, reply: int, late: Callable[..., None]
) -> None:
    with people.database.writing() as session:
        first = claim(session, one.id)
    with people.database.writing() as session:
        assert give_back_expired(session) == 0  # its lease is not over
    over(people)
    with people.database.writing() as session:
        assert give_back_expired(session, {reply}) == 0  # who asks sends it
        assert give_back_expired(session) == 1
    with people.database.writing() as session:
        second = claim(session, one.id)
    assert first and second and second.fence == (first.fence or 0) + 1 and second.doubtful
    with pytest.raises(Fenced), people.database.writing() as session:
        late(session, reply, first.fence)
    with people.database.writing() as session:
        settle(session, reply, "sent", provider_id="SM2", fence=second.fence)
    with people.database.reading() as session:
        row = session.get(OutboxRow, reply)
        assert (row.delivery, row.provider_id) == ("sent", "SM2")


def test_a_reply_that_takes_long_stays_with_its_sender(
    people: People, one: Respondent, reply: int
) -> None:
    with people.database.writing() as session:
        claimed = claim(session, one.id)
    over(people)
    with people.database.writing() as session:
        assert claimed and claimed.fence
        renew_replies(session, {reply: claimed.fence})
        assert give_back_expired(session) == 0


def test_a_clock_that_is_set_back_prolongs_no_lease(people: People, one: Respondent) -> None:
    people.send(one, "more buses")
    fence = take(people, one)
    assert fence is not None and take(people, one) is None
    with people.database.writing() as session:
        set_clock_back(session, 3600)
    with people.database.reading() as session:
        assert is_free(session, one.id)
        assert respondents_waiting(session, 10) == [one.id]
    assert take(people, one) == fence + 1
