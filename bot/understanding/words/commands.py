"""Whole messages that are commands wherever they are said. Paraphrases are the trained model's
work. The words themselves are in data/understanding.
"""

from __future__ import annotations

import re

from bot.understanding.words.language import english
from bot.understanding.words.normalise import SIGNS, plain, strip_decoration
from bot.understanding.words.other_languages import core, other_words

CODE = set(SIGNS) - set("/%$~")  # those people write as well: "agree/disagree", "100%"
LONGEST = 100  # letters of a message that can be a command as a whole


def exact_command(text: str) -> str | None:
    """Return the intent that the whole message stands for, or None when it is anything else."""
    if len(text) > LONGEST:
        return None
    if known := english().commands.get(plain(text)):
        return known
    said = core(text)
    return "opt_out" if said in english().stop_words else other_words().commands.get(said)


def decorated_command(text: str) -> str | None:
    """Return the intent of a command that stands among courtesies, signatures or odd letters.

    Of the words that opt out only those that can mean nothing else: "end, thanks" ends a story.
    """
    if len(text) > LONGEST:
        return None
    words = strip_decoration(text)
    intent = english().commands.get(words)
    return intent if intent != "opt_out" or re.match(r"stop|unsub|opt", words) else None


def is_speech(text: str, most_words: int) -> bool:
    """Nobody wraps a command in several lines, a long speech or the signs of a program."""
    said = text.strip()
    odd = said.startswith(("/", "\u2215")) or any(sign in said for sign in CODE)
    return not odd and "\n" not in said and len(said.split()) <= most_words


def asks_reference(text: str) -> bool:
    """Say whether the whole message asks what the resident's own reference is."""
    return len(text) <= LONGEST and _REFERENCE.fullmatch(plain(text)) is not None


def is_stop(text: str) -> bool:
    """Say whether the whole message is a word that opts out, whatever stands around it."""
    return "opt_out" in (exact_command(text), decorated_command(text))


def is_network_stop(text: str) -> bool:
    """Say whether a message opts out only because a network takes its word for STOP: "cancel" and
    "end" mean other things where no network blocks.
    """
    words = {plain(text), core(text)} & english().stop_words
    return bool(words) and not any(re.match(r"(?:please )?(?:stop|unsub|opt)", w) for w in words)


def is_yes(text: str) -> bool:
    return plain(text) in english().yes or core(text) in other_words().yes


def is_no(text: str) -> bool:
    return plain(text) in english().no or core(text) in other_words().no


def is_acknowledgement(text: str) -> bool:
    return plain(text) in english().acknowledgements


def is_ready(text: str) -> bool:
    """Say whether a resident only shows that they are there, and have read what was said."""
    return plain(text) in english().ready


def is_sending(text: str) -> bool:
    """Say whether a resident who has answered everything wants it sent. It has been, long ago."""
    return plain(text) in english().sending


# A yes to what was read back, and no other word beside it.
_SENDS = (
    r"yes|yeah|yep|yup|ya|ok|okay|sure|please|pls|do|go on|go ahead|go for it|carry on|thanks|ta"
    r"|thank you|cheers|(?:(?:that|this|it|everything|all of it)(?:'?s| is| looks) )?(?:all )?"
    r"(?:right|correct|fine|good|perfect|lovely|spot on|in order)|that'?s(?: all)? (?:it|me)"
    r"|looks (?:right|good|fine|ok|okay)"
    r"|send(?: it)?(?: off)?(?: now)?"
    r"|submit(?: it)?|you can send it|i'?m happy(?: with (?:that|it))?|then|now|just|and|so"
    r"|(?:it|that)(?:'?ll| will) do|mate|love|oh|well|right"
)
SENDS = re.compile(rf"(?:(?:{_SENDS})(?:[ ,.!]+|$))+")
_SAYS_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|send|submit|sure|go (?:on|ahead|for it)|correct"
    r"|(?:that'?s|is|all|looks) (?:all )?(?:right|good|fine|ok|okay|perfect|lovely|in order)"
    r"|spot on)\b"
)
_REFERENCE = re.compile(
    r"(?:(?:sorry|hi|hello|please|and|so)[ ,.!]+)*"
    r"(?:what(?:'?s| is| was)|where(?:'?s| is)|can (?:you|i) (?:tell me|give me|have|get|see)"
    r"|tell me|remind me(?: of)?|send me|i(?:'?ve| have)? (?:lost|forgot(?:ten)?))"
    r"(?: what)? (?:my|the) (?:ref|reference)(?: (?:number|no|code))?"
    r"(?: (?:again|please|pls|is|was|thanks))*"
)

# While a request is asked for these drop it, and nothing else.
_REQUEST = (
    r"(?:request|form|story|case study|workshop|copy|order|call ?back|call|thing|envelope|letter"
    r"|post|paper)"
)
_THIS = (
    rf"(?:it|this one|all this|(?:(?:this|that|the|my|our|an?) )?(?:(?:printed|paper) )?{_REQUEST}"
    r"|this|that)"
)
_NO_LONGER = (
    r"(?:i |we )?(?:(?:don'?t|do not|didn'?t) (?:really )?(?:want|need)|no longer (?:want|need))"
)
_DROP = (
    r"(?:cancel|drop|scrap|abandon|ditch|forget(?: about)?|leave|bin|quit|exit)"
    rf"(?: {_THIS}| out of this)?|stop (?:this|the|my) {_REQUEST}"
    rf"|never ?mind(?: (?:that|it|then))?|don'?t bother(?: with {_THIS})?"
    rf"|can'?t be bothered(?: with {_THIS})?"
    r"|(?:i(?:'?ve| have)? )?changed my mind|(?:let'?s |we'?ll )?leave it"
    rf"|{_NO_LONGER} (?:{_THIS}|to (?:do|carry on|go on|continue|bother)(?: with)?(?: {_THIS})?)"
    r"|(?:i'?m )?not (?:doing (?:it|this|that)|interested)|no request"
)
_FIRST = (
    r"please|pls|can (?:i|we|you)|could (?:i|you)|i (?:want|would like|'?d like) to|i'?d like to"
    r"|sorry|actually|oh|ok|okay|no|nah|right|well|hmm|look|erm?|um|you know what|i think|and|just"
)
_LAST = (
    r"please|pls|then|now|thanks|thank you|ta|cheers|sorry|any ?more|after all|mate|love|will you"
    r"|it'?s fine|it'?s ok(?:ay)?|i'?m not bothered"
)
DROPS = re.compile(
    rf"(?:(?:{_FIRST})[ ,.!]+)*(?:{_DROP})(?:[ ,.!-]+(?:(?:{_FIRST})[ ,.!]+)*(?:{_DROP}|{_LAST}))*"
)
# While questions about the person are asked these leave out all of them.
_THESE = (
    r"(?:(?:any(?: of)? )?(?:these|those|them|'?em(?: all)?|that lot|the (?:lot|rest|others)"
    r"|(?:these|those) questions)"
    r"|(?:all|any)(?: of)? (?:this|that|these|those|them)|any|them all|personal (?:questions|stuff"
    r"|things))"
)
_BEFORE = r"(?:(?:no|nah|nope|ok|sorry|please|can i|let me)(?: thanks| thank you)?[ ,.!]+)*"
ALL_OF_THEM = re.compile(
    r"none(?: of (?:them|these|those|your business|the above))?"
    rf"|{_BEFORE}(?:skip|leave)(?: out)? (?:{_THESE}|all)(?: out)?|(?:no|skip|leave) to all"
    rf"|{_BEFORE}(?:i'?m |i am |i'?d |i )?(?:not|won'?t|refuse to"
    r"|(?:don'?t|do not) (?:want|wish) to|(?:would )?rather not|prefer not to)"
    r" (?:answer|say|do|tell(?: you)?|fill(?: in)?|give)(?:ing)? "
    rf"{_THESE}"
)


def drops_request(text: str) -> bool:
    """Say whether the whole message drops the request: "never mind, I don't want it any more"."""
    return len(text) <= 100 and DROPS.fullmatch(plain(text)) is not None


def sends_request(text: str) -> bool:
    """Say whether the whole message is a yes to what was read back: "that's right, send it"."""
    words = plain(text)
    return SENDS.fullmatch(words) is not None and _SAYS_YES.search(words) is not None


def leaves_all_out(text: str) -> bool:
    """Say whether the whole message leaves out all questions about the person."""
    return len(text) <= 100 and ALL_OF_THEM.fullmatch(plain(text)) is not None


def tells_nothing(text: str) -> bool:
    """Say whether the whole message is a command or a plain yes or no: nothing about a person."""
    known = exact_command(text) is not None or is_yes(text) or is_no(text) or is_sending(text)
    return known or leaves_all_out(text)
