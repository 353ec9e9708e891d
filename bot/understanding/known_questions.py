"""Finding the answer to a question: among those that the consultation file answers, and the
passages of its document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.consultation.model import TOLD_BY_FIELDS, Faq
from bot.understanding.model.classifier import Model
from bot.understanding.words.normalise import normalised

LETTERS_WEIGH = 0.5  # against the meaning of a question
HEARD_WEIGHS = 0.1  # of how sure the trained model is, where an answer has an intent of its own


@dataclass(frozen=True)
class Found:
    """The id of an answer, and how alike what was asked is to it (0 to 1)."""

    id: str
    likeness: float


class Questions:
    """Every way of asking that a consultation file and the training lines know for the answers
    that the file has, among its `faqs` or in its other fields, ready to be compared.
    """

    def __init__(self, faqs: Sequence[Faq], model: Model) -> None:
        told = [(faq.id, said) for faq in faqs for said in (faq.question, *faq.asked_as)]
        answers = {faq.id for faq in faqs} | TOLD_BY_FIELDS
        learnt = [row for row, faq_id in enumerate(model.asked.ids) if faq_id in answers]
        said = [text for _, text in told] + [model.asked.texts[row] for row in learnt]
        self._ids = [faq_id for faq_id, _ in told] + [model.asked.ids[row] for row in learnt]
        self._vectors = model.vectors
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        if said:
            self._rows: csr_matrix = self._letters.fit_transform([normalised(t) for t in said])
            own = model.vectors.of_each([text for _, text in told])
            self._meanings = np.vstack([own, model.asked.meanings[learnt]])

    def find(self, text: str, heard: Mapping[str, float]) -> Found | None:
        """Return the answer whose way of asking is most like the text; None where none is known.
        `heard` has the shares of the intents, some of which are ids of answers too.
        """
        if not self._ids:
            return None
        row = self._letters.transform([normalised(text)])
        letters = np.asarray((self._rows @ row.T).todense()).ravel()
        meaning = self._meanings @ self._vectors.of(text)
        alike = LETTERS_WEIGH * letters + (1.0 - LETTERS_WEIGH) * meaning
        leaning = np.array([heard.get(faq_id, 0.0) for faq_id in self._ids])
        best = int((alike + HEARD_WEIGHS * leaning).argmax())
        return Found(self._ids[best], float(alike[best]))
