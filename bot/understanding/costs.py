"""Deciding by what a mistake costs a resident. The table is in config.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANSWER = "give_answer"
LEAST = 0.15  # a command that is less sure is not guessed, also where an answer is not likely


@dataclass(frozen=True)
class Costs:
    """What each mistake costs, with one more question as the measure of 1.

    `answer_acted_on`: an answer was taken for a command, by what is open (`words`: any words are an
    answer; `question`: likewise, but they are put as a question; `options`: they are read against
    options or a field; `nothing`). `command_filed`: a
    command was filed as an answer. `wrong_command`: another command was done. `invented` and
    `missed` are added for single intents, such as a STOP that nobody said. `care` says how sure
    help, soft care and grief must be (0 to 1).
    """

    answer_acted_on: Mapping[str, float]
    command_filed: Mapping[str, float]
    wrong_command: float
    asking: float
    invented: Mapping[str, float] = field(default_factory=dict)
    missed: Mapping[str, float] = field(default_factory=dict)
    care: Mapping[str, float] = field(default_factory=dict)
    on_the_way: float = 0.8  # how sure a command in one segment of a longer message must be
    beside: float = 0.4  # how sure it must be that something is asked, where no answer is known
    also_answers: float = 0.95  # how sure an answer in a segment, while the whole is a command
    question_like: float = 0.45  # how like a known one a question must be to get its answer
    plainly_like: float = 0.8  # the same, where it does not sound like a question to the bot
    guessed_like: float = 0.1  # so much less, and the bot asks whether that was meant


@dataclass(frozen=True)
class Choice:
    """The cheapest thing to do: the intent to act on, how sure that is, and another reading that is
    offered because asking costs less than guessing.
    """

    intent: str
    sure: float
    offer: str | None = None


def cheapest(shares: Mapping[str, float], costs: Costs, opened: str) -> Choice:
    """Return what costs least. `shares` of all intents that can be meant make 1."""
    answer = shares.get(ANSWER, 0.0)
    commands = sorted((i for i in shares if i != ANSWER), key=lambda i: -shares[i])
    if not commands:
        return Choice(ANSWER, 1.0)
    best = commands[0]
    filed = costs.command_filed[opened]
    keep = sum(share * _missing(i, filed, costs) for i, share in shares.items() if i != ANSWER)
    ask = costs.asking + keep - shares[best] * _missing(best, filed, costs)
    acts = {i: _acting(i, shares, costs, opened) for i in commands[:3]}
    act = min(acts, key=lambda i: acts[i])
    if acts[act] <= min(keep, ask) and shares[act] >= LEAST:
        return Choice(act, shares[act])
    return Choice(ANSWER, answer, best if ask < keep else None)


def _acting(intent: str, shares: Mapping[str, float], costs: Costs, opened: str) -> float:
    answer = shares.get(ANSWER, 0.0)
    others = 1.0 - answer - shares[intent]
    invented = costs.invented.get(intent, 0.0) * (1.0 - shares[intent])
    return answer * costs.answer_acted_on[opened] + others * costs.wrong_command + invented


def _missing(intent: str, filed: float, costs: Costs) -> float:
    return filed + costs.missed.get(intent, 0.0)
