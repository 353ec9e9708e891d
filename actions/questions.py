"""The actions that ask, explain and count. They read the place; they never move it."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.steps import facts
from actions.turn import Turn, TurnAction, services
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Question
from bot.consultation.progress import Progress, State
from bot.storage.respondents import progress_now, reference_of
from bot.storage.turns import Effect, effect_of

# These steps have said all there is to say; nothing is asked after them.
QUIET = frozenset({"stopped", "is_stopped", "early", "late", "paused"})
# Steps that can end the consultation; after them the goodbye is said instead of a question.
COMPLETING = frozenset({"answered", "skipped", "answer_kept"})


class ActionAskQuestion(TurnAction):
    """Ends every turn: asks whatever is open, and gives the receipt of the message."""

    def name(self) -> str:
        return "action_ask_question"

    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        consultation = services().consultation
        with services().database.reading() as session:
            effect = effect_of(session, turn.inbox_id) or Effect("nothing")
            here = progress_now(session, consultation, turn.respondent_id, Phase.OPEN)
            reference = reference_of(session, turn.respondent_id)
        if effect.did not in QUIET:
            self.ask(turn, say, effect, here, reference)
        say.utter_message(
            json_message={
                "receipt": turn.inbox_id,
                "intent": turn.intent,
                "confidence": turn.confidence,
            }
        )

    def ask(
        self,
        turn: Turn,
        say: CollectingDispatcher,
        effect: Effect,
        here: Progress,
        reference: str,
    ) -> None:
        consultation = services().consultation
        state = State(here.state)
        if turn.phase is not Phase.OPEN:
            response = "utter_opens_later" if turn.phase is Phase.BEFORE else "utter_has_closed"
            say.utter_message(response=response, **facts(consultation))
        elif state is State.NEW:
            say.utter_message(response="utter_invite_start", buttons=[START_BUTTON])
        elif state is State.STARTED and here.question:
            _ask(turn, say, consultation, effect, consultation.by_id[here.question])
        elif state is State.COMPLETED and effect.did in COMPLETING:
            say.utter_message(
                response="utter_completed",
                closing=consultation.closing.for_channel(short=turn.short),
                next_steps=consultation.next_steps.for_channel(short=turn.short),
                reference=reference,
            )
        elif state is State.COMPLETED and turn.intent not in ("goodbye", "thank"):
            say.utter_message(response="utter_all_answered", reference=reference)


START_BUTTON = {"title": "Start", "command": "start"}


def _ask(
    turn: Turn,
    say: CollectingDispatcher,
    consultation: Consultation,
    effect: Effect,
    question: Question,
) -> None:
    section = consultation.section_of[question.id]
    first_here = section.questions[0].id == question.id and effect.did != "went_back"
    if section.intro and first_here and effect.opened == question.id:
        intro = section.intro.for_channel(short=turn.short)
        say.utter_message(response="utter_section_intro", intro=intro)
    say.utter_message(
        response="utter_question",
        question=question.wording.for_channel(short=turn.short),
        buttons=_buttons(question, short=turn.short),
        json_message={"question": question.id},
    )


def _buttons(question: Question, *, short: bool) -> list[dict[str, Any]]:
    return [
        {
            "title": option.wording.for_channel(short=short),
            "question": question.id,
            "value": option.value,
        }
        for option in question.options
    ]


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
