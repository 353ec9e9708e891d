"""What ends every turn: asking whatever is open, and the receipt of the message."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.listing import listing
from actions.turn import Turn, facts, services
from bot.consultation.dates import Phase
from bot.consultation.model import FOLLOW_UP, Consultation, Question
from bot.consultation.pending import CARE, ERASE, PICK, START_OVER
from bot.consultation.progress import Progress, State
from bot.storage.answers import answers_of
from bot.storage.respondents import place_of, progress_at, reference_of
from bot.storage.turns import Effect, effect_of

# These steps have said all there is to say; nothing is asked after them.
QUIET = frozenset(
    {"stopped", "is_stopped", "early", "late", "paused", "cared", "kept_in_care", "picking"}
    | {"erasing", "erased", "took_back_paused", "took_back_stopped"}
)
# Steps that can end the consultation; after them the goodbye is said instead of a question.
COMPLETING = frozenset(
    {"answered", "skipped", "answer_kept", "took_back_skipped", "took_back_answer_kept"}
)
LETTERS_AT_THE_END = 200  # of each answer, when all are played back
GOODBYES = ("goodbye", "thank", "affirm", "deny")
START_BUTTON = {"title": "Start", "command": "start"}


# What the bot asks before anything else is asked.
CONFIRM = {
    ERASE: (
        "utter_ask_erase",
        [
            {"title": "Yes, delete it all", "command": "affirm", "confirms": ERASE},
            {"title": "No, keep it", "command": "deny"},
        ],
    ),
    START_OVER: (
        "utter_ask_start_over",
        [
            {"title": "Yes, start again", "command": "affirm", "confirms": START_OVER},
            {"title": "No, keep my answers", "command": "deny"},
        ],
    ),
}


def ask_what_is_open(turn: Turn, say: CollectingDispatcher) -> None:
    """Ask whatever is open now, and give the receipt of the message."""
    consultation = services().consultation
    with services().database.reading() as session:
        effect = effect_of(session, turn.inbox_id) or Effect("nothing")
        place = place_of(session, turn.respondent_id, Phase.OPEN)
        reference = reference_of(session, turn.respondent_id)
    waits = (place.pending or {}).get("kind")
    if waits in CONFIRM:
        response, buttons = CONFIRM[waits]
        say.utter_message(response=response, buttons=buttons)
    elif waits == CARE:
        if not say.messages:  # nobody who is in despair is met with silence
            say.utter_message(response="utter_kept_in_care")
    elif waits == PICK:
        _list_again(turn, say, effect)
    elif effect.did not in QUIET and place.state is not State.ERASED:
        _ask(turn, say, effect, progress_at(consultation, place), reference)
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
    elif state is State.STOPPED and turn.intent == "repeat_question":
        say.utter_message(response="utter_stopped_still")
    elif here.question and (state is State.STARTED or turn.intent == "repeat_question"):
        _ask_question(turn, say, consultation, effect, consultation.by_id[here.asked or ""])
    elif state is State.COMPLETED and effect.did in COMPLETING:
        _play_back(turn, say)
        say.utter_message(
            response="utter_completed",
            closing=consultation.closing.for_channel(short=turn.short),
            next_steps=consultation.next_steps.for_channel(short=turn.short),
            reference=reference,
        )
    elif state is State.COMPLETED and turn.intent not in GOODBYES:
        say.utter_message(response="utter_all_answered", reference=reference)


def _list_again(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """After an aside she still has to pick: a question with numbers of its own would mislead."""
    if effect.did == "picking" or turn.phase is not Phase.OPEN:
        return
    with services().database.reading() as session:
        answers = answers_of(session, turn.respondent_id)
        done = place_of(session, turn.respondent_id, Phase.OPEN).done
    listed = listing(services().consultation, answers, done, short=turn.short)
    say.utter_message(response="utter_pick_answer", answers=listed)


def _play_back(turn: Turn, say: CollectingDispatcher) -> None:
    """Show what was said, where that costs nothing; by text message she can ask for it."""
    if turn.short:
        return
    consultation = services().consultation
    with services().database.reading() as session:
        answers = answers_of(session, turn.respondent_id)
        done = place_of(session, turn.respondent_id, Phase.OPEN).done
    listed = listing(consultation, answers, done, short=False, letters=LETTERS_AT_THE_END)
    say.utter_message(response="utter_play_back", answers=listed)


def _ask_question(
    turn: Turn,
    say: CollectingDispatcher,
    consultation: Consultation,
    effect: Effect,
    question: Question,
) -> None:
    if question.id.endswith(FOLLOW_UP):
        say.utter_message(
            response="utter_follow_up",
            question=question.wording.for_channel(short=turn.short),
            json_message={"question": question.id},
        )
        return
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
