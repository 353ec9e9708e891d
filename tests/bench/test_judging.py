"""What a provider was given, compared with what was said: missing, and once too often."""

from __future__ import annotations

import pytest

from bench.faults.judging import Proof, compare


@pytest.mark.parametrize(
    ("given", "missing", "extra"),
    [
        ("abc", 0, 0),
        ("aabc", 0, 1),
        ("abcabc", 0, 3),
        ("ab", 1, 0),
        ("acb", 1, 1),  # c came too early, and not again
        ("", 3, 0),
    ],
)
def test_replies_are_compared_one_by_one(given: str, missing: int, extra: int) -> None:
    assert compare("abc", given) == (missing, extra)


@pytest.mark.parametrize(
    ("proof", "sound"),
    [
        (Proof(messages=9, replies=9, twice=1, perhaps_twice=2), True),
        (Proof(messages=9, lost=1), False),
        (Proof(messages=9, twice=1, twice_not_counted=1), False),
    ],
)
def test_only_what_is_counted_may_come_twice(proof: Proof, sound: bool) -> None:
    assert proof.sound() is sound
