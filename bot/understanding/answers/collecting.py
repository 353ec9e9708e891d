"""Collecting the options that a text names one after the other."""

from __future__ import annotations

from bot.consultation.errors import UnreadableAnswer
from bot.understanding.answers import lexicon
from bot.understanding.answers.choices import Choices
from bot.understanding.answers.matching import Match, match_at, part_at
from bot.understanding.answers.pointers import Scope, number_in
from bot.understanding.answers.tails import counts_something, tail_of
from bot.understanding.answers.words import Typed

JOINING = lexicon.BETWEEN | lexicon.FILLERS | lexicon.YES | {"both", "also", "with", "well"}
REMARK_LOOKED_AT = 8  # words after the first that says nothing, to find "1 thanks and 3"


class Found:
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
                self._refuse_beyond()
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
            if match.by == "number" and counts_something(
                self.said, self.at, match.end, marks=False
            ):
                return None
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

    def _refuse_beyond(self) -> None:
        """Raise for "3 and 9" where there is no 9: the list may have been misread."""
        last = self.at == len(self.said.words) - 1
        if self.places and last and number_in(self.said.words[self.at]) is not None:
            raise UnreadableAnswer("no_option")

    def _collect_stragglers(self) -> None:
        """Find what was named after a courtesy: "1 thanks and 3"."""
        words = self.said.words
        if not self.places or len(words) - self.end > REMARK_LOOKED_AT:
            return
        for at in range(self.end + 1, len(words)):
            if words[at - 1] not in ("and", "or", "also", "plus", "by"):
                continue
            match = match_at(self.said, at, self.choices, self.scope)
            if match is None or tail_of(self.said, match.end) == "loose":
                continue
            if match.place not in self.places:
                self.places.append(match.place)
                self.exact = False
