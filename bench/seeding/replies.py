"""What the bot says in a made-up conversation: the words of domain.yml after each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.consultation.model import FOLLOW_UP, Consultation, Question
from bot.consultation.state import State
from bot.consultation.utterances import Words
from bot.conversation.did import Did
from bot.conversation.place import Place, Step
from bot.storage.messages.outbox import Reply

START = {"title": "Start", "command": "start"}
SAID = {
    Did.SKIPPED: "utter_skipped",
    Did.WENT_BACK: "utter_went_back",
    Did.RESUMED: "utter_welcome_back",
    Did.PAUSED: "utter_paused",
    Did.STOPPED: "utter_stopped",
    Did.UNREADABLE: "utter_unreadable",
    Did.KEPT_UNREAD: "utter_kept_unread",
    Did.KEPT_AFTER_END: "utter_kept_for_staff",
}
ASIDES = {
    "thank": "utter_thank",
    "show_progress": "utter_progress",
    "off_topic": "utter_off_topic",
    "complain": "utter_complaint_heard",
    "ask_human": "utter_ask_human",
    "distress": "utter_care",
}


def greeting(consultation: Consultation, *, short: bool, begins: bool) -> list[Reply]:
    """Return what is said first. `begins`: the first question follows at once."""
    welcome = consultation.welcome.for_channel(short=short)
    privacy = consultation.privacy.wording.for_channel(short=short)
    return [Reply(welcome), Reply(privacy, buttons=() if begins else [START])]


def replies(
    consultation: Consultation, words: Words, step: Step | None, place: Place, intent: str,
    *, short: bool, reference: str,
) -> list[Reply]:  # fmt: skip
    """Return what follows a message. By text message it is one reply."""
    lines = consultation.help_lines.for_channel(short=short) if consultation.help_lines else ""
    facts = {"organisation": consultation.organisation, "help_lines": lines,
             "contact": ", ".join(consultation.contact.values()),
             "answered": len(place.answered), "total": len(consultation.questions),
             "left": len(consultation.questions) - len(place.done)}  # fmt: skip
    said = [_after(consultation, words, step, intent, short, facts)]
    if place.state is State.COMPLETED and step and step.did in (Did.ANSWERED, Did.SKIPPED):
        closing = consultation.closing.for_channel(short=short)
        steps = consultation.next_steps.for_channel(short=short)
        ending = {"closing": closing, "next_steps": steps, "reference": reference}
        said.append(Reply(words.say("utter_completed", short=short, **ending)))
    elif place.state is State.STARTED and place.open_question and not place.pending:
        question = consultation.by_id[place.open_question]
        said.append(_asked(consultation, words, step, question, short))
    return _together([reply for reply in said if reply], short=short)


def _after(
    consultation: Consultation, words: Words, step: Step | None, intent: str, short: bool,
    facts: dict[str, Any],
) -> Reply | None:  # fmt: skip
    faq = next((faq for faq in consultation.faqs if faq.id == intent), None)
    if faq:
        return Reply(faq.answer.for_channel(short=short))
    if step is None or intent in ASIDES:
        response = ASIDES.get(intent, "")
    elif step.private:  # what is kept apart is not repeated in clear
        response = "utter_thanks"
    elif step.did is Did.ANSWERED and step.reading and step.reading.value:
        answer = _in_words(consultation, step, short)
        return Reply(words.say("utter_answer_understood", short=short, answer=answer))
    else:
        response = "utter_answer_saved" if step.did is Did.ANSWERED else SAID.get(step.did, "")
    if response not in words.responses:
        return None
    return Reply(words.say(response, short=short, **facts))


def _in_words(consultation: Consultation, step: Step, short: bool) -> str:
    value = step.reading.value if step.reading else None
    options = {o.value: o.wording for o in consultation.by_id[step.question or ""].options}
    values = value if isinstance(value, list) else [value]
    words = [options[v].for_channel(short=short) if v in options else str(v) for v in values]
    return ", ".join(words)


def _asked(
    consultation: Consultation, words: Words, step: Step | None, question: Question, short: bool
) -> Reply:
    text = question.wording.for_channel(short=short)
    if question.id.endswith(FOLLOW_UP):
        text = words.say("utter_follow_up", short=short, question=text)
    section = consultation.section_of[question.id]
    first = section.questions[0].id == question.id and step and step.opened == question.id
    if section.intro and first:
        text = f"{section.intro.for_channel(short=short)}\n\n{text}"
    if short:
        options = [o.wording.sms for o in question.options]
        text = "\n".join([text, *(f"{n} {option}" for n, option in enumerate(options, start=1))])
        return Reply(text, question=question.id)
    buttons = [
        {"title": o.wording.text, "question": question.id, "value": o.value}
        for o in question.options
    ]
    return Reply(text, buttons=buttons, question=question.id)


def _together(said: Sequence[Reply], *, short: bool) -> list[Reply]:
    if not short or not said:
        return list(said)
    return [Reply("\n\n".join(reply.text for reply in said), question=said[-1].question)]
