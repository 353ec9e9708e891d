"""Finding the answer to a question: among those that the consultation file answers, and the
passages of its document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.consultation.model import Faq
from bot.understanding.model.sentence_vectors import Vectors
from bot.understanding.words.normalise import normalised

LETTERS_WEIGH = 0.5  # against the meaning of a question


@dataclass(frozen=True)
class Found:
    """The id of an answer, and how alike what was asked is to it (0 to 1)."""

    id: str
    likeness: float


class Questions:
    """Every way of asking that a consultation file knows, ready to be compared."""

    def __init__(self, faqs: Sequence[Faq], vectors: Vectors) -> None:
        asked = [(faq.id, said) for faq in faqs for said in (faq.question, *faq.asked_as)]
        self._ids = [faq_id for faq_id, _ in asked]
        self._vectors = vectors
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        said = [text for _, text in asked]
        if asked:
            self._rows: csr_matrix = self._letters.fit_transform([normalised(t) for t in said])
            self._meanings = vectors.of_each(said)

    def find(self, text: str) -> Found | None:
        """Return the answer whose way of asking is most like the text; None where none is known."""
        if not self._ids:
            return None
        row = self._letters.transform([normalised(text)])
        letters = np.asarray((self._rows @ row.T).todense()).ravel()
        meaning = self._meanings @ self._vectors.of(text)
        alike = LETTERS_WEIGH * letters + (1.0 - LETTERS_WEIGH) * meaning
        best = int(alike.argmax())
        return Found(self._ids[best], float(alike[best]))
