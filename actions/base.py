"""What every action is: one turn's work, the open question, and honest failure."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import ask_what_is_open
from actions.beside import say_beside, say_in_their_language
from actions.turn import Turn, services
from actions.wording import vary
from bot.storage.database.session import StorageError

logger = logging.getLogger(__name__)


class TurnAction(Action, ABC):
    """An action that works on one stored message, and then asks whatever is open.

    One action a turn, because each costs Rasa a prediction and a call; and one transaction, because
    each is a wait for the disk.
    """

    writes = False

    @abstractmethod
    def name(self) -> str:
        """Return the name that the rules call it by."""

    @abstractmethod
    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        """Say what there is to say; may be called again for the same message."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        # Rasa would hide what is raised here and talk on. The gateway sees `failed`, keeps the
        # message waiting and has the whole turn done again.
        try:
            await asyncio.to_thread(self._turn, tracker, dispatcher)
        except StorageError as error:
            logger.error("%s: the database failed: %s", self.name(), error)
            _say_only(dispatcher, {"failed": "storage"})
        except Exception as error:
            # Only the kind of error: its text can hold a resident's words.
            logger.error("%s failed: %s", self.name(), type(error).__name__)
            _say_only(dispatcher, {"failed": "error"})
        return []

    def _turn(self, tracker: Tracker, say: CollectingDispatcher) -> None:
        database = services().database
        with database.writing() if self.writes else database.reading() as session:
            self.do(Turn.of(tracker, session), say)

    def do(self, turn: Turn, say: CollectingDispatcher) -> Turn:
        """Do a turn in its transaction, say all there is to say, and return it as it is then."""
        turn = self.moved(turn)
        say_in_their_language(turn, say)
        self.work(turn, say)
        say_beside(turn, say)
        ask_what_is_open(turn, say)
        vary(say, turn.number)
        return turn

    def moved(self, turn: Turn) -> Turn:
        """Let the message do what it does in storage; most do nothing there."""
        return turn.after(None)


def _say_only(dispatcher: CollectingDispatcher, told: dict[str, str]) -> None:
    """Half a turn is not said: the whole of it is done again."""
    dispatcher.messages.clear()
    dispatcher.utter_message(json_message=told)
