"""YES, NO, STOP, START and HELP in other languages: one file each in data/understanding."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from bot.understanding.words.language import FOLDER, english

INTENTS = {"stop": "opt_out", "start": "start", "help": "explain_question"}


@dataclass(frozen=True)
class OtherWords:
    """What whole messages mean in any of the other languages. `languages` has the code of those
    that only one of them writes, and nothing else: "da" and "sim" are also typed in English.
    """

    commands: Mapping[str, str]  # {whole message: intent}
    yes: frozenset[str]
    no: frozenset[str]
    languages: Mapping[str, str]


@cache
def other_words() -> OtherWords:
    """Read the files of all languages but English, once."""
    files = [file for file in sorted(FOLDER.glob("*.yml")) if file.stem != "en"]
    told = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}
    commands: dict[str, str] = {}
    languages: dict[str, set[str]] = {}
    for code, words in told.items():
        for name, intent in INTENTS.items():
            commands |= dict.fromkeys(map(core, words[name]), intent)
        for said in (phrase for phrases in words.values() for phrase in phrases):
            languages.setdefault(core(said), set()).add(code)
    return OtherWords(
        commands={said: intent for said, intent in commands.items() if said not in _of_english()},
        yes=_all_of(told, "yes"),
        no=_all_of(told, "no"),
        languages={
            said: codes.pop()
            for said, codes in languages.items()
            if len(codes) == 1 and (said in commands or not said.isascii())
        },
    )


def is_other_command(text: str) -> bool:
    """Say whether the whole message is a command in another language than English."""
    return core(text) in other_words().commands


def language_of_word(text: str) -> str | None:
    """Return the one language in which the whole message is a command, a yes or a no."""
    return other_words().languages.get(core(text))


def _all_of(told: Mapping[str, Mapping[str, list[str]]], name: str) -> frozenset[str]:
    said = frozenset(core(said) for words in told.values() for said in words[name])
    return said - _of_english()


def _of_english() -> frozenset[str]:
    """What English already means something else by."""
    return frozenset(english().commands) | english().yes | english().no


def core(text: str) -> str:
    """Return a message without any sign, mark or space around it, whatever the script."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if words.startswith("/"):
        return ""  # written for a machine, where it is one; Telegram's own words are read there
    ends = [i for i, letter in enumerate(words) if unicodedata.category(letter)[0] in "LNM"]
    return words[ends[0] : ends[-1] + 1] if ends else ""
