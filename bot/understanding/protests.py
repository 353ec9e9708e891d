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
OF_HELP_LINES = re.compile(
    r"\b(?:stop|quit|dont keep|dont send|no more|enough)\b.{0,14}\bme\b.{0,25}"
    r"\b(?:numbers?|helplines?|help lines?|samaritans|hotlines?)\b"
)


def is_about_help_lines(text: str) -> bool:
    """Say whether a resident wants no more help lines: that is no STOP."""
    return OF_HELP_LINES.search(normalised(text)) is not None


def is_protest(text: str) -> bool:
    """Say whether a complaint is about how the bot has understood or answered."""
    said = normalised(text)
    return TO_THE_BOT.search(said) is not None and TO_THE_COUNCIL.search(said) is None
