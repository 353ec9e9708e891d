"""Passwords of staff: which are good enough, and how they are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200  # characters; more is no safer and costs us time
LEFT_OVER = 4  # letters that must remain when every common word is taken out
DISTINCT = 5  # different characters at least

TOO_EASY = (
    "This password is too easy to guess."
    " Choose another, for example three words that do not belong together"
)

LOOKS_LIKE = str.maketrans("0134578@$!|", "oieastbasil")
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
KEYBOARD = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
PLACES = {key: (y, x) for y, row in enumerate(KEYBOARD) for x, key in enumerate(row)}
SHORTEST_WALK = 3  # keys beside, above or below each other, or letters of the alphabet
LONGEST_PIECE = 8  # characters; a longer one is as good twice as it is once

# OWASP's recommendation, with more memory: about 50 ms on a small server.
COST = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)


def normal_password(typed: str) -> str:
    """Return a password as it is hashed: the same, whichever keyboard composed its letters."""
    return unicodedata.normalize("NFKC", typed[: LONGEST + 1])


def problem_with(password: str, own_words: Iterable[str]) -> str | None:
    """Return why a normal password is refused, or None. `own_words` are the e-mail and titles."""
    if len(password) < SHORTEST:
        return f"Password must be {SHORTEST} characters or more"
    if len(password) > LONGEST:
        return f"Password must be {LONGEST} characters or fewer"
    return TOO_EASY if _is_easy(password, own_words) else None


@cache
def common_words() -> frozenset[str]:
    """Return what passwords are made of. No word is so short that it eats into good passwords."""
    words = Path(__file__).with_name("common_words.txt").read_text(encoding="ascii").split()
    return frozenset(words)


def _is_easy(password: str, own_words: Iterable[str]) -> bool:
    plain = re.sub(r"\s", "", password.casefold())
    own = {word for text in own_words for word in re.findall(r"\w{4,}", text.casefold())}
    left = [_without(text, common_words() | own) for text in (plain, plain.translate(LOOKS_LIKE))]
    return len(set(plain)) < DISTINCT or min(map(len, left)) < LEFT_OVER or _repeats(plain)


def _without(text: str, words: Iterable[str]) -> str:
    """Take out words, walks over the keyboard, digits and signs; return what is left."""
    for word in sorted(words, key=lambda word: (-len(word), word)):
        text = text.replace(word, " ")
    for follows in (_next_in_alphabet, _beside):
        walks = _walks(text, follows)
        text = "".join(" " if len(walk) >= SHORTEST_WALK else walk for walk in walks)
    return re.sub(r"[\W\d_]+", "", text)


def _walks(text: str, follows: Callable[[str, str], bool]) -> list[str]:
    """Split a text where one character does not follow the one before."""
    walks: list[str] = []
    for at, key in enumerate(text):
        if at and follows(text[at - 1], key):
            walks[-1] += key
        else:
            walks.append(key)
    return walks


def _next_in_alphabet(one: str, other: str) -> bool:
    return one + other in ALPHABET or other + one in ALPHABET


def _beside(one: str, other: str) -> bool:
    if one not in PLACES or other not in PLACES:
        return False
    (y, x), (other_y, other_x) = PLACES[one], PLACES[other]
    return max(abs(y - other_y), abs(x - other_x)) == 1


def _repeats(text: str) -> bool:
    """Say whether a text is a short piece over and over."""
    sizes = (size for size in range(1, LONGEST_PIECE + 1) if size <= 4 or 2 * size <= len(text))
    return any(text == (text[:size] * len(text))[: len(text)] for size in sizes)


def verify(hasher: PasswordHasher, password_hash: str, password: str) -> bool:
    """Say whether a normal password is the one that was hashed."""
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
