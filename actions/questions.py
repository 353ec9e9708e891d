"""The actions that ask, explain and count. They read the place; they never move it."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.base import TurnAction
from actions.turn import Turn, facts, services
from bot.consultation.dates import Phase
from bot.consultation.progress import State
from bot.storage.respondents import progress_now


class ActionAskQuestion(TurnAction):
    """Says the open question again: what every action ends with is all there is to do."""

    def name(self) -> str:
        return "action_ask_question"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        return None


class ActionSayThanks(TurnAction):
    def name(self) -> str:
        return "action_say_thanks"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        say.utter_message(response="utter_thank")


class ActionExplainQuestion(TurnAction):
    def name(self) -> str:
        return "action_explain_question"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        consultation = services().consultation
        with services().database.reading() as session:
            here = progress_now(session, consultation, turn.respondent_id, Phase.OPEN)
        if here.question:
            help_text = consultation.by_id[here.question].help.for_channel(short=turn.short)
            say.utter_message(response="utter_explain", help=help_text)
        else:
            say.utter_message(response="utter_help", **facts(consultation))


class ActionAnswerFaq(TurnAction):
    """Answers what residents ask, from the consultation file; the intent is the answer's id."""

    def name(self) -> str:
        return "action_answer_faq"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        consultation = services().consultation
        faq = next((faq for faq in consultation.faqs if faq.id == turn.intent), None)
        if faq:
            answer = faq.answer.for_channel(short=turn.short)
            say.utter_message(response="utter_faq", answer=answer)
        else:
            contact = ", ".join(consultation.contact.values())
            say.utter_message(
                response="utter_faq_unknown",
                organisation=consultation.organisation,
                contact=contact,
            )


class ActionShowProgress(TurnAction):
    def name(self) -> str:
        return "action_show_progress"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        consultation = services().consultation
        with services().database.reading() as session:
            here = progress_now(session, consultation, turn.respondent_id, Phase.OPEN)
        skipped = here.done - here.answered
        response = "utter_progress_skipped" if skipped else "utter_progress"
        if here.state == State.COMPLETED:
            response = "utter_progress_done"
        say.utter_message(
            response=response,
            answered=here.answered,
            total=here.total,
            skipped=skipped,
            left=here.total - here.done,
        )
