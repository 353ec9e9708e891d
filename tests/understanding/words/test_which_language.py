"""Which language a message is in: English as people type it is never taken for another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT
from bot.understanding.words.which_language import UNKNOWN, language_of

TEXTS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parents[1] / "tables" / "languages.yml").read_text("utf-8")
)
LINES = [
    row["text"]
    for kind in ("messages", "closed", "cries", "not_cries", "questions")
    for file in sorted((ROOT / "tests" / "nlu" / "sets").glob(f"*/{kind}.yml"))
    for row in yaml.safe_load(file.read_text("utf-8"))
]
NOT_ENGLISH = {"dziekuje bardzo", "Dzien dobry", "tak", "haa"}  # of LINES
ENGLISH = """
    Didsbury|Wythenshawe|Ancoats and Beswick|dunno|unsub|ello ello|helo|plz cant spel gud|ok|👍|99
    M13 9PL|café|naïve|libarys|SIM|da|si|no|me mum says no|no se|pls send by post ta
    jo@przyklad.pl|www.biblioteka.pl/wiecej-ksiazek|I said "dziękuję" to the driver|wifi|ΩMEGA
    my son speaks Polish, więcej kursów would help him and his friends at school
    the word for it is 图书馆 and I go there every single week with my two children
    ѕtор|ｓｔｏｐ|𝐒𝐓𝐎𝐏|ta ra luv|mi cyan badda wid dat one, bring anedda|uot ai rait til nau?
"""


def test_a_message_is_known_for_its_language() -> None:
    found = {code: Counter(map(language_of, texts)) for code, texts in TEXTS.items()}
    known = {code: counts[code] / counts.total() for code, counts in found.items()}
    assert min(known.values()) >= 0.5, known
    assert sum(known.values()) / len(known) >= 0.8, known
    letters = {code: set(counts) - {code, None} for code, counts in found.items()}
    # A word of few letters may be of any language that uses the script.
    assert {code: others for code, others in letters.items() if others} == {
        "ur": {"ar"},
        "fa": {"ar"},
    }


def test_english_is_never_taken_for_another_language() -> None:
    wrong = {text: language_of(text) for text in LINES if text not in NOT_ENGLISH}
    assert {text: code for text, code in wrong.items() if code} == {}


def test_english_with_foreign_words_names_and_slips_in_it_is_english() -> None:
    texts = [text.strip() for line in ENGLISH.strip().splitlines() for text in line.split("|")]
    assert {text: code for text in texts if (code := language_of(text))} == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("internet 太贵了", "zh"),
        ("WiFi في المكتبة", "ar"),
        ("Więcej kursów, please", "pl"),
        ("pomoc", "pl"),
        ("ayuda", "es"),
        ("مدد", "ur"),
        ("图书馆 library 图书馆", "zh"),
        ("нам нужно больше библиотек и автобусов", "ru"),
        ("もっと図書館が必要です", "ja"),
        ("도서관이 더 필요합니다", "ko"),
        ("ספריות נוספות", "he"),
        ("हमें और पुस्तकालय चाहिए", "hi"),
        ("ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦ", UNKNOWN),
    ],
)
def test_most_words_decide(text: str, code: str) -> None:
    assert language_of(text) == code
