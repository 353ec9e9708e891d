"""Telling yes from no, where those are the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.consultation.errors import UnreadableAnswer
from bot.understanding.answers import lexicon
from bot.understanding.answers.asking import asks_back
from bot.understanding.answers.tails import tail_of, takes_back
from bot.understanding.answers.words import Typed

Polarity = Literal["yes", "no"]

YES_PHRASES = lexicon.phrases(
    "of course,go on then,go on,go ahead,please do,yes please,fine,thats fine,fine by me,ok then,"
    "sure thing,definitely,absolutely,certainly,totally,i do,i would,i can,you can,you may,"
    "no problem,no problems,no probs,no worries,no objection,no objections,why not,happy to,"
    "happy for you to,im happy to,im happy for you to,i agree,agreed,i consent,i dont mind,"
    "dont mind,all right,thats ok,thats okay,feel free,by all means,correct,true,id love to,"
    "id like to,i am,i do agree,go for it,i think so,think so,i suppose so,suppose so,i guess so,"
    "i said yes,hell yes,hell yeah,"
    "not a problem,im ok with that,im fine with that,fine with me,ok with me,yes why not,"
    "yeah why not,ok why not"
)
NO_PHRASES = lexicon.phrases(
    "no thanks,no thank you,no ta,never,not really,id rather not,i would rather not,rather not,"
    "please dont,please do not,dont,do not,not now,not today,not me,no way,absolutely not,"
    "definitely not,certainly not,of course not,no chance,not ok,not okay,not happy,i dont,i do "
    "not,i wont,i cant,id not,i would not,i wouldnt,i dont want to,dont want to,i am not,im not,"
    "not at all,no never,not this time,negative,false,you cant,you may not,you cannot,"
    "i dont agree,i dont think so,dont think so,not yet,id prefer you didnt,you can not,"
    "dont bother,hell no,no you cant,i said no,"
    "id prefer not to,i prefer not to,prefer not to,prefer not"
)
SPELT = {"u": "you", "ur": "your", "pls": "please", "plz": "please", "dnt": "dont"}
UNSURE_PHRASES = lexicon.phrases(
    "not sure,im not sure,i am not sure,no idea,i dont know,dont know,i do not know,i dont no,"
    "no one,no opinion,dont care,i dont care,i cant say,i cant decide,no comment,n a"
)
SIGNS: dict[str, Polarity] = {
    "👍": "yes",
    "✅": "yes",
    "✔": "yes",
    "👌": "yes",
    "👎": "no",
    "❌": "no",
    "✖": "no",
}
# "No council ever listens" is not a no; "no I never do" is.
AFTER_NO = lexicon.LINKS | lexicon.word_set(
    "i im id we you it its not dont never need way please thanks sorry he she they my do that "
    "leave just"
)
AFTER_YES = AFTER_NO | lexicon.word_set("by on via as this the go to can with then")
# "Please publish it", "don't contact me".
ACTS = lexicon.word_set("publish contact share use print email phone call text show ring message")
ALLOWING = lexicon.phrases("you can,you may,please do,please,you are welcome to")
TURNS = lexicon.YES | lexicon.NO | {"not", "dont", "never"}
STEPS = lexicon.BETWEEN - {"no", "n"}


@dataclass(frozen=True)
class Answered:
    polarity: Polarity
    end: int  # the first word after it
    exact: bool


def answered(said: Typed) -> Answered | None:
    """The yes or no said at the start; None when neither is."""
    said = said.spelled(tuple(SPELT.get(word, word) for word in said.words))
    if not said.words:
        signs = {SIGNS[letter] for letter in said.raw[:40] if letter in SIGNS}
        return Answered(signs.pop(), 0, exact=True) if len(signs) == 1 else None
    if lexicon.phrase_at(said.words, 0, UNSURE_PHRASES):
        return None
    found = _by_phrase(said) or _by_word(said) or _by_act(said)
    if found is None:
        return None
    goes_on = found.end < len(said.words)
    if goes_on and (asks_back(said) or (said.asks() and tail_of(said, found.end) == "loose")):
        raise UnreadableAnswer("asks_back")
    if _turns(said, found) or (found.polarity == "yes" and takes_back(said, found.end)):
        raise UnreadableAnswer("two_options")
    return found


def _by_phrase(said: Typed) -> Answered | None:
    plain = said.words[0] in lexicon.YES | lexicon.NO
    yes = lexicon.phrase_at(said.words, 0, YES_PHRASES)
    no = lexicon.phrase_at(said.words, 0, NO_PHRASES)
    found = Answered("yes", yes, plain) if yes > no else Answered("no", no, plain)
    return found if found.end and _may_follow(said, found.end, AFTER_NO) else None


def _by_word(said: Typed) -> Answered | None:
    words, after = (
        (lexicon.YES, AFTER_YES) if said.words[0] in lexicon.YES else (lexicon.NO, AFTER_NO)
    )
    end = 0
    while end < len(said.words) and said.words[end] in words:
        end += 1
    if not end or not _may_follow(said, end, after):
        return None
    return Answered("yes" if words is lexicon.YES else "no", end, exact=True)


def _by_act(said: Typed) -> Answered | None:
    no = lexicon.phrase_at(said.words, 0, NO_PHRASES)
    yes = lexicon.phrase_at(said.words, 0, ALLOWING)
    end = max(yes, no)
    if not end or said.words[end : end + 1] == () or said.words[end] not in ACTS:
        return None
    return Answered("yes" if yes > no else "no", end + 1, exact=False)


def _may_follow(said: Typed, end: int, words: frozenset[str]) -> bool:
    return tail_of(said, end) != "loose" or said.words[end] in words | TURNS


def _turns(said: Typed, found: Answered) -> bool:
    """Whether the next words say the opposite: "yes and no", "no I don't mind"."""
    at = found.end
    if found.polarity == "yes" and said.words[at : at + 1] and _denies(said.words, at):
        return True
    for _ in range(4):
        if at == len(said.words):
            return False
        if _opposes(said.words, at, found.polarity):
            return True
        if said.words[at] not in STEPS:
            return False
        at += 1
    return False


def _denies(words: tuple[str, ...], at: int) -> bool:
    return words[at] in lexicon.NEGATORS and not lexicon.phrase_at(words, at, YES_PHRASES)


def _opposes(words: tuple[str, ...], at: int, polarity: Polarity) -> bool:
    yes = lexicon.phrase_at(words, at, YES_PHRASES) or words[at] in lexicon.YES
    no = lexicon.phrase_at(words, at, NO_PHRASES) or words[at] in lexicon.NO
    return no > yes if polarity == "yes" else yes > no
