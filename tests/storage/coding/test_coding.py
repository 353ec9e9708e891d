"""Codebooks and codes: what a person said an answer is about, and what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.consultation.model import Consultation
from bot.storage.coding import codebook, codes
from bot.storage.coding.code_files import export_codebook, import_codebook, import_codes
from bot.storage.coding.coding_progress import progress_of
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import CONTROLS, ThemeError, history_of, themes_of
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import Respondent
from tests.support.keys import KEYS
from tests.support.people import NOON, People

ANN = {"staff": "ann@example.org", "now": NOON}
BEA = {"staff": "bea@example.org", "now": NOON}


@pytest.fixture()
def scope(consultation: Consultation) -> Scope:
    return Scope(consultation.id, "smart_people.views")


def views(people: People, *texts: str) -> list[Respondent]:
    """Return residents of Manchester who agree, each with their view of the first aim."""
    found = []
    for text in texts:
        person = people.new()
        people.start(person)
        for said in ("1", "2", text):
            people.turn(person, said)
        found.append(person)
    return found


def ids(people: People, scope: Scope) -> list[int]:
    with people.database.reading() as session:
        return [answer_id for answer_id, _, _ in codes.texts_of(session, scope)]


def names(session: Any, scope: Scope) -> list[str]:
    return [theme.name for theme in themes_of(session, scope) if not theme.control]


def test_a_codebook_begins_with_the_codes_that_are_no_themes(people: People, scope: Scope) -> None:
    with people.database.writing() as session:
        codebook.begin_codebook(session, scope, **ANN)
        codebook.begin_codebook(session, scope, **BEA)
        assert [theme.control for theme in themes_of(session, scope)] == list(CONTROLS)
        assert [change.staff for change in history_of(session, scope)] == ["ann@example.org"]


def test_themes_are_named_once_described_ordered_and_kept_in_versions(
    people: People, scope: Scope
) -> None:
    with people.database.writing() as session:
        wifi = codebook.add_theme(session, scope, "  Wifi  ", described="Free wifi", **ANN)
        cost = codebook.add_theme(session, scope, "Cost", **ANN)
        with pytest.raises(ThemeError, match="already"):
            codebook.add_theme(session, scope, "WIFI", **ANN)
        with pytest.raises(ThemeError, match="name"):
            codebook.add_theme(session, scope, " \n", **ANN)
        codebook.change_theme(session, scope, wifi, name="Free wifi", parent_id=cost, **BEA)
        with pytest.raises(ThemeError, match="main theme"):
            codebook.change_theme(session, scope, cost, name="Cost", parent_id=wifi, **BEA)
        codebook.move_theme(session, scope, cost, -1)
        assert names(session, scope) == ["Cost", "Free wifi"]
        told = [
            (change.version, change.what, change.themes) for change in history_of(session, scope)
        ]
    assert told == [
        (3, "renamed", ("Wifi", "Free wifi")),
        (2, "added", ("Cost",)),
        (1, "added", ("Wifi",)),
    ]


def test_an_answer_is_coded_again_and_the_same_twice_changes_nothing(
    people: People, scope: Scope
) -> None:
    views(people, "free wifi in parks", "buses cost too much", "no idea")
    first, second, third = ids(people, scope)
    with people.database.writing() as session:
        wifi = codebook.add_theme(session, scope, "Wifi", **ANN)
        cost = codebook.add_theme(session, scope, "Cost", **ANN)
        assert codes.next_to_code(session, scope) == first
        for _ in range(2):
            assert codes.set_codes(session, scope, [first], [wifi, cost], **ANN) == [first]
        codes.set_codes(session, scope, [first], [wifi], **BEA)
        assert codes.codes_of(session, first) == (wifi,)
        assert codes.next_to_code(session, scope, first) == second
        assert codes.next_to_code(session, scope, first, [second]) == third
        assert codes.next_to_code(session, scope, third, [second, third]) is None
        codes.set_codes(session, scope, [second, third, 999_999], [cost], add=True, **BEA)
        assert progress_of(session, scope) == (3, 3)
        assert codes.next_to_code(session, scope) is None
        codes.set_codes(session, scope, [first], [], **BEA)
        assert codes.next_to_code(session, scope, third) == first  # from the end to the first
        assert [theme.answers for theme in themes_of(session, scope)] == [0, 2]


def test_an_answer_in_focus_tells_what_its_sender_said_elsewhere(
    people: People, scope: Scope
) -> None:
    person = views(people, "free wifi")[0]
    views(people, "more buses")
    first, second = ids(people, scope)
    others = ("role", "smart_people.agree", "jobs_prosperity.agree")
    with people.database.writing() as session:
        assert codes.set_quoted(session, scope, first, True, **ANN)
        answer = codes.answer_to_code(session, scope, first, others)
        assert answer is not None
        assert (answer.reference, answer.text, answer.quoted) == (
            person.reference, "free wifi", True,
        )  # fmt: skip
        assert answer.others == {"role": "resident", "smart_people.agree": "agree"}
        assert codes.neighbours(session, scope, first) == (None, second)
        assert codes.neighbours(session, scope, second) == (first, None)
        assert not codes.set_quoted(session, scope, 999_999, True, **ANN)


def test_an_answer_that_was_replaced_keeps_its_codes_and_does_not_count(
    people: People, scope: Scope
) -> None:
    person = views(people, "free wifi")[0]
    [old] = ids(people, scope)
    with people.database.writing() as session:
        wifi = codebook.add_theme(session, scope, "Wifi", **ANN)
        codes.set_codes(session, scope, [old], [wifi], **ANN)
    from bot.conversation import moving

    people.turn(person, "back", moving.go_back, intent="go_back")
    people.turn(person, "free buses instead")
    with people.database.writing() as session:
        assert codes.answer_to_code(session, scope, old) is None
        assert codes.set_codes(session, scope, [old], [], **ANN) == []
        assert codes.codes_of(session, old) == (wifi,)
        assert progress_of(session, scope) == (0, 1)
        assert list(codes.every_code(session, scope)) == []


def test_merging_and_splitting_lose_no_code(people: People, scope: Scope) -> None:
    views(people, "wifi", "free wifi", "internet")
    first, second, third = ids(people, scope)
    with people.database.writing() as session:
        wifi = codebook.add_theme(session, scope, "Wifi", **ANN)
        net = codebook.add_theme(session, scope, "Internet", **ANN)
        codes.set_codes(session, scope, [first], [wifi, net], **ANN)
        codes.set_codes(session, scope, [second], [wifi], **ANN)
        codes.set_codes(session, scope, [third], [net], **ANN)
        with pytest.raises(ThemeError, match="Merge"):
            codebook.remove_theme(session, scope, wifi, **ANN)
        codebook.merge_themes(session, scope, wifi, net, **ANN)
        assert [(t.name, t.answers) for t in themes_of(session, scope)] == [("Internet", 3)]
        new = codebook.split_theme(session, scope, net, "Free internet", [second], **ANN)
        assert codes.codes_of(session, second) == (new,)
        codes.set_codes(session, scope, [second], [net], **ANN)
        codebook.remove_theme(session, scope, new, **ANN)
        assert names(session, scope) == ["Internet"]
        with pytest.raises(ThemeError, match="not there"):
            codebook.merge_themes(session, scope, new, net, **ANN)


def test_codes_of_a_file_come_out_as_they_went_in(people: People, scope: Scope) -> None:
    one, two = views(people, "wifi", "buses")
    rows = [
        {"reference": one.reference, "theme": "Wifi"},
        {"reference": one.reference, "theme": "wifi "},
        {"reference": two.reference, "theme": "Buses", "question": scope.question},
        {"reference": "HYS-NONE-0000", "theme": "Wifi"},
        {"reference": two.reference, "theme": " "},
        {"reference": two.reference, "theme": "Wifi", "question": "role"},
    ]
    with people.database.writing() as session:
        read, problems = import_codes(session, scope, rows, **ANN)
        assert (read, [line.split(":")[0] for line in problems]) == (
            3,
            ["line 5", "line 6", "line 7"],
        )
        told = {(c.reference, c.theme, c.assigned_by) for c in codes.every_code(session, scope)}
        assert told == {
            (one.reference, "Wifi", "person"),
            (two.reference, "Buses", "person"),
        }
        assert codes.labels_of(session, scope).keys() == set(ids(people, scope))


def test_a_code_of_a_part_goes_out_and_comes_back(people: People, scope: Scope) -> None:
    [person] = views(people, "wifi in parks, and buses")
    [answer] = ids(people, scope)
    rows = [
        {"reference": person.reference, "theme": theme, "part": part}
        for theme, part in (("Wifi", "0-13"), ("Buses", ""), ("Parks", "13-0"))
    ]
    with people.database.writing() as session:
        import_codes(session, scope, rows, **ANN)
        told = {code.theme: code.part for code in codes.every_code(session, scope)}
        assert told == {"Wifi": "0-13", "Buses": "", "Parks": ""}
        again = [code.as_row() for code in codes.every_code(session, scope)]
        codes.set_codes(session, scope, [answer], [], **ANN)
        assert import_codes(session, scope, again, **ANN) == (3, [])
        assert {c.theme: c.part for c in codes.every_code(session, scope)} == told


def test_a_codebook_can_be_taken_to_another_question(people: People, scope: Scope) -> None:
    other = Scope(scope.consultation, "jobs_prosperity.views")
    with people.database.writing() as session:
        codebook.begin_codebook(session, scope, **ANN)
        codebook.add_theme(session, scope, "Wifi", described="Free, in parks", colour="teal", **ANN)
        with pytest.raises(ThemeError, match="blue, teal"):
            codebook.add_theme(session, scope, "Trams", colour="red", **ANN)
        rows = export_codebook(session, scope)
        assert import_codebook(session, other, rows, **BEA) == (1, [])
        assert import_codebook(session, other, rows, **BEA)[0] == 0
        assert export_codebook(session, other) == rows


def test_nothing_of_an_erased_person_stays_coded(people: People, scope: Scope) -> None:
    person, _ = views(people, "wifi", "buses")
    first, second = ids(people, scope)
    with people.database.writing() as session:
        wifi = codebook.add_theme(session, scope, "Wifi", **ANN)
        codes.set_codes(session, scope, [first, second], [wifi], **ANN)
        codes.set_quoted(session, scope, first, True, **ANN)
        erase(session, KEYS, person.id, last_words=False)
        assert codes.codes_of(session, first) == ()
        assert progress_of(session, scope) == (1, 1)
