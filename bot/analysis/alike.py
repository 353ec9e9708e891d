"""Which answers say the same: campaigns, whose words are near-identical, and what is like one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

FEWEST = 3  # of a campaign; two may write the same by chance
LONG = 8  # words; shorter answers are a campaign only where they are the same
SHARED = 0.8  # of the words of two near-identical answers, that both have
A_BLOCK = 500  # answers that are compared with all others at once
WORD = re.compile(r"\w+")

Answers = Sequence[tuple[int, str]]


def campaigns(answers: Answers) -> list[tuple[int, ...]]:
    """Return groups of answers with near-identical words, the largest first. An answer is in one
    group at most; what is one person's alone is in none.
    """
    same: dict[str, list[int]] = defaultdict(list)
    for answer, text in answers:
        if words := _words(text):
            same[" ".join(words)].append(answer)
    keys = list(same)
    groups: dict[int, list[int]] = defaultdict(list)
    for at, first in enumerate(_first_alike(keys)):
        groups[first] += same[keys[at]]
    found = [tuple(sorted(group)) for group in groups.values() if len(group) >= FEWEST]
    return sorted(found, key=lambda group: (-len(group), group))


def nearest(
    answer: int, answers: Answers, vectors: Mapping[int, Any] | None = None
) -> list[tuple[int, float]]:
    """Return (id, likeness) of the other answers, the most like one first: by their meaning where
    every one has a vector, else by their words.
    """
    ids = [one for one, _ in answers]
    if answer not in ids:
        return []
    if vectors and all(one in vectors for one in ids):
        rows: Any = np.vstack([vectors[one] for one in ids])
    else:
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        rows = pieces.fit_transform([text or " " for _, text in answers])
    mine = rows[ids.index(answer)]
    alike = rows @ mine.T
    likeness = np.asarray(alike.todense() if hasattr(alike, "todense") else alike).ravel()
    order = np.argsort(-likeness, kind="stable")
    return [(ids[at], float(likeness[at])) for at in order if ids[at] != answer]


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _first_alike(keys: Sequence[str]) -> list[int]:
    """Return for each text the place of the first that it is near-identical to: its own, if none
    is. Who is like the first of a group is in it.
    """
    first = list(range(len(keys)))
    long = [at for at, key in enumerate(keys) if len(key.split()) >= LONG]
    if len(long) < 2:
        return first
    counter = CountVectorizer(binary=True, token_pattern=r"\S+", lowercase=False)
    rows = counter.fit_transform([keys[at] for at in long])
    sizes = np.asarray(rows.sum(axis=1)).ravel()
    for begin in range(0, len(long), A_BLOCK):
        shared = (rows[begin : begin + A_BLOCK] @ rows.T).tocoo()
        either = sizes[begin + shared.row] + sizes[shared.col] - shared.data
        near = shared.data / either >= SHARED
        pairs = zip(shared.row[near] + begin, shared.col[near], strict=True)
        for one, other in sorted(pairs):
            if other < one and first[long[other]] == long[other]:
                first[long[one]] = min(first[long[one]], long[other])
    return first
