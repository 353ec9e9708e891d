"""Reading yes or no, and what else such a question may offer.

A yes with a condition is a yes, and the condition a remark. A no is never made a yes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.question import Option, Question
from bot.consultation.texts import Wording
from bot.understanding.answers.asks_back import asks_back
from bot.understanding.answers.result import Reading
from bot.understanding.answers.words import Typed, typed
from bot.understanding.options.choices import choices_of
from bot.understanding.options.clauses import clauses
from bot.understanding.options.mentions import number_in
from bot.understanding.options.option import read_option, takes_back, verbatim
from bot.understanding.words import lexicon
from bot.understanding.words.lexicon import phrase_at
from bot.understanding.words.other_languages import core, other_words

Polarity = Literal["yes", "no"]
YES_AND_NO = (Option("yes", Wording("Yes", "Yes")), Option("no", Wording("No", "No")))
SPELT = {"u": "you", "ur": "your", "pls": "please", "plz": "please", "dnt": "dont"}
SIGNS: dict[str, Polarity] = {
    **dict.fromkeys("👍✅✔👌", "yes"),  # type: ignore[dict-item]
    **dict.fromkeys("👎❌✖", "no"),  # type: ignore[dict-item]
}
BEFORE = lexicon.word_set("oh well um umm er erm so and hi hello then right please ah go haha lol")
TOLD = {"yes": (lexicon.YES, lexicon.AFTER_YES), "no": (lexicon.NO, lexicon.AFTER_NO)}
CONDITION = 3  # words: "anonymous yes", "by email yes"


@dataclass(frozen=True)
class Answered:
    polarity: Polarity
    end: int  # the first word after it
    exact: bool
    comes_last: bool = False  # "anonymous yes"


CONDITION_BEGINS = lexicon.word_set("but only except though unless without just leave")
# What a condition that takes all of the yes back is about, and what only says how.
WHOLE = lexicon.word_set("me it this that them us anything story")
HOW = lexicon.word_set("by on at via before after until with")
LONGEST_WORD = 40  # characters that a yes or a no of another language may have, with its decoration


def read_yes_no(question: Question, text: str) -> Reading:
    """Give "yes" or "no" whatever the options' own values are; other options as themselves."""
    if (said := core(text[:LONGEST_WORD])) in other_words().yes:
        return Reading("yes")
    if said in other_words().no:
        return Reading("no")
    options = question.options or YES_AND_NO
    try:
        reading = read_choice(replace(question, options=options), text)
    except UnreadableAnswer as error:
        known = error.reason in ("asks_back", "two_options")
        raise UnreadableAnswer(error.reason if known else "not_yes_no") from None
    choices = choices_of(options)
    for polarity in ("yes", "no"):
        place = choices.only(f"is_{polarity}")
        if place is not None and choices.each[place].value == reading.value:
            return replace(reading, value=polarity)
    return reading


def read_choice(question: Question, text: str) -> Reading:
    """Read one option of a list, of which one may be yes and one no."""
    choices = choices_of(question.options)
    yes, no = choices.only("is_yes"), choices.only("is_no")
    said = typed(text)
    refuses = choices.only("is_prefer_not") is not None and any(
        phrase_at(said.words, at, lexicon.PREFER_NOT) for at in range(len(said.words))
    )
    if yes is None or no is None or refuses or verbatim(text, said, choices) is not None:
        return read_option(question, text)
    if found := answered(said):
        value = choices.each[yes if found.polarity == "yes" else no].value
        remark = said.raw.strip() if found.comes_last else said.rest(found.end)
        return Reading(value, remark, found.exact and not said.asks())
    reading = read_option(question, text)
    if (
        said.words[:1]
        and said.words[0] in lexicon.YES | lexicon.NO
        and reading.value in (choices.values((yes, no)))
    ):
        agrees = (said.words[0] in lexicon.YES) == (reading.value == choices.each[yes].value)
        numbered = number_in(said.words[-1]) is not None and said.words[-1] != "one"
        if not numbered or not agrees or said.words[0] in lexicon.YES:
            raise UnreadableAnswer("two_options" if numbered else "no_option")
    return reading


def answered(said: Typed) -> Answered | None:
    """Return the yes or no that is said; None when neither is. Raises UnreadableAnswer."""
    said = said.spelled(tuple(SPELT.get(word, word) for word in said.words))
    if not said.words:
        signs = {SIGNS[letter] for letter in said.raw[:40] if letter in SIGNS}
        return Answered(signs.pop(), 0, exact=True) if len(signs) == 1 else None
    found = [one for a, b in clauses(said) if (one := _in_part(said, a, b))]
    first = found[0] if found else None
    only_echoes = first is not None and first.end == len(said.words)  # "ok?"
    if asks_back(said) if first is None else said.asks() and (asks_back(said) or only_echoes):
        raise UnreadableAnswer("asks_back")
    if first is None:
        return None
    if first.polarity == "yes" and _has_condition(said, first.end):
        return first
    yes_to_no = first.polarity == "yes" and takes_back(said, first.end)
    if len({one.polarity for one in found}) > 1 or yes_to_no or _turns(said, first):
        raise UnreadableAnswer("two_options")
    return first


def _has_condition(said: Typed, end: int) -> bool:
    """Whether a yes goes on with a condition: "but leave out my age". One that takes all of it
    back is no yes: "but don't publish it". Raises UnreadableAnswer.
    """
    at = _past(said, end, lexicon.COURTESIES | lexicon.YES)
    if at >= len(said.words) or said.words[at] not in CONDITION_BEGINS:
        return False
    at = _past(said, at + 1, lexicon.COURTESIES)
    left = said.words[at:]
    denies = phrase_at(left, 0, lexicon.NO_PHRASES)
    denies = denies or int(bool(left) and left[0] in lexicon.NO | lexicon.NEGATORS)
    rest = left[denies:]
    acts = bool(rest) and rest[0] in lexicon.ACTS
    whole = not rest or (acts and len(rest) == 1) or bool(WHOLE & set(rest[acts : acts + 2]))
    if denies and whole and HOW.isdisjoint(rest):
        raise UnreadableAnswer("two_options")
    return True


def _past(said: Typed, at: int, words: frozenset[str]) -> int:
    while at < len(said.words) and said.words[at] in words:
        at += 1
    return at


def _in_part(said: Typed, start: int, stop: int) -> Answered | None:
    """Return the yes or no that a part of the text begins with, or ends with ("anonymous yes")."""
    at = start
    while at < stop - 1 and (
        said.words[at] in BEFORE or (at == start and said.words[at] in lexicon.LINKS)
    ):
        if phrase_at(said.words, at, lexicon.YES_PHRASES + lexicon.NO_PHRASES + lexicon.ALLOWING):
            break
        at += 1
    if phrase_at(said.words, at, lexicon.UNSURE):
        return None
    found = _phrase(said, at, stop) or _word(said, at, stop) or _act(said, at, stop)
    if found or stop - at > CONDITION or not lexicon.NEGATORS.isdisjoint(said.words[at:stop]):
        return found
    last = said.words[stop - 1]
    whole = stop == len(said.words) and at == 0
    if whole and stop > 1 and last in ("yes", "no") and said.words[at] not in lexicon.ASKING:
        return Answered("yes" if last == "yes" else "no", stop, exact=False, comes_last=True)
    return None


def _phrase(said: Typed, at: int, stop: int) -> Answered | None:
    if start := phrase_at(said.words, at, lexicon.CONDITIONS):
        return Answered("yes", at, exact=False) if at + start < stop or start > 1 else None
    plain = said.words[at] in lexicon.YES | lexicon.NO
    yes = phrase_at(said.words, at, lexicon.YES_PHRASES)
    no = phrase_at(said.words, at, lexicon.NO_PHRASES)
    if not yes and not no:
        return None
    polarity: Polarity = "yes" if yes > no else "no"
    end = at + max(yes, no)
    followed = end >= stop or said.words[end] in lexicon.AFTER_NO | lexicon.COURTESIES
    sure_no = polarity == "no" and no > 1
    return Answered(polarity, end, plain) if followed or sure_no else None


def _word(said: Typed, at: int, stop: int) -> Answered | None:
    polarity: Polarity = "yes" if said.words[at] in lexicon.YES else "no"
    words, after = TOLD[polarity]
    end = at
    while end < stop and said.words[end] in words:
        end += 1
    after = (
        after | lexicon.COURTESIES | lexicon.BETWEEN | lexicon.YES | lexicon.NO | lexicon.NEGATORS
    )
    follows = end < stop and not phrase_at(said.words, end, lexicon.YES_PHRASES)
    if end == at or (follows and said.words[end] not in after):
        return None
    return Answered(polarity, end, exact=True)


def _act(said: Typed, at: int, stop: int) -> Answered | None:
    """Read "please publish it", "don't contact me"."""
    no = phrase_at(said.words, at, lexicon.NO_PHRASES)
    yes = phrase_at(said.words, at, lexicon.ALLOWING)
    end = at + max(yes, no)
    if end == at and said.words[at + 1 : at + 2] == ("me",):
        yes = 1  # "contact me whenever"
    if not (yes or no) or end >= stop or said.words[end] not in lexicon.ACTS:
        return None
    return Answered("yes" if yes > no else "no", end + 1, exact=False)


def _turns(said: Typed, first: Answered) -> bool:
    """Whether the next words say the opposite: "yes please don't", "no I don't mind"."""
    for at in range(first.end, min(first.end + 4, len(said.words))):
        yes = phrase_at(said.words, at, lexicon.YES_PHRASES) or said.words[at] in lexicon.YES
        no = phrase_at(said.words, at, lexicon.NO_PHRASES) or said.words[at] in lexicon.NO
        if first.polarity == "yes" and at == first.end and not said.is_apart(at):
            no = no or said.words[at] in lexicon.NEGATORS
        if (no > yes) if first.polarity == "yes" else (yes > no):
            return True
        if said.words[at] not in lexicon.BETWEEN | lexicon.COURTESIES:
            return False
    return False
