"""Accounts, one-time links and the record, as the database keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.consultation.model import Consultation
from bot.storage.database.session import Database
from bot.storage.database.tables import RequestRow, StaffRow
from bot.storage.requests.requests import has_asked
from bot.storage.respondents.respondents import create_respondent
from bot.storage.staff.one_time_links import (
    LINK_LIFETIME,
    EmailTaken,
    setup_token_if_empty,
    staff_by_link,
    use_link,
)
from bot.storage.staff.rows import Role, RoleWouldChange, normal_email, staff_by_email
from bot.storage.staff.sign_in import add_staff, disable_staff, end_sessions, signed_in

NOW = datetime(2021, 3, 1, 9, 0, tzinfo=timezone.utc)
EMAIL = "reader@example.gov.uk"


EMAILS = [
    ("reader@example.gov.uk", "reader@example.gov.uk"),
    ("  Reader@Example.GOV.UK ", "reader@example.gov.uk"),
    ("ｒeader@example.gov.uk", "reader@example.gov.uk"),
    ("", None),
    ("reader", None),
    ("@example.gov.uk", None),
    ("reader@localhost", None),
    ("rea der@example.gov.uk", None),
    ("rea\0der@example.gov.uk", None),
    ("x" * 250 + "@example.gov.uk", None),
]


@pytest.mark.parametrize(("typed", "stored"), EMAILS)
def test_one_person_has_one_email_however_it_is_typed(typed: str, stored: str | None) -> None:
    if stored is None:
        with pytest.raises(ValueError, match="correct format"):
            normal_email(typed)
    else:
        assert normal_email(typed) == stored


def test_an_empty_database_offers_a_first_account(any_database: Database) -> None:
    with any_database.writing() as session:
        token = setup_token_if_empty(session, NOW)
        assert token is not None and len(token) >= 43
        staff = use_link(session, token, email=EMAIL, password_hash="h", now=NOW)
        assert staff is not None
        assert (staff.email, staff.role) == (EMAIL, Role.ADMIN)
        assert setup_token_if_empty(session, NOW) is None


def test_a_second_start_kills_the_first_link(any_database: Database) -> None:
    with any_database.writing() as session:
        old, new = setup_token_if_empty(session, NOW), setup_token_if_empty(session, NOW)
        assert old and new and old != new
        assert staff_by_link(session, old, NOW) is None
        assert staff_by_link(session, new, NOW) is not None


def with_admin_by_link(session: Session) -> None:
    token = add_staff(session, EMAIL, Role.ADMIN, NOW)
    use_link(session, token, email="", password_hash="h", now=NOW)


def with_reviewer_who_signs_in(session: Session) -> None:
    token = add_staff(session, EMAIL, Role.REVIEWER, NOW)
    use_link(session, token, email="", password_hash="h", now=NOW)


def with_reviewer_made_admin(session: Session) -> None:
    with_reviewer_who_signs_in(session)
    add_staff(session, EMAIL, Role.ADMIN, NOW, change_role=True)


ACCOUNTS = [
    (lambda session: add_staff(session, EMAIL, Role.REVIEWER, NOW), True),
    (lambda session: add_staff(session, EMAIL, Role.ADMIN, NOW), True),
    (with_reviewer_who_signs_in, True),
    (with_admin_by_link, False),
    (with_reviewer_made_admin, False),
]


@pytest.mark.parametrize(("make", "alive"), ACCOUNTS)
def test_the_first_link_works_until_an_admin_has_a_password(
    any_database: Database, make: Callable[[Session], None], alive: bool
) -> None:
    with any_database.writing() as session:
        first = setup_token_if_empty(session, NOW)
        assert first
        make(session)
        assert (staff_by_link(session, first, NOW) is not None) is alive
        used = use_link(session, first, email="a@example.org", password_hash="h", now=NOW)
        assert (used is not None) is alive
        assert setup_token_if_empty(session, NOW) is None


def test_the_first_account_cannot_take_an_address_that_is_taken(any_database: Database) -> None:
    with any_database.writing() as session:
        first = setup_token_if_empty(session, NOW)
        add_staff(session, EMAIL, Role.REVIEWER, NOW)
        assert first
        with pytest.raises(EmailTaken):
            use_link(session, first, email=EMAIL, password_hash="h", now=NOW)


def test_a_token_is_not_in_the_database(any_database: Database) -> None:
    with any_database.writing() as session:
        token = add_staff(session, EMAIL, Role.REVIEWER, NOW)
        row = session.execute(select(StaffRow)).scalar_one()
        assert token not in str(vars(row))


@pytest.mark.parametrize(
    ("later", "alive"),
    [
        (timedelta(0), True),
        (LINK_LIFETIME - timedelta(seconds=1), True),
        (LINK_LIFETIME, False),
        (timedelta(days=30), False),
    ],
)
def test_a_link_lives_a_day(any_database: Database, later: timedelta, alive: bool) -> None:
    with any_database.writing() as session:
        token = add_staff(session, EMAIL, Role.REVIEWER, NOW)
        used = use_link(session, token, email="", password_hash="h", now=NOW + later)
        assert (used is not None) is alive


def test_a_link_works_once(any_database: Database) -> None:
    with any_database.writing() as session:
        token = add_staff(session, EMAIL, Role.REVIEWER, NOW)
        assert use_link(session, token, email="", password_hash="h", now=NOW)
        assert use_link(session, token, email="", password_hash="other", now=NOW) is None


def test_a_link_cannot_change_whose_account_it_is(any_database: Database) -> None:
    with any_database.writing() as session:
        token = add_staff(session, EMAIL, Role.REVIEWER, NOW)
        staff = use_link(session, token, email="other@example.gov.uk", password_hash="h", now=NOW)
        assert staff is not None and staff.email == EMAIL


def test_adding_again_makes_a_new_link_for_the_same_account(any_database: Database) -> None:
    with any_database.writing() as session:
        old = add_staff(session, EMAIL, Role.REVIEWER, NOW)
        new = add_staff(session, EMAIL.upper(), Role.REVIEWER, NOW)
        assert staff_by_link(session, old, NOW) is None
        owner = staff_by_link(session, new, NOW)
        assert owner is not None and owner.email == EMAIL


def _ready(database: Database) -> int:
    with database.writing() as session:
        token = add_staff(session, EMAIL, Role.REVIEWER, NOW)
        staff = use_link(session, token, email="", password_hash="h", now=NOW)
        assert staff is not None
        return staff.session_version


CHANGES = [
    ("a new role", lambda s: add_staff(s, EMAIL, Role.ADMIN, NOW, change_role=True), True),
    ("the same role", lambda s: add_staff(s, EMAIL, Role.REVIEWER, NOW), False),
    ("disabled", lambda s: disable_staff(s, EMAIL), True),
    ("signed out", lambda s: end_sessions(s, 1), True),
]


@pytest.mark.parametrize(("label", "change", "ends"), CHANGES, ids=[c[0] for c in CHANGES])
def test_a_change_of_rights_ends_the_sessions(
    any_database: Database, label: str, change: object, ends: bool
) -> None:
    before = _ready(any_database)
    with any_database.writing() as session:
        change(session)  # type: ignore[operator]
        staff = staff_by_email(session, EMAIL)
        assert staff is not None
        assert (staff.session_version != before) is ends


def test_a_role_is_not_changed_by_adding_unless_that_is_said(any_database: Database) -> None:
    before = _ready(any_database)
    with any_database.writing() as session:
        with pytest.raises(RoleWouldChange, match="has an account already, as reviewer"):
            add_staff(session, EMAIL, Role.ADMIN, NOW)
        staff = staff_by_email(session, EMAIL)
        assert staff is not None
        assert (staff.role, staff.session_version) == (Role.REVIEWER, before)


def test_a_disabled_account_has_no_link(any_database: Database) -> None:
    with any_database.writing() as session:
        token = add_staff(session, EMAIL, Role.REVIEWER, NOW)
        assert disable_staff(session, EMAIL)
        assert staff_by_link(session, token, NOW) is None


def test_a_reopened_account_needs_a_new_password(any_database: Database) -> None:
    _ready(any_database)
    with any_database.writing() as session:
        disable_staff(session, EMAIL)
        add_staff(session, EMAIL, Role.REVIEWER, NOW)
        staff = staff_by_email(session, EMAIL)
        assert staff is not None
        assert (staff.disabled, staff.password_hash) == (False, None)


def test_nobody_signs_in_to_an_account_that_changed_meanwhile(any_database: Database) -> None:
    _ready(any_database)
    with any_database.writing() as session:
        staff = staff_by_email(session, EMAIL)
        assert staff is not None
        assert signed_in(session, staff, now=NOW)
        disable_staff(session, EMAIL)
        assert not signed_in(session, staff, now=NOW)


def test_the_account_without_email_cannot_be_found_by_email(any_database: Database) -> None:
    with any_database.writing() as session:
        setup_token_if_empty(session, NOW)
        assert staff_by_email(session, "") is None


ASKED = [(None, False), ("draft", False), ("withdrawn", False), ("new", True), ("done", True)]


@pytest.mark.parametrize(("status", "asked"), ASKED)
def test_someone_has_asked_when_a_request_was_sent_and_not_taken_back(
    any_database: Database, consultation: Consultation, status: str | None, asked: bool
) -> None:
    with any_database.writing() as session:
        person = create_respondent(
            session, consultation, channel="webchat", address_hash="a" * 64, now=NOW
        )
        if status:
            session.add(
                RequestRow(
                    reference="REQ-7F3K-9Q2M",
                    respondent_id=person.id,
                    consultation=consultation.id,
                    channel="webchat",
                    kind="callback",
                    status=status,
                    wording_version="1",
                    created_at=NOW,
                )
            )
            session.flush()
        assert has_asked(session, person.reference) is asked
