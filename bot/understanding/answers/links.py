"""Reading a web address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.consultation.errors import UnreadableAnswer
from bot.understanding.answers import lexicon
from bot.understanding.answers.result import Reading

LONGEST = 2000  # characters
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?![0-9])", re.I)
WEB = re.compile(r"https?://", re.I)
HOST = re.compile(
    r"(?:[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59})"
)
FORBIDDEN = re.compile(r"[\x00-\x20\x7f<>\"'`\\^{}|\ud800-\udfff\u200b-\u200f\u202a-\u202e\s]")
# Said around a link; anything else beside it could be the rest of an address with a space in it.
AROUND = lexicon.word_set(
    "my our the a its it's it is at on see here here's heres link links website site web page url "
    "address please pls thanks thank you ta yes ok this go to and can find"
)
AFTER = lexicon.word_set("please pls thanks thank you ta x")


def read_url(text: str) -> Reading:
    words = text[: LONGEST + 1].strip().split()
    plain = [word.casefold().strip(".,:;!-–()") for word in words]
    candidates = [word for word, said in zip(words, plain, strict=True) if said not in AROUND]
    if candidates and not AFTER.issuperset(plain[words.index(candidates[0]) + 1 :]):
        raise UnreadableAnswer("not_url")
    if len(candidates) != 1 or len(text.strip()) > LONGEST:
        raise UnreadableAnswer("not_url")
    url = _web_address(candidates[0].strip("<>()[],;\"'").rstrip(".:!"))
    if url is None:
        raise UnreadableAnswer("not_url")
    return Reading(url)


def _web_address(typed: str) -> str | None:
    if FORBIDDEN.search(typed):
        return None
    if not WEB.match(typed):
        if SCHEME.match(typed) or "//" in typed.split("/", 1)[0] or typed.startswith("/"):
            return None
        typed = f"https://{typed}"
    try:
        parts = urlsplit(typed)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    # A name before the host ("https://bank.example@evil.example") is there to deceive.
    if host is None or "@" in parts.netloc or not HOST.fullmatch(host):
        return None
    place = host if port is None else f"{host}:{port}"
    return parts._replace(scheme=parts.scheme.lower(), netloc=place).geturl()
