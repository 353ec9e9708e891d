"""What a message asks, alone or beside an answer, and finding what answers it: among the questions
that the consultation file answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.consultation.model import TOLD_BY_FIELDS, Faq
from bot.understanding.costs import ANSWER, Costs
from bot.understanding.model.classifier import Heard, Model
from bot.understanding.words.normalise import normalised
from bot.understanding.words.segments import asks

OTHER_QUESTION = "ask_question"  # the intent of what no faq_ intent stands for
OFF_TOPIC = "off_topic"
EXPLAIN = "explain_question"
# Besides known questions, what is answered on the way without doing anything.
ANSWERED_BESIDE = frozenset({"show_progress", "ask_human", EXPLAIN})
GUESSED = "?"  # at the end of an id: the bot asks whether that was meant
MOST = 2  # answers to one message
HALF = 0.5  # "how long is it" may be a known question or one about progress
LETTERS_WEIGH = 0.5  # against the meaning of a question
# An answer that is hardly more alike than another one is likely neither. Of look and tune together
# this spares 5 of 12 wrong answers, and asks "Did you mean" for 15 of 107 right ones.
CLEARLY = 0.6
NEARLY = 0.55  # less is not even asked: it is not known
HEARD_WEIGHS = 0.1  # of how sure the trained model is, where an answer has an intent of its own


@dataclass(frozen=True)
class Found:
    """The id of an answer, how alike what was asked is to it (0 to 1), and how much more than to
    the next best.
    """

    id: str
    likeness: float
    ahead: float = 1.0

    @property
    def clear(self) -> bool:
        return self.likeness + self.ahead >= CLEARLY

    @property
    def nearly(self) -> bool:
        return self.likeness + self.ahead >= NEARLY


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
        others = alike[[faq_id != self._ids[best] for faq_id in self._ids]]
        ahead = alike[best] - others.max(initial=0.0)
        return Found(self._ids[best], float(alike[best]), float(ahead))


@dataclass(frozen=True)
class Part:
    """The message or a segment of it, and what the model heard in it."""

    text: str
    heard: Heard


def asks_something(intent: str) -> bool:
    """Whether an intent is a question about the consultation or its plan."""
    return intent.startswith("faq_") or intent == OTHER_QUESTION


def without_questions(shares: Mapping[str, float]) -> dict[str, float]:
    """Return the shares as they are where nothing is asked: those of questions are the answer's."""
    left = {i: p for i, p in shares.items() if not asks_something(i)}
    return left | {ANSWER: left.get(ANSWER, 0.0) + 1.0 - sum(left.values())}


def questions_as_one(shares: Mapping[str, float]) -> dict[str, float]:
    """Give the likeliest of the questions the shares of all: which one it is, is found later."""
    asked = {intent: share for intent, share in shares.items() if asks_something(intent)}
    likeliest = max(asked, key=lambda intent: asked[intent], default=OTHER_QUESTION)
    others = {intent: share for intent, share in shares.items() if intent not in asked}
    return others | {likeliest: sum(asked.values())} if asked else others


def asked_in(parts: Sequence[Part], costs: Costs, questions: Questions) -> tuple[str, ...]:
    """Return the ids of what a message asks: of answers, of intents that are answered on the way,
    or OTHER_QUESTION where nothing is known. `parts` begin with the whole message.
    """
    told = parts[1:] or parts
    before = ["", *(part.text for part in told)]
    found = (_asked(part, said, costs, questions) for part, said in zip(told, before, strict=False))
    return tuple(dict.fromkeys(one for one in found if one))[:MOST]


def _asked(part: Part, before: str, costs: Costs, questions: Questions) -> str | None:
    """Return the id of what one part asks, if it asks.

    The less a part sounds like a question to the bot, the more it must be like a known one: points
    are put as questions too. What stands before it may say what it is about.
    """
    if not asks(part.text):
        return None
    shares = questions_as_one(part.heard.intents)
    best = max(shares, key=lambda intent: shares[intent])
    asking = sum(share * _like_asking(intent) for intent, share in shares.items())
    needed = costs.question_like + (1.0 - asking) * (costs.plainly_like - costs.question_like)
    near = _nearest(part, before, questions)
    if near and near.likeness >= needed and (near.clear or _is_heard(part, near.id, costs)):
        return near.id
    if (best in ANSWERED_BESIDE or best == OFF_TOPIC) and shares[best] >= costs.beside:
        return best
    if asking < costs.beside:
        return None
    if best.startswith("faq_") and part.heard.intents[best] >= costs.beside:
        return best
    if near and near.likeness >= needed - costs.guessed_like and near.nearly:
        return near.id + GUESSED
    return OTHER_QUESTION


def _is_heard(part: Part, faq_id: str, costs: Costs) -> bool:
    """Whether the trained model hears the same question by itself."""
    return part.heard.intents.get(faq_id, 0.0) >= costs.beside


def _like_asking(intent: str) -> float:
    if asks_something(intent):
        return 1.0
    return HALF if intent in ANSWERED_BESIDE or intent == OFF_TOPIC else 0.0


def _nearest(part: Part, before: str, questions: Questions) -> Found | None:
    said = [part.text, f"{before} {part.text}"] if before else [part.text]
    found = [questions.find(text, part.heard.intents) for text in said]
    known = [one for one in found if one]
    return max(known, key=lambda one: one.likeness, default=None)
