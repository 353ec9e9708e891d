"""Scale, choice, multi_choice and yes_no: what was typed, and the option that was meant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.question import Kind, Option, Question
from bot.consultation.texts import Wording
from bot.understanding.answers import REASONS, Reading, read_answer
from tests.support.tables import table


def question(
    kind: Kind,
    texts: dict[str, str],
    most: int | None = None,
    also: dict[str, tuple[str, ...]] | None = None,
) -> Question:
    names = also or {}
    options = tuple(
        Option(value, Wording(text, text), names.get(value, ())) for value, text in texts.items()
    )
    said = Wording("A question", "A question")
    return Question("a.question", kind, said, said, options=options, max_choices=most)


def read(asked: Question, text: str) -> object:
    """The value, or the reason why there is none."""
    try:
        return read_answer(asked, text).value
    except UnreadableAnswer as error:
        assert error.reason in REASONS
        return error.reason


AGREEMENT = {
    "sa": "Strongly agree",
    "a": "Agree",
    "n": "Neither agree nor disagree",
    "d": "Disagree",
    "sd": "Strongly disagree",
    "dk": "Don't know",
}
AGREE = question(Kind.SCALE, AGREEMENT)
NO_WAY_OUT = question(Kind.SCALE, {k: v for k, v in AGREEMENT.items() if k != "dk"})
TEND = question(
    Kind.SCALE,
    {
        "sa": "Strongly agree",
        "ta": "Tend to agree",
        "n": "Neutral",
        "td": "Tend to disagree",
        "sd": "Strongly disagree",
        "ns": "Not sure",
    },
)
SATISFIED = question(
    Kind.SCALE,
    {"vs": "Very satisfied", "s": "Satisfied", "d": "Dissatisfied", "vd": "Very dissatisfied"},
)
ROLE = question(
    Kind.CHOICE,
    {
        "resident": "A resident",
        "business": "A business",
        "university": "A university or college",
        "community": "A community or voluntary group",
        "staff": "Council staff",
        "other": "Someone else",
    },
    also={
        "resident": ("local resident",),
        "business": ("small business owner",),
        "university": ("uni", "university"),
        "other": ("other",),
    },
)
AGE = question(
    Kind.CHOICE,
    {
        "u16": "Under 16",
        "16": "16 to 24",
        "25": "25 to 34",
        "35": "35 to 64",
        "65": "65 or over",
        "pns": "Prefer not to say",
    },
)
GENDER = question(
    Kind.CHOICE,
    {"w": "Woman", "m": "Man", "nb": "Non-binary", "o": "In another way", "p": "Prefer not to say"},
    also={"w": ("women", "female"), "m": ("male",)},
)
DISABLED = question(Kind.CHOICE, {"y": "Yes", "n": "No", "p": "Prefer not to say"})
AIMS = question(
    Kind.MULTI_CHOICE,
    {
        "people": "Smart people",
        "jobs": "Jobs and prosperity",
        "tech": "Technology for people",
        "recovery": "A recovery that includes everyone",
    },
    most=2,
)
ANY = question(
    Kind.MULTI_CHOICE,
    {"bus": "Bus", "tram": "Tram", "bike": "Bike", "walk": "On foot", "none": "None of these"},
)
PUBLISH = question(Kind.YES_NO, {"yes": "Yes", "no": "No"})
BARE = question(Kind.YES_NO, {})
PERHAPS = question(Kind.YES_NO, {"yes": "Yes", "no": "No", "later": "Ask me later"})

QUESTIONS = {
    "agree": AGREE,
    "role": ROLE,
    "age": AGE,
    "gender": GENDER,
    "aims": AIMS,
    "any": ANY,
    "publish": PUBLISH,
    "no_way_out": NO_WAY_OUT,
    "tend": TEND,
    "satisfied": SATISFIED,
    "disabled": DISABLED,
    "perhaps": PERHAPS,
}
TABLE = table("options")


def wrong(asked: Question, rows: Mapping[str, list[str]]) -> dict[str, object]:
    """Return what is read otherwise than the table says."""
    found = {text: (read(asked, text), value) for value, texts in rows.items() for text in texts}
    return {text: said for text, (said, value) in found.items() if together(said) != value}


def together(value: object) -> object:
    return "+".join(value) if isinstance(value, list) else value


def test_every_question_has_its_rows() -> None:
    assert TABLE.keys() == QUESTIONS.keys()


@pytest.mark.parametrize("asked", TABLE)
def test_an_option_is_read_as_it_was_meant(asked: str) -> None:
    assert wrong(QUESTIONS[asked], TABLE[asked]) == {}


@pytest.mark.parametrize("asked", [BARE, PERHAPS], ids=["bare", "and later"])
def test_it_reads_yes_or_no_however_it_is_asked(asked: Question) -> None:
    third = {"3": "later"} if asked is PERHAPS else {}
    assert wrong(asked, TABLE["publish"]) == third


@pytest.mark.parametrize(
    ("asked", "text", "reading"),
    [
        (AGREE, "4 thanks", Reading("d", "thanks")),
        (AGREE, "2 but only just", Reading("a", "but only just")),
        (AGREE, "Agree, but only if it's free", Reading("a", "but only if it's free")),
        (AGREE, "AGREE\nIt is (nearly) free!", Reading("a", "It is (nearly) free!")),
        (AGREE, "agree (just)", Reading("a", "(just)")),
        (AGREE, "agree tbh", Reading("a", "tbh")),
        (AGREE, "4️⃣ Thanks 👩‍👧", Reading("d", "Thanks 👩‍👧")),
        (AGREE, "4.", Reading("d")),
        (AGREE, "4 🚌", Reading("d")),
        (AGREE, "the second one", Reading("a")),
        (AGREE, "stongly agre tbh", Reading("sa", "tbh", exact=False)),
        (AGREE, "totally agree", Reading("sa", exact=False)),
        (AGREE, "4?", Reading("d", exact=False)),
        (AGREE, "dunno", Reading("dk", exact=False)),
        (AGREE, "no opinion", Reading("dk", "no opinion", exact=False)),
        (AIMS, "1 and 3 please", Reading(["people", "tech"], "please")),
        (AIMS, "13", Reading(["people", "tech"], exact=False)),
        (AIMS, "Smart people & jobs", Reading(["people", "jobs"], exact=False)),
        (PUBLISH, "yes but not by phone", Reading("yes", "but not by phone")),
        (PUBLISH, "yes but leave her age out of it", Reading("yes", "but leave her age out of it")),
        (PUBLISH, "sure, only not the house number", Reading("yes", "only not the house number")),
        (PUBLISH, "ok but don't use my surname", Reading("yes", "but don't use my surname")),
        (PUBLISH, "fine, without the picture", Reading("yes", "without the picture")),
        (PUBLISH, "No.", Reading("no")),
        (PUBLISH, "rather not", Reading("no", exact=False)),
    ],
)
def test_it_keeps_the_words_beside_the_answer(asked: Question, text: str, reading: Reading) -> None:
    assert read_answer(asked, text) == reading


@pytest.mark.parametrize(
    "text",
    ["yes but no", "ok but please don't", "yeah but don't publish it", "sure, but actually no",
     "yes but never share this", "fine but don't use it"],
)  # fmt: skip
def test_a_condition_that_takes_all_of_a_yes_back_makes_it_none(text: str) -> None:
    with pytest.raises(UnreadableAnswer):
        read_answer(PUBLISH, text)


@pytest.mark.parametrize("slip", ["", *"abcdefghijklmnopqrstuvwxyz "])
def test_no_slip_turns_disagreeing_into_agreeing(slip: str) -> None:
    for word in ("disagree", "strongly disagree", "don't agree", "do not agree"):
        for at in range(1, len(word) + 1):
            for typed in (word[:at] + slip + word[at:], word[:at] + slip + word[at + 1 :]):
                if typed.replace(" ", "") not in ("doagree", "donagree"):
                    assert read(AGREE, typed) not in ("a", "sa"), typed


@pytest.mark.parametrize("slip", ["", *"abcdefghijklmnopqrstuvwxyz "])
def test_no_slip_turns_agreeing_into_disagreeing(slip: str) -> None:
    for word in ("agree", "strongly agree", "i agree"):
        for at in range(len(word) + 1):
            for typed in (word[:at] + slip + word[at:], word[:at] + slip + word[at + 1 :]):
                assert read(AGREE, typed) not in ("d", "sd") or "dagree" in typed, typed
