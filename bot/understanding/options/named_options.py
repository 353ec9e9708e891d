"""The options that are named one after the other: "1-3", "jobs, skills and 4"."""

from __future__ import annotations

from bot.understanding.answers.words import Typed
from bot.understanding.options.choices import Choices
from bot.understanding.options.clauses import NOT_BEFORE_NUMBER, WHERE, changes
from bot.understanding.options.mentions import DASHES, mention_at, number_in
from bot.understanding.words import lexicon

AND = lexicon.word_set("and n or then nor also plus")
JOINING = (
    lexicon.BETWEEN | lexicon.COURTESIES | lexicon.word_set("both more second first with well one")
)
LEADING = lexicon.COURTESIES | lexicon.REPORTS | lexicon.POINTING | lexicon.LINKS | AND
REMARKING = lexicon.AFTER_NUMBER | WHERE | lexicon.LINKS


class Items:
    """The options named one after the other in a part, up to the first word that names none."""

    def __init__(self, said: Typed, choices: Choices, begin: int, stop: int) -> None:
        self.said, self.choices, self.stop = said.upto(stop), choices, stop
        self.places: list[int] = []
        self.unclear: list[int] = []
        self.exact, self.by = True, ""
        self.at = self.end = self.first = begin
        while self.at < stop and not self._take() and said.words[self.at] in LEADING:
            self.at += 1
            self.first = self.at
        while self.at < stop and (self._take() or self._passes_over()):
            pass

    @property
    def rest(self) -> tuple[str, ...]:
        return self.said.words[self.at :]

    def stands(self) -> bool:
        """Whether what follows leaves them as they are."""
        rest = self.rest
        lead = self.said.words[: self.first]
        if (
            self.by == "number"
            and not NOT_BEFORE_NUMBER.isdisjoint(lead[-2:])
            and "both" not in lead
        ):
            return False
        if not rest:
            return True
        if rest[0] == "not":  # "1 not 2"
            return len(rest) > 1 and mention_at(self.said, self.at + 1, self.choices) is not None
        return rest[0] in REMARKING and not changes(rest[:1])

    def _take(self) -> bool:
        """Take what is named here, if something is, and go on after it."""
        places, end, by = self._numbers() or self._option()
        if not end:
            return False
        self.by = by
        if len(places) > 1 and by == "word":
            self.unclear += places
        else:
            self.places += places
        self.at = self.end = end
        return True

    def _passes_over(self) -> bool:
        joins = self.said.words[self.at] in JOINING
        self.at += joins
        return joins

    def _option(self) -> tuple[list[int], int, str]:
        mention = mention_at(self.said, self.at, self.choices)
        article = mention and mention.by == "letter" and self.said.words[self.at] in "ai"
        ranked = mention and mention.by == "ordinal" and self.by in ("name", "word")
        if mention is None or mention.by in ("unclear", "ratio") or ranked:
            return [], 0, ""
        if article and mention.end < self.stop and not self._letter_follows():
            return [], 0, ""
        self.exact &= mention.exact
        return list(mention.places), mention.end, mention.by

    def _letter_follows(self) -> bool:
        after = "".join(self.said.words[self.at + 1 : self.at + 2])
        return len(after) == 1 and after.isalpha()

    def _numbers(self) -> tuple[list[int], int, str] | None:
        """Take "1-3", "1/3", "1.3" and "13"."""
        said, at, count = self.said, self.at, len(self.choices)
        word = said.words[at]
        through = at + 2 if said.words[at + 1 : at + 2] == ("to",) else at + 1
        low, high = number_in(word), number_in("".join(said.words[through : through + 1]))
        if low and high and 0 < low <= count and 0 < high <= count and through < self.stop:
            gap = said.gap(through).strip()
            if low < high and (through > at + 1 or gap in DASHES):
                return list(range(low - 1, high)), through + 1, "number"
            if through == at + 1 and gap in ("/", "."):
                return [low - 1, high - 1], through + 1, "number"
        if not (word.isascii() and word.isdecimal() and 2 <= len(word) <= count < 10):
            return None
        digits = [int(digit) for digit in word]
        if len(set(digits)) < len(digits) or not all(1 <= digit <= count for digit in digits):
            return None
        self.exact = False
        return [digit - 1 for digit in digits], at + 1, "number"
