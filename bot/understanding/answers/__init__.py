"""Reading an answer: forgiving about how it is typed, careful never to guess its opposite."""

from bot.understanding.answers.answer import read_answer
from bot.understanding.answers.result import REASONS, Reading

__all__ = ["REASONS", "Reading", "read_answer"]
