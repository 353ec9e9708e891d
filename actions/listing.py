"""A person's answers, numbered and in their own words, as the bot plays them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, services
from actions.wording import part
from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import CONTACT_KINDS, FOLLOW_UP, Consultation, Kind, Purpose, Question
from bot.conversation.changes import answered_questions, known_fields
from bot.conversation.place import detour_purpose
from bot.conversation.sealing import read_back
from bot.storage.requests.drafts import draft_fields
from bot.storage.respondents.answers import answers_of
from bot.understanding.answers import read_answer

SHORT_WORDS = 30  # letters of an answer by text message, where each part costs money
Answers = Mapping[str, tuple[str, Any]]


def listing(
    consultation: Consultation,
    answers: Answers,
    done: Collection[str],
    *,
    short: bool,
    letters: int | None = None,
    asks: bool = False,
) -> str:
    """Return the numbered list; `letters` cuts long answers, `asks` puts each question before its
    answer, on a screen. Empty when there is none.
    """
    cut = SHORT_WORDS if short else letters
    lines: list[str] = []
    section = None
    for number, question in enumerate(answered_questions(consultation, done), start=1):
        here = consultation.section_of[question.id]
        if here is not section and not short:
            lines += ["", here.title] if lines else [here.title]
        section = here
        said = _said(question, answers, short=short, cut=cut)
        if short:
            lines.append(f"{number} {said}")
        elif asks:
            lines.append(f"{number}. {question.wording.text}\n{said}")
        else:
            lines.append(f"{number}. {said}")
    return "\n".join(lines)


def to_pick(turn: Turn) -> str:
    """Return the list from which a person picks what to change. In a request it names the
    questions only: replies are kept in clear, and contact details are not.
    """
    consultation = services().consultation
    answers = answers_of(turn.session, turn.respondent_id)
    if detour_purpose(consultation, turn.place) is not Purpose.REQUEST:
        return listing(consultation, answers, turn.place.done, short=turn.short)
    dot = "" if turn.short else "."
    names = (q.named for q in known_fields(consultation, turn.place))
    return "\n".join(f"{n}{dot} {name}" for n, name in enumerate(names, start=1))


def say_to_pick(turn: Turn, say: CollectingDispatcher) -> None:
    """Show the answers, to pick the one to change or to take back."""
    removes = (turn.place.pending or {}).get("removes")
    response = "utter_pick_to_take_back" if removes else "utter_pick_answer"
    say.utter_message(response=response, answers=to_pick(turn))


def of_the_request(turn: Turn) -> str | None:
    """Return what they have told for the request that they are making; None when they make none.
    Of contact details it shows as much as replies may.
    """
    consultation, keys = services().consultation, services().keys
    told = draft_fields(turn.session, keys, turn.respondent_id)
    if detour_purpose(consultation, turn.place) is not Purpose.REQUEST:
        return None
    lines = (
        f"{q.named}: {_field(q, told, short=turn.short)}"
        for q in known_fields(consultation, turn.place)
    )
    dot = "" if turn.short else "."
    return "\n".join(f"{n}{dot} {line}" for n, line in enumerate(lines, start=1))


def _field(question: Question, told: Mapping[str, Mapping[str, Any]], *, short: bool) -> str:
    if question.id not in told:
        return part("utter_left_out", short=short)
    said = told[question.id]
    if question.kind in CONTACT_KINDS:
        return read_back(question.kind, str(said["value"])) or part("utter_given", short=short)
    if question.kind is Kind.NUMBER and said["value"] is not None:
        return str(said["value"])
    words = _words(question, str(said["text"]), said["value"], short=short)
    return words if not short or len(words) <= SHORT_WORDS else words[: SHORT_WORDS - 3] + "..."


def _said(question: Question, answers: Answers, *, short: bool, cut: int | None) -> str:
    parts = [answers[i] for i in (question.id, question.id + FOLLOW_UP) if i in answers]
    if not parts:
        return part("utter_left_out", short=short)
    texts = [_words(question, text, value, short=short) for text, value in parts]
    said = " / ".join(texts)
    return said if cut is None or len(said) <= cut else said[: cut - 3].rstrip() + "..."


def _words(question: Question, text: str, value: Any, *, short: bool) -> str:
    """Options by their wording, with what was said beside them; everything else in their words."""
    options = {option.value: option.wording for option in question.options}
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(v, str) and v in options for v in values):
        return " ".join(text.split())
    picked = ", ".join(options[v].for_channel(short=short) for v in values)
    return (
        picked if short or not _remarks(question, text) else f"{picked}: {' '.join(text.split())}"
    )


def _remarks(question: Question, text: str) -> bool:
    try:
        return read_answer(question, text).remark is not None
    except UnreadableAnswer:
        return False
