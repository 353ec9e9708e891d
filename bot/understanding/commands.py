"""Whole messages that are commands wherever they are said. Paraphrases are the trained model's
work.
"""

from __future__ import annotations

import re
import unicodedata

# Twilio's own opt-out words for long codes: it blocks the number whatever we do.
# https://www.twilio.com/docs/messaging/guides/advanced-opt-out
STOP_WORDS = frozenset(
    ["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt-out"]
    + ["stop all", "opt out", "stop please", "please stop", "stop now", "stop stop"]
    + ["stop stop stop"]
)

_EXACT: dict[str, str] = {
    "opt_out": "",  # STOP_WORDS
    "start": "start|begin|unstop|opt in|optin|opt-in|start now|let's start|lets start|get started",
    "skip_question": "skip|pass|next|next question|skip this|skip it|skip question"
    "|skip this question|skip this one|next one|next please|skip please|pass on this",
    "go_back": "back|go back|previous|previous question|last question|back please|go back please"
    "|go back one|back one|prev|undo",
    "repeat_question": "repeat|again|repeat the question|repeat question|say again|say that again"
    "|repeat that|repeat it|ask again|what was the question|what was the question again",
    "explain_question": "help|?|??|???|info|explain|what|huh|eh|meaning|what does this mean"
    "|what does that mean|what do you mean|i don't understand|i dont understand|don't understand"
    "|dont understand|explain please|explain this question|help me|help please|what do u mean",
    "show_progress": "reference|my reference|whats my reference|what's my reference"
    "|what is my reference|reference number|my reference number|progress|how far|how far am i|how"
    " many left|how many more|how many questions"
    "|how long left|how much longer|how many questions left|how many are left",
    "pause": "pause|later|break|brb|not now|pause please|finish later|i'll finish later"
    "|stop for now|carry on later|wait|wait a minute|wait a sec|hang on|hang on a sec|hold on"
    "|one sec|1 sec|two secs|2 secs|one minute|just a minute|just a sec|give me a minute"
    "|gimme a sec|bear with me|one moment|give me a sec|one moment please|hang on a minute",
    "resume": "resume|continue|carry on|go on|i'm back|im back|keep going|unpause",
    "thank": "thanks|thank you|thankyou|thx|ta|cheers|many thanks|thanks a lot|thank u"
    "|nice one|tysm",
    "greet": "hello|hi|hey|hiya|hello there|hi there|good morning|good afternoon|good evening|ey up"
    "|heya|yo",
    "change_answer": "change|change answer|change my answer|change an answer|change my answers"
    "|edit|edit my answer|edit answer",
    "show_my_answers": "answers|my answers|show answers|show my answers|show me my answers"
    "|what have i said|what did i say",
    "start_over": "start over|start again|restart|start from the beginning|begin again|reset",
    "delete_my_data": "delete|delete my data|delete my answers|delete everything|erase"
    "|erase my data|forget me|delete me|remove my data|delete it all",
    "ask_human": "human|person|agent|talk to a person|speak to a person|speak to someone"
    "|talk to someone|real person|speak to a human|talk to a human",
    "request_callback": "call me|ring me|call me back|ring me back|phone me|callback|call back",
    "request_print_copy": "paper copy|printed copy|print copy|post me a copy|paper|printed copy"
    " please",
    "offer_case_study": "story|case study|a case study|tell a story|share a story",
    "join_workshop": "workshop|a workshop|workshop please|ask for a workshop",
    "faq_privacy": "privacy|is it private|is this private",
    "goodbye": "bye|goodbye|bye bye|good bye|see you|see ya|cya|tara|ta-ra|ta ra|ttfn|good night",
}
_EXACT["opt_out"] = "|".join(sorted(STOP_WORDS))

_EDGES = " \t\r\n.!,;:…'\"“”‘’()[]*_-–—~"


def plain(text: str, *, letters: int = 200) -> str:
    """Return the first letters of a message as commands are compared: NFKC, lower case, no outer
    punctuation.
    """
    words = unicodedata.normalize("NFKC", text[:letters]).casefold().replace("’", "'")
    words = re.sub(r"\s+", " ", words).strip(_EDGES)
    return words if words.startswith("?") else words.rstrip("?").strip(_EDGES) or words


COMMANDS: dict[str, str] = {
    plain(phrase): intent for intent, phrases in _EXACT.items() for phrase in phrases.split("|")
}


# What people say when nothing is asked of them. While a question is open these are answers.
YES_WORDS = frozenset(
    {"yes", "yes please", "yep", "yeah", "yea", "ya", "y", "aye", "ok", "okay", "k", "sure", "go"}
    | {"ready", "i'm ready", "im ready", "go ahead", "go on then", "ok then", "alright", "👍"}
)
ACKNOWLEDGEMENTS = YES_WORDS | frozenset(
    {"ok thanks", "ok thank you", "okay thanks", "ok cheers", "ok ta", "great", "great thanks"}
    | {"fine", "thats fine", "that's fine", "cool", "good", "perfect", "lovely", "brill", "will do"}
    | {"no", "no thanks", "no thank you", "nope", "nothing", "nah", "🙏", "😊", "🙂", "❤️", "👍🏽"}
)

# Said to show that what the bot explained has been read: no choice is made with these.
READY_WORDS = frozenset(
    {
        "ok",
        "okay",
        "k",
        "ok then",
        "okay then",
        "right",
        "right then",
        "right ok",
        "alright",
        "sure",
    }
    | {"ok thanks", "ok thank you", "okay thanks", "ok cheers", "ok ta", "ready", "i'm ready"}
    | {"im ready", "go", "go ahead", "go on then", "i see", "oh ok", "ah ok", "oh right", "got it"}
    | {"ok got it", "understood", "makes sense", "ok go on", "go on"}
)

SEND_WORDS = frozenset(
    {
        "send",
        "submit",
        "done",
        "finish",
        "finished",
        "all done",
        "that's it",
        "thats it",
        "that's all",
    }
    | {"thats all", "send it", "confirm", "complete", "im done", "i'm done"}
)


def is_sending(text: str) -> bool:
    """Say whether somebody who has answered everything wants it sent. It has been, long ago."""
    return plain(text) in SEND_WORDS


# While a request is asked for these drop it, and nothing else.
_REQUEST = r"(?:request|form|story|case study|workshop|copy|order|call ?back|call|thing)"
_THIS = (
    rf"(?:it|this one|all this|(?:(?:this|that|the|my|our|a) )?(?:(?:printed|paper) )?{_REQUEST}"
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
    r"(?:(?:any(?: of)? )?(?:these|those|them|that lot|the (?:lot|rest|others)|(?:these"
    r"|those) questions)"
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


def leaves_all_out(text: str) -> bool:
    """Say whether the whole message leaves out all questions about the person."""
    return len(text) <= 100 and ALL_OF_THEM.fullmatch(plain(text)) is not None


def tells_nothing(text: str) -> bool:
    """Say whether the whole message is a command or a plain yes or no: nothing about a person."""
    known = exact_command(text) is not None or is_yes(text) or is_no(text) or is_sending(text)
    return known or leaves_all_out(text)


NO_WORDS = frozenset(
    {"no", "no thanks", "no thank you", "nope", "nah", "n", "no way", "don't", "dont", "leave it"}
    | {"never mind", "nevermind", "not now", "keep it", "keep them", "👎"}
)


def is_no(text: str) -> bool:
    return plain(text) in NO_WORDS


def is_yes(text: str) -> bool:
    return plain(text) in YES_WORDS


def is_acknowledgement(text: str) -> bool:
    return plain(text) in ACKNOWLEDGEMENTS


def is_ready(text: str) -> bool:
    """Say whether somebody only shows that she is still there, and has read what was said."""
    return plain(text) in READY_WORDS


def exact_command(text: str) -> str | None:
    """Return the intent that the whole message stands for, or None when it is anything else."""
    if len(text) > 100:
        return None
    known = COMMANDS.get(plain(text))
    return known or ("opt_out" if _core(text) in STOP_WORDS else None)


# Letters that look like those of our words, in the order of the second text.
_ALIKE = str.maketrans("асеорѕтихпкυοτςαερ", "aceopstuxnkuotsaep")
_SIGNED = re.compile(r"\s*\n\s*(?:-- ?\n|sent (?:from|via|with)\b|get outlook\b).*", re.I | re.S)
_SPACED = re.compile(r"\w(?:[ .\-_*]+\w){2,10}")
_POLITE = re.compile(
    r"\W+(?:thanks|thank you|thank u|thx|ta|cheers|mate|pal|love|now|pls|please|x{1,4}|k)$"
)


def undressed(text: str) -> str:
    """Return a short message without what a phone or a polite person puts around a command: a
    signature, letters that look like ours, invisible ones, "S.T.O.P", and thanks after STOP.

    The networks do not know such a STOP, so it is no `is_stop`: it has to be confirmed.
    """
    words = _SIGNED.sub("", unicodedata.normalize("NFKC", text[:200]).casefold())
    words = "".join(c for c in words if unicodedata.category(c) != "Cf").strip(_EDGES)
    words = words.translate(_ALIKE) if not words.isascii() else words
    if _SPACED.fullmatch(words):
        words = re.sub(r"[ .\-_*]", "", words)
    kept = _POLITE.sub("", words)
    return kept if kept in ("stop", "unsubscribe", "stop all") else words


def _core(text: str) -> str:
    """Return a message without any sign, mark or space around it, whatever the script."""
    words = unicodedata.normalize("NFKC", text).casefold()
    if words.lstrip().startswith("/"):
        return ""  # written for a machine, where it is one; Telegram's own words are read there
    ends = [i for i, letter in enumerate(words) if unicodedata.category(letter)[0] in "LNM"]
    return words[ends[0] : ends[-1] + 1] if ends else ""


def is_stop(text: str) -> bool:
    """Say whether the whole message is a word that opts out."""
    return exact_command(text) == "opt_out"
