"""What the codes so far suggest for an answer. It is learnt again beside the pages, after every few
codes; until then, and where nothing can be learnt, nothing is suggested.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.storage.coding.codes import labels_of, texts_of
from bot.storage.coding.scope import Scope
from bot.storage.database.session import Database

logger = logging.getLogger(__name__)

EVERY = 20  # codes, until it is learnt again
LEAST = 0.3  # what is less sure than this is not worth a look


def network_in(models: Path) -> Callable[[list[str]], Any]:
    """Return what makes vectors. It is loaded when the first codes are learnt from, not before."""

    def vectors(texts: list[str]) -> Any:
        from bot.analysis.network import vectors_in

        if not loaded:
            loaded.append(vectors_in(models))
        return loaded[0].of_each(texts)

    loaded: list[Any] = []
    return vectors


@dataclass
class Learnt:
    """What was learnt of one question, from how many coded answers."""

    coded: int = 0
    vectors: dict[int, Any] = field(default_factory=dict)
    suggested: dict[int, dict[int, float]] = field(default_factory=dict)
    good: dict[int, float] = field(default_factory=dict)


class Suggestions:
    """Suggested themes of answers, by question. `vectors` makes a row of numbers of each text."""

    def __init__(self, database: Database, vectors: Callable[[list[str]], Any]) -> None:
        self._database, self._vectors = database, vectors
        self._learnt: dict[Scope, Learnt] = {}
        self._busy = threading.Lock()

    def of(self, scope: Scope, answer_id: int) -> dict[int, float]:
        """Return how sure each suggested theme of an answer is."""
        learnt = self._learnt.get(scope, Learnt())
        return learnt.suggested.get(answer_id, {})

    def vectors_of(self, scope: Scope) -> dict[int, Any]:
        """Return what was made of the answers when it was learnt last; nothing before."""
        return self._learnt.get(scope, Learnt()).vectors

    def goodness(self, scope: Scope) -> dict[int, float]:
        """Return the F1 of each theme's suggestions on coded answers that were held out."""
        return self._learnt.get(scope, Learnt()).good

    def learn_beside(self, scope: Scope, coded: int) -> None:
        """Learn again in a thread of its own, if enough was coded since the last time."""
        if coded < EVERY or coded - self._learnt.get(scope, Learnt()).coded < EVERY:
            return
        threading.Thread(target=self._try, args=(scope,), daemon=True).start()

    def _try(self, scope: Scope) -> None:
        if not self._busy.acquire(blocking=False):
            return
        try:
            self.learn(scope)
        except Exception as error:  # suggestions are a help; the pages go on without
            logger.warning("nothing suggested: %s", type(error).__name__)
        finally:
            self._busy.release()

    def learn(self, scope: Scope) -> None:
        from bot.analysis.suggested_codes import goodness, suggest_codes

        with self._database.reading() as session:
            texts = {answer: text for answer, _, text in texts_of(session, scope)}
            coded = labels_of(session, scope)
        before = self._learnt.get(scope, Learnt())
        vectors = {answer: row for answer, row in before.vectors.items() if answer in texts}
        new = [answer for answer in texts if answer not in vectors]
        if new:
            rows = self._vectors([texts[answer] for answer in new])
            vectors |= dict(zip(new, rows, strict=True))
        suggested: dict[int, dict[int, float]] = {}
        for one in suggest_codes(coded, texts, vectors):
            if one.certainty >= LEAST:
                suggested.setdefault(one.answer, {})[one.theme] = one.certainty
        good = goodness(coded, texts, vectors)
        self._learnt[scope] = Learnt(len(coded), vectors, suggested, good)
