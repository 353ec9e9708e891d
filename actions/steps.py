"""The actions that move a respondent: each takes one step, once, and says what it did."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.base import TurnAction
from actions.questions import answer_about
from actions.turn import Turn, facts, now, services
from bot.consultation.model import Consultation, Purpose, Question
from bot.consultation.state import State
from bot.conversation import revisions, steps
from bot.conversation.detours import privacy_of
from bot.conversation.did import Did
from bot.conversation.place import StepFunction
from bot.storage.respondents.answers import current_answer
from bot.storage.review.flags import FLAGS, flag
from bot.turns.apply import Effect

# What is said after a step, by what it did. A step that is not listed says nothing of its own:
# the question that follows is enough.
SAID = {
    Did.KEPT_AND_STARTED: "utter_kept_for_staff",
    Did.KEPT_AFTER_END: "utter_kept_for_staff",
    Did.KEPT_UNREAD: "utter_kept_unread",
    Did.STALE_BUTTON: "utter_stale_button",
    Did.SKIPPED: "utter_skipped",
    Did.ANSWER_KEPT: "utter_answer_kept",
    Did.MUST_ANSWER: "utter_must_answer",
    Did.AT_FIRST: "utter_at_first",
    Did.RESUMED: "utter_welcome_back",
    Did.PAUSED: "utter_paused",
    Did.STOPPED: "utter_stopped",
    Did.IS_STOPPED: "utter_stopped_still",
    Did.KEPT_IN_CARE: "utter_kept_in_care",
    Did.UNCLEAR: "utter_say_yes_or_no",
    Did.NOTHING_TO_CHANGE: "utter_nothing_to_change",
    Did.STARTED_OVER: "utter_started_over",
    Did.ERASING: "utter_erased",
    Did.LEFT_AS_IT_IS: "utter_left_as_it_is",
    Did.EARLY: "utter_opens_later",
    Did.LATE: "utter_has_closed",
    Did.MUST_ANSWER_FIELD: "utter_must_answer_field",
    Did.AT_FIRST_FIELD: "utter_at_first_field",
    Did.MOVED_ON: "utter_moved_on",
    Did.DECLINED: "utter_equality_declined",
    Did.REQUEST_DROPPED: "utter_request_dropped",
    Did.REQUEST_RESTARTED: "utter_request_restarted",
    Did.REQUEST_CLOSED: "utter_request_closed",
}
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


class StepAction(TurnAction):
    """Takes one step of bot/conversation/steps.py."""

    writes = True
    step: staticmethod

    def moved(self, turn: Turn) -> Turn:
        moved = turn.after(self.chosen(turn))
        if kind := FLAGS.get(turn.intent):
            flag(turn.session, turn.inbox_id, kind, now())
        return moved

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        self.tell(turn, say, turn.effect)

    def chosen(self, turn: Turn) -> StepFunction:
        """Return the step to take."""
        return self.step

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if response := SAID.get(effect.did):
            say.utter_message(response=response, **facts(services().consultation))


def tell_understood(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Say which option was taken."""
    consultation = services().consultation
    answer = in_words(consultation, effect.question, effect.value, short=turn.short)
    say.utter_message(response="utter_answer_understood", answer=answer)


class ActionRecordAnswer(StepAction):
    step = staticmethod(steps.answer)

    def name(self) -> str:
        return "action_record_answer"

    def chosen(self, turn: Turn) -> StepFunction:
        if turn.other in MEANT_IN_WORDS:
            return revisions.doubted(turn.other, turn.read)
        return steps.answering(turn.read)

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


class ActionStart(StepAction):
    step = staticmethod(steps.start)

    def name(self) -> str:
        return "action_start"


class ActionSkipQuestion(StepAction):
    step = staticmethod(steps.skip)

    def name(self) -> str:
        return "action_skip_question"


class ActionGoBack(StepAction):
    step = staticmethod(steps.go_back)

    def name(self) -> str:
        return "action_go_back"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did.took_back:
            _tell_taken_back(turn, say, effect)
            return
        if effect.did is not Did.WENT_BACK:
            super().tell(turn, say, effect)
            return
        before = current_answer(turn.session, turn.respondent_id, effect.question or "")
        if before is None:
            say.utter_message(response="utter_went_back")
        else:
            say.utter_message(response="utter_went_back_answered", answer=before)


class ActionPause(StepAction):
    step = staticmethod(steps.pause)

    def name(self) -> str:
        return "action_pause"


class ActionSayGoodbye(StepAction):
    step = staticmethod(steps.pause)

    def name(self) -> str:
        return "action_say_goodbye"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did is not Did.PAUSED:
            super().tell(turn, say, effect)
            return
        completed = turn.place.state is State.COMPLETED
        response = "utter_goodbye_completed" if completed else "utter_goodbye"
        say.utter_message(response=response, **facts(services().consultation))


class ActionOptOut(StepAction):
    step = staticmethod(steps.opt_out)

    def name(self) -> str:
        return "action_opt_out"


class ActionGreet(StepAction):
    step = staticmethod(steps.greet)

    def name(self) -> str:
        return "action_greet"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did in (Did.STARTED, Did.ALREADY_STARTED, Did.ALREADY_COMPLETED):
            say.utter_message(response="utter_hello")
        else:
            super().tell(turn, say, effect)


def _tell_taken_back(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Say that the answer counts no more, and what was wanted instead."""
    say.utter_message(response="utter_taken_back")
    response = SAID.get(effect.did.instead) if effect.did.instead else None
    if response:
        say.utter_message(response=response, **facts(services().consultation))
    elif effect.reason:
        answer_about(effect.reason, turn, say)


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
