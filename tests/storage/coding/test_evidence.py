"""The proof that every response was considered."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.consultation.model import Consultation
from bot.consultation.question import Kind
from bot.storage.coding import codebook, codes
from bot.storage.coding.certificate import Certificate, certify
from bot.storage.coding.evidence import EVIDENCE, Considered, evidence_of
from bot.storage.coding.scope import Scope
from bot.storage.privacy.erasure import erase
from bot.storage.review import reviews
from bot.storage.staff.audit import follow_chain, record
from bot.understanding.personal_data import holds_personal
from tests.storage.coding.test_coding import ids, views
from tests.support.keys import KEYS
from tests.support.people import NOON, People

ANN, BEA, LATER = "ann@example.org", "bea@example.org", NOON + timedelta(hours=1)
consider = partial(
    reviews.consider, judgement="none", readers=1, is_personal=holds_personal, now=NOON
)


def found(people: People, consultation: Consultation) -> dict[str, Considered]:
    asked = [one.id for one in consultation.questions if one.kind is Kind.OPEN]
    with people.database.reading() as session:
        return {one.reference: one for one in evidence_of(session, consultation.id, asked)}


def test_a_response_is_read_when_it_was_judged_as_far_as_it_has_come(
    people: People, consultation: Consultation
) -> None:
    judged, later, unread = views(people, "wifi", "buses", "classes")
    people.new()  # never wrote
    with people.database.writing() as session:
        consider(session, judged.id, staff=ANN, seq=99)
        consider(session, later.id, staff=BEA, seq=99)
        record(session, who=ANN, what="considered: none", about=judged.reference, now=NOON)
    people.turn(later, "and one thing more")
    told = found(people, consultation)
    assert {name: one.is_read for name, one in told.items()} == {
        judged.reference: True, later.reference: False, unread.reference: False,
    }  # fmt: skip
    row = told[judged.reference].as_row()
    assert tuple(row) == EVIDENCE
    assert (row["read_by"], row["read_at"], row["judged"]) == ([ANN], NOON, ["none"])
    assert row["in_audit"] is True
    assert told[unread.reference].as_row()["read_at"] is None


def test_a_response_is_read_when_each_open_answer_is_coded(
    people: People, consultation: Consultation
) -> None:
    one, two, gone = views(people, "wifi", "buses", "classes")
    scope = Scope(consultation.id, "smart_people.views")
    first, second, third = ids(people, scope)
    for said in ("the 43 to the airport", "2", "better jobs, for example for my son"):
        people.turn(two, said)  # a second open answer, which nobody codes
    with people.database.writing() as session:
        wifi = codebook.add_theme(session, scope, "Wifi", staff=ANN, now=NOON)
        codes.set_codes(session, scope, [second, first, third], [wifi], staff=BEA, now=LATER)
        consider(session, one.id, staff=ANN, seq=99)
        codes.set_quoted(session, scope, first, True, staff=ANN, now=NOON)
        erase(session, KEYS, gone.id, last_words=False)
    told = found(people, consultation)
    assert set(told) == {one.reference, two.reference}
    assert told[one.reference].as_row() == {
        "reference": one.reference,
        "read_by": [ANN, BEA],
        "read_at": NOON,
        "coded": "1 of 1",
        "judged": ["none"],
        "cited": True,
        "in_audit": False,  # nobody recorded it
    }
    assert not told[two.reference].is_read
    assert (told[two.reference].coded, told[two.reference].open_answers) == (1, 2)


def certificate(people: People, consultation: Consultation) -> Certificate:
    with people.database.reading() as session:
        return certify(found(people, consultation).values(), follow_chain(session))


def test_only_what_the_audit_knows_of_is_borne_out(
    people: People, consultation: Consultation
) -> None:
    one, two, three = views(people, "wifi", "buses", "classes")
    scope = Scope(consultation.id, "smart_people.views")
    first, second, third = ids(people, scope)
    with people.database.writing() as session:
        wifi = codebook.add_theme(session, scope, "Wifi", staff=ANN, now=NOON)
        for answer, who in ((first, ANN), (second, BEA), (third, "command line")):
            codes.set_codes(session, scope, [answer], [wifi], staff=who, now=NOON)
        consider(session, one.id, staff=BEA, seq=99)
        record(session, who=ANN, what="answer coded", about=one.reference, now=NOON)
        record(session, who=BEA, what="considered: none", about=one.reference, now=NOON)
        record(session, who=BEA, what="answer coded", about=one.reference, now=NOON)
    made = certificate(people, consultation)
    assert made.sentence == "2 of 3 responses were read by a person; 1 by two."
    assert made.by_person == {ANN: 1, BEA: 2}
    assert (made.unread, made.unproved) == ((three.reference,), (two.reference,))
    assert not made.is_whole
    with people.database.writing() as session:
        record(session, who=BEA, what="codes imported", about=scope.question, now=NOON)
    assert certificate(people, consultation).is_whole


@pytest.mark.parametrize(
    ("who", "what", "at"),
    [
        (BEA, "considered: none", NOON),
        (ANN, "considered: action", NOON),
        (ANN, "considered: none", LATER),  # after it
        (ANN, "considered: none", NOON - timedelta(minutes=2)),  # about an earlier judgement
    ],
)
def test_an_entry_about_something_else_proves_nothing(
    people: People, consultation: Consultation, who: str, what: str, at: datetime
) -> None:
    [judged] = views(people, "wifi")
    with people.database.writing() as session:
        consider(session, judged.id, staff=ANN, seq=99)
        record(session, who=who, what=what, about=judged.reference, now=at)
    assert certificate(people, consultation).unproved == (judged.reference,)
