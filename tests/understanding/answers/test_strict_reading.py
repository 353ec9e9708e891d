"""What is read, what is offered, and what is never guessed, by kind of reply."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation, Kind
from bot.understanding.answers import read_answer
from tests.understanding.answers.test_reading_options import AGREE, PUBLISH, ROLE, question

SCALE = "smart_people.agree"
CONSENT = "workshop.contact_ok"
READ = {
    # With courtesies, and in the words of those who pass it on.
    SCALE: """
agree :: agree duck | i'd go for agree pal | well i suppose i agree, sir | yes i agree lol
agree :: she reckons agree | my nan says agree | the tenants met on tuesday and we agree
agree :: *agree | > Do you agree?\n> 1 to 6\nagree | no. 2 | #2 | number two ta | to | yeah | aye
disagree :: dad says disagree | it would be disagree from me | option d | nope
disagree :: disagree, the trams cost too much | four, nobody asked us | do not agree
disagree :: can't say i agree
strongly_agree :: strongly agree because we need it | strongly agree no messing | aggree strongly
strongly_disagree :: strongly disagree, you shut our library | five. same old story
neither :: 3, could go either way | neither really | on the fence
dont_know :: no clue sorry | i really dont know | 6 havent a clue
""",
    CONSENT: """
yes :: yeah thats fine | yes, but text me first | only by letter | anonymous yes | aye go on
yes :: yes as long as it is after six | i do not mind | feel free | ok but not on sundays
no :: nah you're all right | no ta love | please do not | i would rather not | absolutely not mate
""",
    "role": """
resident :: I live in Harpurhey, always have | live here love | just a resident
business :: i run a shop, bread mostly | sole trader | 2 please
council :: i work at the council in parks | council worker
""",
    "equality.ethnic_group": """
asian :: pakistani | I'm Bangladeshi | chinese | im indian love
black :: somali | nigerian | i'm Black Caribbean
white :: irish | polish | White British
mixed :: mixed race | dual heritage
""",
    "print_copy.format": """
audio :: something i can listen to please | audio
large_print :: two please | big letters please, my eyes are bad | large print
standard :: normal print | 1
""",
    "overall.priority": """
jobs_prosperity+inclusive_recovery :: jobs and recovery | recovery then jobs | 4 and 2 ta
smart_people+inclusive_recovery :: skills and recovery | recovery, skills
tech_for_people :: technology please | just the technology one
""",
}  # fmt: skip
OFFERED = {
    SCALE: """
agree strongly_agree :: kind of agree | perhaps agree | partly agree
agree dont_know :: not sure, maybe agree
agree neither :: sort of | partly | kinda
strongly_agree strongly_disagree :: 5 out of 5 | five out of five
strongly_agree strongly_disagree :: 5/5 | 5 - fantastic idea | 1 - what rubbish
agree disagree :: 4/5 | 4 👍 | 2, terrible | 2 👎
disagree strongly_disagree :: I don't agree at all | never agreed | hardly agree
agree disagree :: agree but my wife would disagree
agree strongly_agree :: strongly agree to the last one. here agree | agree, no, strongly agree
strongly_agree agree :: brilliant idea | 😍😍
""",
    "role": "resident business :: resident and shop owner",
}
NOT_READ = {
    SCALE: """1 other thing | 1 sec | 2 buses a day | 4 my kids
(3/3) agree to the classes | 3 stars
1) what is this about? | 10/10 | 2nd of May | first of all, no | 3 of us use it | 7 | maybe
dunno about agree | the council never agrees | if we agree what happens
used to agree | 1/2 of it | for | fore | no thanks | yes thanks
agree with whom? it does not say | disagree? how would I know""",
    CONSENT: """hmm | let me think | who sees it? | maybe later | one of us will | not sure
yes and no | ok no | 2 of us | the bus is fine""",
    "role": """i work at asda | work at the hospital | i work for tesco | 1 of the nurses
nurse | council tenant | not a resident | my son is a student | retired""",
    "equality.postcode_district": "Ml4 | M1l | near the park | M14 or M15",
    "print_copy.format": "1 for my mum | braille or large print | whatever",
}  # fmt: skip


def cases(table: dict[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for asked, lines in table.items():
        for line in (
            lines.strip().replace("\n>", "\\n>").replace("6\nagree", "6\\nagree").split("\n")
        ):
            meant, _, texts = line.rpartition(" :: ")
            found += [(asked, text.strip(), meant) for text in texts.split(" | ")]
    return [(asked, text.replace("\\n", "\n"), meant) for asked, text, meant in found]


@pytest.mark.parametrize(("asked", "text", "meant"), cases(READ))
def test_an_answer_is_read(consultation: Consultation, asked: str, text: str, meant: str) -> None:
    value = read_answer(consultation.by_id[asked], text).value
    assert ("+".join(sorted(value)) if isinstance(value, list) else value) == (
        "+".join(sorted(meant.split("+")))
    )


@pytest.mark.parametrize(("asked", "text", "nearest"), cases(OFFERED))
def test_what_is_not_plain_is_offered(
    consultation: Consultation, asked: str, text: str, nearest: str
) -> None:
    with pytest.raises(UnreadableAnswer) as unread:
        read_answer(consultation.by_id[asked], text)
    assert set(unread.value.nearest) <= {*nearest.split()} and unread.value.nearest


@pytest.mark.parametrize(("asked", "text", "meant"), cases(NOT_READ))
def test_nothing_is_guessed(consultation: Consultation, asked: str, text: str, meant: str) -> None:
    with pytest.raises(UnreadableAnswer):
        read_answer(consultation.by_id[asked], text)


WORDS = ["bridge", "kettle", "ladder", "saucer", "window", "carpet", "pillow", "candle"]
lists = st.lists(st.sampled_from(WORDS), min_size=2, max_size=8, unique=True)


@settings(max_examples=100, deadline=None)
@given(texts=lists, data=st.data())
def test_a_number_alone_is_always_that_option(texts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    asked = question(Kind.CHOICE, {text: text for text in texts})
    for typed in (f"{place + 1}", f" {place + 1}.", f"({place + 1})", f"number {place + 1}"):
        assert read_answer(asked, typed).value == texts[place]


DENIALS = st.sampled_from(
    ["not {}", "not the {}", "never {}", "isn't {}", "nothing {}", "without {}"]
)
AROUND = st.sampled_from(["{}", "well, {}", "{} please", "i'd say {}", "{}, thanks"])


@settings(max_examples=150, deadline=None)
@given(denial=DENIALS, around=AROUND, data=st.data())
def test_an_option_that_is_denied_is_never_read(
    denial: str, around: str, data: st.DataObject
) -> None:
    asked = data.draw(st.sampled_from([AGREE, ROLE, PUBLISH]))
    options = asked.options[:1] if asked is PUBLISH else asked.options  # "never no" is a no
    option = data.draw(st.sampled_from(options))
    texts = [option.wording.text.lower(), str(asked.options.index(option) + 1)]
    typed = around.format(denial.format(data.draw(st.sampled_from(texts))))
    with contextlib.suppress(UnreadableAnswer):
        assert read_answer(asked, typed).value != option.value, typed


@pytest.mark.parametrize("side", ["agree", "disagree"])
@pytest.mark.parametrize(
    "beside", ["{0}, well {1}", "{0} but really {1}", "{1} no {0}", "{0}. no, {1}", "{0} or {1}"]
)
def test_the_opposite_beside_an_option_is_never_passed_over(side: str, beside: str) -> None:
    other = {"agree": "disagree", "disagree": "agree"}[side]
    with pytest.raises(UnreadableAnswer):
        read_answer(AGREE, beside.format(side, other))
