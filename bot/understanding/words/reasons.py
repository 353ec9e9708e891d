"""Whether an answer in a resident's own words gives a reason, or leaves that open."""

from __future__ import annotations

import re

from bot.understanding.words.commands import is_acknowledgement, plain

ENOUGH_WORDS = 15  # who has written this much has said something
# Chinese, Japanese, Thai: no spaces between words, about two letters to each.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
REASONS = re.compile(
    r"\b(because|becos|becoz|bcos|cos|coz|cuz|bc|since|so that|due to|for example|for instance"
    r"|e\.?g|such as|like when|the reason|i am|i'm|im|we|my|mum|dad|son|daughter|nan|wife|husband)"
    r"\b",
    re.I,
)
# They have nothing to say, which is an answer, and asking on would be rude.
NOTHING = re.compile(
    r"(no(ne|pe|thing( (else|more|really|comes to mind|to (add|say)))?)?|n/?a|idk|nil|nowt|pass"
    r"|-+|\.+|\?+|(i have )?not? (really|sure|idea|comment|opinion)"
    r"|(i )?(don'?t|do not|dunno) ?(know|mind|care)?"
    r"|no thank(s| you)|(it'?s )?all good|that'?s (all|it)|same( as (before|above))?)",
    re.I,
)


def says_nothing(text: str) -> bool:
    """Say whether a resident has nothing to say: "no", "all good"."""
    return NOTHING.fullmatch(plain(text)) is not None or is_acknowledgement(text)


def leaves_open(text: str) -> bool:
    """Say whether an answer is short and gives no reason."""
    words = plain(text)
    if not words or says_nothing(text):
        return False
    said = len(words.split()) + len(UNSPACED.findall(words)) // 2
    return said < ENOUGH_WORDS and not REASONS.search(words)
