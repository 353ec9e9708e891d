"""Reading an answer: forgiving about how it is typed, careful never to guess its opposite."""

from bot.consultation.reading.answer import read_answer
from bot.consultation.reading.result import REASONS, Reading

__all__ = ["REASONS", "Reading", "read_answer"]
