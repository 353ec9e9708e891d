"""Hearing that a resident protests about the bot itself: that is no complaint to the council."""

from __future__ import annotations

import re

from bot.understanding.words.normalise import normalised

# What the trained model hears as a complaint is about the bot where it speaks to it, or of what was
# said between the two, and neither asks for a complaint nor names what the council does.
TO_THE_BOT = re.compile(
    r"\b(?:you|your|youre|youve|bot|chatbot|machine|robot|computer|thing|misunderst\w+|wrong"
    r"|answers?|repl(?:y|ies)|messages?|opposite|my|me|stop|chat|helplines?|samaritans|twice|before"
    r"|not what i|i (?:already |just |never |did(?:nt| not) )?(?:said|say|told|asked|ask|meant))\b"
)
TO_THE_COUNCIL = re.compile(
    r"\b(?:complain\w*|complaints?|grievance|ombudsman|formal|council\w*|you lot|bins?|roads?"
    r"|potholes?|tax|office|town hall|staff|survey|consultation|questionnaire|website|services?)\b"
)


# "Stop sending me these numbers" speaks of the help lines, and not of the consultation.
# "Stop texting me on this number" is a STOP, and "my GP should stop giving me numbers" an answer.
OF_HELP_LINES = re.compile(
    r"\b(?:stop|quit|dont keep|dont send|no more|enough)\b.{0,14}\bme\b"
    r"(?:(?!\b(?:on|at|from|my)\b).){0,25}?"
    r"\b(?:numbers|(?:phone|help|crisis) number|helplines?|help lines?|samaritans|hotlines?)\b"
)
TO_START = re.compile(r"(?:(?:please|just|can you|could you|will you|i said|ok|so|now|and) )*$")
AT_MOST = 12  # words; who says more tells of something else too


def is_about_help_lines(text: str) -> bool:
    """Say whether a resident wants no more help lines, and says it to the bot: that is no STOP."""
    said = normalised(text).strip()
    found = OF_HELP_LINES.search(said)
    begins = found and TO_START.fullmatch(said[: found.start()])
    return begins is not None and len(said.split()) <= AT_MOST


def is_protest(text: str) -> bool:
    """Say whether a complaint is about how the bot has understood or answered."""
    said = normalised(text)
    return TO_THE_BOT.search(said) is not None and TO_THE_COUNCIL.search(said) is None
