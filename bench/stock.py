"""Stock Rasa on our training data: what `rasa init` sets up, its REST channel, SQLite.

Every choice that is ours to make favours stock. It answers with plain responses where we call an
action server that writes to the database; the rules are ours, with `utter_…` for every `action_…`,
so a turn has as many predictions. There are no stories, so TEDPolicy and UnexpecTEDIntentPolicy
have nothing to learn and cost next to nothing.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import yaml
from processes import ROOT, Processes, run
from talk import RULE_TEXT

FILES = Path(__file__).resolve().parent / "stock"
NAME = "stock"


def trained_stock(kept: Path, epochs: int, lines: int) -> Path:
    """Return the stock model, trained only when one of its inputs has changed."""
    files = {
        "config.yml": (FILES / "config.yml").read_text().replace("EPOCHS", str(epochs)),
        "domain.yml": yaml.safe_dump(_domain(), allow_unicode=True),
        "data/rules.yml": yaml.safe_dump(_rules(), allow_unicode=True),
    }
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        files[f"data/nlu/{file.name}"] = yaml.safe_dump(_some(file, lines), allow_unicode=True)
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:16]
    model = kept / f"stock-{digest}.tar.gz"
    if model.exists():
        return model
    with tempfile.TemporaryDirectory(dir=kept, prefix=".training-") as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        arguments = ["-m", "rasa", "train", "--quiet", "--config", f"{folder}/config.yml"]
        arguments += ["--domain", f"{folder}/domain.yml", "--data", f"{folder}/data"]
        arguments += ["--out", folder, "--fixed-model-name", "model"]
        run(arguments, {"RASA_CACHE_DIRECTORY": folder, "RASA_MAX_CACHE_SIZE": "0"})
        (Path(folder) / "model.tar.gz").replace(model)
    return model


def start_stock(processes: Processes, model: Path, folder: Path, port: int) -> str:
    """Start it, and return the address of its REST channel."""
    command = ["-m", "rasa", "run", "--quiet", "--interface", "127.0.0.1", "--port", str(port)]
    command += ["--model", str(model), "--endpoints", str(FILES / "endpoints.yml")]
    command += ["--credentials", str(FILES / "credentials.yml")]
    processes.start(NAME, command, {"STOCK_DB": str(folder / "stock.db"), "SANIC_WORKERS": "1"})
    return f"http://127.0.0.1:{port}/webhooks/rest/webhook"


def _some(file: Path, most: int) -> dict[str, Any]:
    """Return training lines, at most so many of an intent in each file, from all over it."""
    told = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)
    for block in told["nlu"]:
        lines = block["examples"].splitlines()
        block["examples"] = "\n".join(lines[:: -(-len(lines) // most)]) + "\n"
    return {"version": told["version"], "nlu": told["nlu"]}


def _rules() -> dict[str, Any]:
    rules = []
    for file in sorted((ROOT / "data" / "rules").glob("*.yml")):
        # All is text, as Rasa reads it: a rule may be called yes.
        for rule in yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)["rules"]:
            rules.append({**rule, "steps": [_plain(step) for step in rule["steps"]]})
    return {"version": "3.1", "rules": rules}


def _plain(step: dict[str, str]) -> dict[str, str]:
    action = step.get("action")
    return {"action": action.replace("action_", "utter_", 1)} if action else step


def _domain() -> dict[str, Any]:
    ours = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    said = {
        step["action"] for rule in _rules()["rules"] for step in rule["steps"] if "action" in step
    }
    return {
        "version": "3.1",
        "intents": ours["intents"],
        "responses": {
            **{name: [{"text": RULE_TEXT}] for name in sorted(said)},
            "utter_default": [{"text": "Sorry, I did not get that."}],
        },
        # As `rasa init` writes it.
        "session_config": {
            "session_expiration_time": 60,
            "carry_over_slots_to_new_session": True,
        },
    }
