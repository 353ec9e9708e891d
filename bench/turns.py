"""How long a turn takes, here and with stock Rasa, in one run: `make bench` (see bench/README.md).

Starts both on free ports of the loopback address, in a folder of its own, and ends them again.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import product
from measure import throughput, walk
from processes import ROOT, BenchError, Processes, free_ports, run
from report import machine, ratios, table
from stock import NAME, start_stock, trained_stock

FOLDER = ROOT / "var" / "bench"


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=300, help="length of the conversations")
    parser.add_argument("--walks", type=int, default=4, help="how many of them, side by side")
    parser.add_argument("--conversations", type=int, default=10, help="at once, for messages/s")
    parser.add_argument("--seconds", type=float, default=20, help="of messages/s, for each side")
    parser.add_argument("--epochs", type=int, default=5, help="of stock's training")
    parser.add_argument("--lines", type=int, default=100, help="of an intent that stock learns")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of stock's model and result")
    parser.add_argument("--quick", action="store_true", help="a look: 100 turns, 8 seconds")
    parser.add_argument("--short", action="store_true", help="only to see that it works: a minute")
    options = parser.parse_args()
    if options.quick:
        options.turns, options.walks, options.seconds = min(options.turns, 103), 2, 8.0
    if options.short:
        options.turns, options.walks, options.seconds = 13, 1, 1.0
        options.conversations, options.epochs, options.lines = 2, 1, 4
    if not (13 <= options.turns <= 1000 and 1 <= options.walks <= 20):
        parser.error("--turns must be 13 to 1000, and --walks 1 to 20")
    if not (1 <= options.conversations <= 50 and 0 <= options.seconds <= 300):
        parser.error("--conversations must be 1 to 50, and --seconds 0 to 300")
    return options


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Start everything, measure, and end it. Raises BenchError."""
    result: dict[str, Any] = {"machine": machine(), "conversations": options.conversations}
    env = product.settings(folder)
    say("Training what has changed since the last time.")
    our_model = product.prepare(env)
    stock_model = trained_stock(options.folder, options.epochs, options.lines)
    rounds = 1 if options.short else 3 if options.quick else 10
    models = [f"ours={our_model}", f"stock={stock_model}"]
    result |= told(["-m", "bench.understanding", str(rounds), *models], {})
    with Processes(folder) as processes:
        say("Starting both.")
        stock = start_stock(processes, stock_model, folder, free_ports(1)[0])
        gateway = product.start(processes, env)
        processes.wait_for(NAME, stock.removesuffix("webhook"))
        say(f"Measuring {options.walks} conversations of {options.turns} turns.")
        result["walk"] = walk(gateway, stock, options.walks, options.turns, processes.cpu, say)
        say("Measuring where our turn goes.")
        result |= told(["-m", "bench.stages", str(rounds)], env)
        if options.seconds:
            say(f"Measuring {options.conversations} conversations at once.")
            result["throughput"] = throughput(
                gateway, stock, options.conversations, options.seconds
            )
        result["memory_mb"] = processes.memory()
    result["ratios"] = ratios(result)
    return result


def told(arguments: list[str], env: dict[str, str]) -> dict[str, Any]:
    """Run a child that prints its result as JSON in its last line; Rasa may log before it."""
    result: dict[str, Any] = json.loads(run(arguments, env).strip().splitlines()[-1])
    return result


def main() -> int:
    options = read_options()
    options.folder.mkdir(parents=True, exist_ok=True)
    command = " ".join(["bench/turns.py", *sys.argv[1:]])
    try:
        # Beside the real data, so that commits meet the same disk.
        with tempfile.TemporaryDirectory(dir=options.folder, prefix="run-") as folder:
            try:
                result = {"command": command, **measure(options, Path(folder))}
            except BenchError as error:
                say(f"Nothing measured: {error}")
                for log in sorted(Path(folder).glob("*.log")):
                    say(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}")
                return 1
    except KeyboardInterrupt:
        say("Stopped; everything that was started has ended.")
        return 130
    file = options.folder / "turns.json"
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(table(result))
    say(f"Written to {file}.")
    return 0


def say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
