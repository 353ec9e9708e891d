"""The actions that move a respondent: each takes one step, once, and says what it did."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.base import TurnAction
from actions.turn import Turn, facts, now, services
from bot.consultation import steps
from bot.consultation.model import Consultation
from bot.consultation.progress import State
from bot.storage.turns import Effect, current_answer, state_of, take_step

# What is said after a step, by what it did. A step that is not listed says nothing of its own:
# the question that follows is enough.
SAID = {
    "kept_and_started": "utter_kept_for_staff",
    "kept_after_end": "utter_kept_for_staff",
    "kept_unread": "utter_kept_unread",
    "stale_button": "utter_stale_button",
    "skipped": "utter_skipped",
    "answer_kept": "utter_answer_kept",
    "must_answer": "utter_must_answer",
    "at_first": "utter_at_first",
    "resumed": "utter_welcome_back",
    "paused": "utter_paused",
    "stopped": "utter_stopped",
    "is_stopped": "utter_is_stopped",
    "early": "utter_opens_later",
    "late": "utter_has_closed",
}
SAID_TO_WORDS = {**SAID, "early": "utter_opens_on", "late": "utter_closed_on"}
UNREADABLE = frozenset(
    {"two_options", "too_many", "not_yes_no", "not_email", "not_phone", "not_contact"}
    | {"not_postcode", "not_number", "not_url"}
)


class StepAction(TurnAction):
    """Takes one step of bot/consultation/steps.py."""

    step: staticmethod

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        consultation = services().consultation
        with services().database.writing() as session:
            effect = take_step(session, consultation, turn.inbox_id, self.step, now=now())
        self.tell(turn, say, effect)

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if response := SAID.get(effect.did):
            say.utter_message(response=response, **facts(services().consultation))


class ActionRecordAnswer(StepAction):
    step = staticmethod(steps.answer)

    def name(self) -> str:
        return "action_record_answer"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        consultation = services().consultation
        if effect.did == "answered" and effect.value is None:
            say.utter_message(response="utter_answer_saved")
        elif effect.did == "answered":
            answer = in_words(consultation, effect.question, effect.value, short=turn.short)
            say.utter_message(response="utter_answer_understood", answer=answer)
        elif effect.did == "asked_back":
            help_text = consultation.by_id[effect.question or ""].help
            say.utter_message(
                response="utter_explain", help=help_text.for_channel(short=turn.short)
            )
        elif effect.did == "unreadable":
            question = consultation.by_id[effect.question or ""]
            suffix = f"_{effect.reason}" if effect.reason in UNREADABLE else ""
            say.utter_message(response=f"utter_unreadable{suffix}", most=question.max_choices)
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
        if effect.did != "went_back":
            super().tell(turn, say, effect)
            return
        with services().database.reading() as session:
            before = current_answer(session, turn.respondent_id, effect.question or "")
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
        if effect.did != "paused":
            super().tell(turn, say, effect)
            return
        with services().database.reading() as session:
            completed = state_of(session, turn.respondent_id) is State.COMPLETED
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
        if effect.did in ("started", "already_started", "already_completed"):
            say.utter_message(response="utter_hello")
        else:
            super().tell(turn, say, effect)


def in_words(
    consultation: Consultation, question_id: str | None, value: Any, *, short: bool
) -> str:
    """Return an understood value as the resident would say it."""
    options = {o.value: o.wording for o in consultation.by_id[question_id or ""].options}
    values = value if isinstance(value, list) else [value]
    words = [options[v].for_channel(short=short) if v in options else str(v) for v in values]
    return ", ".join(words)
