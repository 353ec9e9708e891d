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
# In words beside a yes, or about a request: something is not right yet.
PUTS_RIGHT = re.compile(r"[\d@]|\b(?:change\w*|instead|should|wrong|mistake|add|only|make|if)\b")
# "Change the name to Denise", "number 3 is wrong, it should be: the diary".
IN_FIELD = re.compile(
    r"(?:\b(?:change|switch|edit|correct|redo|fix|amend|make)\b.+?\b(?:to|into)"
    r"|\bshould (?:just |only )?(?:be|say|read|have been))[\s:]+(\S.*)",
    re.I | re.S,
)
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
# The same among other things, where it begins a sentence: "Delete my last two messages please, and
# number 5."
_SOME = (
    rf"(?:(?:all|some|part|a bit|one) of )?(?:{_ONE}"
    r"|(?:my|the) (?:last|first|previous) (?:\w+ )?(?:answers?|repl(?:y|ies)|comments?|messages?)"
    r"|(?:my|the) (?:answers|messages|comments) (?:about|on|to|for) .{2,60}"
    rf"|what {_SAID}(?: .{{2,60}})?|(?:part|a bit) of (?:my|an) answer"
    r"|(?:number|answer|no) \d{1,2}|\d{1,2}|(?:the|that|my) [\w'-]+ (?:bit|part|sentence|line))"
)
IN_PASSING = re.compile(rf"{_POLITE}{_OUT} {_SOME}{_LAST}(?:,.*)?")
# What is less than an answer.
PART_OF_AN_ANSWER = re.compile(
    r"\b(?:part|bit|sentence|line|word|name) (?:of|about|where)\b"
    r"|\b(?:keep|leave) (?:all )?the rest\b|\b[\w'-]+ (?:bit|part|sentence|line)\b"
)
# In any words: "take out what I said about libraries", "just the last bit, delete it".
REMOVES = re.compile(
    r"\b(?:delet\w+|remov\w+|eras\w+|scrap|wipe|empty|get rid of|cut"
    r"|take\b.{0,60}\b(?:out|back|off))\b"
)
_PART_OF_IT = (
    r"just|only|one|last|first|second|third|previous|bit|part|line|sentence|about|where|answer|reply"
    r"|comment|what i (?:just )?(?:said|put|wrote|typed)"
)
PART_OF_IT = re.compile(rf"\b(?:{_PART_OF_IT})\b")
NAMES_ONE = re.compile(rf"\b(?:{_PART_OF_IT}|thing|word|that|this|it|\d{{1,2}})\b")
EVERYTHING = re.compile(
    r"\b(?:everything|all|lot|data|accounts?|conversations?|chats?|details|info\w*|records?|history"
    r"|messages|texts|answers|replies|responses|comments|me|myself|us|traces?|files?|system|database)\b"
)
WHAT_I_SAID = re.compile(
    r"\b(?:what|thing|bit|part|one|that) i (?:just )?(?:said|put|wrote|typed)\b"
)
NOT_ALL = re.compile(r"\b(?:not|don'?t (?:\w+ )?|never) (?:everything|all|the lot|all of it)\b")
ALL_ABOUT = re.compile(
    r"\b(?:everything|anything|all)(?: (?:that )?i(?:'?ve)? (?:just )?(?:said|put|wrote|told you))?"
    r" (?:about|on|regarding|to do with) "
    r"(?!(?:me|my ?self|us|this|it|here|there)\b|your|the (?:system|data))"
)
STAYS = re.compile(
    r"(?:(?:no|oh|sorry|please|just|wait|actually)[ ,.!]+)*"
    r"(?:(?:i'?m not|i (?:don'?t|do not) (?:want|need|mean) to|don'?t|do not) chang(?:e|ing)"
    r"(?: (?:it|that|this|anything|my (?:answer|mind)))?(?: one)?"
    r"|(?:leave|keep) (?:it|that|this)(?: one| answer)?"
    r"(?: as (?:it is|it was|is)| alone| the same| please)?)(?:[,.!]|$)"
)
SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
# While one answer is being changed: nothing is to stand there.
_NOTHING = r"(?:just )?(?:put|leave|write)(?: (?:it|that|there|in|instead|nothing|blank|empty))+"
EMPTIES = re.compile(
    rf"{_POLITE}(?:(?:delete|remove|erase|scrap|take|empty|clear|wipe)"
    r"(?: (?:it|that|this|the (?:whole )?(?:answer|thing|lot)))?(?: one| answer| out)*"
    rf"(?:[ ,.]+(?:and )?{_NOTHING})?|{_NOTHING}){_LAST}"
)
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


def takes_out_in_passing(text: str) -> bool:
    """Say whether a sentence of a message asks for an answer, or a part of one, to be taken out."""
    return any(IN_PASSING.fullmatch(plain(said)) for said in SENTENCE_ENDS.split(text))


def is_part_of_one(text: str) -> bool:
    """Say whether less than a whole answer is to go: "the London sentence. Keep the rest"."""
    return PART_OF_AN_ANSWER.search(plain(text)) is not None


def removes(text: str) -> bool:
    """Say whether a message asks for something to be taken out, in whatever words."""
    return REMOVES.search(plain(text)) is not None


def names_one(text: str, *, of_all: bool = False) -> bool:
    """Say whether what is to go is one thing, and not everything: "not all of it, just the last".
    `of_all`: whether everything is to go was asked, so "it" is everything.
    """
    left = ALL_ABOUT.sub(" just about ", NOT_ALL.sub(" just ", plain(text)))
    one = PART_OF_IT if of_all else NAMES_ONE
    return one.search(left) is not None and EVERYTHING.search(left) is None


def is_what_i_said(text: str) -> bool:
    """Say whether what is to go is told apart as the resident's words: "the bit I wrote"."""
    return removes(text) and WHAT_I_SAID.search(plain(text)) is not None


def empties(text: str) -> bool:
    """Say whether the whole message leaves the answer that is open empty: "delete it"."""
    return EMPTIES.fullmatch(plain(text)) is not None


def says_instead(text: str) -> bool:
    """Say whether a message tells what is to stand in a field instead."""
    return IN_FIELD.search(text) is not None


def stays(text: str) -> bool:
    """Say whether a message, while an answer is being changed, wants it to stay as it is."""
    return STAYS.match(plain(text)) is not None


def changes_a_number(text: str) -> bool:
    """Say whether a message asks to change what has a number in the list: "change 3"."""
    return NUMBERED.fullmatch(plain(text)) is not None


def is_my_answer(asked: str) -> bool:
    """Say whether what is to be changed is plainly an answer: "my answer about jobs"."""
    return MY_ANSWER.search(asked) is not None


def is_one_of_mine(asked: str) -> bool:
    return ONE_OF_MINE.search(asked) is not None
