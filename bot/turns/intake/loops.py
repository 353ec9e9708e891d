"""Machines that answer us: the same words again and again, whatever we say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.channels.registry import channel_named
from bot.storage.messages.asked import Sent
from bot.storage.messages.inbox import Incoming
from bot.understanding.machines import Note
from bot.understanding.words.commands import exact_command, is_no, is_yes

SENTENCE = 4  # words; who writes so many would not write them three times
SENTENCES, WORDS = 3, 4  # so many times in a row, and it is a machine
LOOKED_AT = max(SENTENCES, WORDS) - 1  # messages before
DIGITS = re.compile(r"\d+")


def loop_note(incoming: Incoming, sent: Sequence[Sent]) -> str | None:
    """Return the note of a message that goes round in circles. Nothing more is said to it, where
    each reply would be answered again: a sentence for the third time, or a word that gets nowhere
    for the fourth. A command, a yes or a no may be said as often as people like. `sent`: what came
    before, the newest first.
    """
    if channel_named(incoming.channel).pulls or incoming.button or not incoming.text.strip():
        return None
    sentence = len(incoming.text.split()) >= SENTENCE
    most = SENTENCES if sentence else WORDS
    before = sent[: most - 1]
    if len(before) < most - 1 or any(not _same(one, incoming) for one in before):
        return None
    if not sentence and not _gets_nowhere(before, incoming):
        return None
    return Note.AUTOMATIC.value


def _same(one: Sent, incoming: Incoming) -> bool:
    """A number in a sentence may change: "Ticket 17 has been received"."""
    if one.button:
        return False
    return _plain(one.text) == _plain(incoming.text)


def _plain(text: str) -> str:
    words = " ".join(text.casefold().split())
    return DIGITS.sub("#", words) if len(words.split()) >= SENTENCE else words


def _gets_nowhere(before: Sequence[Sent], incoming: Incoming) -> bool:
    text = incoming.text
    means = exact_command(text) is not None or is_yes(text) or is_no(text)
    about = {incoming.about, *(one.about for one in before)}
    return not means and len(about) == 1 and None not in about
