"""What is said beside the work of a turn: answers to what was asked on the way, and care."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, services

SAID_WITH = {"soft": "utter_care_beside", "grief": "utter_care_beside"}


def say_beside(turn: Turn, say: CollectingDispatcher) -> None:
    """Say it before the open question is asked again. Help lines have an action of their own."""
    from actions.questions import answer_about

    for asked in turn.asks:
        answer_about(asked, turn, say)
    if turn.care in SAID_WITH and turn.intent != "distress":
        lines = services().consultation.care_lines(turn.care, turn.care_kind)
        if lines:
            text = lines.for_channel(short=turn.short)
            say.utter_message(response=SAID_WITH[turn.care], lines=text)
