"""What `deploy/` says, read for tests: manifests, the Containerfile, and what the product knows."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click
import jsonschema
import yaml
from typer.main import get_command

from bot.channels.registry import all_channels
from bot.commands.cli import app
from bot.settings import ROOT

DEPLOY = ROOT / "deploy"
BASE, EXAMPLE = DEPLOY / "kubernetes" / "base", DEPLOY / "kubernetes" / "example"
KUBERNETES = "v1.33.0"
Object = dict[str, Any]


def documents(path: Path) -> list[Object]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def objects_in(folder: Path, part: str) -> dict[tuple[str, str], Object]:
    """Return the objects of a kustomization's `resources` or `patches`, by kind and name."""
    said = documents(folder / "kustomization.yaml")[0].get(part, [])
    names = [one if isinstance(one, str) else one["path"] for one in said]
    files = [folder / name for name in names if (folder / name).is_file()]
    found = [one for file in files for one in documents(file)]
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def example() -> dict[tuple[str, str], Object]:
    """Return the objects of the example, patched."""
    whole = {**objects_in(BASE, "resources"), **objects_in(EXAMPLE, "resources")}
    for key, patch in objects_in(EXAMPLE, "patches").items():
        whole[key] = merged(whole[key], patch)
    return whole


def merged(under: Any, over: Any) -> Any:
    """Return a patched object; our patches touch no lists."""
    if not isinstance(under, dict) or not isinstance(over, dict):
        assert not isinstance(over, list), "what a patch does to a list is kustomize's to say"
        return over
    return {**under, **{key: merged(under.get(key), value) for key, value in over.items()}}


def pods_of(whole: Mapping[tuple[str, str], Object]) -> Iterator[tuple[str, Object]]:
    """Yield (kind, pod template) of all that runs containers."""
    for (kind, _), one in whole.items():
        spec = one.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield kind, spec["template"]


def problems_of(manifest: Object) -> list[str]:
    """Return what Kubernetes would refuse, with misspelt fields; by the schemas of the package
    kubernetes-validate, which does not load itself beside the jsonschema that is pinned here.
    """
    group, _, version = str(manifest["apiVersion"]).rpartition("/")
    kind = str(manifest["kind"]).lower()
    parts = [kind, *([group.split(".")[0]] if group else []), version]
    schema = _schema("-".join(parts))
    store = {"file:///api/_definitions.json": _schema("_definitions")}
    resolver = jsonschema.RefResolver("file:///manifest", schema, store=store)
    validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(manifest)]


@cache
def _schema(name: str) -> Any:
    package = importlib.util.find_spec("kubernetes_validate")
    assert package and package.origin
    folder = Path(package.origin).parent / "kubernetes-json-schema"
    file = folder / f"{KUBERNETES}-local-strict" / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8"))


def check_command(words: Sequence[str]) -> None:
    """Fail unless `python -m bot WORDS` is a command with these options and arguments."""
    command: click.Command = get_command(app)
    context, rest = click.Context(command, info_name="bot"), list(words)
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, click.Context(found, parent=context, info_name=name)
    command.parse_args(context, rest)


def after_bot(words: Sequence[str]) -> list[str]:
    """Return what follows `python -m bot`."""
    assert list(words[:3]) == ["python", "-m", "bot"], words
    return list(words[3:])


@cache
def settings_listed() -> frozenset[str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    names = {line[2:].partition("=")[0] for line in lines if line.startswith("# ") and "=" in line}
    channels = {setting.name for channel in all_channels() for setting in channel.settings}
    return frozenset(name for name in names | channels if name.isupper() and " " not in name)


@cache
def instructions() -> tuple[tuple[str, str], ...]:
    """Return the Containerfile as (INSTRUCTION, rest), without comments."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    whole = lines.replace("\\\n", " ").splitlines()
    pairs = (line.strip().split(maxsplit=1) for line in whole if line.strip())
    return tuple((word, rest.strip()) for word, rest in pairs)


def copied() -> list[str]:
    """Return the files and folders of this repository that the image is made of."""
    copies = [rest.split() for word, rest in instructions() if word == "COPY"]
    return [name for words in copies if "--from" not in words[0] for name in words[:-1]]
