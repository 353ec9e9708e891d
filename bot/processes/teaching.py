"""Teaching the dialogue model what staff corrected: train, say the figures, take it or leave it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bot import training
from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.settings import Settings, SettingsError
from bot.staff.corrections.teachable import Teachable, known_intents, sort_out
from bot.storage.database.session import Database, StorageError, open_database
from bot.storage.jobs import trainings
from bot.storage.jobs.trainings import Corrected
from bot.storage.staff.audit import record

logger = logging.getLogger(__name__)

NO_SETS = "the messages to measure with (tests/nlu) are not in this installation"


@dataclass(frozen=True)
class Ended:
    """How a training ended: the outcome, and the figures before and after."""

    outcome: str
    lines: int
    figures: Mapping[str, Any]


def taught(settings: Settings) -> training.Lines | None:
    """Return what the model is taught; None while the database cannot say, or is not there yet."""
    file = settings.database_url.partition("sqlite:///")[2]
    if file and not Path(file).exists():
        return None  # to look would make it
    try:
        database = open_database(settings.database_url)
        with closing(database), database.reading() as session:
            return trainings.taught_lines(session, settings.consultation)
    except StorageError as error:
        logger.warning("the model is taught no corrections", extra={"reason": str(error)})
        return None


def current_model(settings: Settings) -> Path:
    """Return the model with what it is taught, trained first if missing, and delete those that
    were taught anything else. While the database is away, and where no model can be made (a file
    system that is read only), it is the model without corrections: residents must not wait for it.
    """
    lines = taught(settings)
    try:
        model = training.trained_model(settings, lines or ())
    except (SettingsError, OSError) as error:
        if not lines:
            raise
        logger.error("the model is taught no corrections", extra={"reason": type(error).__name__})
        model = training.trained_model(settings)
    if lines is not None:
        training.forget_taught(settings, lines)
    return model


def sorted_out(settings: Settings, database: Database) -> tuple[Consultation, Teachable]:
    """Return the corrections there are, sorted into those to teach and others."""
    consultation = find_consultation(settings.consultations, settings.consultation)
    with database.reading() as session:
        found = trainings.corrected_messages(session, consultation.id)
    return consultation, sort_out(found, consultation, known_intents(settings.root))


def train_with_corrections(
    settings: Settings,
    database: Database,
    *,
    who: str,
    anyway: bool = False,
    only: Collection[int] = (),
) -> Ended:
    """Teach, measure, and take the model unless something got worse. `anyway`: take it all the
    same. `only` names the messages to learn from. Raises SettingsError.
    """
    consultation, found = sorted_out(settings, database)
    lines = [one for one in found.lines if not only or one.inbox_id in only]
    if not lines:
        raise SettingsError("There is no correction that the model can be taught.")
    with database.writing() as session:
        begun = trainings.begin_training(
            session, consultation.id, staff=who, lines=len(lines), now=_now()
        )
        record(session, who=who, what="training with corrections", about=None, now=_now())
    if begun is None:
        raise SettingsError("The model is being trained already.")
    try:
        return _train(settings, database, consultation, begun, lines, anyway=anyway, who=who)
    except BaseException:
        with database.writing() as session:
            trainings.end_training(session, begun, trainings.FAILED, _now())
        raise


def _train(
    settings: Settings,
    database: Database,
    consultation: Consultation,
    begun: int,
    lines: Sequence[Corrected],
    *,
    anyway: bool,
    who: str,
) -> Ended:
    learnt = sorted({(one.text, one.intent) for one in lines})
    before, after = training.trained_model(settings), training.trained_model(settings, learnt)
    figures = {
        "sets": measured(settings, before, after),
        "corrected": [read_right(model, lines, consultation) for model in (before, after)],
    }
    takes = anyway or is_no_worse(figures)
    with database.writing() as session:
        given = {one.inbox_id: one.intent for one in lines} if takes else None
        outcome = trainings.TAKEN if takes else trainings.LEFT
        trainings.end_training(session, begun, outcome, _now(), figures=figures, taught=given)
        record(session, who=who, what=f"training {outcome}", about=None, now=_now())
        now_taught = trainings.taught_lines(session, consultation.id)
    training.forget_taught(settings, now_taught)
    return Ended(outcome, len(lines), figures)


def undo(settings: Settings, database: Database, *, who: str) -> int:
    """Go back to the model without corrections, and delete those with any; return how many lines
    were taught.
    """
    with database.writing() as session:
        before = trainings.undo_training(session, settings.consultation, _now())
        record(session, who=who, what="training undone", about=None, now=_now())
    training.forget_taught(settings, ())
    return before


def is_no_worse(figures: Mapping[str, Any]) -> bool:
    """Say whether nothing that is measured got worse. What was not measured is not good."""
    sets = figures["sets"]
    if not sets:
        return False
    return all(
        one[what][1] >= one[what][0] for one in sets.values() for what in ("recall", "cries")
    )


def measured(settings: Settings, before: Path, after: Path) -> Mapping[str, Any] | None:
    """Return the figures of two models on the measured messages; None where there are none."""
    if not (settings.root / "tests" / "nlu" / "taught.py").exists():
        return None
    with tempfile.TemporaryFile() as log:
        done = subprocess.run(
            [sys.executable, "-m", "tests.nlu.taught", str(before), str(after)],
            cwd=settings.root, stdout=subprocess.PIPE, stderr=log, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SettingsError("The two models could not be measured (python -m tests.nlu.taught).")
    found: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def read_right(model: Path, lines: Sequence[Corrected], consultation: Consultation) -> int:
    """Count the corrected messages that a model reads as they were corrected."""
    from bot.rasa.teach import ears_of
    from bot.understanding.answers.answer import how_it_reads, read_of
    from bot.understanding.open import Open
    from bot.understanding.understand import understand

    ears, right = ears_of(model, consultation), 0
    for one in lines:
        asked = consultation.by_id.get(one.asked or "")
        opened = Open(
            state="started" if asked else "new",
            kind=asked.kind.value if asked else None,
            reads=how_it_reads(asked, one.text, read_of(asked, one.text)),
        )
        right += understand(one.text, opened, ears).intent == one.intent
    return right


def _now() -> datetime:
    return datetime.now(timezone.utc)
