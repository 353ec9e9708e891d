"""The action that takes an answer, and what is said to it."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.endings import IN_A_TEXT
from actions.listing import contact_told
from actions.steps import SAID, StepAction
from actions.turn import Turn, facts, services
from actions.wording import button, joined, meant_in_words, named, part
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import Kind, Question
from bot.consultation.requests import REQUESTS
from bot.conversation import answering, confirmations, revisions
from bot.conversation.detours import is_read_back
from bot.conversation.did import Did
from bot.conversation.place import StepFunction, offered_at
from bot.conversation.sealing import CONTACT, privacy_of
from bot.storage.requests.drafts import draft_fields
from bot.turns.apply import Effect
from bot.understanding.settled.without_doubt import FOR_ANOTHER

SAID_TO_WORDS = {
    **SAID,
    Did.IS_STOPPED: "utter_is_stopped",
    Did.EARLY: "utter_opens_on",
    Did.LATE: "utter_closed_on",
}
UNREADABLE = frozenset(
    {"two_options", "too_many", "not_yes_no", "not_email", "not_phone", "not_contact"}
    | {"not_postcode", "not_name", "not_address", "not_number", "not_url", "too_small", "too_big"}
)

REMARK_WORDS = 3  # fewer are said by the way
SIZES = ("too_small", "too_big")

OF_BEHALF = {
    Did.VIEWS_THEIRS: "utter_views_theirs",
    Did.VIEWS_OWN: "utter_views_own",
    Did.BEHALF_KNOWN: "utter_behalf_known",
}


def tell_understood(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Say which option was taken."""
    consultation = services().consultation
    answer = in_words(consultation, effect.question, effect.value, short=turn.short)
    more = "_more" if _adds_words(turn, effect) else ""
    say.utter_message(response=f"utter_answer_understood{more}", answer=answer)


def _adds_words(turn: Turn, effect: Effect) -> bool:
    """Say whether they wrote more than the answer that is said back, and more than "tbh"."""
    read = turn.read if turn.read and turn.read.question == effect.question else None
    remark = read.reading.remark if read and read.reading else None
    return len((remark or "").split()) >= REMARK_WORDS


class ActionRecordAnswer(StepAction):
    step = staticmethod(answering.answer)

    def name(self) -> str:
        return "action_record_answer"

    def chosen(self, turn: Turn) -> StepFunction:
        if turn.about:
            return revisions.added_to(turn.about)
        if turn.other == FOR_ANOTHER:
            return confirmations.for_another
        if turn.other and meant_in_words(turn.other, short=turn.short):
            return revisions.doubted(turn.other, turn.read)
        return answering.answering(turn.read)

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if tell_of_behalf(say, effect):
            return
        if effect.did is Did.ANSWERED and effect.reason:
            _tell_doubted(turn, say, effect)
        elif effect.did is Did.ANSWERED:
            tell_saved(turn, say, effect)
        elif turn.other == "opt_out" and effect.did is not Did.IS_STOPPED:
            stop = button("utter_title_stop_asking", command="opt_out")
            say.utter_message(response="utter_stop_or_not", buttons=[stop])
        elif effect.did is Did.ASKED_BACK:
            help_text = services().consultation.by_id[effect.question or ""].help
            text = help_text.for_channel(short=turn.short)
            say.utter_message(response="utter_explain", help=text)
        elif effect.did is Did.UNREADABLE and offered_at(turn.place):
            if not _about_the_person(effect.question):
                say.utter_message(response="utter_kept_thanks")
        elif effect.did is Did.UNREADABLE:
            _tell_unreadable(turn, say, effect)
        elif effect.did is Did.KEPT_UNREAD and _is_needed(effect.question):
            say.utter_message(response="utter_kept_unread_needed")
        elif effect.did is Did.MOVED_ON and _about_the_person(effect.question):
            say.utter_message(response="utter_moved_on_about_you")
        elif response := SAID_TO_WORDS.get(effect.did):
            say.utter_message(response=response, **facts(services().consultation))


def _tell_doubted(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Say that it was taken for an answer, and what else it may have been meant to do."""
    if effect.reason == "opt_out":
        stop = button("utter_title_stop_asking", command="opt_out")
        say.utter_message(response="utter_answer_or_stop", buttons=[stop])
        return
    meant = meant_in_words(str(effect.reason), short=turn.short)
    undo = button("utter_title_undo", command="go_back", undo=effect.question)
    if asked := services().consultation.section(REQUESTS.get(str(effect.reason), "")):
        word = part(IN_A_TEXT[asked.id]).partition(" (")[0]
        ask = {"title": asked.title, "command": effect.reason}
        say.utter_message(
            response="utter_answer_and_request", meant=meant, word=word, buttons=[ask, undo]
        )
        return
    say.utter_message(response="utter_answer_doubted", meant=meant, buttons=[undo])


def tell_saved(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Say that an answer is saved, and what was understood, if that may be repeated."""
    if effect.value not in (None, []):
        tell_understood(turn, say, effect)
        return
    hidden = privacy_of(services().consultation, effect.question)
    if hidden == CONTACT and not is_read_back(services().consultation, turn.place):
        told = draft_fields(turn.session, services().keys, turn.respondent_id)
        if contact := contact_told(effect.question or "", told):
            say.utter_message(
                response="utter_answer_understood",
                answer=contact,
                json_message={"personal": [contact]},
            )
            return
    asked_for = services().consultation.purpose_of(effect.question)
    if turn.says_nothing and asked_for is Purpose.CONSULTATION:
        say.utter_message(response="utter_nothing_to_add")
        return
    thanks = "utter_thanks_several" if effect.told else "utter_thanks"
    say.utter_message(response=thanks if hidden else "utter_answer_saved")


def _tell_unreadable(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    question = services().consultation.by_id[effect.question or ""]
    suffix = f"_{effect.reason}" if effect.reason in UNREADABLE else ""
    if not suffix and _about_the_person(question.id):
        suffix = "_about_you"
    say.utter_message(
        response=f"utter_unreadable{suffix}",
        most=question.max_choices,
        limits=_limits_of(question, short=turn.short) if effect.reason in SIZES else None,
        or_skip=part("utter_or_skip", short=turn.short) if question.optional else "",
    )


def _is_needed(question_id: str | None) -> bool:
    """Say whether nobody can be reached without the answer."""
    question = services().consultation.by_id[question_id or ""]
    return question.kind is Kind.EMAIL_OR_PHONE and not question.optional


def _about_the_person(question_id: str | None) -> bool:
    return services().consultation.purpose_of(question_id) is Purpose.EQUALITY


def _limits_of(question: Question, *, short: bool) -> str:
    """Return what numbers a question takes, e.g. "from 1 to 10"."""
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        response = "utter_limits_both"
    else:
        response = "utter_limits_low" if low is not None else "utter_limits_high"
    return part(response, short=short, low=low, high=high)


def in_words(
    consultation: Consultation, question_id: str | None, value: Any, *, short: bool
) -> str:
    """Return an understood value as the resident would say it."""
    options = {o.value: o.wording for o in consultation.by_id[question_id or ""].options}
    values = value if isinstance(value, list) else [value]
    words = [options[v].for_channel(short=short) if v in options else str(v) for v in values]
    return joined(words, "utter_both", short=short)


def tell_of_behalf(say: CollectingDispatcher, effect: Effect) -> bool:
    """Say what was noted; return whether anything was."""
    response = OF_BEHALF.get(effect.did)
    if response:
        say.utter_message(response=response, **named(effect.reason))
    return response is not None
