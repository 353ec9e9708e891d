"""Which passwords are good enough."""

from __future__ import annotations

import pytest

from bot.staff.sign_in.passwords import normal_password, problem_with, verify
from tests.staff.desk import CHEAP

OWN_WORDS = ("reader@example.gov.uk", "Parks for everyone", "Harbour Town Council")

CASES = [
    ("three odd words", "kettle plum gravel", None),
    ("no spaces", "kettleplumgravel", None),
    ("random letters", "vq8Tz!mR2pLx", None),
    ("other scripts", "чайник слива гравий", None),
    ("emoji among words", "kettle 🫖 plum gravel", None),
    ("eleven characters", "kettleplum1", "12 characters or more"),
    ("twelve characters", "kettleplumgr", None),
    ("two hundred characters", ("kettle plum gravel " * 11)[:200], None),
    ("more than two hundred", ("kettle plum gravel " * 11)[:201], "200 characters or fewer"),
    ("the classic", "password1234", "too easy"),
    ("the classic, with signs", "P@ssw0rd!2021", "too easy"),
    ("the well-known four words", "correct horse battery staple", "too easy"),
    ("keyboard row", "qwertyuiop123", "too easy"),
    ("keyboard row backwards", "poiuytrewq12", "too easy"),
    ("keyboard columns", "1qaz2wsx3edc", "too easy"),
    ("keyboard columns without digits", "qazwsxedcrfv", "too easy"),
    ("keyboard columns upwards", "zaq1xsw2cde3", "too easy"),
    ("keyboard columns with shift", "1QAZ2wsx3EDC", "too easy"),
    ("two rows in turn", "1q2w3e4r5t6y", "too easy"),
    ("two rows in turn, letters first", "q1w2e3r4t5y6", "too easy"),
    ("a block of the keyboard", "qweasdzxc123", "too easy"),
    ("there and back", "qwerfdsazxcv", "too easy"),
    ("a piece twice", "abc123abc123", "too easy"),
    ("a word and digits twice", "kettl7kettl7", "too easy"),
    ("pieces of alphabet and digits", "abc123def456", "too easy"),
    ("words with neighbours on the keyboard", "were tree pool first", None),
    ("a long piece twice", "kettleplum kettleplum", None),
    ("alphabet", "abcdefghijkl", "too easy"),
    ("digits", "123456789012", "too easy"),
    ("one character", "aaaaaaaaaaaa", "too easy"),
    ("one character, other script", "яяяяяяяяяяяя", "too easy"),
    ("a short piece repeated", "kpl3kpl3kpl3kpl3", "too easy"),
    ("the council", "HarbourTown2021!", "too easy"),
    ("the council, spelled with signs", "H@rbourC0uncil!", "too easy"),
    ("the consultation", "Parks everyone 21", "too easy"),
    ("the person's own email", "reader.example1", "too easy"),
    ("season and year", "SpringSummer2021", "too easy"),
    ("digits in groups", "1234 5678 9012", "too easy"),
    ("a common password with blanks", "p a s s w o r d 1", "too easy"),
    ("own words beside good ones", "reader kettle gravel", None),
    ("nothing but own words", "reader harbour town", "too easy"),
]


@pytest.mark.parametrize(("label", "password", "problem"), CASES, ids=[c[0] for c in CASES])
def test_a_password_must_be_hard_to_guess(label: str, password: str, problem: str | None) -> None:
    told = problem_with(normal_password(password), OWN_WORDS)
    assert (told is None) if problem is None else (told is not None and problem in told)


def test_the_reason_is_told_where_there_is_one() -> None:
    told = problem_with("abc123abc123", OWN_WORDS)
    assert told is not None and 'Repeats like "abcabcabc"' in told
    assert told.endswith("for example three words that do not belong together")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    stored = CHEAP.hash(normal_password("caf\u00e9 plum gravel"))
    assert verify(CHEAP, stored, normal_password("cafe\u0301 plum gravel"))


@pytest.mark.parametrize("password", ["", "kettle plum grave", "Kettle plum gravel"])
def test_another_password_does_not_fit(password: str) -> None:
    assert not verify(CHEAP, CHEAP.hash("kettle plum gravel"), password)
