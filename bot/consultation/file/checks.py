"""What must hold in a consultation file beyond the shape of its fields."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from bot.consultation.file.fields import Fields
from bot.consultation.file.tree import Problems, Value
from bot.consultation.model import Purpose, Section
from bot.consultation.question import CLOSED_KINDS, FREE_TEXT_KINDS, Kind, Option
from bot.consultation.text_parts import EACH_PART, EACH_PART_UCS2, is_gsm7, sms_parts
from bot.consultation.texts import Wording

MAX_SMS_PARTS = 2


def as_text_message(wording: str, options: Sequence[Option] = ()) -> str:
    """Return a question as a text message shows it: its words, then one numbered line an option."""
    lines = [f"{n} {option.wording.sms}" for n, option in enumerate(options, start=1)]
    return "\n".join([wording, *lines])


def check_text_message(
    fields: Fields, *, sms: str, text: str, wording: str, options: Sequence[Option] = ()
) -> None:
    """Note a text that cannot go out as a text message of plain letters and at most 2 parts."""
    name, instead = (sms, "") if sms in fields else (text, f', or add a plain, short "{sms}"')
    odd = next((letter for letter in wording if not is_gsm7(letter)), None)
    if odd is not None:
        label = unicodedata.name(odd, f"U+{ord(odd):04X}").lower()
        fields.note(name, f'"{odd}" ({label}) is not a plain letter of text messages; '
                          f"write it another way{instead}")  # fmt: skip
        return
    message = as_text_message(wording, options)
    with_options = " with its options" if options else ""
    check_parts(fields, sms=sms, text=text, message=message, with_options=with_options)


def check_parts(
    fields: Fields,
    *,
    sms: str,
    text: str,
    message: str,
    most: int = MAX_SMS_PARTS,
    with_options: str = "",
) -> None:
    """Note a text message that takes more parts than are allowed."""
    parts = sms_parts(message)
    if parts > most:
        name, instead = (sms, "") if sms in fields else (text, f', or add a plain, short "{sms}"')
        over = len(message) - most * (EACH_PART if is_gsm7(message) else EACH_PART_UCS2)
        fields.note(name, f"takes {parts} text messages{with_options}, at most {most} "
                          f"are allowed; cut about {max(over, 1)} letters{instead}")  # fmt: skip


def check_who_asks(fields: Fields, welcome: Wording, organisation: str) -> None:
    """Note a welcome that does not say who asks, in either of its lengths."""
    for length in ("text", "sms"):
        said = getattr(welcome, length)
        if said and organisation not in said:
            fields.note("welcome", f'does not say "{organisation}" in its {length}; residents must '
                                   "see who asks")  # fmt: skip
            return


def check_example(fields: Fields, help_text: Wording) -> None:
    """Note a help without an example: residents understand one sooner than an explanation."""
    if help_text.text and "example" not in help_text.text.casefold():
        fields.note("help", "gives no example; add one that begins with: For example,")


def check_unique(ids: Iterable[tuple[str, Value]], noun: str, problems: Problems) -> None:
    """Note every id that stands for a second thing too."""
    lines: dict[str, int] = {}
    for text, where in ids:
        if text in lines and text:
            first = lines[text]
            problems.at(where, f'"{text}" is already the {noun} on line {first}; choose another')
        lines.setdefault(text, where.line)


def check_options(fields: Fields, kind: Kind, options: Sequence[Option]) -> None:
    """Note options that do not fit the kind of question."""
    given = "options" in fields
    if kind in FREE_TEXT_KINDS and given:
        fields.note("options", f"cannot be used with the kind {kind.value}; remove them, "
                               "or use the kind choice")  # fmt: skip
    elif kind in CLOSED_KINDS - {Kind.YES_NO} and not given:
        fields.note("options", f"is missing; a question of the kind {kind.value} needs options")
    elif kind in CLOSED_KINDS and len(options) == 1:
        fields.note("options", "needs at least 2 options to choose from")
    if kind is Kind.YES_NO and not {"yes", "no"} <= {option.value for option in options}:
        fields.note("options", "must have the values yes and no; leave the options out to get both")


def check_limits(
    fields: Fields, kind: Kind, options: Sequence[Option], limits: dict[str, int | None]
) -> None:
    """Note max_choices, min, max, follow_up and the like where they make no sense."""
    belongs = {"max_choices": Kind.MULTI_CHOICE, "min": Kind.NUMBER, "max": Kind.NUMBER,
               "follow_up": Kind.OPEN, "first_words": Kind.OPEN,
               "counts": Kind.NUMBER}  # fmt: skip
    for name, its_kind in belongs.items():
        if name in fields and kind is not its_kind:
            fields.note(name, f"is only for the kind {its_kind.value}; remove it")
    most, low, high = limits["max_choices"], limits["min"], limits["max"]
    if kind is Kind.MULTI_CHOICE and most is not None and not 1 <= most <= max(len(options), 1):
        fields.note("max_choices", f"is {most}, but must be from 1 to {len(options)}, "
                                   "the number of options")  # fmt: skip
    if kind is Kind.NUMBER and low is not None and high is not None and low > high:
        fields.note("min", f"is {low}, more than max, which is {high}; swap them")


def check_look_alikes(
    options: Sequence[Option], places: Sequence[Value], problems: Problems
) -> None:
    """Note two options that read the same, on a screen or in a text message."""
    seen: dict[str, Value] = {}
    for option, place in zip(options, places, strict=True):
        texts = (option.wording.text, option.wording.sms, *option.also)
        readings = {" ".join(text.casefold().split()) for text in texts} - {""}
        if known := sorted(readings & seen.keys()):
            first = seen[known[0]].line
            problems.at(place, f'reads "{known[0]}", as the option on line {first} does; '
                               "word one of them differently")  # fmt: skip
        seen.update({reading: place for reading in readings if reading not in seen})


def check_purpose(fields: Fields, section: Section) -> None:
    """Note what only requests have, on a section that is none; and equality without a way out."""
    if section.purpose is not Purpose.REQUEST:
        for name in ("next_steps", "after_close", "keep"):
            if name in fields:
                fields.note(name, "is only for a section with the purpose request; remove it")
        for question in section.questions:
            if question.consent or question.first_words or question.counts:
                fields.note("questions", f"has {question.id}, whose consent, first_words or counts "
                                         "are only for requests; remove them")  # fmt: skip
    if section.purpose is Purpose.EQUALITY and not all(q.options for q in section.questions):
        fields.note("questions", "of a section with the purpose equality all need options, "
                                 "such as \"Prefer not to say\"")  # fmt: skip
