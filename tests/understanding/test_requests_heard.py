"""Ways out of a request and of the questions about the person, told from answers to them.

The model hears nothing but answers here, so that what is heard is heard by the words alone.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Question
from bot.consultation.state import State
from bot.conversation.place import Detour, Place
from bot.storage.messages.waiting import Waiting
from bot.understanding.commands import COMMANDS, drops_request, leaves_all_out
from bot.understanding.context_of_message import prepare
from bot.understanding.decide import decide
from bot.understanding.meaning import ANSWER, Context, Thresholds
from bot.understanding.signals import asks_what_for, takes_request_back

SURE = {ANSWER: 1.0}


def heard(
    consultation: Consultation, place: Place, text: str, ranking: dict[str, float] | None = None,
    channel: str = "webchat",
) -> str:  # fmt: skip
    """Return the intent of a message from somebody at this place."""
    waiting = Waiting(1, "her", channel, text, None, Phase.OPEN, 0)
    context = Context.from_metadata(prepare(consultation, waiting, place).metadata)
    return decide(text, context, ranking or SURE, Thresholds()).intent


def asked(consultation: Consultation, question: Question, *, first: bool = False) -> Place:
    """Return somebody who is asked this question of a request or about herself."""
    section = consultation.section_of[question.id]
    ids = [other.id for other in section.questions]
    done = frozenset() if first else frozenset(ids[: ids.index(question.id)])
    return Place(State.STARTED, question.id, detour=Detour(section.id, done))


def request_fields(consultation: Consultation) -> list[Question]:
    return [question for section in consultation.requests for question in section.questions]


WHAT_FOR = """
what do you need that for?
what do you need that for
why do you need my name
why do you need that?
why?
what for?
What on earth for
why do you want to know
how come
is that necessary?
do I have to say?
what will you do with it
ok but why do you need it
"""
CANCELS = """
drop it
forget it
never mind
nevermind
please drop this
forget about it
I changed my mind
don't bother
leave it
scrap the request
can you cancel this
cancel it please
cancel my request
I don't want to do this any more
not interested
"""


@pytest.mark.parametrize("words", WHAT_FOR.strip().splitlines())
def test_what_it_is_for_can_be_asked_at_every_field(consultation: Consultation, words: str) -> None:
    about_her = consultation.equality.questions if consultation.equality else ()
    for question in [*request_fields(consultation), *about_her]:
        for channel in ("webchat", "sms", "telegram"):
            place = asked(consultation, question)
            intent = heard(consultation, place, words, channel=channel)
            assert intent == "explain_question", question.id


@pytest.mark.parametrize(
    "words",
    [
        *CANCELS.strip().splitlines(),
        "ive changed my mind",
        "never mind i dont want it any more",
        "Actually, forget it. I don't want this after all",
        "sorry, can you cancel it please",
        "i don't want to carry on with this",
    ],
)
def test_a_request_can_be_left_at_every_field(consultation: Consultation, words: str) -> None:
    for question in request_fields(consultation):
        for channel in ("webchat", "sms", "telegram"):
            place = asked(consultation, question)
            assert heard(consultation, place, words, channel=channel) == "deny", question.id


@pytest.mark.parametrize(
    ("words", "intent"),
    [("skip", "skip_question"), ("next", "skip_question"), ("back", "go_back"), ("undo", "go_back"),
     ("change", "change_answer"), ("help", "explain_question"), ("repeat", "repeat_question"),
     ("stop", "opt_out"), ("STOP.", "opt_out"), ("delete my data", "delete_my_data"),
     ("start over", "start_over"), ("pause", "pause"), ("withdraw REQ-7F3K-9Q2M",
     "withdraw_request")],
)  # fmt: skip
def test_whole_message_commands_are_heard_at_every_field(
    consultation: Consultation, words: str, intent: str
) -> None:
    about_her = consultation.equality.questions if consultation.equality else ()
    for question in [*request_fields(consultation), *about_her]:
        assert heard(consultation, asked(consultation, question), words) == intent, question.id


# What people write into the fields of a request; nothing of it is a way out.
ANSWERS = [
    ("case_study.title", "Leave no one behind"), ("case_study.title", "Forget me not"),
    ("case_study.title", "Stop the scams"), ("case_study.title", "The quit smoking app"),
    ("case_study.title", "Never mind the gap"), ("case_study.title", "Drop in and log on"),
    ("case_study.organisation", "just me"), ("case_study.organisation", "Back on Track"),
    ("case_study.organisation", "Next Step Trust"), ("case_study.organisation", "none"),
    ("case_study.what_changed", "we called people back who had no internet"),
    ("case_study.what_changed", "they can talk to a real person now"),
    ("case_study.what_changed", "we changed how the class is run"),
    ("case_study.aim", "2"), ("case_study.contact_ok", "no"), ("case_study.contact_ok", "yes"),
    ("case_study.publish_ok", "no thanks"), ("workshop.when", "not on Mondays"),
    ("workshop.when", "whenever, any day after lunch"), ("workshop.access", "no"),
    ("workshop.access", "none"), ("workshop.access", "a copy in braille"),
    ("workshop.people", "about twenty"), ("workshop.people", "1"),
    ("print_copy.address", "3 Stop Lane, Manchester"), ("print_copy.name", "Hope Start"),
    ("print_copy.name", "my name is Will Stop"), ("callback.name", "Dawn"),
    ("callback.about", "I want to complain about my bins"), ("callback.about", "a printed copy"),
    ("callback.about", "cancelling my garden bin"), ("callback.about", "your privacy notice"),
    ("callback.about", "how to withdraw from a course"),
    ("case_study.title", "Why wait to get online"), ("case_study.title", "What phones are for"),
    ("case_study.what_changed", "scrap the required forms and people come"),
    ("callback.about", "stop requiring an app to park"), ("callback.about", "a workshop"),
    ("print_copy.format", "printed copy"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "words"), ANSWERS)
def test_an_answer_to_a_field_is_no_way_out(
    consultation: Consultation, field: str, words: str
) -> None:
    place = asked(consultation, consultation.by_id[field])
    for channel in ("webchat", "sms"):
        assert heard(consultation, place, words, channel=channel) == ANSWER


# Opinions in the consultation's own words that sound like the wish to take a request back.
OPINIONS = ["never mind the gap", "forget about my nan", "leave the library open",
            "don't publish false news", "cancel HS2", "withdraw the plan",
            "scrap the council tax", "remove my bins",
            "take back control of our data", "cancel the copy that is wrong", "forget it",
            "never mind the apps", "leave it as it is", "no request",
            "why do you need an app for everything"]  # fmt: skip
OPINIONS += ["drop the requests for photo id", "stop requiring an app to park",
        "remove the requirement to have a smartphone",
        "delete the required cookies", "scrap required logins"]  # fmt: skip


@pytest.mark.parametrize("words", OPINIONS)
def test_an_opinion_is_an_answer_while_no_request_is_asked_for(
    consultation: Consultation, words: str
) -> None:
    place = Place(State.STARTED, "overall.anything_else", frozenset({"role"}))
    assert heard(consultation, place, words) == ANSWER


ABOUT_HER = [
    # words, the field, is it the first message to these questions, intent
    ("no", "equality.age_band", True, "deny"),
    ("no thanks", "equality.age_band", True, "deny"),
    ("no", "equality.gender", False, "skip_question"),
    ("no thank you", "equality.gender", False, "skip_question"),
    ("no", "equality.disability", False, ANSWER),  # one of its options
    ("none of your business", "equality.ethnic_group", False, "deny"),
    ("skip all", "equality.gender", False, "deny"),
    ("leave them all out", "equality.age_band", True, "deny"),
    ("I'd rather not answer any of these", "equality.disability", False, "deny"),
    ("prefer not to say", "equality.gender", False, ANSWER),
    ("woman", "equality.gender", False, ANSWER),
    ("45", "equality.age_band", True, ANSWER),
    ("M14", "equality.postcode_district", False, ANSWER),
    ("white", "equality.ethnic_group", False, ANSWER),
]


@pytest.mark.parametrize(("words", "field", "first", "intent"), ABOUT_HER)
def test_the_questions_about_the_person_are_declined_one_by_one_or_all(
    consultation: Consultation, words: str, field: str, first: bool, intent: str
) -> None:
    place = asked(consultation, consultation.by_id[field], first=first)
    assert heard(consultation, place, words) == intent


@pytest.mark.parametrize(
    ("words", "intent"),
    [("change the name", "change_answer"), ("change my address", "change_answer"),
     ("fix the address please", "change_answer"), ("change the weather", ANSWER)],
)  # fmt: skip
def test_a_field_is_changed_by_its_name(
    consultation: Consultation, words: str, intent: str
) -> None:
    place = asked(consultation, consultation.by_id["print_copy.postcode"])
    assert heard(consultation, place, words) == intent


@pytest.mark.parametrize("words", ["Jo", "my name is Grace Hopeful", "O'Neil", "Mary-Ann Smith",
                                   "Mr Wu", "im dave", "Skipper"])  # fmt: skip
def test_a_name_is_taken_for_one(consultation: Consultation, words: str) -> None:
    place = asked(consultation, consultation.by_id["callback.name"])
    assert heard(consultation, place, words, {"greet": 0.9, ANSWER: 0.1}) == ANSWER


@pytest.mark.parametrize(
    ("words", "intent"),
    [("whats that for", "explain_question"), ("y u need dat", "explain_question"),
     ("who sees this", "faq_privacy"), ("wait", "pause"), ("one sec", "pause"),
     ("hang on", "pause"), ("talk to a person", "ask_human"),
     ("i dont get it", "explain_question")],
)  # fmt: skip
def test_what_is_asked_at_the_name_is_no_name(
    consultation: Consultation, words: str, intent: str
) -> None:
    place = asked(consultation, consultation.by_id["callback.name"])
    assert heard(consultation, place, words, {"explain_question": 0.95, ANSWER: 0.05}) == intent


@pytest.mark.parametrize(
    "words",
    ["no thanks not answering those", "I'd rather not say any of that", "im not doing these"],
)
def test_all_questions_about_the_person_are_left_out_in_many_words(
    consultation: Consultation, words: str
) -> None:
    place = asked(consultation, consultation.by_id["equality.gender"])
    assert heard(consultation, place, words) == "deny"


@pytest.mark.parametrize("words", ["big print", "in polish please", "one in large letters"])
def test_at_a_choice_of_a_request_no_other_request_is_heard(
    consultation: Consultation, words: str
) -> None:
    place = asked(consultation, consultation.by_id["print_copy.format"])
    guess = {"request_print_copy": 0.99, ANSWER: 0.01}
    assert heard(consultation, place, words, guess) != "request_print_copy"


@pytest.mark.parametrize(
    ("words", "intent"),
    [("call me about the wifi in our block", "request_callback"),
     ("call me old fashioned but i like paper", ANSWER),
     ("somebody to ring would be good for old people", ANSWER)],
)  # fmt: skip
def test_who_asks_plainly_for_a_call_need_not_be_so_sure(
    consultation: Consultation, words: str, intent: str
) -> None:
    place = Place(State.STARTED, "overall.anything_else", frozenset({"role"}))
    guess = {"request_callback": 0.65, ANSWER: 0.35}
    assert heard(consultation, place, words, guess) == intent


@pytest.mark.parametrize(
    ("words", "intent"),
    [("change the answer about jobs", "change_answer"), ("please change my last answer",
     "change_answer"), ("edit an answer", "change_answer"), ("change the answer phone", ANSWER),
     ("change the way you answer", ANSWER)],
)  # fmt: skip
def test_an_answer_is_changed_also_if_it_is_not_clear_which(
    consultation: Consultation, words: str, intent: str
) -> None:
    place = Place(State.STARTED, "overall.anything_else", frozenset({"role"}))
    assert heard(consultation, place, words) == intent


def test_a_request_in_one_breath_may_be_long(consultation: Consultation) -> None:
    story = "We ran a coding club for girls at the library every Saturday. " * 3
    place = Place(State.STARTED, "overall.anything_else", frozenset({"role"}))
    guess = {"offer_case_study": 0.4, ANSWER: 0.6}
    asks = story + "Can I tell you about it?"
    assert heard(consultation, place, asks, guess) == "offer_case_study"
    assert heard(consultation, place, story, guess) == ANSWER
    stopped = replace(place, state=State.STOPPED)
    assert heard(consultation, stopped, asks, guess) == ANSWER


def test_nothing_is_heard_as_a_way_out_by_somebody_who_has_stopped(
    consultation: Consultation,
) -> None:
    place = replace(asked(consultation, consultation.by_id["callback.name"]), state=State.STOPPED)
    for words in ("drop it", "never mind", "change the name"):
        assert heard(consultation, place, words) not in ("deny", "change_answer")
    for words in ("withdraw my request", "please don't publish my story"):
        assert heard(consultation, place, words) == "withdraw_request"


@pytest.mark.parametrize(
    ("words", "guess"),
    [("we want more talks with real people", "ask_human"), ("a paper copy for all", "faq_aims"),
     ("tell them a story", "offer_case_study"), ("it was awful", "complain"),
     ("hello hello", "greet"), ("yes to all of it", "affirm")],
)  # fmt: skip
def test_in_the_words_of_a_request_the_model_is_believed_of_few_commands(
    consultation: Consultation, words: str, guess: str
) -> None:
    place = asked(consultation, consultation.by_id["case_study.what_changed"])
    assert heard(consultation, place, words, {guess: 0.99, ANSWER: 0.01}) == ANSWER
    # But who wants to stop is heard there too.
    assert heard(consultation, place, words, {"opt_out": 0.99, ANSWER: 0.01}) == "opt_out"


def test_the_words_for_it_are_no_other_commands() -> None:
    """Whole-message commands, which are heard everywhere, do not fall under these by chance."""
    dropped = {words for words in COMMANDS if drops_request(words)}
    assert dropped == {"cancel", "quit"}
    assert not {words for words in COMMANDS if leaves_all_out(words)}
    assert not {words for words in COMMANDS if takes_request_back(words)}
    asked_for = {words for words in COMMANDS if asks_what_for(words)}
    assert {COMMANDS[words] for words in asked_for} <= {"explain_question"}
