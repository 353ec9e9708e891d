"""What the list of conversations is narrowed to, as the address bar has it. What makes no sense
narrows nothing, and the page says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation, Purpose, Section
from bot.consultation.question import CLOSED_KINDS, FOLLOW_UP, Kind, Question
from bot.staff.conversations.glance import asked as what_it_asks
from bot.staff.shell import vocabulary
from bot.storage.review.conditions import ANY, FIRST, LAST, Filters
from bot.storage.review.finding import Place
from bot.storage.review.notes import normal_tag
from bot.storage.review.search import words_of

Choices = Sequence[tuple[str, str]]
YES_NO = (("yes", "Read"), ("no", "Unread"))
TROUBLE = (("failed", "A message failed"), ("undelivered", "A reply was not delivered"))
WHEN = ((FIRST, "First message"), (ANY, "Any message"))  # else the last one
ANSWER, UNREAD = "answer.", "unread"  # the beginning of a filter's name; no option was matched
LONGEST = 200


@dataclass(frozen=True)
class Field:
    """One filter: its name in the address bar, its label, and what can be chosen; else it is typed:
    a text, or a date.
    """

    name: str
    label: str
    every: str = ""
    choices: Choices = ()
    kind: str = "text"  # of what is typed
    group: str = ""  # where it stands among the filters
    short: str = ""  # instead of the label, where it is set


@dataclass(frozen=True)
class Asked:
    """What was asked for, what it means, and which of it made no sense."""

    typed: dict[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    problems: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return it for the record: which filters, never what was searched for."""
        return " ".join("words" if n == "words" else f"{n}={v}" for n, v in self.typed.items())


def fields_of(consultation: Consultation) -> tuple[Field, ...]:
    """Return every filter but the words, in the order of the page."""
    sections = [s for s in consultation.sections if s.purpose is Purpose.CONSULTATION]
    questions = [(q.id, vocabulary.excerpt(q.wording.text)) for q in consultation.questions]
    commands = [name for name in vocabulary.intents(consultation) if name != "give_answer"]
    intents = [(name, vocabulary.intent(name)) for name in commands]
    states = [(name, vocabulary.STATES[name]) for name in vocabulary.STATES_TO_CHOOSE]
    app_languages = tuple(vocabulary.LANGUAGES.items())
    languages = [one for one in app_languages if one[0] not in ("none", "en")]
    judgements = tuple(vocabulary.JUDGEMENTS.items())
    requests = (("yes", "Sent a request"),)
    who, what, staff = "Who", "What was said", "What staff did"
    return (
        *(_of_answer(s, q) for s in sections for q in s.questions if q.kind in CLOSED_KINDS),
        Field("channel", "Channel", "All", tuple(vocabulary.channels().items()), group=who),
        Field("state", "State", "All", states, group=who),
        Field("from", "From", kind="date", group="Dates"),
        Field("to", "To", kind="date", group="Dates"),
        Field("when", "Dates of", "Last message", WHEN, group="Dates"),
        Field(
            "aim",
            "Answered something about",
            "Any",
            [(s.id, s.title) for s in sections],
            group=what,
        ),
        Field("question", "Answered the question", "Any", questions, group=what),
        Field("intent", "Said to the bot", "Anything", intents, group=what),
        Field("spoke", "Wrote in", "Any language", languages, group=what),
        Field("request", "Request", "With or without", requests, group=who),
        Field("language", "Language of the app", "All", app_languages, group=who),
        Field("read", "Read", "Read and unread", YES_NO, group=staff),
        Field("judgement", "Judgement", "Any or none", judgements, group=staff),
        Field("tag", "Tag", group=staff),
        Field("flag", "Flag", "With or without", tuple(vocabulary.FLAGS.items()), group=staff),
        Field("trouble", "Trouble", "With or without", TROUBLE, group=staff),
    )


def _of_answer(section: Section, question: Question) -> Field:
    """Return the filter by what was answered to a question with options."""
    choices = [(option.value, option.wording.text) for option in question.options]
    if question.kind is Kind.YES_NO:
        choices = [("true", "Yes"), ("false", "No")]
    if question.kind is Kind.SCALE and len(choices) >= 5:
        choices = [*(_either(two) for two in (choices[:2], choices[3:5][::-1])), *choices]
    label = f"{section.title}: {what_it_asks(question.wording.text)}"
    choices.append((UNREAD, "Fits none of the options"))
    alone = len([q for q in section.questions if q.kind in CLOSED_KINDS]) == 1
    short = section.title if alone else ""
    return Field(ANSWER + question.id, label, "Any answer", choices, group="Answers", short=short)


def _either(two: Choices) -> tuple[str, str]:
    """Return one side of a scale as a choice: "Agree or strongly agree"."""
    (strongly, more), (plain, less) = two if len(two) == 2 else (*two, *two)
    return f"{plain},{strongly}", f"{less} or {more[0].lower()}{more[1:]}"


def read_filters(consultation: Consultation, args: Mapping[str, str]) -> Asked:
    """Read the address bar."""
    typed, problems = {}, []
    for one in fields_of(consultation):
        value = args.get(one.name, "").strip()
        if one.kind == "date" and value and not _day(value):
            problems.append(f"{one.label}: enter a real date, like 2021-03-01")
        elif one.choices and value and value not in dict(one.choices):
            problems.append(f"{one.label}: this choice is not known")
        elif value:
            typed[one.name] = normal_tag(value) if one.name == "tag" else value
    if typed.get("from", "") > typed.get("to", "9"):
        del typed["to"]
        problems.append("To: the last day must be on or after the first day")
    sought = args.get("words", "").strip()[:LONGEST]
    if words_of(sought):
        typed["words"] = sought
    elif sought:
        problems.append("Words: at least one needs three letters or more")
    return Asked(typed, _filters(consultation, typed), tuple(problems))


def _filters(consultation: Consultation, typed: Mapping[str, str]) -> Filters:
    since, until = _day(typed.get("from", "")), _day(typed.get("to", ""))
    section = consultation.section(typed.get("aim"))
    groups = [tuple(q.id for q in section.questions)] if section else []
    groups += [(typed["question"],)] if "question" in typed else []
    chosen = {name: value for name, value in typed.items() if name.startswith(ANSWER)}
    return Filters(
        chose=tuple((name[len(ANSWER) :], _values(value)) for name, value in chosen.items()),
        when=typed.get("when", LAST),
        tag=typed.get("tag"),
        judgement=typed.get("judgement"),
        failed=typed.get("trouble") == "failed",
        undelivered=typed.get("trouble") == "undelivered",
        spoke=typed.get("spoke"),
        channel=typed.get("channel"),
        state=typed.get("state"),
        answered=tuple((*group, *(id + FOLLOW_UP for id in group)) for group in groups),
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        flag=typed.get("flag"),
        read={"yes": True, "no": False}.get(typed.get("read", "")),
        language=typed.get("language"),
        requested="request" in typed,
        intent=typed.get("intent"),
        words=tuple(words_of(typed.get("words", ""))),
    )


def _values(typed: str) -> tuple[Any, ...]:
    """Return the values of an answer that a choice stands for."""
    meant = {UNREAD: None, "true": True, "false": False}
    return tuple(meant.get(value, value) for value in typed.split(","))


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if re.fullmatch(r"2\d{3}-\d\d-\d\d", typed) else None
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def as_text(place: Place) -> str:
    """Return a place in the list as it stands in the address bar."""
    return f"{place.at.astimezone(timezone.utc):%Y%m%dT%H%M%S.%f}_{place.reference}"


def as_place(typed: str) -> Place | None:
    moment, _, reference = typed.partition("_")
    try:
        at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return Place(at, reference) if re.fullmatch(r"[0-9A-Z-]{1,20}", reference) else None
