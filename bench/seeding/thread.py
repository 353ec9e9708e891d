"""One made-up conversation as it grows, with the rows that the product would leave of it.

What a message does is decided by the product's own steps; here they are written to memory as
bot/turns/apply.py writes them to the database (a test compares the two).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bench.seeding.lines import Said
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Purpose
from bot.consultation.state import State
from bot.conversation.detours import EQUALITY, told_back
from bot.conversation.did import Ends
from bot.conversation.place import Place, Step
from bot.conversation.progress import progress_at
from bot.storage.messages.outbox import Reply
from bot.storage.respondents.place_forms import stored_detour
from bot.storage.review.flags import FLAGS
from bot.storage.review.priority import need_of
from bot.understanding.personal_data import holds_personal

Row = dict[str, Any]
FAILED = "failed"


@dataclass(frozen=True)
class Asked:
    """A request: what she told to it and when; not sent is a draft."""

    kind: str
    begun: datetime
    told: list[tuple[dict[str, Any], datetime]]
    sent: datetime | None = None


class Thread:
    """The rows of one respondent. `reply_to` and `inbox_id` hold rows until they get numbers."""

    def __init__(self, consultation: Consultation, respondent: Row) -> None:
        self.consultation, self.respondent = consultation, respondent
        self.place = Place(State.NEW, None, has_number=respondent["channel"] == "sms")
        self.inbox: list[Row] = []
        self.outbox: list[Row] = []
        self.answers: list[Row] = []
        self.skips: dict[str, Row] = {}
        self.flags: list[Row] = []
        self.sealed: list[tuple[Row, str]] = []  # her words that are not kept in clear
        self.requests: list[Asked] = []
        self.about_herself: dict[str, str] = {}  # while those questions are asked
        self.counted: dict[str, str] = {}

    def hear(self, said: Said, provider_id: str, at: datetime) -> Row:
        """Store a message as bot/storage/messages/inbox.py does."""
        respondent = self.respondent
        if respondent["channel"] == "webchat":
            for row in self.outbox:  # the page has shown what was there before she wrote
                row["delivery"] = "delivered"
        respondent["last_seq"] += 1
        respondent["heard_seq"] = respondent["last_seq"]
        respondent["last_message_at"] = at
        row = {
            "respondent_id": respondent["id"], "channel": respondent["channel"],
            "provider_id": provider_id, "seq": respondent["last_seq"], "text": said.text,
            "private": None, "sealed": None, "button": dict(said.button) if said.button else None,
            "note": None, "sender_ref": None, "repaired": False, "phase": Phase.OPEN.value,
            "received_at": at,
            "state": "received", "attempts": 0, "question": self.place.open_question,
            "intent": None, "confidence": None, "effect": None, "progress": None, "done_at": None,
        }  # fmt: skip
        self.inbox.append(row)
        return row

    def take(self, message: Row, said: Said, at: datetime) -> Step | None:
        """Let a message do its work, as take_step does."""
        if said.step is None:
            return None
        before = self.place
        step = said.step(self.consultation, before, said.text, said.button)
        purpose = self.consultation.purpose_of(step.question)
        if step.reading and step.question and purpose is Purpose.CONSULTATION:
            self._answer(message, step, at)
        self._detour(message, before, step, at)
        if step.skip:
            self.skips[step.skip] = {
                "respondent_id": self.respondent["id"], "question": step.skip, "skipped_at": at,
            }  # fmt: skip
        self.place = replace(step.place, pending=step.pending)
        if step.ends in (Ends.CONSULTATION, Ends.AGAIN):
            self.respondent["completed_at"] = at
        effect = {
            "did": step.did.value, "question": step.question,
            "value": told_back(self.consultation, step),
            "opened": step.opened, "reason": step.reason,
            "ends": step.ends.value if step.ends else None,
            "told": bool(step.told),
        }  # fmt: skip
        message["effect"] = {
            name: value for name, value in effect.items() if value not in (None, False)
        }
        kind = FLAGS.get(said.intent)
        if kind:
            self.flags.append(
                {
                    "respondent_id": self.respondent["id"],
                    "inbox_id": message,
                    "kind": kind,
                    "created_at": at,
                }  # fmt: skip
            )
        return step

    def finish(self, message: Row, said: Said, replies: Sequence[Reply], at: datetime) -> None:
        """End the turn, as finish_turn does."""
        self.say(replies, message, at)
        failed = said.intent == FAILED
        understood = (None, None) if failed else (said.intent, said.confidence)
        need = need_of(
            message["text"], *understood, failed=failed, personal=holds_personal(message["text"])
        )
        self.respondent["need"] = max(self.respondent["need"], need)
        message.update(
            state="failed" if failed else "done",
            done_at=at,
            intent=None if failed else said.intent,
            confidence=None if failed else said.confidence,
            attempts=3 if failed else 0,
            progress=progress_at(self.consultation, self.place).as_dict(),
        )

    def say(self, replies: Sequence[Reply], message: Row | None, at: datetime) -> None:
        for reply in replies:
            self.respondent["last_seq"] += 1
            self.outbox.append(
                {
                    "respondent_id": self.respondent["id"],
                    "channel": self.respondent["channel"],
                    "reply_to": message,
                    "seq": self.respondent["last_seq"],
                    "text": reply.text,
                    "buttons": list(reply.buttons),
                    "question": reply.question,
                    "notice": False,
                    "delivery": "sent",
                    "provider_id": None,
                    "error": None,
                    "doubtful": False,
                    "created_at": at,
                }  # fmt: skip
            )

    def end(self) -> None:
        """Write the place into the respondent's row."""
        place = self.place
        self.respondent.update(
            state=place.state.value,
            open_question=place.open_question,
            tries=place.tries,
            pending=dict(place.pending) if place.pending else None,
            run=stored_detour(place.detour),
            wound_up=place.wound_up,
            opted_out=place.state is State.STOPPED,
        )

    def _detour(self, message: Row, before: Place, step: Step, at: datetime) -> None:
        """Keep what she tells about herself or asks for, apart from her answers."""
        text, purpose = message["text"], self.consultation.purpose_of(step.question)
        if step.reading and step.question and purpose is Purpose.EQUALITY:
            self.about_herself[step.question] = str(step.reading.value)
        elif step.reading and step.question and purpose is Purpose.REQUEST:
            reading = step.reading
            said = {"text": text, "value": reading.value, "remark": reading.remark}
            self.requests[-1].told.append(({step.question: said, **step.told}, at))
        if step.private:
            self.sealed.append((message, text))
            message.update(text="", button=None, private=step.private)
        if step.ends == Ends.SENT:
            self.requests[-1] = replace(self.requests[-1], sent=at)
        if step.ends == Ends.COUNTED:
            self.counted, self.about_herself = self.about_herself, {}
            self.sealed = [(row, said) for row, said in self.sealed if row["private"] != EQUALITY]
        if step.begins:
            self.requests.append(Asked(step.begins, at, [(dict(step.told), at)]))

    def _answer(self, message: Row, step: Step, at: datetime) -> None:
        reading, question = step.reading, self.consultation.by_id[step.question or ""]
        for row in self.answers:
            if row["question"] == question.id and row["status"] == "current":
                row["status"] = "replaced"
        self.skips.pop(question.id, None)
        self.answers.append(
            {
                "respondent_id": self.respondent["id"],
                "inbox_id": message,
                "question": question.id,
                "kind": question.kind.value,
                "value": reading.value if reading else None,
                "remark": reading.remark if reading else None,
                "text": message["text"],
                "status": "current",
                "wording_version": self.consultation.version,
                "answered_at": at,
            }  # fmt: skip
        )
