"""Passwords of staff: which are good enough, and how they are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 200  # characters; more is no safer and costs us time
LOOKED_AT = 72  # characters that zxcvbn judges at most
SAFE = 4  # zxcvbn's best score: ten thousand million guesses and more

FAMOUS = ("correct horse battery staple", "correcthorsebatterystaple")

TOO_EASY = "This password is too easy to guess."
INSTEAD = "Choose another, for example three words that do not belong together"

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
    return _why_easy(password, own_words)


def _why_easy(password: str, own_texts: Iterable[str]) -> str | None:
    """Return a sentence for a password that is guessed soon, with zxcvbn's reason if it has one."""
    own = {word for text in own_texts for word in re.findall(r"\w{4,}", text.casefold())}
    # A word of one's own counts for nothing at all. Blanks between letters are no secret either,
    # but three words with blanks are what we ask for: without them they need less.
    rest = re.sub("|".join(sorted(own, key=len, reverse=True)) or "(?!)", "", password.casefold())
    joined = re.sub(r"\s", "", password)
    for tried, enough in ((password, SAFE), (rest, SAFE), (joined, SAFE - 1)):
        found = zxcvbn(tried[:LOOKED_AT] or " ", user_inputs=[*sorted(own), *FAMOUS])
        if found["score"] < enough:
            return " ".join(filter(None, (TOO_EASY, found["feedback"]["warning"], INSTEAD)))
    return None


def verify(hasher: PasswordHasher, password_hash: str, password: str) -> bool:
    """Say whether a normal password is the one that was hashed."""
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
