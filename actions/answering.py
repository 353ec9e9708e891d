"""The action that takes an answer, and what is said to it."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.steps import SAID, StepAction
from actions.turn import Turn, facts, services
from bot.consultation.model import Consultation, Purpose, Question
from bot.conversation import answering, revisions
from bot.conversation.did import Did
from bot.conversation.place import StepFunction
from bot.conversation.sealing import privacy_of
from bot.turns.apply import Effect

SAID_TO_WORDS = {
    **SAID,
    Did.IS_STOPPED: "utter_is_stopped",
    Did.EARLY: "utter_opens_on",
    Did.LATE: "utter_closed_on",
}
UNDO = {"title": "I did not mean it as an answer", "command": "go_back"}  # + "undo": the question
# What an answer may have been meant to do, as the bot says it: "if you wanted to …".
MEANT_IN_WORDS = {
    "skip_question": "leave this question out",
    "go_back": "go back",
    "change_answer": "change an answer",
    "explain_question": "ask what the question means",
    "repeat_question": "hear the question again",
    "show_progress": "know how far you are",
    "show_my_answers": "see your answers",
    "pause": "have a break",
    "goodbye": "stop for now",
    "opt_out": "stop",
    "start_over": "start again",
    "ask_human": "talk to a person",
    "request_callback": "be called back",
    "delete_my_data": "delete your data",
    "offer_case_study": "tell us about your project",
    "join_workshop": "join a workshop",
    "request_print_copy": "ask for a printed copy",
    "complain": "complain",
    "off_topic": "ask about something else",
} | dict.fromkeys(
    ("faq_strategy", "faq_aims", "faq_close_date", "faq_privacy", "faq_who", "faq_after"),
    "ask about the consultation",
)
UNREADABLE = frozenset(
    {"two_options", "too_many", "not_yes_no", "not_email", "not_phone", "not_contact"}
    | {"not_postcode", "not_number", "not_url", "too_small", "too_big"}
)


def tell_understood(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Say which option was taken."""
    consultation = services().consultation
    answer = in_words(consultation, effect.question, effect.value, short=turn.short)
    say.utter_message(response="utter_answer_understood", answer=answer)


class ActionRecordAnswer(StepAction):
    step = staticmethod(answering.answer)

    def name(self) -> str:
        return "action_record_answer"

    def chosen(self, turn: Turn) -> StepFunction:
        if turn.other in MEANT_IN_WORDS:
            return revisions.doubted(turn.other, turn.read)
        return answering.answering(turn.read)

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        consultation = services().consultation
        if effect.did is Did.ANSWERED and effect.reason == "opt_out":
            stop = {"title": "Stop asking me", "command": "opt_out"}
            say.utter_message(response="utter_answer_or_stop", buttons=[stop])
        elif effect.did is Did.ANSWERED and effect.reason:
            meant = MEANT_IN_WORDS[effect.reason]
            undo = {**UNDO, "undo": effect.question}
            say.utter_message(response="utter_answer_doubted", meant=meant, buttons=[undo])
        elif effect.did is Did.ANSWERED and effect.value in (None, []):
            said = consultation.by_id[effect.question or ""]
            hidden = privacy_of(consultation, said.id) is not None
            say.utter_message(response="utter_thanks" if hidden else "utter_answer_saved")
        elif effect.did is Did.ANSWERED:
            tell_understood(turn, say, effect)
        elif effect.did is Did.ASKED_BACK:
            help_text = consultation.by_id[effect.question or ""].help
            say.utter_message(
                response="utter_explain", help=help_text.for_channel(short=turn.short)
            )
        elif effect.did is Did.UNREADABLE:
            question = consultation.by_id[effect.question or ""]
            suffix = f"_{effect.reason}" if effect.reason in UNREADABLE else ""
            if not suffix and _about_her(consultation, question.id):
                suffix = "_about_you"
            say.utter_message(
                response=f"utter_unreadable{suffix}",
                most=question.max_choices,
                limits=limits_of(question),
                or_skip=", or say SKIP" if question.optional else "",
            )
        elif effect.did is Did.MOVED_ON and _about_her(consultation, effect.question):
            say.utter_message(response="utter_moved_on_about_you")
        elif response := SAID_TO_WORDS.get(effect.did):
            say.utter_message(response=response, **facts(consultation))


def _about_her(consultation: Consultation, question_id: str | None) -> bool:
    return consultation.purpose_of(question_id) is Purpose.EQUALITY


def limits_of(question: Question) -> str:
    """Return what numbers a question takes, e.g. "from 1 to 10"."""
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        return f"from {low} to {high}"
    return f"of {low} or more" if low is not None else f"up to {high}"


def in_words(
    consultation: Consultation, question_id: str | None, value: Any, *, short: bool
) -> str:
    """Return an understood value as the resident would say it."""
    options = {o.value: o.wording for o in consultation.by_id[question_id or ""].options}
    values = value if isinstance(value, list) else [value]
    words = [options[v].for_channel(short=short) if v in options else str(v) for v in values]
    return ", ".join(words)
