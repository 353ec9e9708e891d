"""Reading one option of a list: scale and choice.

What is read stands in a part of the text that holds an option and courtesies, or that begins with
one; the rest is a remark. All else is offered, or asked again: nothing is guessed.
"""

from __future__ import annotations

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.question import Question
from bot.understanding.answers.asks_back import asks_back
from bot.understanding.answers.result import Reading
from bot.understanding.answers.words import LOOKED_AT, Typed, corrected, typed
from bot.understanding.options.choices import Choice, Choices, choices_of, holds
from bot.understanding.options.clauses import Part, is_strengthened, parts_of
from bot.understanding.options.mentions import Mention, number_in
from bot.understanding.words import lexicon
from bot.understanding.words.lexicon import phrase_at

RUN = 4  # letters of words that are run together, at least
OFFERED = 2  # options at most
MEANT = frozenset({"mean", "means", "meant"})
SENTENCE_ENDS = set(".!\n")
ASIDE = 3  # words; a sentence of more says something
SHORT = 8  # words; a longer text only mentions what it does not say outright


def read_option(question: Question, text: str) -> Reading:
    choices = choices_of(question.options)
    said = typed(text)
    if (place := verbatim(text, said, choices)) is not None:
        return Reading(choices.each[place].value)
    spelled = corrected(said, choices.vocabulary, lexicon.KNOWN)
    if asks_back(said) or _asks_what_it_means(said):
        raise UnreadableAnswer("asks_back")
    parts = parts_of(spelled, choices)
    place = _place(spelled, parts, choices)
    if place is None:
        way = _yes_or_no(spelled, choices)
        if way is None:
            raise UnreadableAnswer(*_nearest(spelled, parts, choices))
        return Reading(choices.each[way].value, exact=False)
    first = next(part for part in parts if part.gives)
    echoes = first.named[0].by == "name" or first.end < len(spelled.words)
    after = next((part.start for part in parts if part.start >= first.end), len(spelled.words))
    questioned = spelled.asks() if first is parts[-1] else "?" in spelled.gap(after)
    if questioned and echoes:
        raise UnreadableAnswer("asks_back")  # "agree?", "5 is good?", "Agree with what? The plan?"
    against = _against(spelled, place, parts, choices)
    if against or takes_back(spelled, first.end):
        raise UnreadableAnswer("two_options", choices.values((place, *against)[:OFFERED]))
    place = _as_strong(spelled, place, first, choices)
    exact = first.exact and said.words[: first.end] == spelled.words[: first.end]
    remark = _remark(spelled, choices.each[place], first, parts)
    return Reading(choices.each[place].value, remark, exact and not said.asks())


def _place(said: Typed, parts: list[Part], choices: Choices) -> int | None:
    """Return the option that is given; None for none. Raises UnreadableAnswer."""
    marked = any(m.by == "ratio" and m.start == 0 for part in parts for m in part.named)
    given = [] if marked else [place for part in parts for place in part.gives]
    places = tuple(dict.fromkeys(given))
    if len(places) > 1:
        raise UnreadableAnswer("two_options", choices.values(places[:OFFERED]))
    if not places and said.asks() and number_in("".join(said.words[:1])):
        raise UnreadableAnswer("asks_back")  # "1 is best?"
    return places[0] if places else None


def _as_strong(said: Typed, place: int, first: Part, choices: Choices) -> int:
    """Return the strong option of the same side where a word of its own says so."""
    mine = choices.each[place].stance
    if mine is None or mine.strength != "plain" or not is_strengthened(said, first.end):
        return place
    strong = [p for p in choices.on_side(mine.side) if _strength(choices, p) == "strong"]
    return strong[0] if len(strong) == 1 else place


def verbatim(text: str, said: Typed, choices: Choices) -> int | None:
    """Return the one option whose whole text is the whole of what was typed."""
    if len(text) > LOOKED_AT:
        return None
    whole = text.strip().casefold()
    for places in (
        [place for place, one in enumerate(choices.each) if whole in one.verbatim],
        [p for p, one in enumerate(choices.each) if said.words in one.names and not said.asks()],
    ):
        if len(places) == 1:
            return places[0]
    joined = "".join(said.words)  # "stronglyagree"
    runs = [p for p, o in enumerate(choices.each) if any("".join(n) == joined for n in o.names)]
    if len(runs) == 1 and len(joined) > RUN and len(said.words) == 1 and not said.asks():
        return runs[0]
    if choices.takes_sides and whole.startswith("for"):
        return None  # "for" is a side there, and not only a number that was spoken
    heard = lexicon.HEARD_AS.get(whole.rstrip(".!"), 0)  # a number that was spoken
    return heard - 1 if 0 < heard <= len(choices) else None


def _asks_what_it_means(said: Typed) -> bool:
    """Whether a question follows the number it is about: "1) what does it mean"."""
    if holds(said.words, lexicon.DONT_KNOW) and not MEANT.isdisjoint(said.words):
        return True  # "don't know what that means"
    if number_in("".join(said.words[:1])) is None:
        return False
    first, second = "".join(said.words[1:2]), "".join(said.words[2:3])
    if not said.asks():
        return first in lexicon.ASKING and second in lexicon.HELPING
    apart = any(mark in said.gap(1) for mark in ".!\n")  # "4. What happens next?"
    return not (lexicon.MEANING if apart else lexicon.UNCLEAR).isdisjoint(said.words)


def _yes_or_no(said: Typed, choices: Choices) -> int | None:
    """Return the option for a plain yes or no, where the options are for and against."""
    words = [word for word in said.words if word != "please"]  # "no thanks" is no rating
    if not choices.takes_sides or not words or said.asks():
        return None
    for side, known in lexicon.AGREEING.items():
        plain = [p for p in choices.on_side(side) if _strength(choices, p) == "plain"]
        if len(plain) == 1 and all(word in known for word in words):
            return plain[0]
    return None


def _strength(choices: Choices, place: int) -> str:
    stance = choices.each[place].stance
    return stance.strength if stance else ""


def _against(said: Typed, place: int, parts: list[Part], choices: Choices) -> tuple[int, ...]:
    """Return the options that are named beside one and cannot be meant together with it."""
    named = [
        mention for part in parts for mention in part.named if mention.by in ("name", "unclear")
    ]
    mine = choices.each[place].stance
    if not choices.takes_sides:
        denied = (m for part in parts if not part.gives and _denies(said, part) for m in part.named)
        if any(place in mention.places for mention in denied):
            return (place,)
        return tuple(p for m in named for p in m.places if place not in m.places)
    if mine is None or not mine.side:  # "not sure but maybe agree"
        sided = {*choices.on_side(1), *choices.on_side(-1)}
        return next((m.places for m in named if sided.issuperset(m.places)), ())
    for mention in named:
        other_side = set(mention.places) <= set(choices.on_side(-mine.side))
        another = mention.by == "name" and place not in mention.places
        if other_side or another:  # "strongly agree for the first. for this one agree"
            return mention.places
    by_number = not any(place in mention.places for mention in named)
    if by_number and leaning(said) == -mine.side:
        mirrored = choices.on_side(-mine.side)[::-1]
        return mirrored[choices.on_side(mine.side).index(place) :][:1]
    return ()


def _denies(said: Typed, part: Part) -> bool:
    return not lexicon.NEGATORS.isdisjoint(said.words[part.start : part.end])


def leaning(said: Typed) -> int:
    """Return which way other words lean: for (1), against (-1), or neither plainly (0)."""
    signs = {side for side, known in lexicon.LEANING.items() for sign in known if _sign(sign, said)}
    words = {side for side, known in lexicon.LEANING.items() if not known.isdisjoint(said.words)}
    if not lexicon.NEGATORS.isdisjoint(said.words):
        words = set()
    both = signs | words
    return both.pop() if len(both) == 1 else 0


def _sign(sign: str, said: Typed) -> bool:
    return not sign.isalpha() and sign in said.raw[:LOOKED_AT]


def _nearest(said: Typed, parts: list[Part], choices: Choices) -> tuple[str, tuple[str, ...]]:
    """Return why nothing was read, and which options to offer."""
    named = [mention for part in parts for mention in part.named]
    ratio = [m for m in named if m.by == "ratio"]
    loose = [m for m in named if m.by in ("name", "unclear") and m.places]
    if ratio:
        return "no_option", choices.values(ratio[0].places)
    if len(said.words) > SHORT and not (loose and loose[0].start == 0):
        loose = []
    if loose:
        places = _pick(loose, said, choices)
        sided = choices.takes_sides and len(places) > 1
        return ("two_options" if sided else "no_option"), choices.values(places)
    if choices.takes_sides and len(said.words) <= SHORT:
        if side := leaning(said):
            return "no_option", choices.values(choices.on_side(side)[:OFFERED])
        if not lexicon.PARTLY.isdisjoint(said.words):  # "sort of"
            between = (*choices.on_side(1)[-1:], *choices.on_side(0)[:1])
            return "no_option", choices.values(between)
    several = phrase_at(said.words, 0, lexicon.ALL) == len(said.words) > 0
    return ("two_options" if several else "no_option"), ()


def _pick(loose: list[Mention], said: Typed, choices: Choices) -> tuple[int, ...]:
    """Of options that are only mentioned, offer two; of a side that is denied, the other."""
    places = tuple(dict.fromkeys(place for mention in loose for place in mention.places))
    after = said.words[loose[0].end :]
    ends = next((at for at, word in enumerate(after) if word in lexicon.LINKS), len(after))
    beside = (*said.words[: loose[0].start], *after[:ends])  # "kinda agree but not if …"
    sides = {_side(choices, place) for place in places}
    if not choices.takes_sides or lexicon.NEGATORS.isdisjoint(beside) or len(sides) > 1:
        return places[:OFFERED]
    if sides == {1}:
        return choices.on_side(-1)[:OFFERED]
    return choices.on_side(1)[-1:] + choices.on_side(0)[:1]  # "I wouldn't disagree"


def _side(choices: Choices, place: int) -> int:
    stance = choices.each[place].stance
    return stance.side if stance else 0


def takes_back(said: Typed, end: int) -> bool:
    """Whether the end turns an answer into a joke or its opposite: "agree lol not". A sentence of
    its own that ends so speaks of something else: "Agree. Deaf people can not".
    """
    count = len(said.words)
    begins = max((i for i in range(end, count) if set(said.gap(i)) & SENTENCE_ENDS), default=count)
    if end >= count or begins < count - ASIDE:
        return False
    last = said.words[-1]
    return (
        (last in ("not", "dont") and said.words[-2:] != ("why", "not"))
        or not lexicon.JOKES.isdisjoint((said.words[-1], *said.words[1:3]))
        or (last == "s" and "/" in said.gap(len(said.words) - 1))
        or any(said.words[-len(p) :] == p for p in lexicon.HEDGING)
    )


def _remark(said: Typed, choice: Choice, first: Part, parts: list[Part]) -> str | None:
    """Return what was said beside the answer; all of it, where that did not come first, and where
    "no opinion" would be lost in not knowing.
    """
    tells = choice.is_dont_know and holds(said.words, lexicon.NO_OPINION)
    return said.raw.strip() if tells or first is not parts[0] else said.rest(first.end)
