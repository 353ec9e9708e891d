"""What is said beside the work of a turn: answers to what was asked on the way, and care."""

from __future__ import annotations

from datetime import timedelta

from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, facts, services
from bot.conversation.did import Did
from bot.storage.messages.met_before import cared_before, wrote_before
from bot.understanding.known_questions import EXPLAIN, GUESSED, OTHER_QUESTION
from bot.understanding.meaning import ANSWER

ONE_DAY = timedelta(days=1)
CLEAR = 0.6  # how sure a need must be to get its lines again on the same day
AGAIN_AFTER = timedelta(days=14)  # without a message in that language
NOT_NOW = frozenset({"opt_out", "distress"})
SAID_WITH = {"soft": "utter_care_beside", "grief": "utter_care_beside"}


def say_in_their_language(turn: Turn, say: CollectingDispatcher) -> None:
    """Say once, in the language that a message is in, that staff will read it and who can help;
    again to a call for help.
    """
    words = services().consultation.said_in(turn.language)
    if words is None or turn.intent in NOT_NOW:
        return
    language, asks = str(turn.language), turn.intent == "explain_question"
    if asks or not wrote_before(turn.session, turn.inbox_id, language, AGAIN_AFTER, NOT_NOW):
        text = words.for_channel(short=turn.short)
        say.utter_message(response="utter_in_their_language", words=text)


def say_beside(turn: Turn, say: CollectingDispatcher) -> None:
    """Say it before the open question is asked again. Help lines have an action of their own."""
    from actions.questions import answer_about

    for asked in turn.asks:
        if asked == OTHER_QUESTION and turn.intent == ANSWER:
            about = facts(services().consultation)
            say.utter_message(response="utter_question_kept", **about)
        elif not _needless(asked, turn):
            answer_about(asked, turn, say)
    if turn.care in SAID_WITH and turn.intent != "distress":
        _say_care(turn, turn.care, say)


def _needless(asked: str, turn: Turn) -> bool:
    """What is asked about a question that is answered now, or a guess at what was explained."""
    guessed = asked.endswith(GUESSED) and turn.effect.did is Did.ASKED_BACK
    return guessed or (asked == EXPLAIN and turn.effect.opened is not None)


def _say_care(turn: Turn, care: str, say: CollectingDispatcher) -> None:
    """The general lines are said once a day to what may be no need, so that a resident who is well
    is not told again; staff see each message. A clear need, and one of a kind that has lines of its
    own, gets them each time: a false alarm before it uses nothing up.
    """
    clear = turn.care_kind is not None or turn.care_sure >= CLEAR
    known = not clear and cared_before(turn.session, turn.inbox_id, care, ONE_DAY)
    lines = services().consultation.care_lines(care, turn.care_kind)
    if lines and not known:
        text = lines.for_channel(short=turn.short)
        say.utter_message(response=SAID_WITH[care], lines=text)
