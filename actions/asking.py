"""What ends every turn: asking whatever is open, and the receipt of the message."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, facts, services
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Question
from bot.consultation.progress import Progress, State
from bot.storage.respondents import progress_now, reference_of
from bot.storage.turns import Effect, effect_of

# These steps have said all there is to say; nothing is asked after them.
QUIET = frozenset({"stopped", "is_stopped", "early", "late", "paused"})
# Steps that can end the consultation; after them the goodbye is said instead of a question.
COMPLETING = frozenset({"answered", "skipped", "answer_kept"})
START_BUTTON = {"title": "Start", "command": "start"}


def ask_what_is_open(turn: Turn, say: CollectingDispatcher) -> None:
    """Ask whatever is open now, and give the receipt of the message."""
    consultation = services().consultation
    with services().database.reading() as session:
        effect = effect_of(session, turn.inbox_id) or Effect("nothing")
        here = progress_now(session, consultation, turn.respondent_id, Phase.OPEN)
        reference = reference_of(session, turn.respondent_id)
    if effect.did not in QUIET:
        _ask(turn, say, effect, here, reference)
    say.utter_message(
        json_message={
            "receipt": turn.inbox_id,
            "intent": turn.intent,
            "confidence": turn.confidence,
        }
    )


def _ask(
    turn: Turn, say: CollectingDispatcher, effect: Effect, here: Progress, reference: str
) -> None:
    consultation = services().consultation
    state = State(here.state)
    if turn.phase is not Phase.OPEN:
        response = "utter_opens_later" if turn.phase is Phase.BEFORE else "utter_has_closed"
        say.utter_message(response=response, **facts(consultation))
    elif state is State.NEW:
        say.utter_message(response="utter_invite_start", buttons=[START_BUTTON])
    elif state is State.STARTED and here.question:
        _ask_question(turn, say, consultation, effect, consultation.by_id[here.question])
    elif state is State.COMPLETED and effect.did in COMPLETING:
        say.utter_message(
            response="utter_completed",
            closing=consultation.closing.for_channel(short=turn.short),
            next_steps=consultation.next_steps.for_channel(short=turn.short),
            reference=reference,
        )
    elif state is State.COMPLETED and turn.intent not in ("goodbye", "thank"):
        say.utter_message(response="utter_all_answered", reference=reference)


def _ask_question(
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
