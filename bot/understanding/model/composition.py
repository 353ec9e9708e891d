"""Messages composed of training lines, as people compose them: a cry for help in the middle of an
answer, something before it and after it, a slip of the finger; a wish with what people say before
and after one, and a wish behind an answer.

A model that has only seen one thing at a time hears only one thing at a time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ANSWER = "give_answer"
JOINS = (". ", ". ", ". ", ", ", " ", "... ", " - ", "\n", "! ", " and ", " but ", ". But ")
AROUND = ((1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 1))  # answers before and after
TIMES = 3  # each cry among others
EACH_NEAR = 3  # what only sounds like one, likewise
OTHERS = 4000  # answers among answers, so that a long message is not a cry by its length
EACH_WISH = 60  # of an intent: so many with a lead-in, and as many behind an answer
SLIPS = 0.25  # of the composed messages have one
LONG = 25  # words; who wrote so much rarely adds a wish
SEED = 1


@dataclass(frozen=True)
class Line:
    """One training line. `care` is hard, soft or grief where it tells of a need, and near where it
    only sounds like it; `answer` is the id of the answer that a question calls for.
    """

    text: str
    intent: str
    care: str | None = None
    answer: str | None = None


def told_among_others(lines: Sequence[Line]) -> list[Line]:
    """Return new lines in which cries, and what sounds like them, stand among answers."""
    chance = random.Random(SEED)
    answers = [line for line in lines if line.intent == ANSWER and line.care is None]
    answers = [line for line in answers if len(line.text.split()) > 3]
    if not answers:
        return []
    telling = [line for line in lines if line.care in ("hard", "soft", "grief")] * TIMES
    telling += [line for line in lines if line.care == "near"] * EACH_NEAR
    telling += [chance.choice(answers) for _ in range(min(OTHERS, len(answers)))]
    return [_among(line, answers, chance) for line in telling]


def said_in_passing(
    lines: Sequence[Line], before: Sequence[str], after: Sequence[str]
) -> list[Line]:
    """Return new lines in which wishes have a lead-in, and in which they stand behind an answer:
    that is an answer, and the wish is heard in its own segment.
    """
    chance = random.Random(SEED)
    answers = [line for line in lines if line.intent == ANSWER and line.care is None]
    answers = [line for line in answers if 2 < len(line.text.split()) < LONG]
    wishes: dict[str, list[Line]] = {}
    for line in lines:
        if line.intent != ANSWER and line.care is None:
            wishes.setdefault(line.intent, []).append(line)
    told = []
    for intent, known in sorted(wishes.items()):
        for _ in range(EACH_WISH if before and answers else 0):
            said = chance.choice(known).text
            led = f"{chance.choice(before)} {said}{chance.choice(after)}"
            both = chance.choice(answers).text.rstrip(".,;") + chance.choice(JOINS) + said
            told += [Line(_typed(led, chance), intent), Line(_typed(both, chance), ANSWER)]
    return told


def _typed(text: str, chance: random.Random) -> str:
    return _slipped(text, chance) if chance.random() < SLIPS else text


def _among(line: Line, answers: Sequence[Line], chance: random.Random) -> Line:
    before, after = chance.choice(AROUND)
    parts = [chance.choice(answers).text for _ in range(before)]
    parts += [line.text, *(chance.choice(answers).text for _ in range(after))]
    text = parts[0]
    for part in parts[1:]:
        text = text.rstrip(".,;") + chance.choice(JOINS) + part
    return Line(_typed(text, chance), line.intent, line.care)


def _slipped(text: str, chance: random.Random) -> str:
    """Return a text with a letter missing, doubled or swapped, one for about twenty words."""
    words = text.split(" ")
    for _ in range(1 + len(words) // 20):
        place = chance.randrange(len(words))
        if (long := len(words[place])) > 3:
            words[place] = chance.choice(FINGERS)(words[place], chance.randrange(long - 1))
    return " ".join(words)


FINGERS: tuple[Callable[[str, int], str], ...] = (
    lambda word, at: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    lambda word, at: word[:at] + word[at + 1 :],
    lambda word, at: word[:at] + word[at] + word[at:],
)
