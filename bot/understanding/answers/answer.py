"""Reading an answer: what a respondent typed, and the question it answers, to what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import CLOSED_KINDS, FREE_TEXT_KINDS, Kind, Question
from bot.understanding.answers.asking import asks_anywhere
from bot.understanding.answers.contact import read_email, read_email_or_phone, read_phone
from bot.understanding.answers.links import read_url
from bot.understanding.answers.numbers import read_number
from bot.understanding.answers.options import read_option
from bot.understanding.answers.postcodes import read_district, read_postcode
from bot.understanding.answers.result import Read, Reading
from bot.understanding.answers.several import read_options
from bot.understanding.answers.words import typed
from bot.understanding.answers.yes_no import read_yes_no

BY_QUESTION: dict[Kind, Callable[[Question, str], Reading]] = {
    Kind.SCALE: read_option,
    Kind.CHOICE: read_option,
    Kind.MULTI_CHOICE: read_options,
    Kind.YES_NO: read_yes_no,
    Kind.NUMBER: read_number,
}
BY_TEXT: dict[Kind, Callable[[str], Reading]] = {
    Kind.EMAIL: read_email,
    Kind.PHONE: read_phone,
    Kind.EMAIL_OR_PHONE: read_email_or_phone,
    Kind.POSTCODE: read_postcode,
    Kind.POSTCODE_DISTRICT: read_district,
    Kind.URL: read_url,
}

LETTERS, WORD = 200, re.compile(r"[^\W\d_]{3}")
ONE_OF_THEM = (Kind.SCALE, Kind.CHOICE)
CLAUSES = re.compile(r"[.,;:!\n\u2013\u2014]+|\s-+\s")

# What people write before their name when they are asked for it.
NAME_SAID = re.compile(
    r"^(?:(?:hi|hello|yes|ok)[\s,]+)?(?:my (?:full )?name(?:['’]?s| is)|the name(?:['’]?s| is)"
    r"|i am called|i['’]m called|it['’]?s|it is|this is|i['’]m|i am|im)\s+(?=\w)",
    re.I,
)


def read_answer(question: Question, text: str) -> Reading:
    """Return what `text` says to `question`; raise UnreadableAnswer (see REASONS) otherwise."""
    if question.kind is Kind.OPEN:
        return Reading(None)
    if question.kind is Kind.NAME:
        return Reading(NAME_SAID.sub("", text.strip()))
    if question.kind in FREE_TEXT_KINDS:
        return Reading(text.strip())
    try:
        if question.kind in BY_QUESTION:
            return BY_QUESTION[question.kind](question, text)
        return BY_TEXT[question.kind](text)
    except UnreadableAnswer as unread:
        if question.options and question.kind not in CLOSED_KINDS:
            return _read_way_out(question, text, unread)
        if asks_anywhere(typed(text)):
            raise UnreadableAnswer("asks_back") from None
        by_itself = _option_by_itself(question, text) if unread.reason == "no_option" else None
        if by_itself is None:
            raise
        return by_itself


def _option_by_itself(question: Question, text: str) -> Reading | None:
    """Read "I have to say no to this one. Disagree.": one part is an option and nothing else."""
    if question.kind not in ONE_OF_THEM or "?" in text or len(text) > LETTERS:
        return None
    # In words: a number by itself may be of a house, or of an amount.
    parts = [part for part in CLAUSES.split(text) if WORD.search(part)]
    values = set()
    for part in parts:
        try:
            reading = read_option(question, part)
        except UnreadableAnswer as unread:
            if unread.reason != "no_option":
                return None
            continue
        values.add(reading.value if reading.exact and reading.remark is None else None)
    if len(values) != 1 or None in values:
        return None
    return Reading(values.pop(), text.strip(), exact=False)


def _read_way_out(question: Question, text: str, unread: UnreadableAnswer) -> Reading:
    """Read an option such as "prefer not to say", offered beside a postcode or a number."""
    try:
        return read_option(question, text)
    except UnreadableAnswer as error:
        asked = error.reason == "asks_back"
        raise UnreadableAnswer("asks_back" if asked else unread.reason) from None


def read_once(question: Question, text: str) -> Read:
    """Return how a text reads as an answer, to be handed on to all who need to know."""
    try:
        return Read(question.id, read_answer(question, text))
    except UnreadableAnswer as unreadable:
        return Read(question.id, reason=unreadable.reason)
