"""What a resident says in the measurements."""

from __future__ import annotations

# A conversation that can go on for ever: every answer is stored, "back" opens its question anew.
# Ten turns make a round, so every window of ten holds the same words.
OPENING = ("start", "1", "4")
COMMANDS = {1: "back", 3: "back", 4: "help", 6: "back", 8: "back", 9: "how far am i"}
ANSWERS = (
    "cheaper broadband for people on benefits",
    "my mum is 81 and the bank in our street has shut, who is going to show her how to do it on"
    " a phone? the library used to run classes on a Tuesday and they were full every week",
    "more jobs in north Manchester",
    "I worry about our data. Every app the council buys seems to belong to somebody else, and"
    " nobody tells us where it goes or how long they keep it",
    "free wifi in the parks",
    "buses that turn up",
    "training that leads to actual work, not another certificate",
    "make the website work on an old phone with a cracked screen, that is all I have got",
)


def words(conversation: int, turn: int) -> str:
    """Return what a resident says at a turn (from 1)."""
    if turn <= len(OPENING):
        return OPENING[turn - 1]
    place = (turn - len(OPENING) - 1) % 10
    return COMMANDS.get(place) or ANSWERS[(conversation + place) % len(ANSWERS)]
