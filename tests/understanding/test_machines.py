"""What phones and mail programs send by themselves."""

from __future__ import annotations

from bot.understanding.machines import Note, note_of

OURS = ["Thanks, that's saved.", "What do you want to tell us about digital skills?"]


def noted(text: str) -> Note | None:
    return note_of(text, lambda: OURS)


def test_a_reaction_quotes_what_we_said() -> None:
    for text in (
        'Liked "Thanks, that\'s saved."',
        "Loved “What do you want to tell us about digital skills?”",
        "Laughed at ‘Thanks, that’s saved.’",
        'Removed a like from "Thanks, that\'s saved."',
        "Reacted 😂 to “Thanks, that's saved.”",
        "👍 to “ Thanks, that's saved. ”",
        "Liked an image",
        "Emphasised “What do you want to tell us…”",
    ):
        assert noted(text) is Note.REACTION, text


def test_an_automatic_reply_is_known_by_its_words() -> None:
    for text in (
        "I am out of the office until 8 March.",
        "I'm driving right now, I'll get back to you when I'm parked.",
        "AUTO-REPLY: this number does not accept texts",
        "Message not delivered",
        "Thanks for contacting the surgery. The desk is closed now and we will reply on Monday.",
        "On annual leave, back on the 4th. If urgent please contact my manager.",
    ):
        assert noted(text) is Note.AUTOMATIC, text


def test_a_resident_who_likes_something_is_not_a_machine() -> None:
    for text in (
        'Liked "Coronation Street" better before it was all online',
        "Loved the library classes",
        "Liked the one about jobs",
        "Questioned my council tax bill online and got nowhere",
        "I like driving so better road data please",
        "the office is out of reach for wheelchairs",
        "I'm driving a van all day so I need signal on the ring road",
        "half the office is on annual leave when you ring the council, put it online",
        "emails to the repairs team come back undeliverable",
        "out of the office nobody can reach the planners",
        "thanks to “smart” meters my bill doubled",
        "",
    ):
        assert noted(text) is None, text
