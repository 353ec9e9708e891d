"""Taking a respondent's next turn: by the claim that is held, or by a new one."""

from __future__ import annotations

from contextlib import suppress

from bot.conversation.place import Place
from bot.storage.database.session import Database, StorageError
from bot.storage.messages.turn_claims import claim_turn, free_turns, is_free, renew_turns
from bot.storage.messages.waiting import Waiting, next_turn
from bot.turns.claiming.held_claims import HeldClaims
from bot.turns.intake.joined_texts import gathered


class Locked(Exception):
    """Something is being stored about this person; a moment later they can be claimed."""


class NextTurns:
    """What is here runs in threads. `claims` are those that this process holds, by respondent."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.claims = HeldClaims[str](database, renew_turns)

    def take(self, respondent_id: str, patient: bool) -> tuple[Waiting, Place] | None:
        """Claim a respondent's oldest waiting message. None: there is none, or another does it.
        Raises Locked or PartsMissing.
        """
        found = self._held(respondent_id, patient) or self._claim(respondent_id, patient)
        if found:
            self.claims.took(respondent_id, found[0].fence)
        return found

    def free(self, respondent_id: str) -> None:
        """Let others try: what is away here may be there for them. It is kept while the database
        is away.
        """
        fence = self.claims.fence_of(respondent_id)
        if fence is not None:
            with suppress(StorageError):
                self.claims.write(free_turns, {respondent_id: fence})
                self.claims.ended(respondent_id)

    def free_all(self) -> None:
        """Hand back everything. Raises StorageError."""
        if held := self.claims.held():
            self.claims.write(free_turns, held)

    def _held(self, respondent_id: str, patient: bool) -> tuple[Waiting, Place] | None:
        mine = self.claims.fence_of(respondent_id)
        if mine is None:
            return None
        with self._database.reading() as session:
            found = next_turn(session, respondent_id)
            if found is None or found[0].fence != mine:
                return None
            return gathered(session, found[0], patient=patient), found[1]

    def _claim(self, respondent_id: str, patient: bool) -> tuple[Waiting, Place] | None:
        mine = self.claims.fence_of(respondent_id)
        with self._database.writing() as session:
            claimed = claim_turn(session, respondent_id, mine)
            found = next_turn(session, respondent_id)
            if not claimed and found and is_free(session, respondent_id):
                raise Locked
            if not claimed or found is None:
                return None
            return gathered(session, found[0], patient=patient), found[1]
