"""Another option for a question that the message names: "make the jobs one disagree"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question
from bot.understanding.answers import Reading
from bot.understanding.which_answer import FILLERS, ORDINALS, which_question, words_about
from bot.understanding.words.change_words import rates_anew
from bot.understanding.words.normalise import plain

# "The rating", "the agree one": the last of them.
THE_RATING = re.compile(r"\bthe (?:rate|rating|agree|scale|score)(?: one| question| bit)?\b")
SAYING = frozenset(
    """put set mark rate rated rating meant switch amend instead not for should one agreed oops hang
    mistake wait into answer scale score fourth fifth""".split()  # noqa: SIM905
)
MOST_WORDS = 20  # more is a speech


@dataclass(frozen=True)
class Anew:
    """What stands for a rating now. `question` is None where it may be one of several."""

    question: str | None
    reading: Reading


def rated_anew(
    consultation: Consultation, text: str, known: list[Question], open_question: str | None
) -> Anew | None:
    """Return which question gets another option, and which, where a message names both: "make the
    jobs one disagree", "jobs is agree, not strongly agree".
    """
    if not rates_anew(text) or len(text.split()) > MOST_WORDS:
        return None
    options = {q.id: value for q in known if (value := _option_named(q, text)) is not None}
    rated = [question for question in known if question.id in options]
    if not rated or _says_more(consultation, plain(text), rated):
        return None
    asked = consultation.by_id.get(open_question or "")
    here = [asked] if asked and asked not in rated and _option_named(asked, text) else []
    meant = _meant(consultation, text, [*rated, *here], open_question)
    if meant is not None and meant not in options:
        return None  # it answers the open question
    return Anew(meant, Reading(options[meant or rated[0].id]))


def _meant(
    consultation: Consultation, text: str, rated: list[Question], open_question: str | None
) -> str | None:
    words = plain(text)
    places = [n for n, ordinal in enumerate(ORDINALS) if re.search(rf"\b{ordinal}\b", words)]
    if THE_RATING.search(words):
        return rated[-1].id
    if places and "aim" not in words:
        return rated[places[0]].id if places[0] < len(rated) else None
    return which_question(consultation, text, rated, open_question, picking=False)


def _says_more(consultation: Consultation, words: str, rated: list[Question]) -> bool:
    """Say whether more is said than which question, and which option: then it is an opinion."""
    known = FILLERS | SAYING
    for question in rated:
        known |= words_about(consultation, question)
        known |= set(" ".join(option.wording.text.lower() for option in question.options).split())
    return not known.issuperset(re.findall(r"[a-z']{3,}", words))


def _option_named(question: Question, text: str) -> str | None:
    """Return the only option of a question that a message names, and does not say no to."""
    left, found = plain(text), set()
    names = [(o.wording.text.lower(), o.value) for o in question.options]
    for name, value in sorted(names, key=lambda one: -len(one[0])):
        said = rf"(?<![\w/]){re.escape(name)}(?![\w/])"
        if re.search(rf"(?<!\bnot )(?<!\bfrom ){said}", left):
            found.add(value)
        left = re.sub(said, "-", left)
    return found.pop() if len(found) == 1 and question.kind is Kind.SCALE else None
