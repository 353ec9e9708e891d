"""Open data as files: a Frictionless Data Package, and beside it a Flow Results package (FLOIP) of
the texts. Both say what each column is and under which licence it may be used.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timezone
from typing import Any

from bot.channels.registry import all_channels
from bot.consultation.model import Consultation
from bot.consultation.suppression import FEWEST, STEP
from bot.staff.publishing.open_data import Published
from bot.table_files import safe_cell

LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
FLOW_RESULTS_VERSION = "1.0.0-rc1"
AT_LEAST = (
    f"How many people at least: rounded down to a multiple of {FEWEST}; empty when there are fewer"
    f" than {FEWEST}. It moves only when at least {STEP} more people are counted."
)
QUESTION = "The id of the question."
# Each column: name, type, what it is.
TABLES: dict[str, tuple[str, Sequence[tuple[str, str, str]]]] = {
    "answers": ("How many people chose each option", (
        ("question", "string", QUESTION),
        ("option", "string", "The id of the option."),
        ("wording", "string", "The option as residents read it."),
        ("at_least", "integer", AT_LEAST))),
    "themes": ("How many answers to open questions were given each theme by people", (
        ("question", "string", QUESTION),
        ("theme", "string", "The id of the theme."),
        ("wording", "string", "What the answer is about, in the words of those who read it."),
        ("at_least", "integer", AT_LEAST))),
    "weeks": ("How many people began, by week", (
        ("week", "date", "The Monday of the week, in UK time."),
        ("at_least", "integer", AT_LEAST))),
    "channels": ("How many people took part by each channel", (
        ("channel", "string", f"One of {', '.join(c.name for c in all_channels())}."),
        ("at_least", "integer", AT_LEAST))),
    "texts": ("Texts that may be published, as two people approved them", (
        ("id", "string", "Drawn at random for this file; the parts of one story share it."),
        ("kind", "string", "quote (an answer) or story."),
        ("question", "string", QUESTION),
        ("asked", "string", "The question as residents read it."),
        ("week", "date", "The Monday of the week it was written in; empty where few people wrote."),
        ("text", "string", "The text. What was taken out is named in square brackets."),
        ("themes", "string", "Its themes, separated by semicolons."))),
}  # fmt: skip
KEYS = {"answers": ["question", "option"], "themes": ["question", "theme"], "weeks": ["week"],
        "channels": ["channel"], "texts": ["id", "question"]}  # fmt: skip
DICTIONARY = (("table", "string", "The name of the table."), ("column", "string", "Its column."),
              ("type", "string", "The type of the values."),
              ("description", "string", "What it says."))  # fmt: skip


def package_files(one: Consultation, made: Published, now: datetime) -> dict[str, str]:
    """Return the files of the package by their paths."""
    files = {
        f"{name}.csv": _csv([column for column, _, _ in columns], made.tables[name])
        for name, (_, columns) in TABLES.items()
    }
    dictionary = [
        {"table": name, "column": column, "type": kind, "description": what}
        for name, (_, columns) in TABLES.items()
        for column, kind, what in columns
    ]
    files["dictionary.csv"] = _csv([column for column, _, _ in DICTIONARY], dictionary)
    files["datapackage.json"] = _json(_descriptor(one, now))
    return files | _flow_results(one, made, now)


def _descriptor(one: Consultation, now: datetime) -> dict[str, Any]:
    resources = [
        _resource(name, title, columns, KEYS[name]) for name, (title, columns) in TABLES.items()
    ]
    resources.append(_resource("dictionary", "What each column is", DICTIONARY, None))
    return {
        "profile": "tabular-data-package",
        "name": one.id.lower(),
        "title": one.title,
        "description": f"What residents told {one.organisation}, as it may be published. No row is"
        " about a person but the texts, which two people approved. Figures are rounded and no"
        " totals are given, so that nobody can be told from them.",
        "created": now.astimezone(timezone.utc).isoformat(timespec="seconds"),
        "licenses": [LICENCE],
        "contributors": [{"title": one.organisation, "role": "publisher"}],
        "resources": resources,
    }


def _resource(
    name: str, title: str, columns: Sequence[tuple[str, str, str]], key: list[str] | None
) -> dict[str, Any]:
    fields = [{"name": c, "type": kind, "description": what} for c, kind, what in columns]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if key:
        schema["primaryKey"] = key
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": title,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _flow_results(one: Consultation, made: Published, now: datetime) -> dict[str, str]:
    """Return the texts as Flow Results: a row each, with the week in place of the moment."""
    created = now.astimezone(timezone.utc).isoformat(timespec="seconds")
    opened = datetime.combine(one.opens, time(), timezone.utc).isoformat()
    texts = made.tables["texts"]
    rows = [
        [f"{row['week']}T00:00:00+00:00" if row["week"] else opened, f"{row['id']}-{number}",
         row["id"], row["question"], row["text"], None]
        for number, row in enumerate(texts)
    ]  # fmt: skip
    questions = {
        row["question"]: {"type": "text", "label": row["asked"], "type_options": {}}
        for row in texts
    }
    kinds = ("datetime", "string", "string", "string", "any", "object")
    names = ("timestamp", "row_id", "contact_id", "question_id", "response", "response_metadata")
    fields = [
        {"name": name, "title": name.replace("_", " ").capitalize(), "type": kind}
        for name, kind in zip(names, kinds, strict=True)
    ]
    resource = {
        "name": f"{one.id.lower()}-responses",
        "path": "responses.json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        "schema": {"language": "eng", "fields": fields, "questions": questions},
    }
    descriptor = {
        "profile": "flow-results-package",
        "flow_results_specification_version": FLOW_RESULTS_VERSION,
        "id": str(uuid.uuid4()),
        "name": f"{one.id.lower()}-texts",
        "title": one.title,
        "created": created,
        "modified": created,
        "licenses": [LICENCE],
        "resources": [resource],
    }
    return {
        "flow-results/datapackage.json": _json(descriptor),
        "flow-results/responses.json": _json(rows),
    }


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(row[column]) for column in columns] for row in rows)
    return out.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
