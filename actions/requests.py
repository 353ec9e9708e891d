"""The actions of requests: what residents ask the council for, besides giving answers."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.listing import contact_told
from actions.steps import StepAction
from actions.turn import Turn, facts, services
from bot.consultation.requests import REQUESTS
from bot.conversation import withdrawals
from bot.conversation.did import Did
from bot.conversation.place import StepFunction
from bot.conversation.requests import offered, request
from bot.storage.requests.requests import sent_field, sent_requests
from bot.turns.effect import Effect

SAID = {
    Did.REQUEST_OPEN: "utter_request_open",
    Did.ONE_AT_A_TIME: "utter_one_at_a_time",
    Did.REQUEST_CLOSED: "utter_request_closed",
    Did.NOT_OFFERED: "utter_request_noted",
}
SURE = 0.5  # less is a guess: the request is offered, not begun
CONSENT_TAKEN_BACK = {
    "contact": "utter_consent_taken_back_contact",
    "publish": "utter_consent_taken_back_publish",
}
GIVES_THE_NUMBER = (Did.ASKED_FOR, Did.REQUEST_CLOSED, Did.REQUEST_OPEN, Did.ONE_AT_A_TIME)


class ActionBeginRequest(StepAction):
    """Begins to ask what staff need to know. StepAction flags it, in case it is never finished."""

    def name(self) -> str:
        return "action_begin_request"

    def chosen(self, turn: Turn) -> StepFunction:
        kind = REQUESTS[turn.intent]
        return request(kind) if turn.confidence >= SURE else offered(kind)

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        if turn.intent == "ask_human" and effect.did in GIVES_THE_NUMBER:
            say.utter_message(response="utter_ask_human", **facts(services().consultation))
        elif response := SAID.get(effect.did):
            say.utter_message(response=response, **facts(services().consultation))
        elif effect.did not in (Did.ASKED_FOR, Did.OFFERED):
            super().tell(turn, say, effect)


class ActionWithdrawRequest(StepAction):
    """Takes back what was asked for: at once with its reference, else after a question."""

    def name(self) -> str:
        return "action_withdraw_request"

    def chosen(self, turn: Turn) -> StepFunction:
        return withdrawals.withdraw(sent_requests(turn.session, turn.respondent_id))

    def tell(self, turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
        tell_withdrawn(turn, say, effect)


def tell_withdrawn(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Say what became of the wish to take a request back."""
    consultation = services().consultation
    if effect.did is Did.WITHDRAWING:
        say.utter_message(response="utter_withdrawn", request=effect.reason)
    elif effect.did is Did.WHICH_REQUEST:
        sent = sent_requests(turn.session, turn.respondent_id)
        lines = (f"{title_of(kind)}: {reference}" for reference, kind in sent)
        say.utter_message(response="utter_which_request", requests="\n".join(lines))
    elif effect.did is Did.CONSENT_TAKEN_BACK:
        for consent in (effect.reason or "").split():
            say.utter_message(response=CONSENT_TAKEN_BACK[consent])
    elif effect.did is Did.NO_SUCH_REQUEST:
        say.utter_message(response="utter_no_such_request", **facts(consultation))


def tell_amended(turn: Turn, say: CollectingDispatcher, effect: Effect) -> None:
    """Say back what a detail of a request that was sent is now, or ask what it should be."""
    question = services().consultation.by_id[effect.question or ""]
    reference = effect.reason or str((turn.place.pending or {}).get("request"))
    named = {"request": reference, "field": question.named}
    if effect.did is Did.ASKED_AMEND:
        say.utter_message(response="utter_ask_amend", **named)
        return
    said = sent_field(turn.session, services().keys, reference, question.id)
    contact = contact_told(question.id, {question.id: said}) if said else None
    if contact is None:
        say.utter_message(response="utter_not_amended", **named)
        return
    personal = {"personal": [contact]}
    say.utter_message(response="utter_amended", answer=contact, json_message=personal, **named)


def title_of(kind: str) -> str:
    section = services().consultation.section(kind)
    return section.title if section else kind
