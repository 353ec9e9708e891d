"""Reading an answer: what a respondent typed, and the question it answers, to what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.question import CLOSED_KINDS, FREE_TEXT_KINDS, Kind, Question
from bot.understanding.answers.asks_back import asks_anywhere
from bot.understanding.answers.contact import read_email, read_email_or_phone, read_phone, read_url
from bot.understanding.answers.numbers import read_number
from bot.understanding.answers.postcodes import read_district, read_postcode
from bot.understanding.answers.result import Read, Reading
from bot.understanding.answers.words import typed
from bot.understanding.answers.yes_no import read_choice, read_yes_no
from bot.understanding.options.option import read_option, takes_back
from bot.understanding.options.several import read_options
from bot.understanding.words import lexicon
from bot.understanding.words.segments import asks, before_a_question

BY_QUESTION: dict[Kind, Callable[[Question, str], Reading]] = {
    Kind.SCALE: read_option,
    Kind.CHOICE: read_choice,
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

POLITE = lexicon.word_set("please pls thanks ta sorry")
NAME_BESIDE = 3  # words of a name that has a question beside it
UNSURE = ""  # beside an option: it is not said by itself
LIST_MARK = re.compile(r"(?<=\w[ :;,.\n])\s*\(?(\d)[).]\s+(?=[^\w\s]?[^\W\d_])")
SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")
QUOTED = (">", "&gt;")
ASKED_AFTER = (Kind.SCALE, Kind.CHOICE)
# Unreadable answers that are about the options all the same.
EMAILS = (Kind.EMAIL, Kind.EMAIL_OR_PHONE)
LIKE_AN_EMAIL = re.compile(r"\S+\s*(?:@|\bat\b)\s*\S+", re.I)  # "grace at example"
READS = {"asks_back": "asks_back"} | dict.fromkeys(
    ("two_options", "something_else", "too_many", "too_small", "too_big"), "nearly"
)

# What people write before their name when they are asked for it.
NAME_SAID = re.compile(
    r"^(?:(?:hi|hello|yes|ok)[\s,]+)?(?:(?:my|her|his|their|our|the) (?:full )?name(?:['’]?s| is)"
    r"|i (?:just |already )?(?:gave|told|said)(?: it| that| you)*[:,]?(?! you\b)"
    r"|(?:you can |please |just )*put(?: it)?(?: under| down)?(?: as)?"
    r"|i am called|call me|i['’]m called|it['’]?s|it is|this is|i['’]m|i am|im)\s+(?=\w)",
    re.I,
)


def read_answer(question: Question, text: str) -> Reading:
    """Return what `text` says to `question`; raise UnreadableAnswer (see REASONS) otherwise."""
    if question.kind is Kind.OPEN:
        return Reading(None)
    if question.kind is Kind.NAME:
        return Reading(NAME_SAID.sub("", _without_questions(text)))
    if question.kind in FREE_TEXT_KINDS:
        return Reading(text.strip())
    text = unquoted(text)
    if question.kind in ASKED_AFTER and (unmarked := _without_list_marks(text)) != text:
        return replace(read_answer(question, unmarked), remark=text)
    try:
        if question.kind in BY_QUESTION:
            return BY_QUESTION[question.kind](question, text)
        return BY_TEXT[question.kind](text)
    except UnreadableAnswer as unread:
        if question.options and question.kind not in CLOSED_KINDS:
            return _read_way_out(question, text, unread)
        if reading := _read_by_itself(question, text):
            return reading
        if not asks_anywhere(typed(text)):
            raise
        return _read_before_question(question, text)


def _without_list_marks(text: str) -> str:
    """Return an answer without the numbers of its points: "I agree, but: 1) cost; 2) time"."""
    points = [int(number) for number in LIST_MARK.findall(text)]
    return LIST_MARK.sub("", text) if len(points) > 1 and points == sorted(points) else text


def _without_questions(text: str) -> str:
    """Return a name without what is asked beside it. What is asked with more is no name."""
    parts = SENTENCES.split(text.strip())
    told = [part for part in parts if not (asks(part) and re.search(r"\w", part))]
    if told == parts:
        return text.strip()
    if not 0 < len(" ".join(told).split()) <= NAME_BESIDE:
        raise UnreadableAnswer("asks_back")
    return " ".join(told).rstrip(".!")


def _read_by_itself(question: Question, text: str) -> Reading | None:
    """Read the one sentence that is an option and nothing else: "What is in scope? I'll say agree."
    A number alone may count something.
    """
    parts = SENTENCES.split(text.strip())
    if question.kind not in ASKED_AFTER or question.consent or len(parts) < 2:
        return None
    if takes_back(typed(text), 1):
        return None
    found = set()
    for part in parts:
        with suppress(UnreadableAnswer):
            reading = BY_QUESTION[question.kind](question, part)
            alone = reading.exact and not reading.remark and re.search(r"[a-z]{4}", part, re.I)
            found |= {str(reading.value)} if alone else {str(reading.value), UNSURE}
    return Reading(found.pop(), remark=text) if len(found) == 1 else None


def _read_before_question(question: Question, text: str) -> Reading:
    """Read the answer that stands before a question: "I mean agree. How would my gran answer?" """
    said = (
        before_a_question(text) if question.kind in ASKED_AFTER and not question.consent else None
    )
    try:
        reading = read_answer(question, said) if said else None
    except UnreadableAnswer:
        reading = None
    if reading is None or not reading.exact:
        raise UnreadableAnswer("asks_back")
    return replace(reading, remark=text)


def unquoted(text: str) -> str:
    """Return a reply without the lines it quotes ("> …"), if it has any other."""
    lines = text.splitlines()
    quoted = [line.lstrip().startswith(QUOTED) for line in lines]
    before = [line.rstrip().endswith(":") for line in lines]  # "On Monday we wrote:"
    own = [
        line
        for line, is_quoted, leads, then in zip(
            lines, quoted, before, [*quoted[1:], False], strict=False
        )
        if not is_quoted and not (leads and then)
    ]
    return "\n".join(own) if any(quoted) and "".join(own).strip() else text


def _read_way_out(question: Question, text: str, unread: UnreadableAnswer) -> Reading:
    """Read an option such as "prefer not to say", offered beside a postcode or a number."""
    try:
        return read_option(question, text)
    except UnreadableAnswer as error:
        asked = error.reason == "asks_back"
        raise UnreadableAnswer("asks_back" if asked else unread.reason) from None


def read_offered(question: Question, offered: Sequence[str], text: str) -> Reading:
    """Return what `text` says where a few options were offered, numbered anew; the last number, or
    "neither", is something else (raises UnreadableAnswer). Any option may be named all the same.
    """
    by_value = {option.value: option for option in question.options}
    few = tuple(by_value[value] for value in offered if value in by_value)
    words = tuple(word for word in typed(unquoted(text)).words if word not in POLITE)
    if words in lexicon.SOMETHING_ELSE or words == (str(len(few) + 1),):
        raise UnreadableAnswer("something_else")
    if words and all(word in lexicon.YES for word in words):
        if len(few) == 1:
            return _chosen(question, few[0].value)
        raise UnreadableAnswer("two_options", tuple(option.value for option in few))
    try:
        return read_answer(replace(question, options=few), text)
    except UnreadableAnswer:
        return read_answer(question, text)


def _chosen(question: Question, value: str) -> Reading:
    return Reading([value] if question.kind is Kind.MULTI_CHOICE else value)


def read_once(question: Question, text: str, offered: Sequence[str] = ()) -> Read:
    """Return how a text reads as an answer, to be handed on to all who need to know."""
    try:
        if offered:
            return Read(question.id, read_offered(question, offered, text))
        return Read(question.id, read_answer(question, text))
    except UnreadableAnswer as unreadable:
        return Read(question.id, reason=unreadable.reason, nearest=unreadable.nearest)


def read_of(question: Question | None, text: str, offered: Sequence[str] = ()) -> Read | None:
    """Return how a message reads as an answer; None where any words are one."""
    if question is None or question.kind in FREE_TEXT_KINDS:
        return None
    return read_once(question, text, offered)


def how_it_reads(question: Question | None, text: str, read: Read | None) -> str | None:
    """Return what Open.reads says of what `read_of` told; None where there is nothing to say."""
    if question is None or read is None:
        return None
    reading = read.reading
    if reading is None:
        meant_as_email = question.kind in EMAILS and LIKE_AN_EMAIL.fullmatch(text.strip())
        return "nearly" if meant_as_email else READS.get(read.reason or "")
    if not reading.exact:
        return "close"
    return "named" if question.options and reading.remark is None else "exact"
