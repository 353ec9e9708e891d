"""What residents write into the fields of a request that take any words: a name, an address."""

from __future__ import annotations

import re

from bot.understanding.personal_data import holds_personal, without_personal
from bot.understanding.words.commands import is_no, is_yes
from bot.understanding.words.normalise import plain

_SHOWN = r"(?:print|publish|use|show|share|put|name|say|mention|quote)(?:e?d|n|ing)?|publication"
# "but don't print it", "not for publication", "keep it private", "in confidence"
NOT_SHOWN = re.compile(
    r"[\s,.;:(\u2013\u2014-]+((?:(?:but|and|though|only|please|pls|i'?d rather you)\s+)*"
    rf"(?:(?:do not|don['\u2019]?t|never|not to be|not for|without|rather not|not)\s+"
    rf"(?:\w+\s+){{0,3}}?(?:{_SHOWN})\b.*"
    r"|(?:keep|kept|stay)\s+(?:\w+\s+){0,2}?(?:private|anonymous|confidential|secret|quiet)\b.*"
    r"|(?:no names?|(?:just )?leave (?:out |off )?(?:my|the) name(?: out| off)?)\W*"
    r"|(?:private(?:ly)?|anonymous(?:ly)?|confidential(?:ly)?|in confidence)\W*))$",
    re.I | re.S,
)
# "but after 3pm only", "just by email please": how and when they want to be reached.
CONTACT_WISH = re.compile(
    r"^(.+?)[\s,.;]+((?:but|and|only|just|please|make sure|as long as|if)\b.{0,40}?\b"
    r"(?:after|before|between|from|until|not (?:on|in|at)|mornings?|afternoons?|evenings?|weekends?"
    r"|(?:mon|tues?|wednes|thurs?|fri|satur|sun)days?|(?:by|on|via) (?:e-?mail|phone|text|post)"
    r"|(?:e-?mail|text|phone) (?:only|me)|\d{1,2} ?[ap]m|ring|call|never call|don'?t call)\b"
    r"[^?]{0,60})$",
    re.I | re.S,
)
NAME = re.compile(r"[^\W\d_][\w'\u2019.-]*(?: [^\W\d_][\w'\u2019.-]*){0,3}")
# Words before a number that lead up to it, and are nobody's name.
LEADS = frozenset(
    """my the its it's it call me on ring phone text number tel mobile email mail use try contact
    reach is at or but yes ok please just you can us here """.split()  # noqa: SIM905
)
# Words that no name has, and words of which a name has one at most.
SAID = frozenset(
    """i i'm im i'd i've i'll you you're your it it's its this that that's don't dont not why what
    wait need want going told already because can't cant know think tell give""".split()  # noqa: SIM905
)
SAID_TOO = frozenset(
    """to have is am are my me for with all now out up get do be was a on will can here same before
    hang hold see just put use moment sec""".split()  # noqa: SIM905
)
# What limits a yes: "but leave out my age", "as long as you ask first".
CONDITION = re.compile(
    r"\b(?:but|only|just|except|unless|if|as long as|provided|providing"
    r"|without|not|no|don'?t|do not|never|leave|keep"
    r"|anonymous(?:ly)?|private(?:ly)?|by|via|after|before)\b"
)
YES_THEN = re.compile(
    r"(?:(?:yes|yeah|yep|ok|okay|sure|fine|go ahead|send it|please)[\s,.!]+)+"
    r"(?!but not (?:yet|now|today))"
    r"((?:but|only|just|except|as long as|provided|without|leave|though|unless|if|don['\u2019]?t"
    r"|do not|not)\b.+)$",
    re.I | re.S,
)
# And words beside it that say when.
WHEN = frozenset(
    """after before between from until not only and any anytime time morning mornings afternoon
    afternoons evening evenings am pm days weekdays weekends thanks thank ta cheers hi hello so
    landline home work give s""".split()  # noqa: SIM905
)
NOWHERE = re.compile(
    r"(?:(?:i|you|it|we|to|at|just|send|post|is|the|my|me|any|same|as|up|oh|well|please|really)\s+)*"
    r"(?:(?:any|what|where|who|which|when)ever(?: .{0,25})?|any ?where(?: .{0,25})?|dunno|idk"
    r"|no idea|don'?t (?:know|mind|care)|not sure|home|house|here|same|place|address|flat"
    r"|best|easiest|(?:up to )?you)(?:\s+(?:please|pls|thanks|will do|is fine))*"
)


def name_and_wish(text: str) -> tuple[str, str | None]:
    """Return a name, and the wish that came with it that the name is not shown to others."""
    found = NOT_SHOWN.search(text)
    name = text[: found.start()].strip(" ,.;:(-\u2013\u2014") if found else ""
    return (name, found[1].strip(" )")) if found and name else (text, None)


def name_and_more(text: str) -> tuple[str, str | None]:
    """Return a name, and what else was said with it: "Mrs Hall, but it's the form I want"."""
    name, wish = name_and_wish(text)
    if wish is None and (more := text.partition(", but "))[2]:
        return more[0], f"but {more[2]}"
    return name, wish


def is_no_name(text: str) -> bool:
    """Say whether what was given for a name is a sentence: "fed up with all this". With a number
    or an address in it, it is read for that.
    """
    words = plain(text).split()
    if holds_personal(text):
        return False
    if is_yes(text) or is_no(text):
        return True
    return not SAID.isdisjoint(words) or len([word for word in words if word in SAID_TOO]) > 1


def contact_wish(text: str) -> tuple[str, str | None]:
    """Return what comes before a wish how or when to be reached, and the wish."""
    found = None if holds_personal(text) else CONTACT_WISH.match(text.strip())
    return (found[1], found[2]) if found else (text, None)


def name_beside(text: str) -> str | None:
    """Return the name that stands beside a number or an address; None when there is only that."""
    before = re.split(r"[\d+@]|\S+@", text, maxsplit=1)[0].strip(" ,.;:-\u2013\u2014(\n")
    name = NAME.fullmatch(before)
    if name is None or LEADS & set(plain(before).split()):
        return None
    return before if before in without_personal(text) else None


def is_condition(words: str | None) -> bool:
    """Say whether what was said beside a yes limits it: "but not my street"."""
    return words is not None and CONDITION.search(plain(words)) is not None


def yes_and_condition(text: str) -> str | None:
    """Return the condition of a message that is a yes with one; None of any other."""
    found = None if "?" in text else YES_THEN.match(text.strip())
    return found[1].strip() if found and is_condition(found[1]) else None


def gives_contact(text: str) -> bool:
    """Say whether there may be an email address or a telephone number in a message."""
    return "@" in text or len(re.findall(r"\d", text)) >= 10


def only_reaches(text: str) -> bool:
    """Say whether a message holds a number or an address to reach a person by, and no word that
    tells anything else: "my number is 0161 496 0000, after 5 please".
    """
    words = re.findall(r"[^\W\d_]+", without_personal(text).casefold())
    return holds_personal(text) and set(words) <= LEADS | WHEN


def is_nowhere(text: str) -> bool:
    """Say whether nothing can be posted to what was given as an address: "wherever"."""
    words = plain(text)
    return NOWHERE.fullmatch(words) is not None or len(words.split()) < 2
