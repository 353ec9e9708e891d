"""Rasa's own command line (`python -m bot.rasa.rasa run …`) with a log that can be read.

Rasa's libraries give hundreds of warnings about what is deprecated in other libraries, and some
switch them on again while they are loaded. They are for those who write libraries.
"""

from __future__ import annotations

import warnings
from typing import Any

import sanic  # noqa: F401  first, so that what it switches on is switched off after it

from bot.rasa.no_tensorflow import leave_tensorflow_out


def main() -> None:
    warnings.simplefilter("ignore")
    show_no_deprecations()
    leave_tensorflow_out()
    from rasa.__main__ import main as rasa

    rasa()


def show_no_deprecations() -> None:
    """Print no warning about what is deprecated, whatever filters are set later."""
    show = warnings.showwarning

    def shown(message: Any, category: type[Warning], *where: Any, **more: Any) -> None:
        if not issubclass(category, (DeprecationWarning, PendingDeprecationWarning)):
            show(message, category, *where, **more)

    warnings.showwarning = shown


if __name__ == "__main__":
    main()
