"""What actions that move a respondent share: each takes one step, once, and says what it did."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.base import TurnAction
from actions.turn import Turn, facts, now, services
from bot.conversation.did import Did
from bot.conversation.place import StepFunction
from bot.storage.review.flags import FLAGS, flag
from bot.turns.effect import Effect

# What is said after a step, by what it did. A step that is not listed says nothing of its own:
# the question that follows is enough.
SAID = {
    Did.KEPT_AND_STARTED: "utter_kept_for_staff",
    Did.KEPT_AFTER_END: "utter_kept_for_staff",
    Did.KEPT_UNREAD: "utter_kept_unread",
    Did.KEPT_AS_SAID: "utter_kept_as_said",
    Did.ADDED: "utter_answer_added",
    Did.KEPT_BESIDE: "utter_kept_thanks",
    Did.STALE_BUTTON: "utter_stale_button",
    Did.SKIPPED: "utter_skipped",
    Did.ANSWER_KEPT: "utter_answer_kept",
    Did.MUST_ANSWER: "utter_must_answer",
    Did.NOTHING_ANSWERED: "utter_all_skipped",
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
    Did.TOLD_BESIDE: "utter_told_beside",
    Did.REQUEST_DROPPED: "utter_request_dropped",
    Did.REQUEST_RESTARTED: "utter_request_restarted",
    Did.REQUEST_CLOSED: "utter_request_closed",
}


class StepAction(TurnAction):
    """Takes one step of bot/conversation/."""

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
