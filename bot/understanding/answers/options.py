"""Reading one option of a list: scale and choice."""

from __future__ import annotations

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Kind, Question
from bot.understanding.answers import lexicon
from bot.understanding.answers.asking import ASKING, asks_back
from bot.understanding.answers.choices import Choices, choices_of
from bot.understanding.answers.looser import run_together, somewhere
from bot.understanding.answers.matching import SHORT, Match, match_at, part_at
from bot.understanding.answers.pointers import Scope, number_in
from bot.understanding.answers.polarity import AFTER_NO, answered
from bot.understanding.answers.result import Reading
from bot.understanding.answers.spelling import corrected
from bot.understanding.answers.tails import counts_something, tail_of, takes_back
from bot.understanding.answers.words import LOOKED_AT, Typed, typed

WHERE = frozenset({"in", "of", "from", "at"})
YES_OR_NO = lexicon.YES | lexicon.NO
WOULD = frozenset({"would", "id"})
NOT_KNOWN = ASKING | {"anyone", "anybody", "anything"}
# "We have 4" tells of something else.
OF_OTHERS = lexicon.word_set("we are live work have")


def read_option(question: Question, text: str) -> Reading:
    choices = choices_of(question.options)
    said = typed(text)
    if (place := verbatim(text, said, choices)) is not None:
        return Reading(choices.each[place].value)
    if choices.polarities and (found := answered(said)):
        place = choices.polarities[found.polarity]
        if _echoes(said, found.end):
            raise UnreadableAnswer("asks_back")  # "ok?"
        exact = found.exact and not said.asks()
        return Reading(choices.each[place].value, said.rest(found.end), exact)
    if asks_back(said):
        raise UnreadableAnswer("asks_back")
    spelled = corrected(said, choices.vocabulary)
    scope = scope_of(question, choices)
    match = (
        _first_match(spelled, choices, scope)
        or somewhere(spelled, choices)
        or run_together(spelled, choices)
    )
    if match is None:
        if said.asks() and len(said.words) <= SHORT and number_in("".join(said.words[:1])):
            raise UnreadableAnswer("asks_back")  # "5 is good or bad?"
        raise UnreadableAnswer("two_options" if _means_several(spelled) else "no_option")
    place = match.place
    end = _confirmed_end(spelled, match, choices, scope)
    if takes_back(said, end):
        raise UnreadableAnswer("two_options")  # "strongly agree lol not"
    if choices.each[place].stance and match.by == "text" and _echoes(spelled, end):
        raise UnreadableAnswer("asks_back")
    if spelled.asks() and tail_of(spelled, end) == "loose":
        raise UnreadableAnswer("asks_back")
    _refuse_second(spelled, end, place, choices, scope)
    if said.words[:end] != spelled.words[:end] and _is_loose(spelled, end):
        raise UnreadableAnswer("no_option")  # "residents association" is not a resident
    if place == choices.polarities.get("yes") and said.words[0] in lexicon.NO:
        raise UnreadableAnswer("two_options")  # "no 1", where 1 is yes
    exact = match.exact and said.words[:end] == spelled.words[:end] and not spelled.asks()
    return Reading(choices.each[place].value, said.rest(end), exact)


def scope_of(question: Question, choices: Choices) -> Scope:
    totals = {len(choices)}
    if choices.each and (choices.each[-1].is_dont_know or choices.each[-1].is_prefer_not):
        totals.add(len(choices) - 1)
    return Scope(
        len(choices),
        frozenset(totals),
        question.kind is Kind.SCALE,
        question.kind is Kind.MULTI_CHOICE,
    )


def verbatim(text: str, said: Typed, choices: Choices) -> int | None:
    """The one option whose whole text is the whole of what was typed."""
    whole = text[:LOOKED_AT].strip().casefold()
    for places in (
        [place for place, one in enumerate(choices.each) if whole in one.verbatim],
        [p for p, one in enumerate(choices.each) if said.words in one.names and not said.asks()],
    ):
        if len(places) == 1 and len(text) <= LOOKED_AT:
            return places[0]
    return None


def _first_match(said: Typed, choices: Choices, scope: Scope) -> Match | None:
    """The option named at the start, after "I think" and the like."""
    for at, word in enumerate(said.words[:9]):
        match = match_at(said, at, choices, scope)
        if match and match.by == "letter" and not YES_OR_NO.isdisjoint(said.words[:at]):
            break  # "n/a"
        if match and _second_after(said, match.end, choices, scope):
            return match  # both are weighed later
        if (
            match
            and _is_clear(said, match, at, choices, scope)
            and _fits_yes_or_no(said, at, match, choices)
        ):
            return match
        part = None if match else part_at(said, at, choices)
        if part and _part_is_clear(said, part, choices):
            return part
        if word not in lexicon.FILLERS and word not in YES_OR_NO:
            break
    return None


def _is_clear(said: Typed, match: Match, at: int, choices: Choices, scope: Scope) -> bool:
    tail = tail_of(said, match.end)
    if match.by == "number" and _is_counted(said, at, match, choices, scope):
        return False
    if match.by != "text" and not OF_OTHERS.isdisjoint(said.words[:at]):
        return False
    rest = said.words[match.end :]
    if tail == "loose" and not lexicon.PARTLY.union(lexicon.UNCLEAR).isdisjoint(rest):
        return False
    if tail == "link" and rest[0] == "and" and not lexicon.PARTLY.isdisjoint(rest[1:3]):
        return False
    if rest[:2] == ("as", "usual"):
        return False
    if rest[:1] == ("if",) and not WOULD.isdisjoint(said.words[: match.end]):
        return False  # "I would agree if you listened"
    if tail != "loose":
        return True
    if said.words[match.end - 1] in lexicon.NO and rest[0] not in AFTER_NO:
        return False
    if rest[0] == "of" and rest[1:2] in (("your",), ("you",)):
        return False
    unsure = match.by == "text" and choices.each[match.places[0]].is_dont_know
    if unsure and rest[0] in NOT_KNOWN and rest[:2] != ("what", "to"):
        return False  # "don't know what you mean" asks; "don't know what to say" answers
    if said.words[match.end - 1] == "middle" and rest[0] != "somewhere":
        return False  # "in the middle of cooking"
    if match.by == "number" and at > 0 and said.words[at] not in lexicon.POINTING:
        return False  # "I have 4 cats"
    denied = match.by == "text" and not lexicon.NEGATORS.isdisjoint(rest)
    return len(said.words) <= SHORT and not denied


def _is_counted(said: Typed, at: int, match: Match, choices: Choices, scope: Scope) -> bool:
    """Whether words run on from a number that are not the option's own: "5 star idea"."""
    if _confirmed_end(said, match, choices, scope) > match.end:
        return False
    return counts_something(said, at, match.end, marks=scope.slash_is_ratio)


def _echoes(said: Typed, end: int) -> bool:
    """Whether an option is only said back as a question: "agree?"."""
    return end == len(said.words) and said.asks()


def _is_loose(said: Typed, end: int) -> bool:
    return tail_of(said, end) == "loose" and said.words[end] not in WHERE | {"with"}


def _part_is_clear(said: Typed, part: Match, choices: Choices) -> bool:
    if tail_of(said, part.end) != "loose":
        return True
    if len(part.places) > 1 or len(said.words) > SHORT:
        return False
    content = choices.each[part.places[0]].content
    return said.words[part.end] in WHERE or content.issuperset(said.words[part.end :])


def _fits_yes_or_no(said: Typed, at: int, match: Match, choices: Choices) -> bool:
    """Whether "yes" or "no" before an answer goes with it; "no agree" may be either."""
    if not lexicon.NO.intersection(said.words[:at]) or match.by != "text":
        return True
    stance = choices.each[match.places[0]].stance
    return stance is not None and stance.side < 0


def _confirmed_end(said: Typed, match: Match, choices: Choices, scope: Scope) -> int:
    """Pass over the option's text after its number: "4. Disagree"."""
    if match.by in ("number", "letter") and match.end < len(said.words):
        after = match_at(said, match.end, choices, scope)
        if after and after.by == "text" and after.places == match.places:
            return after.end
    return match.end


def _refuse_second(said: Typed, end: int, place: int, choices: Choices, scope: Scope) -> None:
    """Raise when another option follows: "agree or neither", "4 no 5", "1 disagree"."""
    other = _second_after(said, end, choices, scope)
    if other and (place not in other.places or len(other.places) > 1):
        raise UnreadableAnswer("two_options")


def _second_after(said: Typed, end: int, choices: Choices, scope: Scope) -> Match | None:
    """The option named right after another, or after "or", "and", "no, I mean"."""
    for at in range(end, min(end + 5, len(said.words))):
        other = match_at(said, at, choices, scope)
        if other and not (other.by == "letter" and said.words[at] in ("a", "i")):
            return other
        if said.words[at] not in lexicon.BETWEEN:
            return None
    return None


def _means_several(said: Typed) -> bool:
    length = lexicon.phrase_at(said.words, 0, lexicon.ALL_PHRASES)
    return said.words == ("both",) or (length > 0 and length == len(said.words))
