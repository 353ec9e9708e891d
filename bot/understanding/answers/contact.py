"""Reading an email address, a telephone number, either, or a web address."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.consultation.errors import UnreadableAnswer
from bot.understanding.answers.result import Reading
from bot.understanding.words import lexicon

HOME = "GB"
LOOKED_AT = 500  # characters
# Where an address may stand; email-validator says whether it is one.
EMAIL = re.compile(
    r"(?<![\w.@])([\w.!#$%&'*+/=?^`{|}~-]{1,64})"
    r"@([\w.-]{1,190}\.(?:[^\W\d_]{2,}|xn--[a-z0-9-]+))(?![\w@-])",
    re.I,
)
# Each step mends more than the one before; the first that gives an address wins.
MENDING: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s*@\s*"), "@"),
    (re.compile(r"\s*[(\[<{]\s*at\s*[)\]>}]\s*", re.I), "@"),
    (re.compile(r"\s*[(\[<{]\s*dot\s*[)\]>}]\s*|\s+dot\s+", re.I), "."),
    (re.compile(r"(?<=\w)\s+\.\s*(?=\w)"), "."),
    (re.compile(r"(?<=\w)\.\s+(?=(?:com|org|net|co|uk|ac|gov|info|me|eu)\b)", re.I), "."),
    (re.compile(r"(?<=@)([\w-]+),(?=\w)"), r"\1."),
    (re.compile(r"\s+at\s+(?=[\w-]+\.\w)", re.I), "@"),
)
ZERO_LETTERS = re.compile(r"(?<![^\W\d_oO])[0-9oO]*[0-9][0-9oO]*(?![^\W\d_oO])")
# Where a number may stand. phonenumbers' own finder reads 07700 900123 10-12 as +44 900 123 1012.
PHONE = re.compile(r"(?:\+|(?<![\w@.]))\(?[0-9][0-9\s().\-–/]{5,40}[0-9]")
LEADING = re.compile(
    r"^(?:(?:my|the|our|email|e-mail|mail|mobile|phone|tel|telephone|number|no|address|contact|"
    r"is|its|it's|it|on|at|me|you|can|reach|call|ring|text|yes|ok|sure)\b[\s:.,\-=]*)+",
    re.I,
)

LONGEST_LINK = 2000  # characters
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


def read_email(text: str) -> Reading:
    mended = _readable(text)
    for step, (pattern, instead) in enumerate(((re.compile(r"(?!)"), ""), *MENDING)):
        mended = pattern.sub(instead, mended)
        if found := _email_in(mended):
            address, start, end = found
            return Reading(address, _beside(mended, start, end), exact=step == 0)
    raise UnreadableAnswer("not_email")


def _email_in(text: str) -> tuple[str, int, int] | None:
    for found in EMAIL.finditer(text) if "@" in text else ():
        local = found[1].lstrip("'`*.")
        try:
            email = validate_email(f"{local}@{found[2]}", check_deliverability=False, strict=True)
        except EmailNotValidError:
            continue
        return email.normalized, found.end(1) - len(local), found.end()
    return None


def read_phone(text: str) -> Reading:
    typed = _readable(text)
    digits = ZERO_LETTERS.sub(lambda run: re.sub("[oO]", "0", run[0]), typed)
    for found in PHONE.finditer(digits):
        # A time or a house number may follow: "07700 900123 2 Acacia Road".
        groups = list(re.finditer(r"\S+", found[0]))
        for kept in range(len(groups), max(len(groups) - 4, 0), -1):
            end = groups[kept - 1].end()
            if number := _phone_in(found[0][:end]):
                beside = _beside(typed, found.start(), found.start() + end)
                return Reading(number, beside, exact=digits == typed)
    raise UnreadableAnswer("not_phone")


def _phone_in(typed: str) -> str | None:
    plain = re.sub(r"^((?:\+|00)?\s*44)\s*\(\s*0\s*\)", r"\1", typed)
    try:
        number = phonenumbers.parse(plain, HOME)
    except phonenumbers.NumberParseException:
        return None
    written_so = re.match(r"[(\s]*(?:\+|0|44|7)", plain) is not None
    if not (written_so and phonenumbers.is_possible_number(number) and _is_whole(number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken_number(value: str) -> str:
    """Return a number that was read as people say it: 07700 900123. Anything else stays."""
    if not re.fullmatch(r"\+[0-9]{7,15}", value):
        return value
    number = phonenumbers.parse(value, HOME)
    home = number.country_code == 44
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if home else form.INTERNATIONAL)


def _is_whole(number: phonenumbers.PhoneNumber) -> bool:
    """Say whether no digit of a British number is missing.

    Numbers that are reserved for fiction, or newer than the library's tables, are in no range that
    it knows: they are taken with the ten digits that nearly all have, and shorter ones are not.
    """
    has_all = len(str(number.national_number)) == 10 or phonenumbers.is_valid_number(number)
    return has_all or number.country_code != 44


def read_email_or_phone(text: str) -> Reading:
    for read in (read_email, read_phone):
        try:
            return read(text)
        except UnreadableAnswer:
            continue
    raise UnreadableAnswer("not_contact")


def _readable(text: str) -> str:
    """The text in plain letters and digits, without characters that cannot be seen."""
    plain = unicodedata.normalize("NFKC", text[:LOOKED_AT])
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in plain
        if unicodedata.category(letter) not in ("Cf", "Cs", "Cc") or letter in "\n\t"
    )


def _beside(text: str, start: int, end: int) -> str | None:
    """The words around a value, without "my email is" and the like."""
    before = LEADING.sub("", text[:start].strip())
    parts = (part.strip(" \t\n,.;:-<>()[]\"'") for part in (before, text[end:]))
    return " ".join(p for p in parts if any(letter.isalnum() for letter in p)) or None


def read_url(text: str) -> Reading:
    words = text[: LONGEST_LINK + 1].strip().split()
    plain = [word.casefold().strip(".,:;!-–()") for word in words]
    candidates = [word for word, said in zip(words, plain, strict=True) if said not in AROUND]
    if candidates and not AFTER.issuperset(plain[words.index(candidates[0]) + 1 :]):
        raise UnreadableAnswer("not_url")
    if len(candidates) != 1 or len(text.strip()) > LONGEST_LINK:
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
