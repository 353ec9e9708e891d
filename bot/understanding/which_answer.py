"""Which answer a resident wants to change: "the one about jobs", "2", "the last one"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import CLOSED_KINDS, CONTACT_KINDS, FOLLOW_UP, Kind, Question
from bot.understanding.answers import Reading, read_answer
from bot.understanding.words.change_words import IN_FIELD, PUTS_RIGHT
from bot.understanding.words.normalise import plain

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# Words that say how something is asked for, not what.
FILLERS = frozenset(
    """a about actually again alter an and answer answers are at back be before can change changed
    correct could did do edit first fix for from get give go got have how i i'd in is it its just
    last let like make me mind my need new not number of on one please previous put question redo
    reply said say second see sorry that the thing think third this thought to update want was what
    what's where which will wish with would wrong you your aim aims section
    """.split()  # noqa: SIM905
)
STEM = 6  # letters by which a word is known again: library, libraries
OF_SAYING = FILLERS | frozenset(
    """take taken back delete remove erase line part bit sentence there where them they that's wrote
    gave answered comment please into more with your want don't dont wait should shouldn't shouldnt
    was were are has had he she we us they them our so no up or if by out""".split()  # noqa: SIM905
)
TOPIC = re.compile(r"\b(?:about|where|regarding) ([^.!?\n]+)")  # what an answer is named by
FEELS = re.compile(r"\b(agree|agreed|disagree|scale|rating|rated|score|tick(ed)?)\b")

# "Change that to 3": what was said last, and what is to stand there instead.
THAT = re.compile(r"\b(?:change|switch|edit|correct|amend) (?:that|it|this) (?:to|into)\b")
NUMBERED = re.compile(
    r"(?:\b(?:number|no|question|answer|q)\s*#?|#"
    r"|^(?:please )?(?:change|edit|redo|delete|remove|erase|scrap)\s*#?)\s*(\d{1,2})\b"
)
COURTESY = re.compile(r"^(?:just|say)\s+|[\s,]+(?:please|pls|thanks|thank you|ta)\W*$", re.I)
INSTEAD = re.compile(r".*\b(?:to|into|as|should be|should have been)\s+(?:an? |the )?(.+)")


def which_question(
    consultation: Consultation,
    text: str,
    known: list[Question],
    open_question: str | None,
    *,
    picking: bool,
) -> str | None:
    """Return the id of the question of `known` that is meant, or None when that is not clear.

    `picking`: the resident has the numbered list before them, so a bare number is a place in it.
    """
    words = plain(text)
    if picking and (place := _number(words)) is not None:
        return known[place].id if 0 <= place < len(known) else None
    words = _in_digits(words)
    numbered = NUMBERED.search(words)
    asked = _all_beside(consultation, known)
    if numbered and 0 < int(numbered[1]) <= len(asked):
        return _if_known(asked[int(numbered[1]) - 1], known)
    if called := [one.id for one in known if one.label and f'"{one.label.lower()}"' in words]:
        return called[0]
    if (aim := _aim(consultation, words, known)) is not None:
        return aim or None
    if topic := _topic(consultation, words, known):
        return topic
    if THAT.search(words) or re.search(r"\b(last|previous|just (now|said|sent)|before)\b", words):
        return _last(known, open_question)
    for place, ordinal in enumerate(ORDINALS):
        if re.search(rf"\b({ordinal}|{place + 1}(st|nd|rd|th))\b", words) and place < len(asked):
            return _placed(asked, place, words, known)
    return None


def names_a_field(consultation: Consultation, field: str, text: str) -> bool:
    """Say whether a message speaks of a field of a request that was read back, and not only with a
    word of it of something else: "the group", "the group is wrong", not "people in my group agree".
    """
    words, question = plain(text), consultation.by_id[field]
    if question.kind in CONTACT_KINDS or PUTS_RIGHT.search(words):
        return True
    about = words_about(consultation, question) | FILLERS
    return len([word for word in words.split() if word not in about]) <= 1


def named_by_id(text: str, known: list[Question]) -> str | None:
    """Return the one question that a word of its id names: "age" for equality.age_band."""
    said = set(plain(text).split())
    named = [q.id for q in known if said & set(re.findall(r"[a-z]{3,}", q.id.rpartition(".")[2]))]
    return named[0] if len(named) == 1 else None


def by_own_words(text: str, answers: Mapping[str, str]) -> str | None:
    """Return the question whose answer a message is about, by the words that it takes up from it:
    "what I said about libraries". None when it takes up none, or those of several.
    """
    told = TOPIC.search(text.lower())
    named = _stems(told[1] if told else text.lower())
    scores = {question: len(named & _stems(said.lower())) for question, said in answers.items()}
    best = max(scores.values(), default=0)
    found = [question for question, score in scores.items() if score == best]
    return found[0] if best and len(found) == 1 else None


def _stems(words: str) -> set[str]:
    return {word[:STEM] for word in re.findall(r"[a-z']{2,}", words) if word not in OF_SAYING}


def new_value(question: Question, text: str) -> Reading | None:
    """Return the answer that is to stand instead, if it is an option and the message names it."""
    told = INSTEAD.fullmatch(plain(text))
    if told is None or question.kind not in CLOSED_KINDS:
        return None
    try:
        reading = read_answer(question, told[1])
    except UnreadableAnswer:
        return None
    return reading if reading.exact and reading.remark is None else None


def new_words(question: Question, text: str) -> tuple[str, Reading] | None:
    """Return what is to stand in a field of a request instead, where the message says it:
    "change the name to Denise Hall".
    """
    told = IN_FIELD.search(text)
    if told is None:
        return None
    words = COURTESY.sub("", told[1])
    try:
        return words, read_answer(question, words)
    except UnreadableAnswer:
        return None


def _all_beside(consultation: Consultation, known: list[Question]) -> tuple[Question, ...]:
    """Return all questions that are asked together with those known, in order."""
    section = consultation.section_of[known[0].id] if known else None
    if section is None or section.purpose is Purpose.CONSULTATION:
        return consultation.questions
    return section.questions


def _number(words: str) -> int | None:
    """Return the place (from 0) that a bare number, or `the second one`, stands for."""
    match = re.fullmatch(r"(?:number |no |question |the )?#?(\w+)(?: one| please| pls)*", words)
    if match is None or words == "no one":
        return None
    said = re.sub(r"(?<=\d)(st|nd|rd|th)$", "", match[1])
    if said.isascii() and said.isdigit() and len(said) < 4:
        return int(said) - 1
    for names in (NUMBERS, ORDINALS):
        if said in names:
            return names.index(said)
    return None


def _in_digits(words: str) -> str:
    """Write `question two` as `question 2`, and `the third aim` as `aim 3`."""
    for place, (number, ordinal) in enumerate(zip(NUMBERS, ORDINALS, strict=False), start=1):
        words = re.sub(rf"\b(number|question|answer|aim) {number}\b", rf"\1 {place}", words)
        words = re.sub(rf"\b({ordinal}|{place}(?:st|nd|rd|th)) aim\b", f"aim {place}", words)
    return words


def _aim(consultation: Consultation, words: str, known: list[Question]) -> str | None:
    """Return the question about the aim with a number; empty when that is not known, None when no
    aim is named."""
    match = re.search(r"\baim\s*(\d)\b", words)
    if match is None or not 0 < int(match[1]) <= len(consultation.aims):
        return None
    aim = consultation.aims[int(match[1]) - 1].id
    about = [q for q in known if consultation.section_of[q.id].aim == aim]
    return _wanted(about, words).id if about else ""


def _wanted(candidates: list[Question], words: str) -> Question:
    """Return the one in the resident's own words, unless the rating is meant."""
    rated = [q for q in candidates if q.kind is not Kind.OPEN]
    written = [q for q in candidates if q.kind is Kind.OPEN]
    return ((rated if FEELS.search(words) else written) or candidates)[-1]


def _last(known: list[Question], open_question: str | None) -> str | None:
    """Return the question before the open one, or the last of all."""
    here = (open_question or "").removesuffix(FOLLOW_UP)
    ids = [question.id for question in known]
    if (open_question or "").endswith(FOLLOW_UP) and here in ids:
        return here
    before = ids[: ids.index(here)] if here in ids else ids
    return before[-1] if before else (ids[-1] if ids else None)


def _topic(consultation: Consultation, words: str, known: list[Question]) -> str | None:
    """Return the question whose section shares the most words with the message."""
    said = {word for word in re.findall(r"[a-z']{3,}", words) if word not in FILLERS}
    scored = [(len(said & words_about(consultation, question)), question) for question in known]
    best = max((score for score, _ in scored), default=0)
    if best == 0:
        return None
    candidates = [question for score, question in scored if score == best]
    sections = {consultation.section_of[question.id].id for question in candidates}
    if len(sections) > 1:
        return None
    return _wanted(candidates, words).id


def words_about(consultation: Consultation, question: Question) -> set[str]:
    """Return the words that name a question's topic."""
    section = consultation.section_of[question.id]
    aim = consultation.aim(section.aim)
    own = "" if section.aim else f"{question.label} {question.wording.text}"
    texts = [section.title, aim.name if aim else "", own]
    return {
        word for word in re.findall(r"[a-z']{3,}", " ".join(texts).lower()) if word not in FILLERS
    }


def _placed(
    asked: tuple[Question, ...], place: int, words: str, known: list[Question]
) -> str | None:
    """Return the question at a place; with words of a rating, the rating there. Where those are two
    questions, it is not clear.
    """
    ratings = [question for question in asked if question.kind is Kind.SCALE]
    if not FEELS.search(words) or place >= len(ratings) or asked[place] == ratings[place]:
        return _if_known(asked[place], known)
    clear = asked[place].kind is not Kind.SCALE
    return _if_known(ratings[place], known) if clear else None


def _if_known(question: Question, known: list[Question]) -> str | None:
    return question.id if question in known else None
