"""The parts of a consultation file: wordings, options, questions, sections, aims, faqs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.consultation.file.checks import (
    check_example,
    check_limits,
    check_look_alikes,
    check_options,
    check_parts,
    check_purpose,
    check_text_message,
    check_unique,
)
from bot.consultation.file.fields import Fields, nearest, read_text
from bot.consultation.file.tree import TEXT, Problems, Value
from bot.consultation.model import Aim, Faq, Keep, Privacy, Purpose, Section
from bot.consultation.question import Consent, Kind, Option, Question
from bot.consultation.texts import InLanguage, Wording

SECTION_FIELDS = (
    "id", "title", "purpose", "aim", "intro", "questions", "next_steps", "after_close", "keep",
)  # fmt: skip
QUESTION_FIELDS = (
    "id", "kind", "text", "sms", "help", "help_sms", "options", "max_choices", "min", "max",
    "optional", "follow_up", "consent", "first_words", "counts", "label",
)  # fmt: skip
YES_OR_NO = (Option("yes", Wording("Yes", "Yes")), Option("no", Wording("No", "No")))
NO_WORDS = Wording("", "")
LANGUAGE_CODE = re.compile(r"[a-z]{2}")
MAX_LANGUAGE_PARTS = 3  # of 67 letters, where the letters are not plain ones
OptionLists = Mapping[str, tuple[Option, ...]]

OUTCOME = ("ask", "yes", "no", "tell")


def read_wording(
    fields: Fields, text: str = "text", sms: str = "sms", *, options: tuple[Option, ...] = ()
) -> Wording:
    """Read a text and its short form, which is the same text unless the file says otherwise."""
    long = fields.text(text)
    short = fields.text(sms, default=long)
    check_text_message(fields, sms=sms, text=text, wording=short, options=options)
    return Wording(long, short)


def read_group(fields: Fields, name: str, problems: Problems) -> Wording:
    """Read a wording that has a name of its own, such as `welcome`."""
    value = fields.need(name)
    return read_wording(Fields(value, problems, known=("text", "sms"))) if value else NO_WORDS


def read_groups(fields: Fields, name: str, problems: Problems) -> dict[str, Wording]:
    """Read wordings under names of the file's own choice, such as `care`; none where there are
    none.
    """
    value = fields.get(name)
    if value is None:
        return {}
    inner = Fields(value, problems)
    return {one: read_group(inner, one, problems) for one in inner.names()}


def read_outcome(fields: Fields, problems: Problems) -> dict[str, Wording]:
    """Read how residents are asked whether they want to hear what came of it, what is said to a yes
    and to a no, and what they are told; nothing where they are not asked.
    """
    value = fields.get("outcome")
    if value is None:
        return {}
    inner = Fields(value, problems, known=OUTCOME)
    found = {one: read_group(inner, one, problems) for one in OUTCOME}
    for length in ("text", "sms"):
        if "{page}" not in getattr(found["tell"], length):
            inner.note("tell", "has to name the public page, as {page}, also as a text message")
            break
    return found


def read_languages(fields: Fields, problems: Problems) -> dict[str, InLanguage]:
    """Read what is said in other languages, by their codes; none where there are none."""
    value = fields.get("languages")
    if value is None:
        return {}
    inner = Fields(value, problems)
    return {code: _read_language(inner, code, problems) for code in inner.names()}


def _read_language(languages: Fields, code: str, problems: Problems) -> InLanguage:
    if not LANGUAGE_CODE.fullmatch(code):
        languages.note(code, "is not the code of a language; use two small letters, such as pl")
    value = languages.need(code)
    if value is None:
        return InLanguage(NO_WORDS, reviewed=False)
    fields = Fields(value, problems, known=("text", "sms", "reviewed"))
    text = fields.text("text")
    short = fields.text("sms", default=text)
    check_parts(fields, sms="sms", text="text", message=short, most=MAX_LANGUAGE_PARTS)
    fields.need("reviewed")
    return InLanguage(Wording(text, short), fields.flag("reviewed", default=False))


def read_privacy(fields: Fields, problems: Problems) -> Privacy:
    value = fields.need("privacy")
    if value is None:
        return Privacy("", NO_WORDS, "")
    inner = Fields(value, problems, known=("version", "text", "sms", "notice"))
    return Privacy(inner.text("version"), read_wording(inner), inner.text("notice"))


def read_contact(fields: Fields, problems: Problems) -> dict[str, str]:
    value = fields.get("contact")
    if value is None:
        return {}
    inner = Fields(value, problems)
    return {name: inner.text(name) for name in inner.names()}


def read_aim(value: Value, problems: Problems) -> Aim:
    fields = Fields(value, problems, known=("id", "name", "text"))
    return Aim(fields.id("id"), fields.text("name"), fields.text("text"))


def read_faq(value: Value, problems: Problems) -> Faq:
    fields = Fields(value, problems, known=("id", "question", "answer", "sms", "asked_as"))
    asked_as = tuple(read_text(said, problems) for said in fields.items("asked_as", needed=False))
    return Faq(fields.id("id"), fields.text("question"), read_wording(fields, "answer"), asked_as)


def read_option_lists(fields: Fields, problems: Problems) -> OptionLists:
    """Read the option lists that questions refer to by name."""
    value = fields.get("option_lists")
    if value is None:
        return {}
    lists = Fields(value, problems)
    return {name: _read_options(lists, name, problems) for name in lists.names()}


def _read_options(fields: Fields, name: str, problems: Problems) -> tuple[Option, ...]:
    values = fields.items(name)
    options = []
    for value in values:
        inner = Fields(value, problems, known=("value", "text", "sms", "also"))
        text = inner.text("text")
        wording = Wording(text, inner.text("sms", default=text))
        also = tuple(read_text(name, problems) for name in inner.items("also", needed=False))
        options.append(Option(inner.id("value"), wording, also))
    check_unique([(o.value, v) for o, v in zip(options, values, strict=True)], "value", problems)
    check_look_alikes(options, values, problems)
    return tuple(options)


def _options(
    fields: Fields, kind: Kind, lists: OptionLists, problems: Problems
) -> tuple[Option, ...]:
    """Return the options of a question: its own, those of a list it names, or yes and no."""
    value = fields.get("options")
    if value is None:
        return YES_OR_NO if kind is Kind.YES_NO else ()
    if value.type != TEXT:
        return _read_options(fields, "options", problems)
    if value.text not in lists:
        advice = nearest(value.text, lists)
        fields.note("options", f'"{value.text}" is not in option_lists; {advice}')
    return lists.get(value.text, ())


def _read_question(value: Value, lists: OptionLists, problems: Problems) -> Question:
    fields = Fields(value, problems, known=QUESTION_FIELDS)
    question_id = fields.id("id")
    word = fields.word("kind", [kind.value for kind in Kind], "kind of question")
    kind = Kind(word or "open")
    options = _options(fields, kind, lists, problems)
    limits = {name: fields.number(name) for name in ("max_choices", "min", "max")}
    if word:
        check_options(fields, kind, options)
        check_limits(fields, kind, options, limits)
    label = fields.get("label")
    help_text = read_wording(fields, "help", "help_sms")
    check_example(fields, help_text)
    return Question(
        id=question_id,
        kind=kind,
        wording=read_wording(fields, options=options),
        help=help_text,
        options=options,
        max_choices=limits["max_choices"] or (len(options) if kind is Kind.MULTI_CHOICE else None),
        minimum=limits["min"],
        maximum=limits["max"],
        optional=fields.flag("optional", default=True),
        follow_up=read_group(fields, "follow_up", problems) if "follow_up" in fields else None,
        consent=_read_consent(fields, kind),
        first_words=fields.flag("first_words", default=False),
        counts=tuple(read_text(word, problems) for word in fields.items("counts", needed=False)),
        label=read_text(label, problems) if label else "",
    )


def _read_consent(fields: Fields, kind: Kind) -> Consent | None:
    if "consent" not in fields:
        return None
    if kind is not Kind.YES_NO:
        fields.note("consent", f"is only for the kind {Kind.YES_NO.value}; remove it")
    word = fields.word("consent", [consent.value for consent in Consent], "consent")
    return Consent(word) if word else None


def read_keep(fields: Fields, problems: Problems) -> Keep | None:
    """Read how long a request's content is kept."""
    value = fields.get("keep")
    if value is None:
        return None
    inner = Fields(value, problems, known=("days", "after"))
    after = inner.word("after", ("sent", "done"), "moment")
    inner.need("days")
    days = inner.number("days")
    if days is not None and days < 1:
        inner.note("days", f"is {days}, but has to be 1 or more")
    return Keep(days or 0, after or "sent")


def read_section(
    value: Value, aims: set[str], lists: OptionLists, problems: Problems
) -> tuple[Section, tuple[Value, ...]]:
    """Read a section; also return where its questions are, to compare ids across sections."""
    fields = Fields(value, problems, known=SECTION_FIELDS)
    purpose = fields.word("purpose", [purpose.value for purpose in Purpose], "purpose")
    aim = fields.text("aim") if "aim" in fields else None
    if aim and aim not in aims:
        fields.note("aim", f'"{aim}" is not the id of an aim; {nearest(aim, sorted(aims))}')
    places = fields.items("questions")
    section = Section(
        id=fields.id("id"),
        title=fields.text("title"),
        purpose=Purpose(purpose or "request"),
        questions=tuple(_read_question(place, lists, problems) for place in places),
        aim=aim,
        intro=read_group(fields, "intro", problems) if "intro" in fields else None,
        next_steps=read_group(fields, "next_steps", problems) if "next_steps" in fields else None,
        after_close=fields.flag("after_close", default=False),
        keep=read_keep(fields, problems),
    )
    check_purpose(fields, section)
    return section, places
