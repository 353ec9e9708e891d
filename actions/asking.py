"""What ends every turn: asking whatever is open, and the receipt of the message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.endings import say_what_ended
from actions.listing import of_the_request, said_before, say_to_pick
from actions.turn import Turn, facts, services
from actions.wording import button, named, part
from bot.consultation.dates import Phase
from bot.consultation.model import Purpose, Section
from bot.consultation.question import FOLLOW_UP, Question
from bot.consultation.state import State
from bot.consultation.waits import (
    CARE,
    ERASE,
    HEAR,
    NEAREST,
    OFFER,
    PICK,
    RESTART,
    SEND,
    START_OVER,
    TAKE_OUT,
    VIEWS,
    WITHDRAW,
)
from bot.conversation.answering import SOMETHING_ELSE
from bot.conversation.detours import awaited
from bot.conversation.did import Did
from bot.conversation.place import Place
from bot.conversation.progress import progress_at
from bot.turns.effect import Effect

# These steps have said all there is to say; nothing is asked after them.
QUIET = frozenset(
    {Did.STOPPED, Did.IS_STOPPED, Did.EARLY, Did.LATE, Did.PAUSED, Did.CARED, Did.KEPT_IN_CARE}
    | {Did.PICKING, Did.ERASING, Did.ERASED, Did.TOOK_BACK_PAUSED, Did.TOOK_BACK_STOPPED}
    | {Did.REQUEST_CLOSED, Did.ASKED_AMEND}
)
COMES_BACK = frozenset({Did.WENT_BACK, Did.CHANGING})  # its section was introduced before
# After these the question stands there already: only its short end is asked again.
AGAIN = frozenset({Did.UNREADABLE, Did.UNCLEAR, Did.MUST_ANSWER, Did.STAYED, Did.NOTHING})
# What the bot asks before anything else is asked, and the titles of yes and no to it.
CONFIRM = {
    ERASE: ("utter_ask_erase", "utter_title_erase", "utter_title_erase_no"),
    START_OVER: ("utter_ask_start_over", "utter_title_start_over", "utter_title_start_over_no"),
    RESTART: ("utter_ask_restart", "utter_title_restart", "utter_title_restart_no"),
    WITHDRAW: ("utter_ask_withdraw", "utter_title_withdraw", "utter_title_withdraw_no"),
    TAKE_OUT: ("utter_ask_take_out", "utter_title_take_out", "utter_title_take_out_no"),
    VIEWS: ("utter_ask_views", "utter_title_views", "utter_title_views_no"),
    OFFER: ("utter_ask_offer", "utter_title_offer", "utter_title_offer_no"),
    HEAR: ("utter_ask_offer", "utter_title_offer", "utter_title_offer_no"),
}
# What the resident may have wanted, as in "Would you like …?"
OFFERED = {
    "case_study": "utter_offer_case_study",
    "workshop": "utter_offer_workshop",
    "print_copy": "utter_offer_print_copy",
    "callback": "utter_offer_callback",
}


def ask_what_is_open(turn: Turn, say: CollectingDispatcher) -> None:
    """Ask whatever is open now, and give the receipt of the message."""
    effect, place, reference = turn.effect, turn.place, turn.reference
    waits = awaited(services().consultation, place)
    say_what_ended(turn, say, effect, place, reference)
    if waits == HEAR:
        _ask_to_hear(turn, say, effect)
    elif waits in CONFIRM:
        _confirm(turn, say, waits, place.pending or {})
    elif waits == CARE:
        if not say.messages:  # nobody who is in despair is met with silence
            say.utter_message(response="utter_kept_in_care")
    elif waits == NEAREST:
        _offer(turn, say, place)
    elif waits == PICK:
        _list_again(turn, say, effect)
    elif waits == SEND:
        _read_back(turn, say, effect, place)
    elif effect.did not in QUIET and place.state is not State.ERASED:
        _ask(turn, say, effect, place, reference)
    say.utter_message(json_message=_receipt(turn))


def _receipt(turn: Turn) -> dict[str, Any]:
    """Return what proves that the message had its turn, and what is exported with it."""
    return {
        "receipt": turn.inbox_id,
        "intent": turn.intent,
        "confidence": turn.confidence,
        "other": turn.other,
        "asks": list(turn.asks),
        "care": turn.care or "none",
        "language": turn.language,
        "progress": progress_at(services().consultation, turn.place).as_dict(),
    }


def yes_or_no(waits: str, whom: Mapping[str, str] = {}) -> list[dict[str, Any]]:
    """Return the buttons under a question that is asked before something is done."""
    _, yes, no = CONFIRM[waits]
    return [button(yes, whom, command="affirm", confirms=waits), button(no, command="deny")]


def _confirm(turn: Turn, say: CollectingDispatcher, waits: str, pending: Mapping[str, Any]) -> None:
    """Ask whether it is meant. `pending` names the request to take back, or the kind that is
    offered, or for whom they answer, or the answer to take out.
    """
    request, whom = pending.get("request"), named(pending.get("whom"))
    offered = OFFERED.get(request or "") if waits == OFFER else None
    wanted = part(offered) if offered else None
    buttons, ask = yes_or_no(waits, whom), CONFIRM[waits][0]
    told = {
        "request": request,
        "wanted": wanted,
        "answer": said_before(turn, pending.get("question")),
    }
    say.utter_message(response=ask, buttons=buttons, **told, **whom)


def _ask_to_hear(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Ask whether they want to hear what came of it: once, and it can be passed over."""
    ask = services().consultation.outcome.get("ask")
    if ask and (effect.ends or turn.intent == "repeat_question"):
        wanted = ask.for_channel(short=turn.short)
        say.utter_message(response=CONFIRM[HEAR][0], buttons=yes_or_no(HEAR), wanted=wanted)


def _ask(
    turn: Turn, say: CollectingDispatcher, effect: Effect, place: Place, reference: str
) -> None:
    consultation = services().consultation
    here = progress_at(consultation, place)
    repeats = turn.intent == "repeat_question"
    if here.state == State.CLOSED:
        if not effect.ends:
            response = "utter_opens_later" if turn.phase is Phase.BEFORE else "utter_has_closed"
            say.utter_message(response=response, **facts(consultation))
    elif place.state is State.NEW:
        start = button("utter_title_start", command="start")
        say.utter_message(response="utter_invite_start", buttons=[start])
    elif place.state is State.STOPPED and repeats:
        say.utter_message(response="utter_stopped_still")
    elif here.question and (place.state is State.STARTED or repeats):
        _ask_question(turn, say, effect, consultation.by_id[here.asked or ""], place)
    elif place.state is State.COMPLETED and not say.messages:  # where they stand is said alone
        say.utter_message(response="utter_all_answered", reference=reference)


def _read_back(turn: Turn, say: CollectingDispatcher, effect: Effect, place: Place) -> None:
    """Show what a request says, and ask for the yes that sends it."""
    if effect.did in QUIET or (place.state is State.PAUSED and turn.intent != "repeat_question"):
        return
    buttons = [
        button("utter_title_send", command="affirm", confirms=SEND),
        button("utter_title_change", command="change_answer"),
        button("utter_title_drop", command="deny"),
    ]
    if told := of_the_request(turn):
        say.utter_message(
            response="utter_read_back",
            answers=told.text,
            buttons=buttons,
            json_message={"personal": told.personal},
        )


def _list_again(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """After an aside they still have to pick: a question with numbers of its own would mislead."""
    if effect.did is Did.PICKING or turn.phase is not Phase.OPEN:
        return
    say_to_pick(turn, say)


def _ask_question(
    turn: Turn, say: CollectingDispatcher, effect: Effect, question: Question, place: Place
) -> None:
    if question.id.endswith(FOLLOW_UP):
        say.utter_message(
            response="utter_follow_up",
            question=question.wording.for_channel(short=turn.short),
            json_message={"question": question.id},
        )
        return
    consultation = services().consultation
    section = consultation.section_of[question.id]
    first_here = section.questions[0].id == question.id and effect.did not in COMES_BACK
    begins = effect.opened == question.id and (first_here or effect.did is Did.ASKED_FOR)
    if begins:
        _introduce(turn, say, section, effect)
    wording = question.wording.for_channel(short=turn.short)
    again = effect.did in AGAIN and turn.intent != "repeat_question"
    end = wording.rpartition("\n\n")[2]
    aside = again and end != wording and effect.did is Did.NOTHING
    say.utter_message(
        response="utter_question_after_aside" if aside else "utter_question",
        question=end if again else wording,
        title=section.title,
        buttons=_buttons(question, short=turn.short),
        json_message={"question": question.id},
    )


def _offer(turn: Turn, say: CollectingDispatcher, place: Place) -> None:
    """Ask which of the nearest options is meant, or something else."""
    pending = place.pending or {}
    question = services().consultation.by_id[str(pending["question"])]
    by_value = {each["value"]: each for each in _buttons(question, short=turn.short)}
    buttons = [by_value[value] for value in pending["values"] if value in by_value]
    titles = [_spoken(question, each["value"], short=turn.short) for each in buttons]
    other = button("utter_title_something_else", question=question.id, value=SOMETHING_ELSE)
    say.utter_message(
        response="utter_offer" if len(titles) == 1 else "utter_offer_several",
        first=", ".join(titles[:-1]) or titles[0],
        last=titles[-1],
        buttons=[*buttons, other],
        json_message={"question": question.id},
    )


def _spoken(question: Question, value: str, *, short: bool) -> str:
    """Return an option's name as it is said in a sentence: "35 to 44", where a list of numbers has
    "Age 35-44".
    """
    wording = next(option.wording for option in question.options if option.value == value)
    return min(wording.text, wording.sms, key=len) if short else wording.text


def _introduce(turn: Turn, say: CollectingDispatcher, section: Section, effect: Effect) -> None:
    """Say what a section is for, and how to leave it."""
    intro = section.intro.for_channel(short=turn.short) if section.intro else ""
    if section.purpose is Purpose.EQUALITY:
        skip_all = button("utter_title_skip_all", command="deny")
        say.utter_message(response="utter_equality_way_out", intro=intro, buttons=[skip_all])
        return
    if intro:
        say.utter_message(response="utter_section_intro", intro=intro)
    if section.purpose is Purpose.REQUEST:
        if effect.told:
            say.utter_message(response="utter_told_already")
        why = button("utter_title_why", command="explain_question")
        drop = button("utter_title_drop", command="deny")
        say.utter_message(response="utter_request_way_out", buttons=[why, drop])


def _buttons(question: Question, *, short: bool) -> list[dict[str, Any]]:
    return [
        {
            "title": option.wording.for_channel(short=short),
            "question": question.id,
            "value": option.value,
        }
        for option in question.options
    ]
