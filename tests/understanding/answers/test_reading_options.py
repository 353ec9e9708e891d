"""Scale, choice, multi_choice and yes_no: what was typed, and the option that was meant."""

from __future__ import annotations

import pytest

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Kind, Option, Question, Wording
from bot.understanding.answers import REASONS, Reading, read_answer


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

SCALE_CASES = [
    # by number
    ("1", "sa"),
    ("4", "d"),
    (" 4 ", "d"),
    ("4.", "d"),
    ("(4)", "d"),
    ("4)", "d"),
    ("#4", "d"),
    ("4!!", "d"),
    ("-4", "d"),
    ("4?", "d"),
    ("“4”", "d"),
    ("four", "d"),
    ("FOUR", "d"),
    ("Four.", "d"),
    ("option 4", "d"),
    ("Option: 4", "d"),
    ("opt 4", "d"),
    ("number four", "d"),
    ("no 4", "d"),
    ("No. 4", "d"),
    ("answer is 4", "d"),
    ("my answer is 4", "d"),
    ("I'd go for 4", "d"),
    ("i think 4", "d"),
    ("its a 4", "d"),
    ("４", "d"),
    ("4️⃣", "d"),
    ("④", "d"),
    ("٤", "d"),
    ("4/5", "no_option"),
    ("4 / 5", "no_option"),
    ("4/6", "no_option"),
    ("4 out of 5", "no_option"),
    ("four out of five", "no_option"),
    ("4 out of 10", "no_option"),
    ("4/10", "no_option"),
    ("6/5", "no_option"),
    ("3/4", "no_option"),
    ("0", "no_option"),
    ("7", "no_option"),
    ("44", "no_option"),
    ("4.5", "no_option"),
    ("²", "no_option"),
    ("½", "no_option"),
    ("1e0", "no_option"),
    ("£4", "no_option"),
    ("4%", "no_option"),
    ("4:30", "no_option"),
    ("4-5", "two_options"),
    ("4 5", "two_options"),
    ("4 or 5", "two_options"),
    ("4, 5", "two_options"),
    ("3 or maybe 4", "two_options"),
    ("4 no 5", "two_options"),
    ("4 sorry i mean 5", "two_options"),
    ("07700 900123", "no_option"),
    ("4 thanks", "d"),
    ("2 but only just", "a"),
    ("4 because my 2 kids hate it", "d"),
    ("4 years ago I moved here", "no_option"),
    ("4 of my neighbours said no", "no_option"),
    ("4 kids", "no_option"),
    ("4-bed house", "no_option"),
    ("we have 4 kids", "no_option"),
    ("we have 4", "no_option"),
    ("I live at number 12", "no_option"),
    # by letter and ordinal
    ("B", "a"),
    ("b)", "a"),
    ("(b)", "a"),
    ("b.", "a"),
    ("answer b", "a"),
    ("option B please", "a"),
    ("A", "sa"),
    ("z", "no_option"),
    ("a lot of people", "no_option"),
    ("I think it is good", "no_option"),
    ("c u later", "no_option"),
    ("first", "sa"),
    ("the first one", "sa"),
    ("the second one", "a"),
    ("2nd", "a"),
    ("2nd option", "a"),
    ("second one please", "a"),
    ("last one", "dk"),
    ("the last", "dk"),
    ("last but one", "sd"),
    ("third", "n"),
    ("first of all I want to say", "no_option"),
    ("second to last", "two_options"),
    ("9th", "no_option"),
    # by text
    ("Strongly agree", "sa"),
    ("STRONGLY AGREE", "sa"),
    ("strongly agree!!! 😀", "sa"),
    ("**Strongly agree**", "sa"),
    ("strongly-agree", "sa"),
    ("stronglyagree", "sa"),
    ("iagree", "no_option"),
    ("4. Disagree", "d"),
    ("(2) agree", "a"),
    ("1 strongly agree thanks", "sa"),
    ("1 disagree", "two_options"),
    ("5 strongly agree", "two_options"),
    ("agree", "a"),
    ("I agree", "a"),
    ("I agree with this", "a"),
    ("agree tbh", "a"),
    ("Agree, but only if it's free", "a"),
    ("agreed", "a"),
    ("yes agree", "a"),
    ("yeah I agree", "a"),
    ("I would agree", "a"),
    ("i have to agree", "a"),
    ("agree?", "asks_back"),
    ("agree lol not", "two_options"),
    ("agree, not that you listen", "a"),
    ("definitely agree", "a"),
    ("totally agree", "sa"),
    ("Completely agree", "sa"),
    ("agree strongly", "sa"),
    ("I strongly agree with it all", "sa"),
    ("really agree", "sa"),
    ("mostly agree", "a"),
    ("kind of agree", "two_options"),
    ("disagree", "d"),
    ("I disagree", "d"),
    ("no I disagree", "d"),
    ("disagree strongly", "sd"),
    ("totally disagree", "sd"),
    ("dont agree", "d"),
    ("don't agree", "d"),
    ("don’t agree", "d"),
    ("I do not agree", "d"),
    ("not agree", "d"),
    ("cannot agree", "d"),
    ("dont really agree", "d"),
    ("I don't agree at all", "two_options"),
    ("really don't agree", "two_options"),
    ("strongly dis agree", "sd"),
    ("dis agree", "d"),
    ("strongly", "no_option"),
    ("agree or neither", "two_options"),
    ("agree disagree", "two_options"),
    ("agree and disagree", "two_options"),
    ("agree to disagree", "two_options"),
    ("agree/disagree", "two_options"),
    ("not sure, agree", "two_options"),
    ("don't disagree", "two_options"),
    ("dont fully agree", "two_options"),
    ("partly agree", "no_option"),
    ("I agree with some of it", "no_option"),
    ("agree in part", "no_option"),
    ("agree to some extent", "no_option"),
    ("don t agree", "d"),
    ("dnt agree", "d"),
    ("don;t agree", "d"),
    ("between 3 and 4", "two_options"),
    ("No1", "sa"),
    ("not sure I understand", "no_option"),
    ("no agree", "no_option"),
    ("cant say i agree", "d"),
    ("neither", "n"),
    ("neither agree or disagree", "n"),
    ("Neither disagree nor agree", "n"),
    ("dont agree or disagree", "n"),
    ("in the middle", "n"),
    ("meh", "no_option"),
    ("50/50", "n"),
    ("neutral", "n"),
    ("on the fence", "n"),
    ("don't know", "dk"),
    ("dont know", "dk"),
    ("I don't know", "dk"),
    ("do not know", "dk"),
    ("i dont no", "dk"),
    ("dunno", "dk"),
    ("idk", "dk"),
    ("IDK tbh", "dk"),
    ("not sure", "dk"),
    ("I'm not sure", "dk"),
    ("unsure", "dk"),
    ("no idea", "dk"),
    ("dont know if I agree", "two_options"),
    ("dontknow", "dk"),
    # slips of the keyboard
    ("stongly agre", "sa"),
    ("strogly agree", "sa"),
    ("strongley agree", "sa"),
    ("Srongly Agree", "sa"),
    ("agre", "a"),
    ("agreee", "a"),
    ("argee", "a"),
    ("aggree", "a"),
    ("disagre", "d"),
    ("disagee", "d"),
    ("dissagree", "d"),
    ("diasgree", "d"),
    ("disgree", "d"),
    ("strongly disagre", "sd"),
    ("stongly dissagree", "sd"),
    ("dont agre", "d"),
    ("niether", "n"),
    ("neihter agree nor disagre", "n"),
    ("agree or disagre", "two_options"),
    # not answers
    ("", "no_option"),
    ("   ", "no_option"),
    ("👍", "no_option"),
    ("yes", "a"),
    ("angry", "no_option"),
    ("degree", "no_option"),
    ("hello", "no_option"),
    ("/restart", "no_option"),
    ("{slot}", "no_option"),
    ("none of your business", "no_option"),
    ("who would agree with that", "asks_back"),
    ("hard to agree", "no_option"),
    ("nobody will agree", "two_options"),
    ("what does 3 mean?", "asks_back"),
    ("what does 3 mean", "asks_back"),
    ("is 5 good or bad?", "asks_back"),
    ("is 5 good or bad", "asks_back"),
    ("5 is good or bad?", "asks_back"),
    ("4. What happens next?", "d"),
    ("agree so why ask?", "a"),
    ("agree means what?", "asks_back"),
    ("which one is best", "asks_back"),
    ("why", "asks_back"),
    ("?", "asks_back"),
    ("can I say more?", "asks_back"),
    (
        "I agree with some of it but the council never listens to people in Wythenshawe so what "
        "is the point",
        "no_option",
    ),
    ("People round here would never agree on anything the council does", "no_option"),
    ("The council should strongly think again before it spends money", "no_option"),
    ("I agree but the council never listens to anyone in my street", "a"),
    ("I agree that it is a good plan and everyone here should hear more of it", "a"),
    ("agree or at least I would if I thought anyone would listen", "no_option"),
    ("I think 4 or 5", "two_options"),
    ("no one", "no_option"),
    ("no one cares", "no_option"),
    ("some one", "no_option"),
    ("I have no opinion", "dk"),
    ("Disagree. The money should go on buses and on mending the roads", "d"),
]
CHOICE_CASES = [
    ("resident", "resident"),
    ("Resident.", "resident"),
    ("I'm a resident", "resident"),
    ("I am a resident", "resident"),
    ("a resident of Chorlton", "resident"),
    ("local resident", "resident"),
    ("residant", "resident"),
    ("resident, 20 years", "resident"),
    ("not a resident", "no_option"),
    ("I am not a resident", "no_option"),
    ("non resident", "no_option"),
    ("business", "business"),
    ("buisness", "business"),
    ("small business owner", "business"),
    ("none of your business", "no_option"),
    ("mind your own business", "no_option"),
    ("university", "university"),
    ("uni", "university"),
    ("college", "university"),
    ("univercity", "university"),
    ("university student", "no_option"),
    ("university in Manchester", "university"),
    ("council tenant", "no_option"),
    ("former resident", "no_option"),
    ("residents association", "no_option"),
    ("community group", "community"),
    ("community", "community"),
    ("voluntary", "community"),
    ("comunity or voluntry group", "community"),
    ("council", "staff"),
    ("staff", "staff"),
    ("council staff", "staff"),
    ("someone else", "other"),
    ("other", "other"),
    ("2 copies", "no_option"),
    ("4", "community"),
    ("d", "community"),
    ("4/6", "no_option"),
    ("resident and business", "two_options"),
    ("resident, business", "two_options"),
    ("both", "two_options"),
    ("all of them", "two_options"),
    ("I live near the business park and want better buses", "no_option"),
    ("what is a voluntary group?", "asks_back"),
]
AGE_CASES = [
    ("25-34", "25"),
    ("25 to 34", "25"),
    ("25 – 34", "25"),
    ("30", "25"),
    ("I'm 30", "25"),
    ("17", "16"),
    ("65+", "65"),
    ("65", "65"),
    ("over 65", "65"),
    ("80", "65"),
    ("under 16", "u16"),
    ("2", "16"),
    ("07700900123", "no_option"),
    ("prefer not to say", "pns"),
    ("rather not say", "pns"),
    ("I'd rather not", "pns"),
    ("dont want to say", "pns"),
]
GENDER_CASES = [
    ("woman", "w"),
    ("women", "w"),
    ("female", "w"),
    ("male", "m"),
    ("man", "m"),
    ("i am a man", "m"),
    ("non binary", "nb"),
    ("nonbinary", "nb"),
    ("prefer", "p"),
    ("another", "o"),
    ("not a man", "no_option"),
]
SEVERAL_CASES: list[tuple[str, object]] = [
    ("1 and 3", ["people", "tech"]),
    ("3 and 1", ["people", "tech"]),
    ("1,3", ["people", "tech"]),
    ("1, 3", ["people", "tech"]),
    ("1 & 3", ["people", "tech"]),
    ("1+3", ["people", "tech"]),
    ("1/3", ["people", "tech"]),
    ("1.3", ["people", "tech"]),
    ("1 3", ["people", "tech"]),
    ("1and3", ["people", "tech"]),
    ("13", ["people", "tech"]),
    ("1\n3", ["people", "tech"]),
    ("one and three", ["people", "tech"]),
    ("1 or 3", ["people", "tech"]),
    ("both 1 and 4", ["people", "recovery"]),
    ("1 and also 4", ["people", "recovery"]),
    ("options 1 and 4", ["people", "recovery"]),
    ("1 1", ["people"]),
    ("2", ["jobs"]),
    ("first and last", ["people", "recovery"]),
    ("1st & 3rd", ["people", "tech"]),
    ("the first two", ["people", "jobs"]),
    ("last two", ["tech", "recovery"]),
    ("A C", ["people", "tech"]),
    ("a, c", ["people", "tech"]),
    ("b and d", ["jobs", "recovery"]),
    ("B", ["jobs"]),
    ("1-2", ["people", "jobs"]),
    ("1-3", "too_many"),
    ("1 to 4", "too_many"),
    ("123", "too_many"),
    ("1, 2 and 3", "too_many"),
    ("11", "no_option"),
    ("15", "no_option"),
    ("10", "no_option"),
    ("smart people and jobs", ["people", "jobs"]),
    ("Smart people, Jobs and prosperity", ["people", "jobs"]),
    ("jobs and prosperity", ["jobs"]),
    ("jobs", ["jobs"]),
    ("technology and recovery", ["tech", "recovery"]),
    ("tecnology and jobs", ["jobs", "tech"]),
    ("1. Smart people", ["people"]),
    ("1 smart people, 2 jobs", ["people", "jobs"]),
    ("1 but not 2", ["people"]),
    ("not 1", "no_option"),
    ("1 and 3 because we have 2 kids", ["people", "tech"]),
    ("1 thanks and 3", ["people", "tech"]),
    ("1 followed by 3", ["people", "tech"]),
    ("I want 1 and 2", ["people", "jobs"]),
    ("3 and 9", "no_option"),
    ("only 2", ["jobs"]),
    ("people", "no_option"),
    ("all", "too_many"),
    ("all of them", "too_many"),
    ("everything", "too_many"),
    ("all four", "too_many"),
    ("none", []),
    ("none of them", []),
    ("neither", []),
    ("none of your business", "no_option"),
    ("we have 4 kids", "no_option"),
    ("what does 3 mean?", "asks_back"),
    ("", "no_option"),
    ("I would like the council to mend the roads first", "no_option"),
]
ANY_CASES: list[tuple[str, object]] = [
    ("all of them", ["bus", "tram", "bike", "walk"]),
    ("all", ["bus", "tram", "bike", "walk"]),
    ("all except 2", ["bus", "bike", "walk"]),
    ("all but the tram", ["bus", "bike", "walk"]),
    ("none", ["none"]),
    ("none of them", ["none"]),
    ("bus tram", ["bus", "tram"]),
    ("bus and on foot", ["bus", "walk"]),
    ("1-3", ["bus", "tram", "bike"]),
    ("124", ["bus", "tram", "walk"]),
]
YES_NO_CASES = [
    *((text, "yes") for text in ("yes", "Yes.", "YES!!", "y", "Y", "yeah", "yep", "yup", "aye")),
    *((text, "yes") for text in ("ok", "OK then", "okay", "sure", "Sure thing", "k", "yes please")),
    *((text, "yes") for text in ("of course", "go on then", "no problem", "yeah why not", "I do")),
    *((text, "yes") for text in ("fine", "i dont mind", "yes you can", "👍", "1", "A", "first")),
    *((text, "yes") for text in ("absolutely", "yes yes yes", "yes thank you", "happy to", "one")),
    *(
        (text, "no")
        for text in ("no", "No.", "n", "N", "nope", "nah", "no thanks", "No, thank you")
    ),
    *((text, "no") for text in ("rather not", "I'd rather not", "never", "no way", "not now", "2")),
    *((text, "no") for text in ("please don't", "absolutely not", "no I don't", "no sorry", "👎")),
    *(
        (text, "no")
        for text in ("I don't want to", "not really", "b", "the second one", "of course not")
    ),
    ("yes but not by phone", "yes"),
    ("yes, you can email me on weekdays after six", "yes"),
    ("no I would not like my name in public anywhere", "no"),
    ("yes and no", "two_options"),
    ("yes or no", "two_options"),
    ("yeah no", "two_options"),
    ("ok no thanks", "two_options"),
    ("yes please don't", "two_options"),
    ("no I don't mind", "two_options"),
    ("n/a", "not_yes_no"),
    ("you can not", "no"),
    ("you can publish it", "yes"),
    ("please publish it", "yes"),
    ("don't publish it", "no"),
    ("please dont contact me", "no"),
    ("I don't understand", "not_yes_no"),
    ("I don't think so", "no"),
    ("yes not by phone", "two_options"),
    ("no 1", "two_options"),
    ("yes 2", "two_options"),
    ("maybe", "not_yes_no"),
    ("not sure", "not_yes_no"),
    ("dunno", "not_yes_no"),
    ("no one listens anyway", "not_yes_no"),
    ("no idea", "not_yes_no"),
    ("3", "not_yes_no"),
    ("", "not_yes_no"),
    ("hello", "not_yes_no"),
    ("Manchester", "not_yes_no"),
    ("why?", "asks_back"),
    ("why not", "asks_back"),
    ("will you share it?", "asks_back"),
    ("what for", "asks_back"),
]


@pytest.mark.parametrize(("text", "value"), SCALE_CASES)
def test_it_reads_a_scale(text: str, value: object) -> None:
    assert read(AGREE, text) == value


@pytest.mark.parametrize(("text", "value"), CHOICE_CASES)
def test_it_reads_a_choice(text: str, value: object) -> None:
    assert read(ROLE, text) == value


@pytest.mark.parametrize(("text", "value"), AGE_CASES)
def test_it_reads_a_band_by_a_number_within_it(text: str, value: object) -> None:
    assert read(AGE, text) == value


@pytest.mark.parametrize(("text", "value"), GENDER_CASES)
def test_it_reads_everyday_words_for_an_option(text: str, value: object) -> None:
    assert read(GENDER, text) == value


@pytest.mark.parametrize(("text", "value"), SEVERAL_CASES)
def test_it_reads_up_to_two_options(text: str, value: object) -> None:
    assert read(AIMS, text) == value


@pytest.mark.parametrize(("text", "value"), ANY_CASES)
def test_it_reads_any_number_of_options(text: str, value: object) -> None:
    assert read(ANY, text) == value


@pytest.mark.parametrize("asked", [PUBLISH, BARE, PERHAPS], ids=["listed", "bare", "and later"])
@pytest.mark.parametrize(("text", "value"), YES_NO_CASES)
def test_it_reads_yes_or_no(asked: Question, text: str, value: object) -> None:
    if asked is PERHAPS and text == "3":
        value = "later"
    assert read(asked, text) == value


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        (NO_WAY_OUT, "dunno", "no_option"),
        (NO_WAY_OUT, "not sure", "no_option"),
        (NO_WAY_OUT, "4/5", "no_option"),
        (NO_WAY_OUT, "4/6", "no_option"),
        (TEND, "agree", "two_options"),
        (TEND, "disagree", "two_options"),
        (TEND, "dont agree", "two_options"),
        (TEND, "totally agree", "sa"),
        (TEND, "somewhat agree", "ta"),
        (TEND, "tend to disagree", "td"),
        (TEND, "neither", "n"),
        (TEND, "dont know", "ns"),
        (SATISFIED, "very satisfied", "vs"),
        (SATISFIED, "not satisfied", "d"),
        (SATISFIED, "disatisfied", "d"),
        (SATISFIED, "extremely dissatisfied", "vd"),
        (SATISFIED, "very", "no_option"),
        (SATISFIED, "neither", "no_option"),
        (DISABLED, "yeah", "y"),
        (DISABLED, "nope", "n"),
        (DISABLED, "no not disabled", "n"),
        (DISABLED, "no", "n"),
        (DISABLED, "rather not say", "p"),
        (PERHAPS, "ask me later", "later"),
        (PERHAPS, "later", "later"),
    ],
)
def test_it_goes_by_the_wording_of_the_options(asked: Question, text: str, value: object) -> None:
    assert read(asked, text) == value


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
        (PUBLISH, "No.", Reading("no")),
        (PUBLISH, "rather not", Reading("no", exact=False)),
    ],
)
def test_it_keeps_the_words_beside_the_answer(asked: Question, text: str, reading: Reading) -> None:
    assert read_answer(asked, text) == reading


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
