"""Finding themes beside the pages: one question at a time, with how far it is. What was found is
kept in memory for a while; found again in the same answers it is the same.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.storage.coding.codes import texts_of
from bot.storage.coding.scope import Scope
from bot.storage.database.session import Database
from bot.understanding.personal_data import masked

logger = logging.getLogger(__name__)

KEPT = timedelta(hours=2)  # quotes are residents' words, and no erasure reaches them here


@dataclass
class Finding:
    """A search for themes: how far it is, and what was found when it is over."""

    begun: datetime
    done: int = 0
    total: int = 0
    themes: Sequence[Any] | None = None
    failed: bool = False

    @property
    def is_running(self) -> bool:
        return self.themes is None and not self.failed


@dataclass(frozen=True)
class _Network:
    of_each: Callable[[list[str]], Any]


class ThemeFinder:
    """Searches of this process, by question. `vectors` makes a row of numbers of each text."""

    def __init__(self, database: Database, vectors: Callable[[list[str]], Any]) -> None:
        self._database, self._network = database, _Network(vectors)
        self._found: dict[Scope, Finding] = {}
        self._lock = threading.Lock()

    def of(self, scope: Scope, now: datetime) -> Finding | None:
        """Return the search of a question; none where it is too long ago, or where an answer that
        it read is there no more.
        """
        finding = self._found.get(scope)
        if finding is None or finding.is_running:
            return finding
        if now - finding.begun > KEPT or self._has_lost(scope, finding):
            self.forget(scope)
            return None
        return finding

    def forget(self, scope: Scope) -> None:
        self._found.pop(scope, None)

    def begin(self, scope: Scope, now: datetime) -> None:
        """Search in a thread of its own, unless that is being done."""
        with self._lock:
            finding = self._found.get(scope)
            if finding is not None and finding.is_running:
                return
            self._found[scope] = Finding(now)
        threading.Thread(target=self.search, args=(scope, self._found[scope]), daemon=True).start()

    def search(self, scope: Scope, finding: Finding) -> None:
        """Search; the same engine as `python -m bot themes suggest`."""
        from bot.analysis.suggested_themes import suggest_themes

        def progress(done: int, total: int) -> None:
            finding.done, finding.total = done, total

        try:
            with self._database.reading() as session:
                answers = [(answer, masked(text)) for answer, _, text in texts_of(session, scope)]
            finding.themes = suggest_themes(answers, self._network, progress=progress)
        except Exception as error:  # the page says that it did not work; staff can go on without
            logger.warning("no themes suggested: %s", type(error).__name__)
            finding.failed = True

    def _has_lost(self, scope: Scope, finding: Finding) -> bool:
        read = {answer for theme in finding.themes or () for answer in theme.answers}
        with self._database.reading() as session:
            return bool(read - set(session.execute(scope.current_answers()).scalars()))
