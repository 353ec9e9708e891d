"""The files that a report is written to."""

from __future__ import annotations

from collections.abc import Callable

from bot.staff.report.as_html import html_of
from bot.staff.report.as_pdf import pdf_of
from bot.staff.report.as_word import word_of
from bot.staff.report.document import Report

# {the ending of the file: (its type, how it is made)}
FORMS: dict[str, tuple[str, Callable[[Report], bytes]]] = {
    "html": ("text/html; charset=utf-8", lambda made: html_of(made).encode()),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", word_of),
    "pdf": ("application/pdf", pdf_of),
}


def render(report: Report, form: str) -> bytes:
    """Return the report as a file of one of FORMS."""
    return FORMS[form][1](report)
