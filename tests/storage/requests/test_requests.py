"""Requests as they are kept: once, only with the consents they need, and only as long as wanted."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.consultation.dates import Phase
from bot.consultation.waits import SEND
from bot.conversation import answering, confirmations, detours, moving
from bot.conversation.did import Ends
from bot.conversation.place import StepFunction
from bot.conversation.requests import request
from bot.conversation.revisions import change
from bot.conversation.withdrawals import amending, withdraw
from bot.storage.database.tables import (
    ConsentRow,
    InboxRow,
    RequestEventRow,
    RequestRow,
    RespondentRow,
)
from bot.storage.messages.outbox import Reply
from bot.storage.privacy.exports import export_rows
from bot.storage.requests.requests import last_sent, sent_requests, withdraw_request
from bot.storage.respondents.places import place_of, progress_now
from bot.storage.respondents.respondents import Respondent, create_respondent
from bot.turns.apply import take_step
from bot.turns.effect import Effect
from bot.turns.finish import finish_turn
from bot.turns.services import Understood
from tests.support.keys import KEYS
from tests.support.people import People, at_once

NUMBER = "+447700900321"
STORY = ("Tablets", "skip", "lent 20", "1", "skip", "Grace", "grace@example.org")
COPY = ("Grace Hopeful", "12 Any Street", "m145aa", "2", "about three")
CALL = ("the jobs aim", "Grace", "07700 900123")
WORKSHOP = ("Tea club", "Grace", "grace@example.org", "about twenty", "Mondays", "no")


def say(
    people: People,
    person: Respondent,
    text: str,
    step: StepFunction = answering.answer,
    *,
    agrees: bool = True,
) -> Effect:
    """Let a message have its whole turn; what it opens is asked, and what is read back is sent."""
    if text == "skip":
        step = moving.skip
    inbox_id = people.send(person, text)
    effect = people.step(inbox_id, step)
    finish(people, inbox_id, effect)
    return (agrees and agree(people, person)) or effect


def agree(people: People, person: Respondent) -> Effect | None:
    """Say yes to what is read back, if a request is."""
    with people.database.reading() as session:
        place = place_of(session, person.id, Phase.OPEN)
    if detours.awaited(people.consultation, place) != SEND:
        return None
    inbox_id = people.send(person, "yes")
    effect = people.step(inbox_id, confirmations.affirm)
    finish(people, inbox_id, effect)
    return effect


def finish(people: People, inbox_id: int, effect: Effect) -> None:
    asked = people.consultation.by_id.get(effect.opened or "")
    replies = [Reply(f"Asked: {asked.wording.text}", question=asked.id)] if asked else []
    with people.database.writing() as session:
        finish_turn(
            session,
            people.consultation,
            inbox_id,
            replies,
            Understood("give_answer", 0.9),
            delivery="sent",
            now=people.now(),
        )


def ask_for(people: People, person: Respondent, kind: str, *said: str, first: str = "") -> Effect:
    """Ask for something, and answer what is asked about it."""
    effect = say(people, person, first, request(kind))
    for words in said:
        effect = say(people, person, words)
    return effect


def requests(people: People) -> list[dict[str, Any]]:
    with people.database.reading() as session:
        return list(export_rows(session, "requests", people.consultation.id, None, KEYS))


def rows(people: People, table: Any) -> list[Any]:
    with people.database.reading() as session:
        return list(session.execute(select(table).order_by(table.id)).scalars())


def count(people: People, table: Any) -> int:
    with people.database.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_request_is_kept_as_it_was_said_and_understood(people: People) -> None:
    person = people.new()
    effect = ask_for(people, person, "print_copy", *COPY)
    assert effect.ends is Ends.SENT
    (sent,) = requests(people)
    assert (sent["kind"], sent["status"], sent["consents"]) == ("print_copy", "new", {})
    assert sent["respondent"] == person.reference
    assert sent["fields"] == {
        "name": "Grace Hopeful",
        "address": "12 Any Street",
        "postcode": "M14 5AA",
        "format": "large_print",
        "copies": 3,
        "copies_remark": "about",
    }
    with people.database.reading() as session:
        last = last_sent(session, person.id)
        assert last and (last.reference, last.kind) == (sent["reference"], "print_copy")
    (event,) = rows(people, RequestEventRow)
    assert (event.what, event.who, event.detail) == ("sent", "the resident", None)


def test_what_is_not_finished_is_nobodys_request(people: People) -> None:
    person = people.new()
    ask_for(people, person, "print_copy", *COPY[:3])
    assert requests(people) == []
    with people.database.reading() as session:
        assert sent_requests(session, person.id) == []
        draft = session.execute(select(RequestRow)).scalar_one()
        assert draft.status == "draft"
        assert not withdraw_request(session, draft.reference, people.now())


def test_a_cancelled_request_leaves_nothing_behind(people: People) -> None:
    person = people.new()
    people.start(person)
    ask_for(people, person, "case_study", *STORY, "yes")
    assert count(people, ConsentRow) == 1
    effect = say(people, person, "cancel", confirmations.deny)
    assert effect.did.value == "request_dropped"
    for table in (RequestRow, ConsentRow, RequestEventRow):
        assert count(people, table) == 0
    with people.database.reading() as session:
        row = session.get(RespondentRow, person.id)
        assert (row.state, row.open_question, row.run) == ("started", "role", None)


def test_a_request_that_is_begun_again_is_empty(people: People) -> None:
    person = people.new()
    ask_for(people, person, "callback", *CALL[:2])
    assert say(people, person, "start over", confirmations.start_over).did.value == "asked_restart"
    assert say(people, person, "yes", confirmations.affirm).opened == "callback.about"
    assert count(people, RequestRow) == 1
    for words in ("skills", "rather not say", "grace@example.org"):
        say(people, person, words)
    (sent,) = requests(people)
    assert sent["fields"] == {"about": "skills", "contact": "grace@example.org"}


CONSENTS = [
    # said to contact, said to publish -> may contact, may publish, what is noted
    ("yes", "yes", True, True, [("contact", True), ("publish", True)]),
    ("yes", "no", True, False, [("contact", True), ("publish", False)]),
    ("no", "yes", False, True, [("contact", False), ("publish", True)]),
    ("skip", "skip", False, False, []),
    ("skip", "yes", False, True, [("publish", True)]),
    ("no thanks", "ok then", False, True, [("contact", False), ("publish", True)]),
]


@pytest.mark.parametrize(("contact", "publish", "may", "may_publish", "noted"), CONSENTS)
def test_only_a_yes_is_a_consent(
    people: People, contact: str, publish: str, may: bool, may_publish: bool, noted: list[Any]
) -> None:
    ask_for(people, people.new(), "case_study", *STORY, contact, publish)
    (sent,) = requests(people)
    assert sent["consents"] == {"contact": may, "publish": may_publish}
    assert [(row.purpose, row.given) for row in rows(people, ConsentRow)] == noted
    kept = {"name", "contact"} & set(sent["fields"])
    assert kept == ({"name", "contact"} if may else set())
    (row,) = rows(people, RequestRow)
    assert (row.contact_hash is not None) is may
    assert row.approved_to_publish is False


TAKEN_BACK = [
    # in their words -> to contact, to publish, what is kept of them
    ("please don't publish my story", {"contact": True, "publish": False}, {"name", "contact"}),
    ("don't contact me about my story", {"contact": False, "publish": True}, set()),
    (
        "I withdraw my permission to contact me and to publish",
        {"contact": False, "publish": False},
        set(),
    ),
]


@pytest.mark.parametrize(("words", "consents", "kept"), TAKEN_BACK)
def test_a_consent_can_be_taken_back(
    people: People, words: str, consents: dict[str, bool], kept: set[str]
) -> None:
    person = people.new()
    ask_for(people, person, "case_study", *STORY, "yes", "yes")
    with people.database.writing() as session:
        session.execute(update(RequestRow).values(approved_to_publish=True))
    effect = say(people, person, words, withdrawing(people, person))
    assert effect.did.value == "consent_taken_back"
    (sent,) = requests(people)
    assert (sent["consents"], sent["status"]) == (consents, "new")
    assert {"name", "contact"} & set(sent["fields"]) == kept
    assert bool(sealed_contacts(people)) is bool(kept)
    (row,) = rows(people, RequestRow)
    assert row.approved_to_publish is consents["publish"]
    last = {row.purpose: row.given for row in rows(people, ConsentRow)}
    assert last == consents


def test_a_consent_that_is_refused_early_is_not_asked_for(people: People) -> None:
    person = people.new()
    ask_for(people, person, "case_study", *STORY[:3])
    effect = say(people, person, "please don't publish my story", withdrawing(people, person))
    assert (effect.did.value, effect.question) == ("consent_taken_back", "case_study.aim")
    for words in (*STORY[3:], "yes"):
        effect = say(people, person, words)
    assert effect.ends is Ends.SENT
    assert requests(people)[0]["consents"] == {"contact": True, "publish": False}


@pytest.mark.parametrize("words", ["one of us", "maybe", "hm"])
def test_words_that_are_neither_yes_nor_no_are_no_consent(people: People, words: str) -> None:
    effect = ask_for(people, people.new(), "workshop", *WORKSHOP, words, words, words)
    assert (effect.did.value, effect.ends) == ("request_sent", Ends.SENT)
    (sent,) = requests(people)
    assert sent["consents"] == {"contact": False}
    assert "contact" not in sent["fields"] and "name" not in sent["fields"]
    assert count(people, ConsentRow) == 0


def test_a_yes_to_another_question_is_no_consent(people: People) -> None:
    person = people.new()
    ask_for(people, person, "workshop", *WORKSHOP)
    say(people, person, "delete my data", confirmations.erase)
    say(people, person, "no, keep it", confirmations.deny)
    say(people, person, "start over?", moving.stay)
    assert count(people, ConsentRow) == 0
    assert say(people, person, "skip").ends is Ends.SENT
    assert requests(people)[0]["consents"] == {"contact": False}


def test_a_consent_is_noted_with_the_words_the_version_the_time_and_the_channel(
    people: People,
) -> None:
    person = people.new(channel="telegram")
    ask_for(people, person, "workshop", *WORKSHOP)
    before = people.now()
    say(people, person, "yes")
    (consent,) = rows(people, ConsentRow)
    assert (consent.purpose, consent.given) == ("contact", True)
    assert consent.text == "Asked: Can we contact you about this workshop?"  # as it was put
    assert consent.wording_version == people.consultation.version
    assert consent.channel == "telegram"
    assert before < consent.at < people.now()


def test_a_consent_that_is_changed_counts_as_it_is_now(people: People) -> None:
    person = people.new()
    ask_for(people, person, "case_study", *STORY, "yes")
    say(people, person, "back", moving.go_back)
    say(people, person, "no")
    say(people, person, "yes")
    assert requests(people)[0]["consents"] == {"contact": False, "publish": True}
    noted = [(row.purpose, row.given) for row in rows(people, ConsentRow)]
    assert noted == [("contact", True), ("contact", False), ("publish", True)]


def test_a_consent_that_is_changed_to_a_maybe_is_none(people: People) -> None:
    person = people.new()
    ask_for(people, person, "case_study", *STORY, "yes")
    say(people, person, "back", moving.go_back)
    say(people, person, "hm not sure now")
    say(people, person, "hm not sure now")
    say(people, person, "yes")
    assert requests(people)[0]["consents"]["contact"] is False


def sealed_contacts(people: People) -> list[str]:
    kept = [row.sealed for row in rows(people, InboxRow) if row.private == "contact"]
    return [KEYS.reveal(sealed) for sealed in kept if sealed]


@pytest.mark.parametrize("ending", ["no consent", "cancelled", "withdrawn"])
def test_contact_details_that_may_not_be_kept_are_kept_nowhere(people: People, ending: str) -> None:
    person = people.new()
    if ending == "cancelled":
        ask_for(people, person, "workshop", *WORKSHOP)
        say(people, person, "cancel", confirmations.deny)
    else:
        said = "no" if ending == "no consent" else "yes"
        ask_for(people, person, "workshop", *WORKSHOP, said)
    if ending == "withdrawn":
        with people.database.writing() as session:
            sent = last_sent(session, person.id)
            assert sent and withdraw_request(session, sent.reference, people.now())
    assert sealed_contacts(people) == []


def test_what_may_be_kept_is_sealed(people: People) -> None:
    ask_for(people, people.new(), "workshop", *WORKSHOP, "yes")
    assert sealed_contacts(people) == ["Grace", "grace@example.org"]
    private = [row for row in rows(people, InboxRow) if row.private]
    assert [(row.text, row.button) for row in private] == [("", None), ("", None)]


def test_contact_details_in_the_first_message_are_sealed_too(people: People) -> None:
    person = people.new()
    effect = ask_for(people, person, "callback", first="call me about jobs on 07700 900123")
    assert effect.told
    assert not any("900123" in row.text for row in rows(people, InboxRow))


def test_requests_do_not_move_answers_or_progress(people: People) -> None:
    person = people.new()
    people.start(person)
    say(people, person, "resident")
    say(people, person, "skip")
    before = people.export("answers"), told(people, person)
    for kind, said in (
        ("case_study", (*STORY, "yes", "yes")),
        ("print_copy", COPY),
        ("callback", CALL),
        ("workshop", (*WORKSHOP, "yes")),
    ):
        assert ask_for(people, person, kind, *said).ends is Ends.SENT
        assert (people.export("answers"), told(people, person)) == before
    assert len(requests(people)) == 4


def told(people: People, person: Respondent) -> dict[str, Any]:
    with people.database.reading() as session:
        return progress_now(session, people.consultation, person.id, Phase.OPEN).as_dict()


def texting(people: People, number: str = NUMBER) -> Respondent:
    with people.database.writing() as session:
        return create_respondent(
            session,
            people.consultation,
            channel="sms",
            address_hash=KEYS.hash_of("sms", number),
            hidden_address=KEYS.hide(number),
            now=people.now(),
        )


def test_who_texts_may_give_the_number_they_text_from(people: People) -> None:
    effect = ask_for(people, texting(people), "callback", *CALL[:2], "this number please")
    assert (effect.ends, effect.value) == (Ends.SENT, None)
    assert requests(people)[0]["fields"]["contact"] == NUMBER


DUPLICATES = [
    # who asks again, for what, with what -> is it likely the same
    ("same person", "callback", ("skills", "Jo", "other@example.org"), True),
    ("other person", "callback", ("skills", "Jo", "GRACE@EXAMPLE.ORG"), True),
    ("other person", "callback", ("skills", "Jo", " grace @ example.org "), True),
    ("other person", "callback", ("skills", "Jo", "other@example.org"), False),
    ("other person", "callback", ("skills", "Jo", "07700 900123"), False),
    ("other person", "workshop", (*WORKSHOP, "yes"), True),
    ("other person", "workshop", (*WORKSHOP, "no"), False),
    ("same person", "print_copy", COPY, False),
]


@pytest.mark.parametrize(("who", "kind", "said", "same"), DUPLICATES)
def test_a_likely_duplicate_is_linked_and_not_merged(
    people: People, who: str, kind: str, said: tuple[str, ...], same: bool
) -> None:
    first = people.new()
    ask_for(people, first, "callback", "jobs", "Grace", "Grace@example.org")
    ask_for(people, first if who == "same person" else people.new(), kind, *said)
    one, other = requests(people)
    assert one["duplicate_of"] is None
    assert other["duplicate_of"] == (one["reference"] if same else None)
    assert one["fields"]["about"] == "jobs"
    theirs = people.export("requests", other["respondent"])
    *_, last = (row for row in theirs if row["kind"] == kind)
    assert last["duplicate_of"] == other["duplicate_of"]


def test_a_number_is_the_same_however_it_is_written(people: People) -> None:
    ask_for(people, people.new(), "callback", "jobs", "Grace", "07700 900123")
    ask_for(people, people.new(), "callback", "jobs", "Jo", "+44 (0)7700-900123")
    one, other = requests(people)
    assert other["duplicate_of"] == one["reference"]


def test_what_was_taken_back_or_not_finished_has_no_duplicates(people: People) -> None:
    first, second = people.new(), people.new()
    ask_for(people, first, "callback", *CALL[:2])  # a draft
    ask_for(people, second, "callback", *CALL)
    (one,) = requests(people)
    say(people, second, f"withdraw {one['reference']}", withdrawing(people, second))
    ask_for(people, second, "callback", *CALL)
    assert [row["duplicate_of"] for row in requests(people)] == [None, None]


def withdrawing(people: People, person: Respondent) -> StepFunction:
    with people.database.reading() as session:
        return withdraw(sent_requests(session, person.id))


@pytest.mark.parametrize("in_words", [False, True], ids=["by reference", "in words"])
def test_a_request_that_is_taken_back_has_no_content(people: People, in_words: bool) -> None:
    person = people.new()
    ask_for(people, person, "workshop", *WORKSHOP, "yes")
    (sent,) = requests(people)
    if in_words:
        asked = say(people, person, "cancel my workshop", withdrawing(people, person))
        assert asked.did.value == "asked_withdraw"
        effect = say(people, person, "yes", confirmations.affirm)
    else:
        words = f"withdraw {sent['reference'].lower().replace('-', ' ')}"
        effect = say(people, person, words, withdrawing(people, person))
    assert (effect.did.value, effect.reason) == ("withdrawing", sent["reference"])
    (gone,) = requests(people)
    assert (gone["status"], gone["fields"]) == ("withdrawn", {})
    (row,) = rows(people, RequestRow)
    assert (row.fields, row.contact_hash) == (None, None) and row.ended_at is not None
    assert [e.what for e in rows(people, RequestEventRow)] == ["sent", "withdrawn"]
    assert say(people, person, words := "withdraw it", withdrawing(people, person)).did.value == (
        "no_such_request"
    ), words


def amended(people: People, person: Respondent, text: str) -> Effect:
    with people.database.reading() as session:
        sent = sent_requests(session, person.id)
    return say(people, person, text, amending(sent, change))


def test_a_detail_that_is_told_anew_counts_and_the_old_one_stays_beside_it(people: People) -> None:
    person, other = people.new(), people.new()
    ask_for(people, person, "callback", *CALL)
    ask_for(people, other, "callback", "jobs", "Bob", "07700 900999")
    before = next(row for row in requests(people) if row["respondent"] == person.reference)
    effect = amended(people, person, "my mobile is 07700 900456 now")
    assert (effect.did.value, effect.reason) == ("amended", before["reference"])
    (now, theirs) = sorted(requests(people), key=lambda row: row["respondent"] != person.reference)
    assert now["fields"] == {**before["fields"], "contact": "+447700900456"}
    assert theirs["fields"]["contact"] == "+447700900999"
    happened = [row for row in rows(people, RequestEventRow) if row.what == "changed"]
    assert [row.who for row in happened] == ["the resident"]
    assert not any("900456" in row.text for row in rows(people, InboxRow)), "it is sealed"
    assert duplicates_of(people, "07700 900456") == before["reference"]


def duplicates_of(people: People, number: str) -> str | None:
    """Return which request one that comes now from this number is taken to repeat."""
    ask_for(people, people.new(), "callback", "jobs", "Grace", number)
    return str(requests(people)[-1]["duplicate_of"])


def test_nobody_takes_back_what_someone_else_asked_for(people: People) -> None:
    theirs, his = people.new(), people.new()
    ask_for(people, theirs, "callback", *CALL)
    before = requests(people)
    effect = say(people, his, f"withdraw {before[0]['reference']}", withdrawing(people, his))
    assert effect.did.value == "no_such_request"
    assert (
        say(people, his, "cancel my call back", withdrawing(people, his)).did.value
        == effect.did.value
    )
    assert say(people, his, "yes", confirmations.affirm).did.value == "started"
    assert requests(people) == before


def test_a_turn_that_runs_twice_asks_once(people: People) -> None:
    """A crash after the step and before the replies: the turn is done again from the start."""
    person = people.new()
    inbox_id = people.send(person, "call me about the jobs aim on 07700 900123")
    first = people.step(inbox_id, request("callback"))
    assert people.step(inbox_id, request("callback")) == first
    assert people.step(inbox_id, request("workshop")) == first  # understood otherwise
    finish(people, inbox_id, first)
    say(people, person, "Grace", agrees=False)
    last = people.send(person, "yes")
    sent = people.step(last, confirmations.affirm)
    assert sent.ends is Ends.SENT
    assert people.step(last, confirmations.affirm) == sent
    assert people.step(last, confirmations.deny) == sent
    finish(people, last, sent)
    assert count(people, RequestRow) == count(people, RequestEventRow) == 1
    (kept,) = requests(people)
    assert kept["fields"]["name"] == "Grace"


def read_back(people: People, person: Respondent) -> int:
    """Ask for a workshop; return the message with the yes that is to send it."""
    ask_for(people, person, "workshop", *WORKSHOP)
    people.step(people.send(person, "yes"), answering.answer)
    return people.send(person, "yes")


def test_a_turn_in_four_threads_at_once_sends_once(people: People) -> None:
    person = people.new()
    inbox_id = read_back(people, person)
    effects = at_once(4, lambda _: people.step(inbox_id, confirmations.affirm))
    assert {effect.ends for effect in effects} == {Ends.SENT}
    assert count(people, RequestRow) == count(people, ConsentRow) == 1
    assert count(people, RequestEventRow) == 1


def test_a_wish_in_the_yes_is_kept_beside_its_field(people: People) -> None:
    person = people.new()
    read_back(people, person)
    people.step(people.send(person, "yes but only by email please"), confirmations.affirm)
    (sent,) = requests(people)
    assert sent["fields"]["contact_remark"] == "but only by email please"
    assert sent["fields"]["contact"] and "name_remark" not in sent["fields"]


def test_a_step_that_fails_half_way_changes_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people.new()
    inbox_id = read_back(people, person)

    def breaks(*_: Any) -> str:
        raise RuntimeError("the light went out")

    with monkeypatch.context() as patch:
        patch.setattr("bot.turns.apply.send_request", breaks)
        with pytest.raises(RuntimeError):
            people.step(inbox_id, confirmations.affirm)
    assert requests(people) == []
    assert people.step(inbox_id, confirmations.affirm).ends is Ends.SENT
    assert count(people, ConsentRow) == count(people, RequestEventRow) == 1


AFTER = datetime.fromisoformat("2021-04-01T12:00:00+00:00")


def test_after_the_close_copies_and_stories_can_still_be_asked_for(people: People) -> None:
    person = people.new()
    for kind, did in (
        ("workshop", "request_closed"),
        ("callback", "request_closed"),
        ("print_copy", "asked_for"),
    ):
        assert late(people, person, "", request(kind)).did.value == did
    for words in COPY:
        late(people, person, words, answering.answer)
    effect = late(people, person, "yes", confirmations.affirm)
    assert effect.ends is Ends.SENT
    assert late(people, person, "resident", answering.answer).did.value == "late"
    (sent,) = requests(people)
    assert sent["fields"]["copies"] == 3
    assert people.export("answers") == []


def late(people: People, person: Respondent, text: str, step: StepFunction) -> Effect:
    inbox_id = people.send(person, text, phase=Phase.AFTER, at=AFTER)
    with people.database.writing() as session:
        now = AFTER + timedelta(minutes=1)
        return take_step(session, people.consultation, inbox_id, step, now=now, keys=KEYS)


def test_what_a_turn_did_holds_nothing_of_contact_details(people: People) -> None:
    ask_for(people, people.new(), "case_study", *STORY, "yes", "no")
    effects = json.dumps([row.effect for row in rows(people, InboxRow)])
    assert "grace" not in effects.casefold() and "example.org" not in effects
