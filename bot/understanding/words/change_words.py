"""Whether a message asks to change something, and whether that is an answer of the resident."""

from __future__ import annotations

import re

from bot.understanding.words.normalise import plain

_POLITE = (
    r"(?:(?:please|pls|can (?:i|you|we)|could (?:i|you|we)|i (?:want|need|would like|meant) to"
    r"|i'?d like to|sorry|oh|ok|actually|no|wait|oops|hang on|and|just|then)[ ,]+)*"
)
_PART = r"(?:the|that|my) (?:bit|part|line|sentence|thing) (?:about|where|on|with)\b"
CHANGES = re.compile(
    rf"{_POLITE}(?:(?:change|switch|edit|correct|redo|fix|amend|add(?: \w+){{0,4}} to)\b(.{{2,80}})"
    rf"|(?:delete|remove|erase|take out|cut)( {_PART}.{{2,60}}))"
)
# "Make the jobs one disagree", "I meant agree", "go back to the rating": another option.
RATES_ANEW = re.compile(
    rf"{_POLITE}(?:change|switch|edit|correct|redo|fix|amend|make|set|put|mark|rate|go back"
    r"|i meant|i want to (?:say|put)|it should)\b"
)
NOT_BUT = re.compile(r"\bnot (?:strongly )?(?:agree|disagree)\b")
_LAST = r"(?: please| pls)*"
NUMBERED = re.compile(
    rf"{_POLITE}(?:change|edit|redo|fix|correct|amend) (?:number |no |#)?\d{{1,2}}{_LAST}"
)
_OUT = (
    r"(?:delete|remove|erase|take (?:back|out)|scrap|withdraw|undo|get rid of|ignore|forget"
    r"|retract|do not count|don'?t count)"
)
_SAID = r"i (?:just )?(?:gave|said|put|wrote|answered)"
# One answer, never "my answers": all of them is another wish.
_ONE = (
    r"(?:my|the|that|this) (?:\w+ )?(?:answer|reply|comment)"
    rf"(?: \d{{1,2}}| (?:about|on|to|for) .{{2,60}}| {_SAID}(?: .{{2,60}})?)?"
)
TAKES_BACK = re.compile(rf"{_POLITE}{_OUT} ({_ONE}|what {_SAID}(?: .{{2,60}})?){_LAST}")
MY_ANSWER = re.compile(
    rf"^ ?{_PART}|\b(?:my|the|that|this|an|one) (?:[\w/]+ )?(?:answer|reply|rating|score)"
    r"(?: about| on| i gave| for|$)"
)
ONE_OF_MINE = re.compile(r"\b(?:one|answer|reply)\b")


def what_is_changed(text: str) -> str | None:
    """Return what a message asks to change, in its words; None when it asks for no change."""
    asked = CHANGES.fullmatch(plain(text))
    return (asked[1] or asked[2]) if asked else None


def rates_anew(text: str) -> bool:
    """Say whether a message may give another option for a question that it names."""
    words = plain(text)
    return RATES_ANEW.match(words) is not None or NOT_BUT.search(words) is not None


def what_is_taken_back(text: str) -> str | None:
    """Return which one answer is not to count any more: "my last answer"; None if none is."""
    asked = TAKES_BACK.fullmatch(plain(text))
    return asked[1] if asked else None


def changes_a_number(text: str) -> bool:
    """Say whether a message asks to change what has a number in the list: "change 3"."""
    return NUMBERED.fullmatch(plain(text)) is not None


def is_my_answer(asked: str) -> bool:
    """Say whether what is to be changed is plainly an answer: "my answer about jobs"."""
    return MY_ANSWER.search(asked) is not None


def is_one_of_mine(asked: str) -> bool:
    return ONE_OF_MINE.search(asked) is not None
