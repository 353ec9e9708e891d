"""`python -m tests.nlu.taught BEFORE AFTER`: figures of two models, as JSON, on look and tune."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.rasa.teach import ears_of
from bot.settings import load_settings
from tests.nlu.measure import Judged, by_intent, cries, judged, macro

SETS = ("look", "tune")


def main() -> None:
    settings = load_settings()
    consultation = find_consultation(settings.consultations, settings.consultation)
    before, after = (read(Path(archive), consultation) for archive in sys.argv[1:3])
    print(json.dumps({name: compared(before[name], after[name]) for name in SETS}))  # noqa: T201


def read(archive: Path, consultation: Consultation) -> dict[str, tuple[list[Judged], list[Judged]]]:
    """Return the messages and the cries of each set as a model reads them."""
    ears = ears_of(archive, consultation)
    return {
        name: (
            judged(name, "messages", ears, consultation),
            judged(name, "cries", ears, consultation),
        )
        for name in SETS
    }


def compared(
    before: tuple[list[Judged], list[Judged]], after: tuple[list[Judged], list[Judged]]
) -> dict[str, Any]:
    """Return the figures of one set: macro recall, cries heard, and readings that changed."""
    heard = [cries(found)["heard"] for _, found in (before, after)]
    pairs = list(zip(before[0], after[0], strict=True))
    return {
        "recall": [round(macro(by_intent(messages)), 4) for messages, _ in (before, after)],
        "cries": [share.hits for share in heard],
        "cries_of": heard[0].of,
        "changed": sum(old.meaning.intent != new.meaning.intent for old, new in pairs),
        "messages": len(pairs),
    }


if __name__ == "__main__":
    main()
