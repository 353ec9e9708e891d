"""What the message that asks for something tells already: everything that was said, and nothing
that was not.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.consultation.model import Consultation
from bot.understanding.slots import told_at_once

WORDS = "its own words"  # the whole message is the answer to the open field
PHONE = "+447700900123"

# Messages that only ask: nothing is to be read from them.
ONLY_ASK = {
    "case_study": """
        story
        i have a story to tell
        I've got a story
        I'd like to share a case study
        can I share an example of good work with you please
        got a good example for you
        we have a case study to submit
        how do i submit a story
        hiya, is there a form to tell you a story?
        let me tell you something
        can I tell you about it
        can i tell you about something
        i want to tell you about my project
        interested in sharing a case study
        i would like to talk about my project
        can I put us forward as an example
        We'd like to share a story for aim 1
        i want to tell you about a case study
        can I tell you about our film club
        it is a case study about our film club
        telling you about our lunch club
        Hello, I run the Northside Hub. We ran a class last year that I'd love to tell you about
        I'm the manager of a youth club in Hulme and I'd like to share a story
        got a story for you about the youth club
        """,
    "workshop": """
        workshop
        can we have a workshop
        can I join a workshop on the 12 of March
        I'd like to book a workshop for my group
        could you run a session for our residents' association
        do you have a workshop for people with dementia
        I'm 65 and want a workshop
        we want two workshops
        can you do a workshop on 5 March at 7
        I want to join one of the workshops
        My name's not important but can we have a workshop
        one workshop please
        can you call us on extension 4412 about a workshop
        """,
    "print_copy": """
        paper copy
        can i get a copy
        can I get a printed copy
        can you post me a copy
        can I get a copy of the plan in the post
        My mum is 82 and needs a paper copy
        I can't read it online, my eyesight is bad, can you post me one
        can i get a copy, i'm on my own
        I want 100 copies
        the bus 142 5pm, can i get a copy
        both braille and large print
        a copy for my mum, her name is Joan
        my name is on the list, can i get a copy
        I don't need large print, standard is fine
        """,
    "callback": """
        call me
        call me back please
        can someone call me
        can I speak to someone
        can I talk to a human please
        please could you call me back when you have a moment
        could someone phone me about it
        I want to talk to someone about that
        ring me after 5
        call me at work
        can someone from the council call my mum
        can i speak to a manager
        hi. can someone call me? thanks
        """,
}

# Messages that tell some of it.
TOLD: list[tuple[str, str, dict[str, Any]]] = [
    ("case_study", "we run a digital skills class in Levenshulme, can I tell you about it",
     {"what_changed": WORDS}),
    ("case_study", "our charity gave 40 laptops to families in Moss Side. Can we share that?",
     {"what_changed": WORDS}),
    ("case_study", "I want to tell you about the tablets we gave to care homes in Wythenshawe",
     {"what_changed": WORDS}),
    ("case_study", "We set up wifi in a block of flats in Hulme - it changed lives",
     {"what_changed": WORDS}),
    ("case_study", "my firm trains young people in cyber security, we'd be happy to share it",
     {"what_changed": WORDS}),
    ("case_study", "Could I send you a case study about how we got people online in Ancoats?",
     {"what_changed": WORDS}),
    ("case_study", "See www.example.org/tablets, we lent tablets to pensioners all winter",
     {"what_changed": WORDS, "link": "https://www.example.org/tablets"}),
    ("case_study", "can I tell you a story? grace@example.org", {"contact": "grace@example.org"}),
    ("workshop", "about twenty of us want a workshop", {"people": 20}),
    ("workshop", "we are a group of 12 people and want to join a workshop", {"people": 12}),
    ("workshop", "my name is Ali, can we join a workshop", {"name": "Ali"}),
    ("workshop", "10 residents would come", {"people": 10}),
    ("workshop", "there'd be a couple of people", {"people": 2}),
    ("workshop", "a dozen of us", {"people": 12}),
    ("workshop", "can we have one for 20 older people", {"people": 20}),
    ("workshop", "fifteen learners want a session please, ring me on 07700 900123",
     {"people": 15, "contact": PHONE}),
    ("workshop", "can our youth club get a workshop? email leader@example.org",
     {"contact": "leader@example.org"}),
    ("print_copy", "post me two copies please", {"copies": 2}),
    ("print_copy", "ten copies for our lunch club", {"copies": 10}),
    ("print_copy", "can I have one copy in large print", {"copies": 1, "format": "large_print"}),
    ("print_copy", "braille please", {"format": "braille"}),
    ("print_copy", "do you do easy read", {"format": "easy_read"}),
    ("print_copy", "I would like a standard copy", {"format": "standard"}),
    ("print_copy", "send me 3 copies to M14 5AA", {"copies": 3, "postcode": "M14 5AA"}),
    ("print_copy", "can you post a copy to m145aa", {"postcode": "M14 5AA"}),
    ("print_copy", "post me one. m 14 5aa", {"postcode": "M14 5AA"}),
    ("print_copy", "my postcode is M1 1AE, can you send me one", {"postcode": "M1 1AE"}),
    ("print_copy", "post me one, m1  1ae", {"postcode": "M1 1AE"}),
    ("print_copy", "my name is Dave Smith and I want a copy", {"name": "Dave Smith"}),
    ("callback", "call me about the jobs aim on 07700 900123",
     {"about": WORDS, "contact": PHONE}),
    ("callback", "please ring me on 07700900123", {"contact": PHONE}),
    ("callback", "ring me +44 7700 900123", {"contact": PHONE}),
    ("callback", "my number is 07700-900-123", {"contact": PHONE}),
    ("callback", "email me at jo@example.org about the skills bit",
     {"about": WORDS, "contact": "jo@example.org"}),
    ("callback", "I want to speak to a person about broadband in Ardwick", {"about": WORDS}),
    ("callback", "can someone ring me about the plan", {"about": WORDS}),
    ("callback", "could you get in touch with me, I have questions about who pays for all this",
     {"about": WORDS}),
    ("callback", "my name is mary please call me", {"name": "mary"}),
    ("callback", "can you call me, my name's Zoë", {"name": "Zoë"}),
]  # fmt: skip

# What is read today, and is not what was said. Each becomes a row of the tables when it is mended.
TWICE_READ: list[tuple[str, str, dict[str, Any], str]] = [
    ("case_study", "my name's Grace and I have a story to tell", {"name": "Grace"},
     "the word before a capital I is taken for half of the name"),
    ("case_study", "can i tell you about a project", {}, "a project is no story yet"),
    ("case_study", "is there somewhere I can tell you about my group's work", {},
     "the wish is taken for the story"),
    ("case_study", "hello I want to tell you about our work", {},
     "the wish is taken for the story"),
    ("case_study", "hi, can i tell you about something we did", {},
     "the wish is taken for the story"),
    ("case_study", "Can I put our project forward", {}, "the wish is taken for the story"),
    ("case_study",
     "Our library has free coding lessons for kids every Saturday and I'd love to tell you more",
     {"what_changed": WORDS}, "clauses are split before a small i only"),
    ("workshop", "twenty-five of us want a workshop", {"people": 25}, "reads 5"),
    ("workshop", "we need a workshop for forty five people", {"people": 45}, "reads 40"),
    ("workshop", "there are 300 residents in our block, maybe 20 people would come", {},
     "two numbers: the first is taken"),
    ("workshop", "our 3 residents' groups want a workshop", {}, "3 groups are read as 3 people"),
    ("print_copy", "not braille, just a normal paper copy", {}, "a format is read from its denial"),
    ("callback", "My name is Mary. Please call me on 07700 900123.",
     {"name": "Mary", "contact": PHONE}, "who she is is taken for what it is about"),
    ("callback", "please ring me on 07700900123 my name is Jo", {"name": "Jo", "contact": PHONE},
     "who she is is taken for what it is about"),
    ("callback", "I'm Sam, call me", {}, "a name of two words beside a call is a topic"),
    ("callback", "give me a ring tomorrow", {}, "the wish is taken for the topic"),
    ("callback", "i've been waiting for a call", {}, "the wish is taken for the topic"),
    ("callback", "please call me, my name’s Jo", {"name": "Jo"},
     "the apostrophe that telephones type is not known"),
    ("case_study", "can I tell you a story? I'm on grace@example.org most days",
     {"contact": "grace@example.org"}, "the words around an address are taken for the story"),
    ("case_study", "can I tell you a story? grace @ example.org", {"contact": "grace@example.org"},
     "an address with spaces is not read beside other words"),
    ("callback", "what's the name of your boss, i want to talk to him", {"about": WORDS},
     "her name is not \"of\""),
]  # fmt: skip


def told(consultation: Consultation, kind: str, message: str) -> dict[str, Any]:
    """Return what was read, by local name; WORDS where the whole message is kept as it is."""
    section = consultation.section(kind)
    assert section is not None
    read = told_at_once(section, message)
    return {
        name.removeprefix(f"{kind}."): WORDS
        if said["value"] is None and said["text"] == message
        else said["value"]
        for name, said in read.items()
    }


def lines() -> list[tuple[str, str]]:
    return [(kind, line.strip()) for kind, text in ONLY_ASK.items() for line in text.split("\n")
            if line.strip()]  # fmt: skip


@pytest.mark.parametrize(("kind", "message"), lines())
def test_nothing_is_read_from_a_message_that_only_asks(
    consultation: Consultation, kind: str, message: str
) -> None:
    assert told(consultation, kind, message) == {}


@pytest.mark.parametrize(("kind", "message", "expected"), TOLD)
def test_what_the_first_message_tells_is_not_asked_again(
    consultation: Consultation, kind: str, message: str, expected: dict[str, Any]
) -> None:
    assert told(consultation, kind, message) == expected


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [pytest.param(*row[:3], id=row[1]) for row in TWICE_READ],
)
def test_what_was_misread_once_is_not_again(
    consultation: Consultation, kind: str, message: str, expected: dict[str, Any]
) -> None:
    assert told(consultation, kind, message) == expected


def test_capital_letters_and_full_stops_change_nothing(consultation: Consultation) -> None:
    """People write in capitals, and end with or without a stop."""
    for kind, message in lines():
        assert told(consultation, kind, f"{message}.") == {}, message
    for kind, message, expected in TOLD:
        if "name" not in expected and "link" not in expected:
            found = told(consultation, kind, message.upper())
            small = {name: v.lower() if "@" in str(v) else v for name, v in found.items()}
            assert small == expected, message


@pytest.mark.parametrize("kind", ["case_study", "workshop", "print_copy", "callback"])
def test_a_consent_is_never_read_from_the_message_that_asks(
    consultation: Consultation, kind: str
) -> None:
    section = consultation.section(kind)
    assert section is not None
    consents = {question.id for question in section.questions if question.consent}
    for words in ("yes", "ok you can contact me", "yes you may publish my story, call me", "1"):
        assert not consents & set(told_at_once(section, words))
