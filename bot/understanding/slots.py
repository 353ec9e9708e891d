"""What the message that asks for something has told already, so that it is not asked again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Section
from bot.consultation.question import Kind, Question
from bot.understanding.answers import Reading, read_answer
from bot.understanding.words.commands import plain
from bot.understanding.words.field_words import gives_contact

# Clauses that only ask, and tell nothing of their own.
ASKING = re.compile(
    r"\b(?:can|could|may|would|will|want|wanna|like|love|let|please|pls|plz|possible|happy"
    r"|interested|how (?:do|can)|is there|need|fancy|got|have)\b.*\b(?:tell|telling|share|sharing"
    r"|send|post"
    r"|call|ring|phone|talk|speak|chat|contact|touch|book|join|attend|workshop|session|request"
    r"|offer|ask"
    r"|hear|copy|copies|paper|print|printed|case stud(?:y|ies)|stor(?:y|ies)|example|submit|give"
    r"|put (?:it|this|us) forward)\b",
    re.I,
)
OPENERS = re.compile(
    r"^(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening)|ok|okay|yes|so|well|btw|sorry"
    r"|excuse me|thanks|thank you|please|and|but|also|then|ta|cheers)\b[\s,]*",
    re.I,
)
ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|to do with|on the subject of)\s+(.*)", re.I | re.S
)
# To call a person tells nothing either, and nor does who it is that asks.
CALLING = re.compile(
    r"\b(?:call|ring|phone|text|email|e-mail|contact) (?:me|us)\b|\bgive (?:me|us) a (?:ring|call"
    r"|bell)\b"
    r"|\bwaiting (?:for|on) a call\b|\bput\b.{0,30}\bforward\b|^\W*(?:i['’]?m|i am|it['’]?s"
    r"|this is) \w+\W*$"
    r"|\b(?:on|at) \S+@\S+",
    re.I,
)
# Nor does it to say that there is something to tell.
ANNOUNCING = re.compile(
    r"\b(?:tell|telling) (?:you|u|ya|the council|staff) (?:all )?(?:about|of|what|how)\b"
    r"|^(?:a |the |our |my |it['’]?s |(?:it|this|here) is |(?:i|we) (?:have|got) )*"
    r"(?:case study|story|example)\b(?: \w+){0,6}$",
    re.I,
)
TELLING = re.compile(
    r"\b(?:tell|telling|told|share|sharing|hear|know) (?:you|u|ya|us|them|the council|staff|it)?\b"
    r"|\b(?:case stud(?:y|ies)|stor(?:y|ies)|example)\b",
    re.I,
)
CLAUSES = re.compile(
    r"[.;!?\n]+|,\s+|\s+-\s+|\s+(?:so|and|but)\s+(?=(?:can|could|may|i|i['’]d|we|please)\b)", re.I
)
# Who they are tells nothing yet: "I run the community hub in Hulme".
INTRODUCING = re.compile(
    r"(?:i|we)(?:['’]?(?:m|re)| am| are| run| manage| lead| chair| work| volunteer| represent"
    r"| help (?:run|out))\b(?:(?!\b(?:where|who|and|because|since)\b).){1,40}"
    r"\b(?:centre|center|hub|charity|group|club|trust|association|organisation|business|company"
    r"|shop|school|college|library|church|mosque|team|network|forum|council)"
    r"(?: (?:in|at|of|for|on) .{1,30})?",
    re.I,
)
REFERS = re.compile(
    r"(?:it|that|this|them|something|someone)?(?: we| i)?(?: did| do| made| run)?"
    r"|(?:a|an|my|our|the|some|this|one of our) (?:(?:group|club|team|charity"
    r"|school)['’]?s? )?(?:good |great )?"
    r"(?:project|projects|story|stories|work|group|example|case study|thing|things|club|team)"
)
_CALLED = r"(?:my name['’]?s?(?: is)?|i am called|i['’]m called)"
NAME = re.compile(rf"(?i:\b{_CALLED})\s+([^\W\d_][\w'’-]*(?:\s+(?!I\b)[A-Z][\w'’-]*){{0,2}})")
LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
COUNTED = (
    r"\b(\d{{1,4}}|{words}|a couple|a dozen)(?: of| or so)?(?:\s+[\w-]+){{0,2}}?\s+(?:{things})\b"
    r"(?!['’])"
)
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
SMALL = (
    rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{_UNITS}))?"
    rf"|ten|eleven|twelve|fifteen|{_UNITS}"
)
DENIED = re.compile(r"\b(?:not|no|isn't|isnt|without|don't|dont|never)\W+(?:\w+\W+)?$")
ENOUGH = {"about": 2, "told": 5}  # words that are left when the asking is taken away
NONE_TO_GIVE = re.compile(
    r"(?:no|none|nope|nah|nothing|n/?a|not applicable|nowt|(?:there )?isn'?t (?:one|any)"
    r"|there (?:is|are) (?:none|no .{1,20})|(?:we|i) (?:don'?t|dont|do not|haven'?t"
    r"|havent) (?:have|got)(?: (?:one|a|any|an))?(?: .{1,20})?|no (?:link|website|web ?site"
    r"|web ?page|page|email"
    r"|e-mail|phone|name|number|thanks|thank you)(?:[ ,.]+(?:sorry|yet|thanks|i'?m afraid))*"
    r"(?:[ ,.]+(?:just|only|but|we(?:'re)?|it'?s) [^@\d.]{1,30})?"
    r"|(?:i'?d |i would )?rather not(?: say)?"
    r"|prefer not(?: to say)?"
    r"|anonymous|i(?:'d| would) like to (?:stay|be) anonymous|not (?:yet|really))"
)


REACHED = frozenset({Kind.EMAIL, Kind.EMAIL_OR_PHONE})
FINDS_CONTACT = REACHED | {Kind.PHONE}


def told_at_once(section: Section, text: str, *, remarks: bool = False) -> dict[str, Any]:
    """Return {question: {"text", "value"}} for each question that the message answers already.
    `remarks` adds what stands beside a number or an email address: "but not before 10".
    """
    told: dict[str, Any] = {}
    for question in section.questions:
        if (found := _told(question, text)) is not None:
            words, reading = found
            told[question.id] = {"text": words, "value": reading.value}
            if remarks and reading.remark and question.kind in FINDS_CONTACT:
                told[question.id]["remark"] = reading.remark
    return told


def _told(question: Question, text: str) -> tuple[str, Reading] | None:
    if question.first_words:
        return (text, Reading(None)) if tells_something(text) else None
    find = FINDERS.get(question.kind)
    words = find(question, text) if find else None
    if not words:
        return None
    try:
        reading = read_answer(question, words)
    except UnreadableAnswer:
        return None
    sure = reading.exact or (question.kind in REACHED and "@" in text)
    return (words, reading) if sure else None


def tells_something(text: str) -> bool:
    """Say whether there is more in a message than the wish to tell, ask or be called."""
    if about := ABOUT.search(text):
        rest = plain(about[1]).split()
        # "Tell you about our film club" only announces; a call can be about the film club.
        enough = ENOUGH["told" if TELLING.search(text) else "about"]
        if len(rest) >= enough and not REFERS.fullmatch(" ".join(rest)):
            return True
    clauses = [OPENERS.sub("", clause.strip()) for clause in CLAUSES.split(text) if clause]
    telling = [
        c
        for c in clauses
        if not any(p.search(c) for p in (ASKING, CALLING, ANNOUNCING))
        and not INTRODUCING.fullmatch(c)
    ]
    left = [word for c in telling for word in re.findall(r"[^\W\d_]+", NAME.sub("", c))]
    return len(left) >= ENOUGH["told"]


def _contact(question: Question, text: str) -> str | None:
    return text if gives_contact(text) else None


def _whole(question: Question, text: str) -> str:
    return text


def _name(question: Question, text: str) -> str | None:
    found = NAME.search(text)
    if found is None:
        return None
    first, *others = found[1].split()
    # "my name is dave and …": what follows a name that is not written large is no surname.
    surnames = [word for word in others if word[:1].isupper()]
    return " ".join([first, *surnames]) if first.casefold() not in ("not", "on", "a") else None


def _link(question: Question, text: str) -> str | None:
    found = LINK.search(text)
    return found[0].rstrip(".,;:!?)") if found else None


def _counted(question: Question, text: str) -> str | None:
    if not question.counts:
        return None
    things = "|".join(re.escape(word) for word in question.counts)
    found = re.findall(COUNTED.format(words=SMALL, things=things), text, re.I)
    return found[0] if len(set(found)) == 1 else None  # two numbers: nobody knows which


def _named_option(question: Question, text: str) -> str | None:
    """Return the one option whose own words stand in the message."""
    said = f" {' '.join(re.findall(r'[a-z0-9]+', text.casefold()))} "
    named = []
    for option in question.options:
        words = option.value.replace("_", " ")
        if len(words) <= 4 or words.startswith(("not ", "dont ")) or f" {words} " not in said:
            continue
        if not DENIED.search(said[: said.index(f" {words} ") + 1]):
            named.append(option.wording.text)
    return named[0] if len(named) == 1 else None


FINDERS: dict[Kind, Callable[[Question, str], str | None]] = {
    Kind.EMAIL: _contact,
    Kind.PHONE: _contact,
    Kind.EMAIL_OR_PHONE: _contact,
    Kind.POSTCODE: _whole,
    Kind.NAME: _name,
    Kind.URL: _link,
    Kind.NUMBER: _counted,
    Kind.CHOICE: _named_option,
}
