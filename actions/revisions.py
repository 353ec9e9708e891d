"""The actions of people who think again, and of those who need a person more than a question."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.answering import tell_of_behalf, tell_saved
from actions.base import TurnAction
from actions.listing import (
    answers_listed,
    of_the_request,
    said_before,
    say_to_pick,
    shortened,
)
from actions.requests import tell_amended, tell_withdrawn
from actions.steps import StepAction
from actions.turn import Turn, facts, services
from actions.wording import part
from bot.consultation.dates import Phase
from bot.consultation.question import FOLLOW_UP
from bot.consultation.state import State
from bot.conversation import confirmations, moving, revisions
from bot.conversation.did import Did
from bot.conversation.place import StepFunction
from bot.conversation.progress import progress_at
from bot.conversation.withdrawals import amending
from bot.storage.requests.requests import sent_requests
from bot.storage.respondents.answers import (
    answers_of,
    last_answered,
    last_withdrawn,
    removed_by,
)
from bot.turns.effect import Effect


class ActionChangeAnswer(StepAction):
    step = staticmethod(revisions.change)

    def name(self) -> str:
        return "action_change_answer"

    def chosen(self, turn: Turn) -> StepFunction:
        said = answers_of(turn.session, turn.respondent_id)
        words = {one: said[one].text for one in said}
        for one in [each for each in words if each.endswith(FOLLOW_UP)]:
            main = one.removesuffix(FOLLOW_UP)
            words[main] = f"{words.get(main, '')} {words.pop(one)}"
        sent = sent_requests(turn.session, turn.respondent_id)
        return amending(sent, revisions.changing(words))

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did in (Did.AMENDED, Did.ASKED_AMEND):
            tell_amended(turn, say, effect)
        elif effect.did is Did.PICKING:
            say_to_pick(turn, say)
        elif effect.did is Did.ANSWERED:
            tell_saved(turn, say, effect)
        elif effect.did is Did.TAKEN_OUT:
            _tell_taken_out(turn, say, effect)
        elif effect.did is Did.CHANGING:
            before = said_before(turn, effect.question)
            detour = turn.place.detour
            if detour and effect.question in detour.done:  # contact details are not repeated
                say.utter_message(response="utter_changing_field")
                return
            response = "utter_changing"
            if before is None:
                removed = effect.question in removed_by(turn.session, turn.respondent_id)
                response = "utter_changing_removed" if removed else "utter_changing_left_out"
            say.utter_message(response=response, answer=before)
        else:
            super().tell(turn, say, effect)


def _tell_taken_out(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    before = last_withdrawn(turn.session, turn.respondent_id, effect.question or "")
    say.utter_message(response="utter_taken_out", answer=before or part("utter_left_out"))


class ActionShowMyAnswers(TurnAction):
    def name(self) -> str:
        return "action_show_my_answers"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        told = of_the_request(turn)
        if told:
            say.utter_message(
                response="utter_request_fields",
                answers=told.text,
                json_message={"personal": told.personal},
            )
        elif turn.place.done and not turn.place.answered and turn.phase is Phase.OPEN:
            say.utter_message(response="utter_none_answered")
        elif answers := answers_listed(turn, asks=True):
            can_change = turn.phase is Phase.OPEN
            response = "utter_my_answers" if can_change else "utter_my_answers_closed"
            say.utter_message(response=response, answers=answers)
        else:
            say.utter_message(response="utter_no_answers")


class ActionStartOver(StepAction):
    step = staticmethod(confirmations.start_over)

    def name(self) -> str:
        return "action_start_over"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did not in (Did.ASKED_START_OVER, Did.ASKED_RESTART):
            super().tell(turn, say, effect)


class ActionDeleteMyData(StepAction):
    step = staticmethod(confirmations.erase)

    def name(self) -> str:
        return "action_delete_my_data"


class ActionAffirm(StepAction):
    step = staticmethod(confirmations.affirm)

    def name(self) -> str:
        return "action_affirm"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did is Did.WITHDRAWING:
            tell_withdrawn(turn, say, effect)
            return
        if tell_of_behalf(say, effect) or _tell_of_wish(turn, say, effect):
            return
        if effect.did is Did.TAKEN_OUT:
            _tell_taken_out(turn, say, effect)
            return
        if effect.did is not Did.AGREED:
            super().tell(turn, say, effect)
            return
        if turn.place.state is State.COMPLETED:
            say.utter_message(response="utter_all_with_us", reference=turn.reference)
        else:
            say.utter_message(response="utter_ok")


class ActionDeny(StepAction):
    step = staticmethod(confirmations.deny)

    def name(self) -> str:
        return "action_deny"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if effect.did is Did.PICKING:
            say_to_pick(turn, say)
        elif effect.did is Did.DISAGREED:
            say.utter_message(response="utter_ok")
        elif not (tell_of_behalf(say, effect) or _tell_of_wish(turn, say, effect)):
            super().tell(turn, say, effect)


def _tell_of_wish(turn: Turn, say: CollectingDispatcher, effect: Effect) -> bool:
    """Say what was noted of whether they want to hear what came of it, if anything was."""
    wish = {Did.HEARS: "yes", Did.HEARS_NOT: "no"}.get(effect.did, "")
    wording = services().consultation.outcome.get(wish)
    if wording:
        say.utter_message(
            response="utter_section_intro", intro=wording.for_channel(short=turn.short)
        )
    return wording is not None


class ActionCare(StepAction):
    """Answers distress at once. StepAction flags it for staff."""

    step = staticmethod(moving.care)

    def name(self) -> str:
        return "action_care"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        lines = services().consultation.care_lines("hard", turn.care_kind)
        if lines:
            text = lines.for_channel(short=turn.short)
            say.utter_message(response="utter_care", help_lines=text)
        else:
            say.utter_message(response="utter_care_usual")


class ActionHearComplaint(StepAction):
    """Acknowledges a complaint; nothing moves. StepAction flags it for staff. To one about the bot
    it says what was understood last, and how to change it or to reach a person.
    """

    step = staticmethod(moving.stay)

    def name(self) -> str:
        return "action_hear_complaint"

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if turn.protests:
            last = said_before(turn, last_answered(turn.session, turn.respondent_id))
            response = "utter_protest" if last and not turn.place.detour else "utter_protest_first"
            answer = shortened(last or "", short=turn.short)
            say.utter_message(response=response, answer=answer, **facts(services().consultation))
            return
        response = "utter_complaint_heard_open" if _may_skip(turn) else "utter_complaint_heard"
        say.utter_message(response=response, **facts(services().consultation))


def _may_skip(turn: Turn) -> bool:
    here = progress_at(services().consultation, turn.place)
    return bool(here.question) and services().consultation.by_id[here.question or ""].optional
