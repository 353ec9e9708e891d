"""A second coder: which answers are chosen, what is kept beside the first coder's, and settling."""

from __future__ import annotations

import pytest

from bot.consultation.model import Consultation
from bot.storage.coding import codebook, codes, double_coding
from bot.storage.coding.certificate import certify
from bot.storage.coding.evidence import evidence_of
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import ThemeError
from bot.storage.database.session import Session
from bot.storage.privacy.erasure import erase
from bot.storage.staff.audit import Chain
from tests.storage.coding.test_coding import ANN, BEA, ids, views
from tests.support.keys import KEYS
from tests.support.people import NOON, People

CAT = {"staff": "cat@example.org", "now": NOON}


@pytest.fixture()
def scope(consultation: Consultation) -> Scope:
    return Scope(consultation.id, "smart_people.views")


def begun(session: Session, scope: Scope, answers: list[int]) -> tuple[int, int]:
    """Let Ann code all answers, all be coded twice, and return two themes, of them Ann's."""
    wifi = codebook.add_theme(session, scope, "Wifi", **ANN)
    cost = codebook.add_theme(session, scope, "Cost", **ANN)
    codes.set_codes(session, scope, answers, [wifi], **ANN)
    double_coding.set_share(session, scope, 100, **ANN)
    return wifi, cost


def test_chance_chooses_the_same_answers_each_time_and_more_with_a_larger_share(
    people: People, scope: Scope
) -> None:
    views(people, *(f"view {number}" for number in range(30)))
    with people.database.writing() as session:
        assert double_coding.share_of(session, scope) == double_coding.PERCENT
        chosen = []
        for percent in (0, 10, 50, 50, 100):
            double_coding.set_share(session, scope, percent, **ANN)
            chosen.append(set(double_coding.chosen_answers(session, scope)))
        assert chosen[0] == set() and chosen[4] == set(ids(people, scope))
        assert chosen[1] <= chosen[2] == chosen[3] < chosen[4] and chosen[2]


def test_the_share_comes_out_over_many_answers(scope: Scope) -> None:
    drawn = [double_coding._drawn(scope, number) < 0.1 for number in range(1, 10_001)]
    assert 900 < sum(drawn) < 1100


def test_only_what_others_have_coded_waits_and_only_once(people: People, scope: Scope) -> None:
    views(people, "more wifi", "too dear")
    one, two = ids(people, scope)
    with people.database.writing() as session:
        wifi, cost = begun(session, scope, [one])
        assert double_coding.waiting_for(session, scope, ANN["staff"]) == []
        assert double_coding.waiting_for(session, scope, BEA["staff"]) == [one]
        assert not double_coding.code_again(session, scope, one, [cost], **ANN)
        assert not double_coding.code_again(session, scope, one, [], **BEA)
        assert not double_coding.code_again(session, scope, two, [cost], **BEA)
        assert double_coding.code_again(session, scope, one, [cost], **BEA)
        assert not double_coding.code_again(session, scope, one, [wifi], **CAT)
        assert codes.codes_of(session, one) == (wifi,)  # what counts is not touched
        codes.set_codes(session, scope, [one], [cost], **ANN)  # who has seen the other's choice
        [found] = double_coding.doubled_answers(session, scope)
        assert (found.first, found.second) == ({wifi}, {cost})
        assert found.coders == (ANN["staff"], BEA["staff"])


def test_what_differs_is_settled_and_both_choices_are_kept(people: People, scope: Scope) -> None:
    views(people, "more wifi", "too dear")
    one, two = ids(people, scope)
    with people.database.writing() as session:
        wifi, cost = begun(session, scope, [one, two])
        double_coding.code_again(session, scope, one, [wifi], **BEA)
        double_coding.code_again(session, scope, two, [cost], **BEA)
        assert not double_coding.settle_codes(session, scope, one, [cost], **CAT)  # they agree
        assert not double_coding.settle_codes(session, scope, two, [], **CAT)
        assert double_coding.settle_codes(session, scope, two, [cost], **CAT)
        same, settled = double_coding.doubled_answers(session, scope)
        assert same.agrees and same.settled_by is None
        assert (settled.first, settled.second, settled.now) == ({wifi}, {cost}, {cost})
        assert (settled.settled_by, settled.settled_at) == (CAT["staff"], NOON)


def test_the_codebook_changes_and_nothing_is_lost(people: People, scope: Scope) -> None:
    views(people, "more wifi", "too dear")
    one, two = ids(people, scope)
    with people.database.writing() as session:
        wifi, cost = begun(session, scope, [one, two])
        double_coding.code_again(session, scope, one, [wifi, cost], **BEA)
        double_coding.code_again(session, scope, two, [cost], **BEA)
        with pytest.raises(ThemeError, match="Merge it"):
            codebook.remove_theme(session, scope, cost, **ANN)
        codebook.merge_themes(session, scope, cost, wifi, **ANN)
        assert [one.agrees for one in double_coding.doubled_answers(session, scope)] == [True] * 2
        free = codebook.split_theme(session, scope, wifi, "Free wifi", [two], **ANN)
        chosen = [(d.first, d.second) for d in double_coding.doubled_answers(session, scope)]
        assert chosen == [({wifi}, {wifi}), ({free}, {free})]


def test_a_second_coder_has_read_the_response(
    people: People, scope: Scope, consultation: Consultation
) -> None:
    views(people, "more wifi")
    [one] = ids(people, scope)
    with people.database.writing() as session:
        _, cost = begun(session, scope, [one])
        double_coding.code_again(session, scope, one, [cost], **BEA)
        found = evidence_of(session, consultation.id, [scope.question])
        made = certify(found, Chain(0, 0, None))
    assert (made.read, made.by_two) == (1, 1)


def test_erasing_a_person_deletes_it(people: People, scope: Scope) -> None:
    [person] = views(people, "more wifi")
    [one] = ids(people, scope)
    with people.database.writing() as session:
        _, cost = begun(session, scope, [one])
        double_coding.code_again(session, scope, one, [cost], **BEA)
        double_coding.settle_codes(session, scope, one, [cost], **CAT)
        erase(session, KEYS, person.id, last_words=False)
        assert double_coding.doubled_answers(session, scope) == []
        codebook.remove_theme(session, scope, cost, **ANN)  # nothing hangs on it
