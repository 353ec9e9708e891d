"""What Rasa's process prints of warnings."""

from __future__ import annotations

import warnings

import pytest

from bot.rasa.rasa import show_no_deprecations


def test_warnings_about_deprecated_code_are_not_printed_though_a_library_asks_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed: list[str] = []
    monkeypatch.setattr(warnings, "showwarning", lambda said, *_, **__: printed.append(str(said)))
    show_no_deprecations()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for category in (DeprecationWarning, PendingDeprecationWarning, UserWarning):
            warnings.warn(f"a {category.__name__}", category, stacklevel=1)
    assert printed == ["a UserWarning"]
