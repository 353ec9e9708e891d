"""Every text that a resident reads can be read by a nine-year-old.

Reading age 9 is about US school grade 4. Two measures, because each alone can be fooled: the
automated readability index counts letters, Flesch-Kincaid counts syllables. Both are rough on a few
words, so they are taken over what is read together (a question, its follow-up and its help). Words
that cannot be avoided (Manchester, council, digital, technology) cost about one grade, hence 5 for
questions. Answers to residents' own questions and the notice hold more of these: 6. A grade says
nothing about sense: whether a text is clear, people must still judge by reading it aloud.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest
import textstat

from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.settings import ROOT

MANCHESTER = ROOT / "data" / "consultations" / "manchester-digital-strategy.yml"
HARBOUR = ROOT / "tests" / "consultations" / "harbour-town-buses.yml"  # the one to copy
FILES = [*sorted((ROOT / "data" / "consultations").glob("*.yml")), HARBOUR]
MAX_GRADE_QUESTION = 5.0
MAX_GRADE_OTHER = 6.0
MAX_WORDS_IN_A_SENTENCE = 20

SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+|\n+")
WORD = re.compile(r"[A-Za-z0-9][\w'./-]*")


def question_texts(consultation: Consultation) -> Iterator[tuple[str, str]]:
    for question in consultation.by_id.values():
        more = [question.follow_up] if question.follow_up else []
        wordings = [question.wording, *more, question.help]
        for length in ("text", "sms"):
            yield f"{question.id} ({length})", "\n".join(getattr(w, length) for w in wordings)


def other_texts(consultation: Consultation) -> Iterator[tuple[str, str]]:
    wordings = {
        "welcome": consultation.welcome,
        "closing": consultation.closing,
        "next_steps": consultation.next_steps,
        "privacy": consultation.privacy.wording,
        **{f"intro of {s.id}": s.intro for s in consultation.sections if s.intro},
        **{faq.id: faq.answer for faq in consultation.faqs},
    }
    for name, wording in wordings.items():
        yield f"{name} (text)", wording.text
        yield f"{name} (sms)", wording.sms
    yield "summary", consultation.summary
    yield "notice", consultation.privacy.notice
    yield "aims", "\n".join(aim.text for aim in consultation.aims)


def sentences(text: str) -> list[list[str]]:
    split = [WORD.findall(part) for part in SENTENCE_END.split(text)]
    return [words for words in split if words]


def syllables(word: str) -> int:
    """Count vowel groups: textstat would have to download a dictionary of English for this."""
    spoken = re.sub(r"(?<![aeiouyl])e[sd]?$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))


def flesch_kincaid_grade(text: str) -> float:
    told = sentences(text)
    words = [word for sentence in told for word in sentence]
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / len(told) + 11.8 * spoken / len(words) - 15.59


def grades(text: str) -> dict[str, float]:
    return {
        "flesch-kincaid": round(flesch_kincaid_grade(text), 1),
        "automated readability": round(textstat.automated_readability_index(text), 1),
    }


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("this test must not use the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def consultation(request: pytest.FixtureRequest) -> Consultation:
    return load_consultation(request.param)


def too_hard(texts: Iterator[tuple[str, str]], limit: float) -> list[str]:
    """Return what has to be done to each text that is above the grade."""
    found = {name: max(grades(text).values()) for name, text in texts}
    return [
        f"{name}: grade {grade}, at most {limit:.0f}: use shorter words and sentences"
        for name, grade in found.items()
        if grade > limit
    ]


def test_every_question_with_its_help_can_be_read_at_nine(consultation: Consultation) -> None:
    hard = too_hard(question_texts(consultation), MAX_GRADE_QUESTION)
    assert not hard, "\n".join(hard)


def test_every_other_text_can_be_read_at_ten(consultation: Consultation) -> None:
    hard = too_hard(other_texts(consultation), MAX_GRADE_OTHER)
    assert not hard, "\n".join(hard)


def test_no_sentence_is_long(consultation: Consultation) -> None:
    long = [
        f"{name}: {len(words)} words, at most {MAX_WORDS_IN_A_SENTENCE}: {' '.join(words)}"
        for name, text in [*question_texts(consultation), *other_texts(consultation)]
        for words in sentences(text)
        if len(words) > MAX_WORDS_IN_A_SENTENCE
    ]
    assert not long, "\n".join(long)


def test_every_welcome_is_short(consultation: Consultation) -> None:
    assert len(consultation.welcome.text.split("\n\n")) <= 3


@pytest.mark.parametrize(
    "said", ["automatic assistant", "not a person", "read every word", "minutes", "come back"]
)
def test_the_welcome_to_manchester_says_what_the_bot_is(said: str) -> None:
    welcome = load_consultation(MANCHESTER).welcome
    assert said in welcome.text
    assert said in welcome.sms


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat. Where did you go?", -9, 2),
        ("Stakeholders facilitate the implementation of transformational initiatives.", 12, 40),
    ],
)
def test_the_measures_tell_easy_from_hard(text: str, low: float, high: float) -> None:
    assert all(low <= grade <= high for grade in grades(text).values())
