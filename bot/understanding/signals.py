"""Words that say what somebody wants of us, whatever else a message holds: to be left alone, to
know why she is asked, to take a request back. Danger is heard in bot/understanding/safety.py.

The trained model hears most of it; these hear the rest.
"""

from __future__ import annotations

import re

from bot.understanding.commands import plain
from bot.understanding.safety import in_danger

__all__ = [
    "asks_plainly",
    "asks_what_for",
    "in_danger",
    "names_a_stop",
    "stops_something_else",
    "takes_request_back",
    "wants_to_leave",
]

_STOPS = frozenset({"stop", "cancel", "end", "quit", "ban", "scrap", "take"})
# What somebody names who wants us to stop: herself, this, or what we send.
_OURS = frozenset(
    {"it", "this", "that", "now", "here", "there", "everything", "all", "please", "pls", "plz"}
    | {"text", "texts", "texting", "txt", "txts", "txting", "message", "messages", "messaging"}
    | {"msg", "msgs", "sms", "asking", "questions", "question", "survey", "chat", "conversation"}
    | {"consultation", "contacting", "contact", "sending", "writing", "bothering", "bugging"}
    | {"pestering", "harassing", "spamming", "spam", "subscription", "participation", "part"}
    | {"number", "list", "me", "us", "my", "i", "im", "stop", "end", "quit", "cancel", "already"}
    | {"reminders", "reminding", "notifications", "bot", "session", "talking", "communications"}
)
_LEAVE = re.compile(
    "|".join(
        (
            r"\b(?:stop|quit|cease|desist from|pack in|pack it in|leave off|lay off|no more"
            r"|dont|do not"
            r"|never|end)\b.{0,16}\b(?:text|txt|messag|contact|sms|msg|remind)"
            r"\w*\b(?: (?:me|us|it|this number|this phone|again|back|any ?more|please|now|pls"
            r"|full stop"
            r"|at all|altogether|ever)|$)",
            r"\b(?:take|get|remove|strike|cross) (?:me|my (?:name|number)|this number) (?:off"
            r"|from|out)"
            r"\b(?! hold| the (?:phone|queue))",
            r"\bunsub\w*(?: me)?(?: please| now| pls| from (?:this|these|your)\b.*)?$"
            r"|\bopt(?:ing)? (?:me )?out(?: please| of (?:this|these|it))?$|\blose my number\b"
            r"|\bcount (?:me|us) out\b",
            r"\b(?:not|dont|no longer|never) (?:want |wish |wanting |going |consent )?(?:to )?"
            r"(?:take|taking|be|being) (?:part|involved|contacted|messaged|texted)\b",
            r"^(?:enough\W+)?(?:stop|quit|(?:end|cancel)(?! it))\W+(?:stop|end|quit|cancel|now|it"
            r"|pls|please)\b\W*$",
        )
    )
)


def wants_to_leave(text: str) -> bool:
    """Say whether the message asks, in so many words, not to be written to again."""
    return bool(_LEAVE.search(_bare(text)))


_SPELT = {
    **dict.fromkeys(("u", "ya", "yu", "yous"), "you"),
    **dict.fromkeys(("wat", "wot", "wht", "whut"), "what"),
    **dict.fromkeys(("wats", "wots", "what's", "whts"), "whats"),
    **dict.fromkeys(("dat", "tht", "dem", "them", "these", "those"), "that"),
    **dict.fromkeys(("dis", "ths"), "this"),
    **dict.fromkeys(("w", "wiv", "wit", "wid"), "with"),
    **dict.fromkeys(("gonna", "gunna", "gona", "going to"), "going"),
    **dict.fromkeys(("shud", "shld", "shuld"), "should"),
    **dict.fromkeys(("r", "ru"), "are"),
    **{"hav": "have", "ur": "your", "4": "for", "da": "the", "whos": "who is", "who's": "who is"},
    **{"d'you": "do you", "whys": "why is", "why's": "why is", "wheres": "where is"},
}
_BEFORE = r"(?:(?:ok|okay|and|but|so|sorry|er|erm?|um|hang on|wait|oi|hey|no) )*"
_AFTER = r"(?: (?:tho|though|then|please|pls|mate|pal|lol|exactly|anyway|like))*"
_HERS = r"my (?:full |real )?(?:name|number|phone|phone number|mobile|address|e?-?mail|postcode"
_HERS += r"|post code|details|info)"
_IT = rf"(?:it|this|that|all this|{_HERS})"
_SAFE = (
    r"(?:safe|secure|legit|real|genuine|confidential|anonymous|a scam|spam|trusted|encrypted"
    r"|necessary|needed|compulsory|mandatory|optional|required)"
)
_DOES = r"(?:see|sees|seeing|read|reads|reading|get|gets|use|uses|look at|looks at|have|has)"
# Said of what she is to tell, whatever else might be an answer.
_OF_IT = (
    r"what on earth for|(?:is|are) (?:that|this|it|you) (?:really |even |actually )?" + _SAFE,
    r"(?:do|must|should) i (?:have|need|got)?(?: ?to| 2)?(?: (?:say|tell|answer|give)\b.{0,30})?",
    r"why|what for|for what|how come|whats? (?:is )?(?:that|this|it) (?:used )?for",
    r"(?:why|how come)(?: (?:do|would|d'?|are|should|must|is|does))? (?:you|i|it|that|this)\b"
    r".{0,40}(?:need|want|ask|asking|know|for|matter|say|give)(?:ed|ing)?\b.{0,20}",
    r"what (?:do|would|d'?) (?:you|i)\b.{0,20}(?:need|want|ask)\b.{0,20}for",
    rf"why (?:that|this|it|me|should i|must i|{_HERS})",
    r"what (?:do|will|would|are)? ?you (?:going )?(?:to )?(?:need|want|use|do with|do) (?:with )?"
    r"(?:that|this|it|my)\b.{0,20}|what (?:is|will) (?:it|this|that) (?:be )?(?:used )?for",
    rf"who (?:will |can |is |does |else )?(?:going )?(?:to )?{_DOES} {_IT}",
    rf"(?:(?:do|will|would|are|dont|wont) )?you (?:going )?(?:to )?(?:sell|share|keep|store|publish"
    rf"|pass on|pass|give) (?:{_IT}|my data)(?: on)?(?: to .{{0,20}})?",
    rf"do you (?:really |actually )?need {_IT}|(?:you )?need {_IT} why",
    rf"(?:what happens (?:to|with)|where does|where is) {_IT}"
    r"(?: (?:go|for))?|will " + _IT + r" be (?:safe|kept|shared|sold|private|public)\b.{0,20}",
)
# Where the answer is a name, a number or the like, these are none. What is asked of her answers is
# left to the model, which tells the questions about privacy from those about what comes next.
_IN_A_FIELD = (
    r"(?:why(?! not \w)|what for|what on earth for|how come)\b.{0,80}",
    r".{0,40}\bwhats?\b.{0,30}\bfor",
    r".{0,60}\b(?:why|how come)\b.{0,12}\b(?:do|would|are|is|d)?\W?(?:you|it|that|this)\b.{0,40}",
    r"what (?:will|would|do|are|is)? ?you (?:do|doing|want|need|going)\b.{0,60}|.{0,40}\bwhy",
    rf"(?:do|must|should) i\b.{{0,40}}|does it (?:matter|have|need)\b.{{0,40}}|is {_HERS} {_SAFE}",
    r"who (?:will|can|could|does|is|are|gets?|sees?|reads?|has|have|wants?|else|looks?|uses?)\b"
    r"(?!.{0,30}\b(?:answers?|story|data|information|words|say|runs?|behind)\b).{0,40}",
    r"(?:(?:do|will|would|are|dont|wont) )?(?:you|they|the council) (?:(?:really|even|ever|just"
    r"|going|to) )*(?:need|want|keep|sell|share|pass|give|store|spam|call|phone|ring|text|email"
    r"|use|track|tell)\b.{0,50}",
    rf"will i (?:get|be|have)\b.{{0,40}}|will {_IT}\b.{{0,40}}",
    r"(?:where|how) (?:does|do|will|is|are|you|i)\b.{0,40}|can i trust\b.{0,30}",
    r"(?:the |whats the |what is the )?(?:reason|purpose|point|need)(?: (?:for|of|in)\b.{0,30})?",
    rf"what business is it of yours|what(?:s| is| has) (?:it|that|{_HERS}) got to do\b.{{0,30}}",
)
_WHAT_FOR_PLAINLY = re.compile(f"{_BEFORE}(?:{'|'.join(_OF_IT)}){_AFTER}")
_WHAT_FOR = re.compile(f"{_BEFORE}(?:{'|'.join(_OF_IT + _IN_A_FIELD)}){_AFTER}")
# "y", where it is no initial: "y u need it", "u need it y".
_Y = re.compile(
    r"^((?:but|and|so|ok) )?(?:y+|why+|whyy+)(?=$| (?:you|do|is|are|should|would|my|me|that|this"
    r"|the|it|need|ask\w*|tho|though|want|have|must|does)\b)|(?<=[a-z] )y$"
)
_TAKES_BACK = re.compile(
    r"\b(?:withdraw|cancel|delete|take back|drop|remove|scrap|stop"
    r"|undo)\b.{0,30}\breq(?!u)\W*[0-9a-z]{4}"
    r"|\breq(?!u)\W*[0-9a-z]{4}\W*[0-9a-z]{4}\b.{0,30}\b(?:withdraw|cancel|delete|take|drop|remove"
    r"|back)\b"
    r"|^(?:please |pls |hi |sorry |actually |can (?:i|you) |could (?:i|you) |i (?:want|would like"
    r"|need) to "
    r"|i'?d like to )*(?:withdraw|take back|cancel|call off|retract)\b.{0,20}"
    r"\b(?:my|our|that|the) (?:request|case study|story|workshop request|workshop|printed copy"
    r"|paper copy"
    r"|copy|copies|call ?back|order|print(?:ed)? cop(?:y|ies))(?: request)?(?: please| pls| now)?$"
    r"|^withdraw(?: (?:it|that|this|request|my request))?$"
)


def asks_what_for(text: str, *, plainly: bool = False) -> bool:
    """Say whether somebody wants to know why she is asked this, or what becomes of it; `plainly`
    where any words are an answer.
    """
    said = plain(text)
    if len(said) > 120 or (plainly and said == "y" and "?" not in text):  # "y" may be a yes
        return False
    said = _Y.sub(r"\1why", " ".join(_SPELT.get(word, word) for word in said.split()))
    return (_WHAT_FOR_PLAINLY if plainly else _WHAT_FOR).fullmatch(said) is not None


_ASKS = re.compile(
    r"\b(?:can|could|may|will|would) (?:i|we|you|u|ya|someone|somebody|anyone|one of you)\b.{0,30}"
    r"\b(?:tell|share|send|post|ring|call|phone|talk|speak|put (?:us|it|this|me) forward|have|get"
    r"|join|book|come|run)\b"
    r"|\b(?:i|we|us|group|club|class|team|school) ?(?:would|'?d|wud) (?:really |also )?(?:like|love"
    r"|be happy|be glad)\b|\b(?:i|we|group|club|class|team|school) (?:want|need|wants|needs) (?:to"
    r" (?:join|have|book|tell|talk|speak)|a (?:paper|printed)|a workshop|one of)"
    r"|\b(?:got|have|here'?s|here is) (?:a|an|our|my) (?:good )?(?:story|case study|example)\b"
    r".{0,10}\b(?:for|to)\b"
    r"|\b(?:reach|contact|call|ring|phone|text|email) (?:me|us) (?:on|at|back)\b"
    r"|\bplease (?:ring|call|phone|send|post|contact)\b"
    r"|^(?:call|ring|phone|text|post|send) (?:me|us)"
    r"(?: back)?\b(?! (?:old|mad|a fool|crazy|thick|stupid|paranoid))"
)


def asks_plainly(text: str) -> bool:
    """Say whether a long message asks the council for something, in so many words."""
    return len(text) <= 1200 and _ASKS.search(plain(text, letters=1200)) is not None


def takes_request_back(text: str) -> bool:
    """Say whether somebody takes back something that she asked the council for."""
    return len(text) <= 120 and _TAKES_BACK.search(plain(text)) is not None


def stops_something_else(text: str) -> bool:
    """Say whether it is "stop HS2" and not "stop texting": an opinion, or at least not to us."""
    said = [word for word in _bare(text).split() if word not in _FIRST] or [""]
    first, *others = said
    return first in _STOPS and bool(others) and not _OURS.intersection(others)


_FIRST = frozenset({"please", "pls", "plz", "just", "oh", "ok", "omg", "ffs"})
# "Bus stop", "don't stop", "cancel it" and one word that is no command: very short answers that
# hold what a wish to leave holds.
_TO_US = (
    r"please|pls|plz|just|ok|okay|now|enough|you|we|i|said|lets|oi|hey|right|so|and|yes|stop|to"
)
_NAMES_A_STOP = re.compile(
    rf"(?:(?!(?:{_TO_US}|omg|ffs|off|me|us)\b)\w+[ -]){{1,2}}stop|\w+|(?:cancel|end) it"
    r"|(?:.*\b)?(?:dont|do not|never|cant|wont|didnt|doesnt|couldnt|not|non)[ -]stop\b.*"
)


def names_a_stop(text: str) -> bool:
    """Say whether it is a stop of something else, or too little to be sure of anything."""
    return not wants_to_leave(text) and _NAMES_A_STOP.fullmatch(_bare(text)) is not None


def _bare(text: str) -> str:
    return plain(text).replace("'", "")
