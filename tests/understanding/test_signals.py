"""Danger and a wish to be left alone are heard; tales and figures of speech are not."""

from __future__ import annotations

import pytest

from bot.understanding.signals import asks_plainly, in_danger, stops_something_else, wants_to_leave

IN_DANGER = [
    "I want to kill myself",
    "3. im going to end my life",
    "my husband beats me",
    "he's going to kill us",
    "my mum has collapsed and she isn't breathing",
    "dont feel safe at home",
    "the house is on fire",
    "i wish i didn't wake up",
    "KMS tonight",
    "call an ambulance",
]
ANSWERS = [
    "dying for fibre in my street",
    "the damp is killing us",
    "kill the website and start again",
    "my son was suicidal after lockdown, fund an app",
    "years ago i wanted to die, an online group helped me",
    "a lad on our street killed himself",
    "women don't feel safe at the tram stop",
    "people die waiting for an ambulance",
    "apps beat queueing",
    "fire the consultants",
    "",
]
LEAVING = [
    "please don't text me again",
    "no more messages",
    "take me off your list",
    "unsubscribe me please",
    "I no longer wish to be contacted",
    "how do i stop these texts",
    "enough. stop now.",
]
STAYING = [
    "stop closing libraries",
    "stop text scams",
    "unsubscribe buttons should be the law",
    "take me off hold",
    "end zero hours",
    "people should be able to opt out of smart meters",
    "stop for now, I'll carry on tomorrow",
]


@pytest.mark.parametrize("text", IN_DANGER)
def test_danger_is_heard(text: str) -> None:
    assert in_danger(text)


@pytest.mark.parametrize("text", ANSWERS)
def test_a_tale_or_a_figure_of_speech_is_no_danger(text: str) -> None:
    assert not in_danger(text)


@pytest.mark.parametrize("text", LEAVING)
def test_a_wish_to_be_left_alone_is_heard(text: str) -> None:
    assert wants_to_leave(text)


@pytest.mark.parametrize("text", STAYING)
def test_stop_in_an_answer_is_no_wish_to_leave(text: str) -> None:
    assert not wants_to_leave(text)


ELSEWHERE = ["stop hs2", "Cancel Brexit", "end austerity", "Stop the boats", "quit wasting money"]
TO_US = ["stop", "stop texting me", "cancel it", "end this", "quit the survey", "stop stop stop"]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_an_opinion_that_begins_with_stop_is_not_said_to_us(text: str) -> None:
    assert stops_something_else(text)


@pytest.mark.parametrize("text", [*TO_US, "", "we should stop hs2"])
def test_what_is_said_to_us_is_not_about_something_else(text: str) -> None:
    assert not stops_something_else(text)


TOLD_OF_OTHERS = [
    "women being abused need safe ways to get help online",
    "stop everyone being abused online",
    "people with nothing to live for need clubs",
    "life is not worth living without the internet lol",
    "council website makes me want to kill myself",
]
OF_HERSELF = ["i am being abused by my partner", "ive been attacked", "my son is missing"]
OF_HERSELF += ["i cant take it no more i just want it all to stop"]


@pytest.mark.parametrize("text", TOLD_OF_OTHERS)
def test_what_is_told_of_others_or_in_jest_is_no_cry_for_help(text: str) -> None:
    assert not in_danger(text)


@pytest.mark.parametrize("text", OF_HERSELF)
def test_what_somebody_says_of_herself_is_heard(text: str) -> None:
    assert in_danger(text)


LONG = (
    "I have lived in Manchester for many years, and the council puts everything on the web."
    " That is no good to people like me who never had a computer at school. Nobody helps. "
)


@pytest.mark.parametrize("long", [LONG, LONG * 5, LONG.replace(".", ""), LONG.replace(".", "") * 5])
def test_a_cry_is_heard_wherever_it_stands_in_a_long_message(long: str) -> None:
    assert not in_danger(long)
    for text in (long + "honestly i want to kill myself", "I want to kill myself. " + long):
        assert in_danger(text)


PLAINLY = [
    "Can I tell you about it for your strategy?",
    "so please could you put us forward as an example of what works",
    "I would like a printed copy of the plan sent to me please",
    "Can someone please ring me about this",
    "Our tenants group would like to have one of the workshops",
    "I've got a story for you.",
]
NOT_ASKED = [
    "the council should post a printed copy to every house",
    "people need someone to ring when the website does not work",
    "there should be more workshops in libraries",
    "my story is that I was made redundant",
]


@pytest.mark.parametrize("text", PLAINLY)
def test_a_long_message_can_ask_plainly(text: str) -> None:
    assert asks_plainly("We run a club in Longsight. " * 4 + text)


@pytest.mark.parametrize("text", NOT_ASKED)
def test_an_opinion_asks_for_nothing(text: str) -> None:
    assert not asks_plainly(text)
