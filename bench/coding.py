"""How good suggested codes are after 100, 200 and 500 codes, and how alike suggested themes are to
known topics: `python -m bench.coding FILE`, with a line of JSON {"text", "topic"} for each.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, v_measure_score

from bot.analysis.suggested_codes import STRENGTH, suggest_codes
from bot.analysis.suggested_themes import suggest_themes
from bot.understanding.model.sentence_vectors import Vectors, prepare

CODED, DRAWS = (100, 200, 500), 5


def main() -> None:
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    names = sorted({row["topic"] for row in rows})
    texts = {at: row["text"] for at, row in enumerate(rows)}
    topics = {at: names.index(row["topic"]) for at, row in enumerate(rows)}
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder) / "network.onnx")
        vectors = Vectors(Path(folder) / "network.onnx")
    meanings = dict(enumerate(vectors.of_each(list(texts.values()))))
    say("| codes so far | with vectors | words alone |\n|---|---|---|")
    for number in CODED:
        draws = [drawn(number, seed, texts, topics, meanings) for seed in range(DRAWS)]
        ours, plain = ([draw[side] for draw in draws] for side in (0, 1))
        say(f"| {number} | {_mean(ours)} | {_mean(plain)} |")
    began = time.perf_counter()
    themes = suggest_themes(list(texts.items()), vectors)
    took = time.perf_counter() - began
    group = {answer: at for at, theme in enumerate(themes) for answer in theme.answers}
    measure = v_measure_score([topics[at] for at in texts], [group.get(at, -1) for at in texts])
    say(f"\n{len(themes)} themes in {took:.1f} s, V-measure {measure:.3f}")


def drawn(
    number: int,
    seed: int,
    texts: dict[int, str],
    topics: dict[int, int],
    meanings: dict[int, np.ndarray],
) -> tuple[float, float]:
    """Return macro F1 on what was not coded: with our suggestions, and with words alone."""
    order = list(texts)
    random.Random(seed).shuffle(order)
    known, asked = order[:number], order[number:]
    best: dict[int, int] = {}
    for one in suggest_codes({at: {topics[at]} for at in known}, texts, meanings):
        best.setdefault(one.answer, one.theme)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit(texts.values())
    plain = LogisticRegression(C=STRENGTH, max_iter=500)
    plain.fit(words.transform([texts[at] for at in known]), [topics[at] for at in known])
    told = plain.predict(words.transform([texts[at] for at in asked]))
    true, every = [topics[at] for at in asked], sorted(set(topics.values()))
    ours = [best.get(at, -1) for at in asked]
    return (
        f1_score(true, ours, labels=every, average="macro", zero_division=0),
        f1_score(true, told, labels=every, average="macro", zero_division=0),
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _mean(found: list[float]) -> str:
    return f"{statistics.mean(found):.3f} (± {statistics.stdev(found):.3f})"


if __name__ == "__main__":
    main()
