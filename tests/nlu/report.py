"""`make nlu-report`: how well messages are understood, on the three sets, with intervals."""

from __future__ import annotations

import statistics
import sys

from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.settings import load_settings
from bot.understanding.understand import Ears
from tests.nlu.measure import (
    CONSENTS,
    NAMES,
    READ,
    Judged,
    alarms,
    by_intent,
    cries,
    filed_commands,
    judged,
    kept_answers,
    machines,
    macro,
    questions,
    read_right,
    readings,
    shared,
)
from tests.nlu.reliability import behind_answers, reliability
from tests.support.understanding import trained_ears


def main(names: tuple[str, ...]) -> None:
    settings = load_settings()
    consultation = find_consultation(settings.consultations, settings.consultation)
    ears = trained_ears(settings)
    for name in names or NAMES:
        report(name, ears, consultation, shows=name == "look")


def report(name: str, ears: Ears, consultation: Consultation, *, shows: bool) -> None:
    messages = judged(name, "messages", ears, consultation)
    shares = by_intent(messages)
    filed, offered = filed_commands(messages)
    say(f"\n== {name}")
    say(
        f"macro recall {macro(shares):.3f}; right or offered right",
        macro(by_intent(messages, offered=True)),
    )
    say("all messages right", shared(m.right for m in messages))
    say("answers kept in open questions", kept_answers(messages))
    say("commands filed as answers", filed, "- of these offered right", offered)
    for kind, share in cries(judged(name, "cries", ears, consultation)).items():
        say("cries", kind, share)
    false = judged(name, "not_cries", ears, consultation)
    for strength, count in sorted(alarms(false).items()):
        say("figures of speech:", strength, f"{count} of {len(false)}")
    for question, counted in readings(name, consultation).items():
        say("closed:", question, dict(sorted(counted.items())))
    for kind, share in questions(judged(name, "questions", ears, consultation)).items():
        say("questions:", kind, share)
    for kind, share in behind_answers(name, ears, consultation).items():
        say("questions behind an answer:", kind, share)
    for place, share in enumerate(reliability(name, ears, consultation)):
        say(f"likeliest intent {place / 10:.1f} to {place / 10 + 0.1:.1f} probable: right", share)
    for kind, asked in (("ratings and choices:", READ), ("consents:", CONSENTS)):
        for found, share in read_right(name, consultation, asked).items():
            say(kind, found, share)
    noticed, kept = machines(name)
    say("machine-made messages noticed", noticed, "- answers left alone", kept)
    say(
        "milliseconds a message, median",
        round(1000 * statistics.median(m.seconds for m in messages), 2),
    )
    say(*(f"{intent} {share.value:.2f}" for intent, share in shares.items()))
    if shows:
        for line in misses(messages):
            say(line)


def misses(messages: list[Judged]) -> list[str]:
    return [
        f"[{m.row['open']}] {m.row['intent']} was taken for {m.meaning.intent}"
        f" ({m.meaning.sure:.2f}, offers {m.meaning.other}): {m.row['text']}"
        for m in messages
        if not m.right
    ]


def say(*words: object) -> None:
    print(*words)  # noqa: T201


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
