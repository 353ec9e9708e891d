"""Looking after accounts: roles, second factors, and that someone can always do it."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.storage.database.session import Database
from bot.storage.staff.accounts import (
    account_of,
    all_accounts,
    change_role,
    remove_second_factor,
    renew_link,
    set_second_factor,
)
from bot.storage.staff.one_time_links import setup_token_if_empty, staff_by_link, use_link
from bot.storage.staff.rows import LastAdmin, Role, staff_by_email
from bot.storage.staff.sign_in import add_staff, disable_staff, signed_in

NOW = datetime(2021, 3, 1, 9, 0, tzinfo=timezone.utc)


def _person(database: Database, name: str, role: Role, *, ready: bool = True) -> int:
    email = f"{name}@example.gov.uk"
    with database.writing() as session:
        token = add_staff(session, email, role, NOW)
        if ready:
            use_link(session, token, email="", password_hash="h", now=NOW)
        staff = staff_by_email(session, email)
        assert staff is not None
        return staff.id


WAYS = [
    ("another role", lambda s, id: change_role(s, id, Role.REVIEWER)),
    ("disabled", lambda s, id: disable_staff(s, "head@example.gov.uk")),
    (
        "added again",
        lambda s, id: add_staff(s, "head@example.gov.uk", Role.ANALYST, NOW, change_role=True),
    ),
]


@pytest.mark.parametrize(("label", "lose"), WAYS, ids=[way[0] for way in WAYS])
@pytest.mark.parametrize(
    ("second", "kept"),
    [
        (None, False),
        ("reviewer", False),
        ("not ready", False),
        ("disabled", False),
        ("admin", True),
    ],
)
def test_the_last_admin_stays_one(
    any_database: Database, label: str, lose: object, second: str | None, kept: bool
) -> None:
    head = _person(any_database, "head", Role.ADMIN)
    if second:
        role = Role.REVIEWER if second == "reviewer" else Role.ADMIN
        _person(any_database, "second", role, ready=second != "not ready")
    with any_database.writing() as session:
        if second == "disabled":
            disable_staff(session, "second@example.gov.uk")
        if kept:
            lose(session, head)  # type: ignore[operator]
        else:
            with pytest.raises(LastAdmin):
                lose(session, head)  # type: ignore[operator]
            account = account_of(session, head)
            assert account is not None
            assert (account.role, account.disabled) == (Role.ADMIN, False)


def test_accounts_are_listed_without_the_one_that_nobody_has_taken(any_database: Database) -> None:
    with any_database.writing() as session:
        setup_token_if_empty(session, NOW)
        assert all_accounts(session) == []
        assert account_of(session, 1) is None
    _person(any_database, "zoe", Role.ADMIN)
    _person(any_database, "abe", Role.ANALYST, ready=False)
    with any_database.reading() as session:
        found = [(a.email, a.role, a.has_password) for a in all_accounts(session)]
    assert found == [
        ("abe@example.gov.uk", Role.ANALYST, False),
        ("zoe@example.gov.uk", Role.ADMIN, True),
    ]


def test_a_second_factor_ends_sessions_and_can_be_removed(any_database: Database) -> None:
    number = _person(any_database, "abe", Role.REVIEWER)
    with any_database.writing() as session:
        staff = staff_by_email(session, "abe@example.gov.uk")
        assert staff is not None
        with_factor = set_second_factor(session, staff, b"hidden", 7)
        assert with_factor is not None
        assert (with_factor.totp_secret, with_factor.totp_counter) == (b"hidden", 7)
        assert with_factor.session_version > staff.session_version
        assert set_second_factor(session, staff, b"other", 8) is None
        assert remove_second_factor(session, number)
        assert not remove_second_factor(session, number)


def test_of_two_who_come_with_one_code_only_the_first_is_let_in(any_database: Database) -> None:
    _person(any_database, "abe", Role.REVIEWER)
    with any_database.writing() as session:
        staff = staff_by_email(session, "abe@example.gov.uk")
        assert staff is not None
        staff = set_second_factor(session, staff, b"hidden", 7)
        assert staff is not None
        assert signed_in(session, staff, now=NOW, counter=8)
        assert not signed_in(session, staff, now=NOW, counter=8)


def test_a_link_opens_a_disabled_account_without_its_old_password(any_database: Database) -> None:
    number = _person(any_database, "abe", Role.REVIEWER)
    with any_database.writing() as session:
        disable_staff(session, "abe@example.gov.uk")
        token = renew_link(session, number, NOW)
        account = account_of(session, number)
        assert account is not None
        assert (account.disabled, account.has_password) == (False, False)
        assert staff_by_link(session, token, NOW) is not None
