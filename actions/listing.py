"""A person's answers, numbered and in their own words, as the bot plays them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, services
from actions.wording import joined, part
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import FOLLOW_UP, Kind, Question
from bot.conversation.changes import answered_questions, known_fields
from bot.conversation.place import detour_purpose
from bot.conversation.sealing import CONTACT, privacy_of
from bot.storage.requests.drafts import draft_fields
from bot.storage.respondents.answers import Said, answers_of, removed_by
from bot.understanding.answers.contact import spoken_number
from bot.understanding.words.field_words import is_condition

SHORT_WORDS = 30  # letters of an answer by text message, where each part costs money
Answers = Mapping[str, Said]


@dataclass(frozen=True)
class Told:
    """What a request says, as a list; `personal` are the contact details in it."""

    text: str
    personal: tuple[str, ...]


def listing(
    consultation: Consultation,
    answers: Answers,
    done: Collection[str],
    *,
    short: bool,
    letters: int | None = None,
    asks: bool = False,
    removed: Collection[str] = (),
) -> str:
    """Return the numbered list; `letters` cuts long answers, `asks` puts each question before its
    answer, on a screen; `removed` were taken back, not skipped. Empty when there is none.
    """
    cut = SHORT_WORDS if short else letters
    lines: list[str] = []
    section = None
    for number, question in enumerate(answered_questions(consultation, done), start=1):
        here = consultation.section_of[question.id]
        if here is not section and not short:
            lines += ["", here.title] if lines else [here.title]
        section = here
        missing = "utter_removed" if question.id in removed else "utter_left_out"
        said = _said(question, answers, short=short, cut=cut) or part(missing, short=short)
        if short:
            lines.append(f"{number} {said}")
        elif asks:
            lines.append(f"{number}. {question.wording.text}\n{said}")
        else:
            lines.append(f"{number}. {said}")
    return "\n".join(lines)


def answers_listed(turn: Turn, *, letters: int | None = None, asks: bool = False) -> str:
    """Return the list of what the person who writes has answered, skipped and taken back."""
    return listing(
        services().consultation,
        answers_of(turn.session, turn.respondent_id),
        turn.place.done,
        short=turn.short,
        letters=letters,
        asks=asks,
        removed=removed_by(turn.session, turn.respondent_id),
    )


def said_before(turn: Turn, question_id: str | None) -> str | None:
    """Return what stands as the answer to a question, options by their names; None for nothing."""
    answer = answers_of(turn.session, turn.respondent_id).get(question_id or "")
    question = services().consultation.by_id.get(question_id or "")
    if answer is None or question is None:
        return None
    return _words(question, answer, short=turn.short) if question.options else answer.text


def to_pick(turn: Turn) -> str:
    """Return the list from which a person picks what to change; in a request the names of the
    questions do.
    """
    consultation = services().consultation
    if detour_purpose(consultation, turn.place) is not Purpose.REQUEST:
        return answers_listed(turn)
    dot = "" if turn.short else "."
    names = (q.named for q in known_fields(consultation, turn.place))
    return "\n".join(f"{n}{dot} {name}" for n, name in enumerate(names, start=1))


def say_to_pick(turn: Turn, say: CollectingDispatcher) -> None:
    """Show the answers, to pick the one to change or to take back. A no to a request that was read
    back sends nothing.
    """
    requesting = detour_purpose(services().consultation, turn.place) is Purpose.REQUEST
    removes = (turn.place.pending or {}).get("removes")
    response = "utter_pick_to_take_back" if removes else "utter_pick_answer"
    if requesting and turn.intent == "deny":
        response = "utter_pick_before_sending"
    say.utter_message(response=response, answers=to_pick(turn))


def of_the_request(turn: Turn) -> Told | None:
    """Return what they have told for the request they are making; None when that is nothing."""
    consultation, keys = services().consultation, services().keys
    told = draft_fields(turn.session, keys, turn.respondent_id)
    if detour_purpose(consultation, turn.place) is not Purpose.REQUEST:
        return None
    fields = known_fields(consultation, turn.place)
    if not fields:
        return None
    said = {q.id: _field(q, told, short=turn.short) for q in fields}
    dot = "" if turn.short else "."
    lines = (f"{n}{dot} {q.named}: {said[q.id]}" for n, q in enumerate(fields, start=1))
    personal = (contact_told(q.id, told) for q in fields)
    return Told("\n".join(lines), tuple(one for one in personal if one))


def contact_told(question_id: str, told: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return a contact detail as it is said back, with what was said beside it: "07700 900123
    (after 3pm)". None for what is none, or was left out.
    """
    said = told.get(question_id)
    if privacy_of(services().consultation, question_id) != CONTACT or said is None:
        return None
    read = said["value"] is not None  # else it is kept in their words
    words = " ".join(str(said["value"] if read else said["text"]).split())
    remark = " ".join(str(said.get("remark") or "").split()) if read else ""
    return spoken_number(words) + (f" ({remark})" if remark else "")


def _field(question: Question, told: Mapping[str, Mapping[str, Any]], *, short: bool) -> str:
    if question.id not in told:
        return part("utter_left_out", short=short)
    said = told[question.id]
    if contact := contact_told(question.id, told):
        return contact
    if question.kind is Kind.NUMBER and said["value"] is not None:
        return str(said["value"])
    words = _words(question, Said(str(said["text"]), said["value"], None), short=short)
    if question.consent and said["value"] == "yes" and is_condition(said.get("remark")):
        words += f" ({' '.join(str(said['remark']).split())})"
    return shortened(words, short=short)


def shortened(words: str, *, short: bool) -> str:
    """Return words as a text message has room for them."""
    return words if not short or len(words) <= SHORT_WORDS else words[: SHORT_WORDS - 3] + "..."


def _said(question: Question, answers: Answers, *, short: bool, cut: int | None) -> str:
    parts = [answers[i] for i in (question.id, question.id + FOLLOW_UP) if i in answers]
    texts = [_words(question, one, short=short) for one in parts]
    said = " / ".join(texts)
    return said if cut is None or len(said) <= cut else said[: cut - 3].rstrip() + "..."


def _words(question: Question, said: Said, *, short: bool) -> str:
    """Options by their wording, with what was said beside them; everything else in their words."""
    options = {option.value: option.wording for option in question.options}
    values = said.value if isinstance(said.value, list) else [said.value]
    text = " ".join(said.text.split())
    if not values or not all(isinstance(v, str) and v in options for v in values):
        return text
    names = [options[v].for_channel(short=short) for v in values]
    picked = joined(names, "utter_both", short=short)
    if said.remark is None or question.consent:
        return picked
    # What they said before they picked one stands by itself; else their words hold it.
    before = " ".join(said.remark.split())
    return f"{picked} ('{text if before in text else before}')"
