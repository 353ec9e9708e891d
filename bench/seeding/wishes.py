"""What made-up residents ask of the council, and the details that they give for it."""

from __future__ import annotations

from random import Random

from bench.seeding.lines import Said, pool
from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question

WISHES = {
    "case_study": ("offer_case_study", "I have an example of good work for you"),
    "workshop": ("join_workshop", "could you run a workshop for our group"),
    "print_copy": ("request_print_copy", "please send me a printed copy"),
    "callback": ("request_callback", "can somebody call me back"),
}
LEAVES_OUT = 0.3  # of what may be left out


def wish(rng: Random, consultation: Consultation) -> Said:
    """Return the wish that begins a request; a thank you where the file offers none."""
    kinds = [section.id for section in consultation.requests if section.id in WISHES]
    if not kinds:
        return Said("thanks", "thank")
    kind = rng.choice(kinds)
    intent, text = WISHES[kind]
    return Said(text, intent, confidence=0.94)


def field(rng: Random, question: Question) -> Said:
    """Return the answer to a question of a request. Nobody can be reached by these details."""
    if question.optional and rng.random() < LEAVES_OUT:
        return Said("skip", "skip_question")
    return Said(_detail(rng, question), "give_answer", confidence=0.96)


def _detail(rng: Random, question: Question) -> str:
    number = rng.randrange(100, 1000)
    details = {
        Kind.NAME: f"Resident {number}",
        Kind.EMAIL: f"resident{number}@mail.example",
        Kind.EMAIL_OR_PHONE: rng.choice((f"resident{number}@mail.example", f"07700 900{number}")),
        Kind.PHONE: f"07700 900{number}",
        Kind.ADDRESS: f"{number} Example Street, Manchester",
        Kind.POSTCODE: "M60 2LA",
        Kind.NUMBER: str(rng.randint(1, 9)),
        Kind.URL: "https://www.group.example/project",
    }
    if question.options:
        return str(rng.choice(question.options).wording.text)
    return details.get(question.kind) or str(rng.choice(pool()["views"]["any"]))
