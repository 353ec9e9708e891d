"""How the tests are shared out among the workers of pytest-xdist (`make test` starts them)."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadFileScheduling

# These load the trained model, which takes 15 s and 700 MB, and training it first takes minutes:
# one worker does them all, and begins with them, while the others do the rest.
WITH_MODEL = (
    "tests/conversations/",
    "tests/nlu/",
    "tests/web/",
    "tests/end_to_end/test_crashes.py",
)


def needs_model(nodeid: str) -> bool:
    return nodeid.startswith(WITH_MODEL)


class FilesTogether(LoadFileScheduling):
    """A file's tests stay together, because they share what is slow to make."""

    def __init__(self, config: Any, log: Any) -> None:
        config.option.loadscopereorder = False  # the order is that of the tests
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return "with the model" if needs_model(nodeid) else super()._split_scope(nodeid)
