"""What is said to a resident on their channel: the greeting, numbered options, few messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.channels.registry import channel_named
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation
from bot.consultation.question import Kind
from bot.storage.messages.outbox import Reply
from bot.turns.rendering import is_short, numbered, split_long, split_short
from bot.turns.services import Services


def greeting(services: Services, channel: str, phase: Phase, *, begins: bool) -> list[Reply]:
    """Return what is said first. `begins`: the first question follows at once."""
    if phase is not Phase.OPEN:
        response = "utter_not_open_yet" if phase is Phase.BEFORE else "utter_is_closed"
        return [services.say(response, channel)]
    short = channel_named(channel).short_texts
    welcome = services.consultation.welcome.for_channel(short=short)
    privacy = services.consultation.privacy.wording.for_channel(short=short)
    start = {"title": services.words.part("utter_title_start", short=short), "command": "start"}
    return [Reply(welcome), Reply(privacy, buttons=() if begins else [start])]


def rendered(replies: Sequence[Reply], channel: str, consultation: Consultation) -> list[Reply]:
    """Return the messages that go out: one stored reply is one message of the channel."""
    able = channel_named(channel)
    shown = [_with_options(reply, channel, consultation) for reply in replies]
    if able.short_texts:
        return _packed([part for reply in shown for part in _split(reply, split_short(reply.text))])
    if able.longest_reply:
        return [
            part
            for reply in shown
            for part in _split(reply, split_long(reply.text, able.longest_reply))
        ]
    return shown


def _with_options(reply: Reply, channel: str, consultation: Consultation) -> Reply:
    """Write options as numbered lines where the channel has no buttons that serve."""
    able = channel_named(channel)
    question = consultation.by_id.get(reply.question or "")
    several = question is not None and question.kind is Kind.MULTI_CHOICE
    if able.buttons and (able.several or not several):
        return reply
    titles = [str(button["title"]) for button in reply.buttons if "question" in button]
    return replace(reply, text=numbered(reply.text, titles), buttons=())


def _split(reply: Reply, texts: Sequence[str]) -> list[Reply]:
    """Return one reply for each text; what can be pressed stands under the last. Contact details
    that were cut in two cannot be masked, so then the whole of it is.
    """
    times = [sum(text.count(one) for text in texts) for one in reply.personal]
    if times != [reply.text.count(one) for one in reply.personal]:
        reply = replace(reply, personal=tuple(texts))
    first = [replace(reply, text=text, buttons=(), question=None) for text in texts[:-1]]
    return [*first, replace(reply, text=texts[-1])]


def _packed(replies: Sequence[Reply]) -> list[Reply]:
    """Put short replies together: every message costs money, and they may arrive out of order."""
    packed: list[Reply] = []
    for reply in replies:
        together = f"{packed[-1].text}\n\n{reply.text}" if packed else ""
        if together and is_short(together):
            personal = packed[-1].personal + reply.personal
            packed[-1] = replace(reply, text=together, personal=personal)
        else:
            packed.append(reply)
    return packed
