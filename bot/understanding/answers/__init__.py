"""Reading an answer: forgiving about how it is typed, careful never to guess its opposite."""

from bot.understanding.answers.answer import read_answer, read_once
from bot.understanding.answers.result import REASONS, Read, Reading

__all__ = ["REASONS", "Read", "Reading", "read_answer", "read_once"]
