"""What turns.py prints. It says how far the aims are met and asserts nothing."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

AIMS = {"10": 3.0, "100": 10.0, "300": 15.0}  # times less than stock
PARTS = ("gateway", "rasa")
WHOLE_ROAD_MS, NLU_MS, PER_SECOND, GROWTH = 10.0, 3.0, 150.0, 1.10


def machine() -> dict[str, Any]:
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": os.getloadavg()[0],
    }


def ratios(measured: Mapping[str, Any]) -> dict[str, float]:
    """Return stock / ours at each turn, and how our turn grows."""
    walk = measured["walk"]
    ours, stock = walk["ours"], walk["stock"]
    found = {
        f"stock_over_ours_at_{turn}": round(stock[turn]["median_ms"] / ours[turn]["median_ms"], 1)
        for turn in ours
    }
    if "300" in ours:
        found["ours_300_over_10"] = round(ours["300"]["median_ms"] / ours["10"]["median_ms"], 3)
        found["stock_300_over_10"] = round(stock["300"]["median_ms"] / stock["10"]["median_ms"], 2)
    rates = measured.get("throughput")
    if rates:
        found["messages_per_second_ours_over_stock"] = round(
            rates["ours"]["per_second"] / rates["stock"]["per_second"], 1
        )
    return found


def table(measured: Mapping[str, Any]) -> str:
    """Return the whole result as Markdown, to be read and to be pasted."""
    walk, found = measured["walk"], measured["ratios"]
    lines = [
        f"{measured['command']}  ({_machine_line(measured['machine'])})",
        "",
        "| turn | ours, median (p95) | stock, median (p95) | stock / ours | aim |",
        "|---|---|---|---|---|",
    ]
    for turn, ours in walk["ours"].items():
        stock = walk["stock"][turn]
        ratio = found[f"stock_over_ours_at_{turn}"]
        lines.append(
            f"| {turn} | {_times(ours)} | {_times(stock)} | {ratio} |"
            f" {_verdict(ratio >= AIMS[turn])}: {AIMS[turn]:.0f} |"
        )
    lines += ["", "| processor time at turn | ours (gateway + rasa) | stock | ratio |"]
    lines += ["|---|---|---|---|", *_processor(walk["cpu_ms"])]
    lines += ["", "| | measured | aim |", "|---|---|---|", *_single(measured), ""]
    lines += ["| where our turn goes | median |", "|---|---|"]
    lines += [f"| {step} | {ms:.2f} ms |" for step, ms in measured["stages_ms"].items()]
    return "\n".join(lines) + "\n"


def _single(measured: Mapping[str, Any]) -> list[str]:
    walk, found = measured["walk"], measured["ratios"]
    last = list(walk["ours"])[-1]
    whole = walk["ours"][last]["median_ms"]
    nlu = measured["nlu_ms"]
    rows = [
        f"| whole road at turn {last} | {whole:.1f} ms |"
        f" {_verdict(whole <= WHOLE_ROAD_MS)}: {WHOLE_ROAD_MS:.0f} ms |",
        f"| understanding alone, ours | {nlu['ours']:.2f} ms |"
        f" {_verdict(nlu['ours'] <= NLU_MS)}: {NLU_MS:.0f} ms |",
        f"| understanding alone, stock | {nlu['stock']:.2f} ms | |",
        f"| one fsync of 4 KB on this disk | {measured['fsync_ms']:.2f} ms | |",
        f"| stock's turns that got their rule | {100 * walk['stock_understood']:.0f} % | |",
    ]
    if "ours_300_over_10" in found:
        growth = found["ours_300_over_10"]
        rows.append(
            f"| our turn 300 / turn 10 | {growth:.2f} |"
            f" {_verdict(1 / GROWTH <= growth <= GROWTH)}: {GROWTH:.2f} |"
        )
    if rates := measured.get("throughput"):
        ours, stock = rates["ours"]["per_second"], rates["stock"]["per_second"]
        rows.append(
            f"| messages a second, {measured['conversations']} at once, ours | {ours:.0f} |"
            f" {_verdict(ours >= PER_SECOND)}: {PER_SECOND:.0f} |"
        )
        rows.append(f"| the same, stock | {stock:.0f} | |")
    memory = measured["memory_mb"]
    rows += [f"| memory, {name} | {size:.0f} MB | |" for name, size in memory.items()]
    return rows


def _processor(cpu_ms: Mapping[str, Mapping[str, float]]) -> list[str]:
    rows = []
    for turn, used in cpu_ms.items():
        parts = [used[name] for name in PARTS]
        total, stock = sum(parts), used["stock"]
        shown = " + ".join(f"{part:.1f}" for part in parts)
        rows.append(f"| {turn} | {total:.1f} ms ({shown}) | {stock:.1f} ms | {stock / total:.1f} |")
    return rows


def _times(window: Mapping[str, float]) -> str:
    return f"{window['median_ms']:.1f} ms ({window['p95_ms']:.1f})"


def _verdict(met: bool) -> str:
    return "met" if met else "NOT met"


def _machine_line(machine: Mapping[str, Any]) -> str:
    return (
        f"{machine['cores']} cores, {machine['processor']}, Python {machine['python']},"
        f" load before {machine['load_before']:.1f}"
    )
