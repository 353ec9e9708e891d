"""The bot's own words: read from domain.yml, short on short channels, filled with facts."""

from __future__ import annotations

import re
from pathlib import Path

from actions.endings import IN_A_TEXT
from bot.consultation.dates import spoken
from bot.consultation.model import Consultation
from bot.consultation.text_parts import is_gsm7, sms_parts
from bot.consultation.utterances import Words, load_words
from bot.settings import ROOT

DOMAIN = ROOT / "domain.yml"
WORDS = load_words(DOMAIN)
# Said on the web page only, when a session begins outside the dates.
WEB_ONLY = {"utter_not_open_yet", "utter_is_closed"}
# Made of the consultation's own texts, whose parts the file's loader counts.
FROM_THE_FILE = {"utter_question", "utter_section_intro", "utter_explain", "utter_completed"} | {
    "utter_faq",
    "utter_care",
    "utter_follow_up",
    "utter_explain_field",
    "utter_equality_way_out",
    "utter_question_after_aside",
    "utter_in_their_language",
    "utter_offer",
    "utter_offer_several",
}
# By text message a resident hears their own words only when they ask for them, and then cut.
FROM_THE_RESIDENT = {"utter_went_back_answered", "utter_changing"}


def facts(consultation: Consultation) -> dict[str, str]:
    """Return the longest that a placeholder of an ordinary response can stand for."""
    options = [o.wording.sms for q in consultation.questions for o in q.options]
    return {
        "organisation": consultation.organisation,
        "question": max((faq.question for faq in consultation.faqs), key=len),
        "title": consultation.title,
        "opens": spoken(consultation.opens),
        "closes": spoken(consultation.closes),
        "reference": "HYS-0000-0000",
        "answer": ", ".join(sorted(options, key=len)[-2:]),
        "answered": "99",
        "total": "99",
        "left": "99",
        "skipped": "99",
        "most": "2",
        "meant": max(
            (s for n, (_, s) in WORDS.responses.items() if n.startswith("utter_meant_")), key=len
        ),
        "answers": "1 Resident",
        "lines": consultation.care["soft"].sms,
        "request": "REQ-0000-0000",
        "requests": ", ".join(WORDS.say(name, short=True) for name in IN_A_TEXT.values()),
        "next_steps": max(
            (s.next_steps.sms for s in consultation.requests if s.next_steps), key=len
        ),
        "wanted": max((s for n, (_, s) in WORDS.responses.items() if "_offer_" in n), key=len),
        "limits": "from 1 to 500",
        "low": "100",
        "high": "500",
        "or_skip": WORDS.say("utter_or_skip", short=True),
        "first": "Digital skills for everyone",
        "last": "A recovery for everyone",
        "contact": ", ".join(consultation.contact.values()),
        "hours": "Monday to Friday from 9am to 5pm",
        "today": spoken(consultation.opens),
        "notice": "https://haveyoursay.manchester.gov.uk/privacy",
        "aims": "\n".join(f"{n}. {a.name}" for n, a in enumerate(consultation.aims, start=1)),
        "whom": "your grandmother",
        "whose": "your grandmother's",
        "mine": "My grandmother's",
        "field": "Email or telephone number",
        "word": "PAPER COPY",
    }


def test_what_is_said_by_text_message_is_cheap(consultation: Consultation) -> None:
    told = {
        response: WORDS.say(response, short=True, **facts(consultation))
        for response in sorted(set(WORDS.responses) - WEB_ONLY - FROM_THE_FILE)
    }
    assert {name: text for name, text in told.items() if not is_gsm7(text)} == {}
    parts = {name: sms_parts(text) for name, text in told.items()}
    assert {name: count for name, count in parts.items() if not 1 <= count <= 2} == {}


def test_no_placeholder_is_left_unfilled(consultation: Consultation) -> None:
    given = {**facts(consultation), "help": "Help."}
    told = {
        (response, short): WORDS.say(response, short=short, **given)
        for response in sorted(set(WORDS.responses) - FROM_THE_FILE)
        for short in (True, False)
    }
    assert {name: text for name, text in told.items() if re.search(r"[{}]", text)} == {}


def test_the_help_with_a_field_is_cheap(consultation: Consultation) -> None:
    for section in consultation.requests:
        for question in section.questions:
            text = WORDS.say("utter_explain_field", short=True, help=question.help.sms)
            assert is_gsm7(text) and sms_parts(text) <= 2, question.id


def test_the_goodbye_at_the_end_is_cheap(consultation: Consultation) -> None:
    closing, reference = consultation.closing.sms, "HYS-0000-0000"
    text = WORDS.say("utter_completed", short=True, closing=closing, reference=reference)
    assert is_gsm7(text) and sms_parts(text) <= 2


def test_a_resident_is_never_sent_their_own_words_back_by_text_message() -> None:
    # They can be long and in any script, and every part costs money.
    for response in FROM_THE_RESIDENT:
        assert "{answer}" not in WORDS.responses[response][1]


def test_a_channel_with_short_texts_gets_the_short_words_where_there_are_any() -> None:
    words = Words({"utter_x": ("Long {n}", "Short {n}"), "utter_y": ("Same", "Same")})
    assert words.say("utter_x", short=False, n=1) == "Long 1"
    assert words.say("utter_x", short=True, n=1) == "Short 1"
    assert words.say("utter_y", short=True) == "Same"


def test_the_domain_file_is_read_with_the_screen_wording_first(tmp_path: Path) -> None:
    file = tmp_path / "domain.yml"
    file.write_text(
        "responses:\n"
        "  utter_a:\n    - {text: short é, channel: sms}\n    - {text: long é}\n"
        "  utter_b:\n    - {text: one}\n",
        encoding="utf-8",
    )
    read = load_words(file).responses
    assert read == {"utter_a": ("long é", "short é"), "utter_b": ("one", "one")}


def test_the_words_for_distress_and_a_second_question_are_cheap(consultation: Consultation) -> None:
    assert consultation.help_lines
    care = WORDS.say("utter_care", short=True, help_lines=consultation.help_lines.sms)
    assert is_gsm7(care) and sms_parts(care) <= 2
    for question in consultation.questions:
        if question.follow_up:
            text = WORDS.say("utter_follow_up", short=True, question=question.follow_up.sms)
            assert is_gsm7(text) and sms_parts(text) <= 2
