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
    "start": "start|begin|unstop|start now|let's start|lets start|get started",
    "skip_question": "skip|pass|next|next question|skip this|skip it|skip question"
    "|skip this question|skip this one|next one|next please|skip please|pass on this",
    "go_back": "back|go back|previous|previous question|last question|back please|go back please"
    "|go back one|back one|prev|undo",
    "repeat_question": "repeat|again|repeat the question|repeat question|say again|say that again"
    "|repeat that|ask again|what was the question|what was the question again",
    "explain_question": "help|?|??|???|info|explain|what|huh|eh|meaning|what does this mean"
    "|what does that mean|what do you mean|i don't understand|i dont understand|don't understand"
    "|dont understand|explain please|explain this question|help me|help please|what do u mean",
    "show_progress": "reference|my reference|whats my reference|what's my reference"
    "|what is my reference|reference number|my reference number|progress|how far|how far am i|how"
    " many left|how many more|how many questions"
    "|how long left|how much longer|how many questions left|how many are left",
    "pause": "pause|later|break|brb|not now|pause please|finish later|i'll finish later"
    "|stop for now|carry on later",
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


def plain(text: str) -> str:
    """Return the words of a message as commands are compared: NFKC, lower case, no outer
    punctuation.
    """
    words = unicodedata.normalize("NFKC", text[:200]).casefold().replace("’", "'")
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
DROPS = re.compile(
    r"(?:please |pls |can (?:i|we|you) |could (?:i|you) |i (?:want|would like|'?d like) to "
    r"|i'?d like to )?"
    r"(?:cancel|drop|scrap|abandon|ditch|forget(?: about)?|leave|bin|quit|exit)"
    r"(?: (?:it|this|that|the|my|our|this one|all this|out of this))?"
    r"(?: (?:request|form|story|case study|workshop|copy|order|call ?back))?(?: (?:please|pls"
    r"|then|now))?"
    r"|never ?mind(?: (?:that|it|then))?|don'?t bother|dont bother(?: with (?:it|that|this))?"
    r"|(?:i(?:'?ve| have)? )?changed my mind|(?:i )?(?:don'?t|dont|do not) want (?:it|this|that"
    r"|to do this)"
    r"(?: any ?more| after all| now)?|not interested(?: any ?more)?|no request"
)
# While questions about the person are asked these leave out all of them.
ALL_OF_THEM = frozenset(
    {"none", "none of them", "none of these", "none of those", "skip all", "skip all of them"}
    | {"skip them", "skip them all", "leave them out", "leave them all out", "leave all out"}
    | {"no to all", "skip these", "skip all of these", "leave all of these out", "skip the lot"}
    | {"not answering these", "i don't want to answer these", "i dont want to answer these"}
    | {"i'd rather not answer any of these", "none of your business", "skip those", "skip the rest"}
)


def drops_request(text: str) -> bool:
    return len(text) <= 60 and DROPS.fullmatch(plain(text)) is not None


def leaves_all_out(text: str) -> bool:
    return plain(text) in ALL_OF_THEM


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


def exact_command(text: str) -> str | None:
    """Return the intent that the whole message stands for, or None when it is anything else."""
    if len(text) > 100:
        return None
    known = COMMANDS.get(plain(text))
    return known or ("opt_out" if _core(text) in STOP_WORDS else None)


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
