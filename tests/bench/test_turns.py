"""The comparison with stock Rasa: a short form of it, from training stock to the last figure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT


@pytest.mark.slow
def test_ours_and_stock_are_measured_side_by_side(tmp_path: Path) -> None:
    command = [sys.executable, "bench/turns.py", "--short", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "turns.json").read_text(encoding="utf-8"))
    for side in ("ours", "stock"):
        assert found["walk"][side]["10"]["count"] == 10
        assert found["nlu_ms"][side] > 0
        assert found["throughput"][side]["per_second"] > 0
    assert set(found["memory_mb"]) == {"gateway", "rasa", "stock"}
    assert all(took > 0 for took in found["stages_ms"].values()) and len(found["stages_ms"]) > 5
    assert "stock / ours" in done.stdout
