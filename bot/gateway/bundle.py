"""The modules of the page as one file: on a slow line each further request costs most.

It knows the few ways in which our own modules are written, and refuses others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

IMPORT = re.compile(r'^import (\{[^}]*\}|\* as \w+) from "\./(\w+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|const) (\w+)", re.MULTILINE)
LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)


def bundled(entry: str, sources: Mapping[str, str]) -> str:
    """Return one script that does what the module `entry` does. Raises ValueError for a module
    that cannot be put together.
    """
    done: dict[str, str] = {}
    _add(entry, sources, done, ())
    return "".join(done.values())


def _add(name: str, sources: Mapping[str, str], done: dict[str, str], via: tuple[str, ...]) -> None:
    if name in via:
        raise ValueError(f"{name} imports itself: {' > '.join(via)}")
    if name in done:
        return
    for _, other in IMPORT.findall(sources[name]):
        _add(other, sources, done, (*via, name))
    done[name] = _as_constant(name, sources[name])


def _as_constant(name: str, source: str) -> str:
    """Return a module as a constant that holds what it exports; its other names stay inside."""
    exported = ", ".join(found for _, found in EXPORT.findall(source))
    body = EXPORT.sub(r"\1 \2", IMPORT.sub(_taken_from_constant, source))
    if left := LEFT.search(body):
        raise ValueError(f"{name}: cannot read {left[0]!r}")
    body = COMMENT.sub("", body)
    return f"const {_constant(name)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _taken_from_constant(found: re.Match[str]) -> str:
    names = found[1].removeprefix("* as ").replace(" as ", ": ")
    return f"const {names} = {_constant(found[2])};\n"


def _constant(name: str) -> str:
    return f"module_{name.removesuffix('.js')}"
