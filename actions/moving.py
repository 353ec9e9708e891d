"""The actions that move about: begin, skip, go back, rest, stop, greet."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk.executor import CollectingDispatcher

from actions.endings import offer_requests
from actions.listing import said_before
from actions.questions import answer_about
from actions.steps import SAID, StepAction
from actions.turn import Turn, facts, services
from bot.consultation.dates import Phase
from bot.consultation.model import Purpose
from bot.consultation.state import State
from bot.conversation import moving
from bot.conversation.did import Did
from bot.conversation.place import StepFunction, detour_purpose
from bot.conversation.progress import progress_at
from bot.turns.apply import Effect


class ActionStart(StepAction):
    step = staticmethod(moving.start)

    def name(self) -> str:
        return "action_start"


class ActionSkipQuestion(StepAction):
    step = staticmethod(moving.skip)

    def name(self) -> str:
        return "action_skip_question"

    def chosen(self, turn: Turn) -> StepFunction:
        return moving.stay if turn.about else self.step  # they have not seen the next one


class ActionGoBack(StepAction):
    step = staticmethod(moving.go_back)

    def name(self) -> str:
        return "action_go_back"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did.took_back:
            _tell_taken_back(turn, say, effect)
            return
        if effect.did is not Did.WENT_BACK:
            super().tell(turn, say, effect)
            return
        before = said_before(turn, effect.question)
        if before is None:
            say.utter_message(response="utter_went_back")
        else:
            say.utter_message(response="utter_went_back_answered", answer=before)


class ActionPause(StepAction):
    step = staticmethod(moving.pause)

    def name(self) -> str:
        return "action_pause"


class ActionSayGoodbye(StepAction):
    step = staticmethod(moving.pause)

    def name(self) -> str:
        return "action_say_goodbye"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did is not Did.PAUSED:
            super().tell(turn, say, effect)
            return
        consultation = services().consultation
        told = {**facts(consultation), "reference": turn.reference}
        if turn.place.state is State.COMPLETED:
            say.utter_message(response="utter_goodbye_completed")
        elif detour_purpose(consultation, turn.place) is Purpose.REQUEST:
            say.utter_message(response="utter_left_off_request")
        elif not turn.place.answered:
            say.utter_message(response="utter_goodbye", **told)
        else:
            here = progress_at(consultation, replace(turn.place, phase=Phase.OPEN))
            counts = {"answered": here.answered, "total": here.total}
            say.utter_message(response="utter_left_off", **counts, **told)
            offer_requests(turn, say)


class ActionOptOut(StepAction):
    step = staticmethod(moving.opt_out)

    def name(self) -> str:
        return "action_opt_out"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did is Did.STOPPED and turn.phase is Phase.AFTER:
            say.utter_message(response="utter_stopped_closed")
        else:
            super().tell(turn, say, effect)


class ActionGreet(StepAction):
    step = staticmethod(moving.greet)

    def name(self) -> str:
        return "action_greet"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did is Did.ALREADY_COMPLETED:
            say.utter_message(response="utter_hello_after_all")
        elif effect.did is Did.LATE:
            say.utter_message(response="utter_hello_closed", **facts(services().consultation))
        elif effect.did in (Did.STARTED, Did.ALREADY_STARTED):
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
