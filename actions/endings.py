"""What is said at an end: of the consultation, a request, the questions about the person."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.listing import answers_listed
from actions.turn import Turn, services
from actions.wording import joined, part
from bot.consultation.requests import REQUESTS
from bot.consultation.state import State
from bot.conversation.did import Did, Ends
from bot.conversation.place import Place
from bot.storage.requests.requests import last_sent, sent_requests
from bot.storage.requests.rows import REACHES
from bot.turns.effect import Effect

LETTERS_AT_THE_END = 200  # of each answer, when all are played back
# How each request is asked for in a text message, where there are no buttons.
IN_A_TEXT = {
    "case_study": "utter_text_for_case_study",
    "workshop": "utter_text_for_workshop",
    "print_copy": "utter_text_for_print_copy",
    "callback": "utter_text_for_callback",
}
ASKED_BY = {kind: intent for intent, kind in reversed(REQUESTS.items())}


def say_what_ended(
    turn: Turn, say: CollectingDispatcher, effect: Effect, place: Place, reference: str
) -> None:
    """Say it, if the message ended anything. The requests are offered once, at the very end."""
    if effect.ends == Ends.CONSULTATION:
        _say_goodbye(turn, say, place, reference)
    elif effect.ends == Ends.AGAIN and effect.did is Did.ANSWERED:
        say.utter_message(response="utter_changed")
    if effect.ends == Ends.CONSULTATION and place.detour is None:
        offer_requests(turn, say)
    elif effect.ends == Ends.COUNTED and place.state is State.COMPLETED:
        say.utter_message(response="utter_equality_over")
        offer_requests(turn, say)
    elif effect.ends == Ends.SENT:
        _say_sent(turn, say)
        if place.state is State.COMPLETED:
            offer_requests(turn, say)


def offer_requests(turn: Turn, say: CollectingDispatcher) -> None:
    """Say what else can be asked for, if the file has anything that has not been."""
    sent = {kind for _, kind in sent_requests(turn.session, turn.respondent_id)}
    offered = [s for s in services().consultation.requests if s.id in ASKED_BY and s.id not in sent]
    if not offered:
        return
    say.utter_message(
        response="utter_offer_requests",
        requests=joined([part(IN_A_TEXT[s.id]) for s in offered], "utter_either", short=True),
        buttons=[{"title": s.title, "command": ASKED_BY[s.id]} for s in offered],
    )


def _say_goodbye(turn: Turn, say: CollectingDispatcher, place: Place, reference: str) -> None:
    consultation = services().consultation
    if not turn.short:  # by text message they can ask for it
        listed = answers_listed(turn, letters=LETTERS_AT_THE_END)
        say.utter_message(response="utter_play_back", answers=listed)
    say.utter_message(
        response="utter_completed",
        closing=consultation.closing.for_channel(short=turn.short),
        next_steps=consultation.next_steps.for_channel(short=turn.short),
        reference=reference,
    )


def _say_sent(turn: Turn, say: CollectingDispatcher) -> None:
    consultation = services().consultation
    sent = last_sent(turn.session, turn.respondent_id)
    section = consultation.section(sent.kind) if sent else None
    if sent is None or section is None:
        return
    # With the blank before it: a request may have nothing to say here.
    after = f" {section.next_steps.for_channel(short=turn.short)}" if section.next_steps else ""
    response = "utter_request_sent"
    if sent.may_contact is False:
        response = "utter_request_sent_no_contact"
    elif not sent.reachable and any(q.kind in REACHES for q in section.questions):
        response = "utter_request_sent_unreachable"
    say.utter_message(response=response, next_steps=after, request=sent.reference)
