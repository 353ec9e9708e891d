"""Reading several options of a list: multi_choice.

"13" is 1 and 3 where there are fewer than ten options; "1-3" is 1, 2 and 3; "1 or 3" is both.
None of them is an empty list, unless the list has an option for it.
"""

from __future__ import annotations

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Question
from bot.consultation.reading import lexicon
from bot.consultation.reading.asking import asks_back
from bot.consultation.reading.choices import Choices, choices_of
from bot.consultation.reading.matching import Match, match_at, part_at
from bot.consultation.reading.options import scope_of, verbatim
from bot.consultation.reading.pointers import LAST, Scope, number_in
from bot.consultation.reading.result import Reading
from bot.consultation.reading.spelling import corrected
from bot.consultation.reading.tails import tail_of
from bot.consultation.reading.words import Typed, typed

JOINING = lexicon.BETWEEN | lexicon.FILLERS | lexicon.YES | {"both", "also", "with", "well"}
EXCEPT = frozenset({"except", "but", "bar", "apart", "not"})
FIRST = frozenset({"first", "top"})
REMARK_LOOKED_AT = 8  # words after the first that says nothing, to find "1 thanks and 3"


def read_options(question: Question, text: str) -> Reading:
    choices = choices_of(question.options)
    said = typed(text)
    if (place := verbatim(text, said, choices)) is not None:
        return _reading([place], choices, question, None, exact=True)
    if asks_back(said):
        raise UnreadableAnswer("asks_back")
    spelled = corrected(said, choices.vocabulary)
    scope = scope_of(question, choices)
    whole = _none(spelled, choices) or _all(spelled, choices, scope) or _counted(spelled, choices)
    if whole is not None:
        places, end = whole
        return _reading(places, choices, question, said.rest(end), exact=True)
    found = _Found(spelled, choices, scope)
    found.collect()
    if not found.places:
        raise UnreadableAnswer("no_option")
    exact = found.exact and said.words[: found.end] == spelled.words[: found.end]
    return _reading(found.places, choices, question, said.rest(found.end), exact=exact)


def _reading(
    places: list[int], choices: Choices, question: Question, remark: str | None, *, exact: bool
) -> Reading:
    chosen = sorted(set(places))
    if question.max_choices is not None and len(chosen) > question.max_choices:
        raise UnreadableAnswer("too_many")
    return Reading([choices.each[place].value for place in chosen], remark, exact)


def _none(said: Typed, choices: Choices) -> tuple[list[int], int] | None:
    start = _past(said, lexicon.FILLERS | lexicon.NO)
    for at in {0, start}:
        length = lexicon.phrase_at(said.words, at, lexicon.NONE_PHRASES)
        if length and tail_of(said, at + length) != "loose":
            place = choices.only("is_none")
            return ([] if place is None else [place]), at + length
    return None


def _all(said: Typed, choices: Choices, scope: Scope) -> tuple[list[int], int] | None:
    at = _past(said, lexicon.FILLERS | lexicon.YES)
    regular = [place for place, one in enumerate(choices.each) if not one.is_aside]
    length = lexicon.phrase_at(said.words, at, lexicon.ALL_PHRASES)
    end = at + length
    if length and number_in("".join(said.words[end : end + 1])) == len(regular):
        end += 1
    if not length and said.words == ("both",) and len(regular) == 2:
        end = 1
    if end == at:
        return None
    if said.words[end : end + 1] and said.words[end] in EXCEPT:
        left_out = _Found(said, choices, scope, at=end + 1)
        left_out.collect()
        if left_out.places:
            return [place for place in regular if place not in left_out.places], left_out.end
    return (regular, end) if tail_of(said, end) != "loose" else None


def _counted(said: Typed, choices: Choices) -> tuple[list[int], int] | None:
    """Options counted from an end: "the first two", "the last two"."""
    at = _past(said, lexicon.FILLERS)
    pair = said.words[at : at + 2]
    if len(pair) < 2 or pair[0] not in FIRST | LAST:
        return None
    number = number_in(pair[1])
    if not number or not 2 <= number <= len(choices) or tail_of(said, at + 2) == "loose":
        return None
    if pair[0] in FIRST:
        return list(range(number)), at + 2
    regular = [place for place, one in enumerate(choices.each) if not one.is_aside]
    return regular[-number:], at + 2


def _past(said: Typed, words: frozenset[str]) -> int:
    at = 0
    while at < len(said.words) - 1 and said.words[at] in words:
        at += 1
    return at


class _Found:
    """The options named one after the other, up to the first word that names none."""

    def __init__(self, said: Typed, choices: Choices, scope: Scope, at: int = 0) -> None:
        self.said, self.choices, self.scope = said, choices, scope
        self.places: list[int] = []
        self.end = self.at = at
        self.exact = True

    def collect(self) -> None:
        words = self.said.words
        while self.at < len(words):
            if self._take():
                continue
            if words[self.at] in lexicon.NEGATORS and not self._skip_denied():
                break
            if words[self.at : self.at + 1] and words[self.at] not in JOINING:
                break
            self.at += 1
        self._collect_stragglers()

    def _take(self) -> bool:
        """Take the option named here, if one is."""
        if self._take_range() or self._take_digits():
            return True
        match = self._match()
        if match is None:
            return False
        self.places.append(match.place)
        self.exact &= match.exact
        self.end = self.at = match.end
        self._pass_over_text(match)
        return True

    def _match(self) -> Match | None:
        match = match_at(self.said, self.at, self.choices, self.scope) or self._letter()
        if match is None:
            match = part_at(self.said, self.at, self.choices)
            if match and tail_of(self.said, match.end) == "loose" and not self._joins(match.end):
                return None
        elif tail_of(self.said, match.end) == "loose" and not self._joins(match.end):
            at_start = not self.places and match.by in ("number", "text")
            return match if (at_start or self.places) and len(self.said.words) <= 8 else None
        return match

    def _letter(self) -> Match | None:
        """A bare letter before another: "A C"."""
        here, after = self.said.words[self.at], "".join(self.said.words[self.at + 1 : self.at + 2])
        places = [ord(word) - ord("a") if len(word) == 1 else -1 for word in (here, after)]
        fits = all(0 <= place < len(self.choices) for place in places)
        return Match((places[0],), self.at + 1, True, "letter") if fits else None

    def _joins(self, at: int) -> bool:
        word = self.said.words[at]
        if word in JOINING or word in lexicon.NEGATORS:
            return True
        return match_at(self.said, at, self.choices, self.scope) is not None

    def _pass_over_text(self, match: Match) -> None:
        """Pass over the text after a number, as in "1. Smart people"."""
        if match.by in ("number", "letter") and self.at < len(self.said.words):
            after = match_at(self.said, self.at, self.choices, self.scope)
            if after and after.by == "text" and after.places == match.places:
                self.end = self.at = after.end

    def _take_range(self) -> bool:
        words, at = self.said.words, self.at
        through = 2 if words[at + 1 : at + 2] == ("to",) else 1
        if at + through >= len(words):
            return False
        low, high = number_in(words[at]), number_in(words[at + through])
        joined = through == 2 or self.said.gap(at + 1).strip() in ("-", "–", "—", "‑", "‐")
        if not joined or low is None or high is None or not 0 < low < high <= len(self.choices):
            return False
        self.places += range(low - 1, high)
        self.end = self.at = at + through + 1
        return True

    def _take_digits(self) -> bool:
        word, count = self.said.words[self.at], len(self.choices)
        if not (word.isascii() and word.isdecimal() and 2 <= len(word) <= count < 10):
            return False
        digits = [int(digit) for digit in word]
        if len(set(digits)) < len(digits) or not all(1 <= digit <= count for digit in digits):
            return False
        if tail_of(self.said, self.at + 1) == "loose":
            return False
        self.places += [digit - 1 for digit in digits]
        self.exact = False
        self.end = self.at = self.at + 1
        return True

    def _skip_denied(self) -> bool:
        """Pass over "not 2"; False when what is denied is not an option."""
        if self.at + 1 >= len(self.said.words):
            return False
        denied = match_at(self.said, self.at + 1, self.choices, self.scope)
        if denied is None or not self.places:
            return False
        self.at, self.exact = denied.end, False
        return True

    def _collect_stragglers(self) -> None:
        """Find what was named after a courtesy: "1 thanks and 3"."""
        words = self.said.words
        if not self.places or len(words) - self.end > REMARK_LOOKED_AT:
            return
        for at in range(self.end + 1, len(words)):
            if words[at - 1] not in ("and", "or", "also", "plus"):
                continue
            match = match_at(self.said, at, self.choices, self.scope)
            if match is None or tail_of(self.said, match.end) == "loose":
                continue
            if match.place not in self.places:
                self.places.append(match.place)
                self.exact = False
