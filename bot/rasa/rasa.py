"""Rasa's own command line (`python -m bot.rasa.rasa run …`) with a log that can be read.

Sanic switches deprecation warnings on when it is imported, and Rasa's libraries have hundreds.
"""

from __future__ import annotations

import warnings

import sanic  # noqa: F401  first, so that what it switches on is switched off after it

from bot.rasa.no_tensorflow import leave_tensorflow_out


def main() -> None:
    warnings.simplefilter("ignore")
    leave_tensorflow_out()
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()
