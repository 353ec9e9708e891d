"""The texts of a consultation file: each in two lengths, and what is said in other languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """One text in two lengths: `text` for a screen, `sms` for a text message (GSM-7)."""

    text: str
    sms: str

    def for_channel(self, *, short: bool) -> str:
        return self.sms if short else self.text


@dataclass(frozen=True)
class InLanguage:
    """What is said once to a resident who writes in a language. `reviewed`: a native reader has
    read it.
    """

    wording: Wording
    reviewed: bool
