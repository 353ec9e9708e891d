"""The actions that ask, explain and count. They read the place; they never move it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.base import TurnAction
from actions.turn import Turn, facts, services
from actions.wording import button
from bot.consultation.dates import Phase
from bot.consultation.model import Purpose
from bot.consultation.state import State
from bot.consultation.waits import CARE
from bot.conversation.progress import progress_at
from bot.storage.messages.met_before import answered_before
from bot.understanding.known_questions import GUESSED, OTHER_QUESTION

REMEMBERED = 6  # messages; the same answer within them says that it is all that is known


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
        in_care = (turn.place.pending or {}).get("kind") == CARE
        say.utter_message(response="utter_take_care" if in_care else "utter_thank")


class ActionExplainQuestion(TurnAction):
    def name(self) -> str:
        return "action_explain_question"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        explain(turn, say)


class ActionAnswerFaq(TurnAction):
    """Answers what residents ask, from the consultation file. Which answer it is was found by
    understanding; what is said beside every turn says it (beside.py).
    """

    def name(self) -> str:
        return "action_answer_faq"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        if not turn.asks:
            answer_faq(turn.intent, turn, say)


class ActionOffTopic(TurnAction):
    """Points to the council's own pages and telephone."""

    def name(self) -> str:
        return "action_point_elsewhere"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        say.utter_message(response="utter_off_topic", **facts(services().consultation))


class ActionShowProgress(TurnAction):
    def name(self) -> str:
        return "action_show_progress"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        show_progress(turn, say)


def show_progress(turn: Turn, say: CollectingDispatcher) -> None:
    """Say how many questions are answered, and how many are left."""
    consultation = services().consultation
    here = progress_at(consultation, replace(turn.place, phase=Phase.OPEN))
    skipped = here.done - here.answered
    response = "utter_progress_skipped" if skipped else "utter_progress"
    if here.state == State.COMPLETED or here.done == here.total:
        response = "utter_progress_done"
    elif turn.phase is Phase.AFTER:
        response = "utter_progress_closed"
    say.utter_message(
        response=response,
        answered=here.answered,
        total=here.total,
        skipped=skipped,
        left=here.total - here.done,
        reference=turn.reference,
    )


def explain(turn: Turn, say: CollectingDispatcher) -> None:
    """Say what the open question means."""
    consultation = services().consultation
    here = progress_at(consultation, turn.place)
    if here.question and here.state != State.CLOSED:
        help_text = consultation.by_id[here.question].help.for_channel(short=turn.short)
        is_field = consultation.purpose_of(here.question) is Purpose.REQUEST
        response = "utter_explain_field" if is_field else "utter_explain"
        say.utter_message(response=response, help=help_text)
    elif here.state == State.COMPLETED:
        say.utter_message(response="utter_help_after")
    else:
        say.utter_message(response="utter_help", **facts(consultation))


def answer_faq(faq_id: str, turn: Turn, say: CollectingDispatcher) -> None:
    consultation = services().consultation
    faq = next((faq for faq in consultation.faqs if faq.id == faq_id), None)
    if faq_id == "faq_close_date" and turn.phase is Phase.AFTER:
        say.utter_message(response="utter_has_closed", **facts(consultation))
    elif faq:
        again = answered_before(turn.session, turn.inbox_id, faq.id, REMEMBERED)
        say.utter_message(
            response="utter_faq_again" if again else "utter_faq",
            answer=faq.answer.for_channel(short=turn.short),
        )
    elif told := told_by_fields(faq_id, turn):
        say.utter_message(**told)
    else:
        say.utter_message(response="utter_faq_unknown", **facts(consultation))


def told_by_fields(faq_id: str, turn: Turn) -> dict[str, Any] | None:
    """Return what the other fields of the file say to a question that its `faqs` leave out."""
    consultation, short = services().consultation, turn.short
    if faq_id == "faq_strategy":
        return {"response": "utter_faq", "answer": consultation.summary}
    if faq_id == "faq_after":
        return {"response": "utter_faq", "answer": consultation.next_steps.for_channel(short=short)}
    if faq_id == "faq_privacy":
        answer = consultation.privacy.wording.for_channel(short=short)
        known = {"answer": answer, "notice": f"{services().home}/privacy"}
        return {"response": "utter_faq_privacy", **known, **facts(consultation)}
    if faq_id == "faq_aims" and consultation.aims:
        aims = (aim.name if short else f"{aim.name}: {aim.text}" for aim in consultation.aims)
        numbered = (f"{number}. {aim}" for number, aim in enumerate(aims, start=1))
        return {"response": "utter_faq_aims", "aims": "\n".join(numbered)}
    if faq_id == "faq_who":
        return {"response": "utter_faq_who", **facts(consultation)}
    if faq_id == "faq_close_date":
        return {"response": "utter_faq_close_date", **facts(consultation)}
    return None


def _say_guess(faq_id: str, turn: Turn, say: CollectingDispatcher) -> None:
    """Ask whether it was a known question that was meant."""
    faq = next((faq for faq in services().consultation.faqs if faq.id == faq_id), None)
    if faq is None:
        answer_faq(OTHER_QUESTION, turn, say)
        return
    yes = button("utter_title_meant", command=faq.id)
    about = facts(services().consultation)
    say.utter_message(response="utter_faq_guess", question=faq.question, buttons=[yes], **about)


def answer_about(intent: str, turn: Turn, say: CollectingDispatcher) -> None:
    """Answer what a message asks besides, or what was meant where it was taken for an answer first.
    Honestly, where nothing is known.
    """
    if intent.endswith(GUESSED):
        _say_guess(intent.removesuffix(GUESSED), turn, say)
    elif intent.startswith("faq_") or intent == OTHER_QUESTION:
        answer_faq(intent, turn, say)
    elif intent == "explain_question":
        explain(turn, say)
    elif intent == "show_progress":
        show_progress(turn, say)
    elif intent == "ask_human":
        say.utter_message(response="utter_ask_human", **facts(services().consultation))
    elif intent == "off_topic":
        say.utter_message(response="utter_off_topic", **facts(services().consultation))
    elif intent not in ("repeat_question", "greet", "thank"):
        say.utter_message(response="utter_say_it_again")
