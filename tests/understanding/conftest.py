"""The tests of reading have questions of their own, so that a council may change its file."""

from __future__ import annotations

import pytest

from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.settings import ROOT


@pytest.fixture(scope="session")
def consultation() -> Consultation:
    return load_consultation(ROOT / "tests" / "consultations" / "questions-to-read.yml")
