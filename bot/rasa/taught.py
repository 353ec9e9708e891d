"""`python -m bot.rasa.taught BASE MODEL`: teach a trained model what staff corrected.

The lines come on standard input, as JSON: [[words, intent], …]. No word of them goes to a disk.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from bot.rasa.no_tensorflow import leave_tensorflow_out
from bot.rasa.teach import pack, teach, unpacked
from bot.understanding.model import classifier
from bot.understanding.model.composition import Line


def main() -> None:
    base, model = (Path(name) for name in sys.argv[1:3])
    taught = [Line(text, intent) for text, intent in json.load(sys.stdin)]
    warnings.simplefilter("ignore")
    leave_tensorflow_out()
    make(base, own_lines(), taught, model)


def own_lines() -> list[Line]:
    """Return the lines that every model is trained on."""
    from rasa.shared.importers.rasa import RasaFileImporter

    from bot.rasa.component import line_of

    found = RasaFileImporter("config.yml", "domain.yml", ["data/nlu", "data/rules"])
    return [line_of(example) for example in found.get_nlu_data().intent_examples]


def make(base: Path, lines: Sequence[Line], taught: Sequence[Line], model: Path) -> None:
    """Write a model like that of the archive `base`, which also learnt `taught`."""
    with unpacked(base) as (folder, learnt):
        classifier.save(teach(classifier.load(learnt), lines, taught), learnt)
        pack(folder, model)


if __name__ == "__main__":
    main()
