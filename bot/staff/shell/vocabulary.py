"""What the staff pages say for what is stored: states, channels, understood values."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

from bot.channels.registry import all_channels, channels_among
from bot.consultation.model import Consultation
from bot.consultation.question import Question
from bot.storage.review.priority import reason_of

STATES = {
    "new": "Not started",
    "started": "In progress",
    "paused": "Paused",
    "completed": "Finished",
    "stopped": "Asked to stop",
    "erased": "Erased",
}
STATE_COLOURS = {"completed": "govuk-tag--green"}  # the rest is grey: nothing is wrong with it
STATES_TO_CHOOSE = ("completed", "started", "paused", "stopped", "new")
DELIVERIES = {
    "queued": "Waiting to be sent",
    "sending": "Being sent",
    "cancelled": "Not sent: the resident had asked to stop",
    "sent": "Sent",
    "delivered": "Delivered",
    "failed": "Could not be delivered",
}
INTENTS = {
    "give_answer": "gives an answer",
    "skip_question": "wants to skip the question",
    "go_back": "wants to go back to the question before",
    "explain_question": "asks what the question means",
    "repeat_question": "asks to hear the question again",
    "show_progress": "asks how far along they are",
    "pause": "wants a break",
    "resume": "wants to go on",
    "start": "wants to start",
    "opt_out": "wants to stop",
    "greet": "hello",
    "goodbye": "goodbye",
    "thank": "thank you",
    "change_answer": "wants to change an answer",
    "show_my_answers": "wants to see their answers",
    "start_over": "wants to start again",
    "delete_my_data": "wants everything deleted",
    "affirm": "yes",
    "deny": "no",
    "distress": "may be in danger or despair",
    "complain": "complains",
    "off_topic": "asks about something else",
    "ask_human": "wants to talk to a person",
    "request_callback": "wants to be called back",
    "request_print_copy": "wants a printed copy",
    "offer_case_study": "offers an example of good work",
    "join_workshop": "wants a workshop",
    "to_person": "is for the person who talks with them",
    "answer_for_another": "answers for another person",
}
FLAGS = {
    "distress": "Look at this first: may be in danger or despair",
    "complaint": "Complaint",
    "callback": "Wants to talk to a person",
    "case_study": "Offers an example of good work",
    "workshop": "Wants a workshop",
    "print_copy": "Wants a printed copy",
    "staff": "Flagged by staff",
}
CASES = {
    "care": "May be in danger or despair",
    "complaint": "Complaint",
    "person": "Wants to talk to a person",
    "action": "Needs action",
}
CASE_STATUSES = {"new": "New", "in_progress": "In progress", "done": "Done"}
FLAG_NAMES = {
    "distress": "Danger",
    "complaint": "Complaint",
    "callback": "Call back",
    "case_study": "Case study",
    "workshop": "Workshop",
    "print_copy": "Printed copy",
    "staff": "Flagged",
}
# After "answers for their mum".
VIEWS = {"theirs": ", with that person's views", "own": ", but gives their own views"}
JUDGEMENTS = {"none": "No action", "team": "For the team", "action": "Needs action"}
REASONS = {
    "distress": "May be in danger or despair",
    "complaint": "Complaint",
    "unsure": "May have been misunderstood",
    "failed": "The bot could not deal with a message",
    "personal": "Personal details in the text",
    "rich": "Long answer",
}
HIDDEN = {
    "number": "[number hidden]",
    "email": "[email address hidden]",
    "postcode": "[postcode hidden]",
}
PRIVATE = {
    "contact": "(contact details, kept with the request)",
    "equality": "(about the person, counted apart)",
}
FAQS = {"faq_who": "who runs this", "faq_after": "what happens afterwards"}
LANGUAGES = {  # of the app that a resident uses, where it tells
    "none": "Not known",
    "en": "English", "ar": "Arabic", "bn": "Bengali", "zh": "Chinese", "fa": "Farsi",
    "fr": "French", "gu": "Gujarati", "hi": "Hindi", "it": "Italian", "pl": "Polish",
    "pt": "Portuguese", "pa": "Punjabi", "ro": "Romanian", "so": "Somali", "es": "Spanish",
    "uk": "Ukrainian", "ur": "Urdu", "cy": "Welsh",
}  # fmt: skip
NOTES = {
    "media": "Came with a picture or recording, which was not kept",
    "edit": "The resident changed an earlier message to this",
    "late": "Reached us late, after newer messages, so it was not used as an answer",
    "duplicate": "The same words as just before, so they count once",
}
EXCERPT = 100


def role(value: str) -> str:
    """Return a role as pages call it: "Head of service"."""
    return value.replace("-", " ").capitalize()


def channels() -> dict[str, str]:
    """Return what every channel is called, by its name."""
    return {channel.name: channel.words for channel in all_channels()}


def advice(channel_name: str | None, error: str | None) -> str | None:
    """Return what staff can do about a reply that did not arrive, where its channel knows."""
    return next((c.advice.get(error or "") for c in channels_among((channel_name or "",))), None)


def language(code: str) -> str:
    """Return the name of the language that a message is in."""
    return LANGUAGES.get(code, "another language than English")


def direction(text: str | None) -> str:
    """Return the direction of most letters of a text, whatever it begins with; auto where all run
    the same way.
    """
    ways = Counter(unicodedata.bidirectional(letter) for letter in text or "")
    leftwards = ways["R"] + ways["AL"]
    if not leftwards or not ways["L"]:
        return "auto"
    return "rtl" if leftwards > ways["L"] else "ltr"


def channel(name: str) -> str:
    return channels().get(name, name.capitalize())


def intent(name: str) -> str:
    """Return what a resident said to the bot, to follow "Said to the bot:"."""
    if name.startswith("faq_"):
        return f"asks about {FAQS.get(name) or name.removeprefix('faq_').replace('_', ' ')}"
    return INTENTS.get(name, name.replace("_", " "))


def intents(consultation: Consultation) -> list[str]:
    """Return everything that can be said to the bot, by the name that the model has for it."""
    return [*INTENTS, *(faq.id for faq in consultation.faqs)]


def reason(need: int) -> str | None:
    """Return why a conversation should be read early."""
    return REASONS.get(reason_of(need) or "")


def sureness(confidence: float) -> str:
    return f"{min(max(round(confidence * 100), 0), 100)}% sure"


def count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def excerpt(text: str | None, longest: int = EXCERPT) -> str:
    """Return the beginning of a text on one line, cut between words where that is possible."""
    line = re.sub(r"\s+", " ", text or "").strip()
    if len(line) <= longest:
        return line
    cut = line[:longest]
    space = cut.rfind(" ", longest - 20)
    cut = cut[:space] if space > 0 else _whole_characters(cut, line[longest])
    return cut.rstrip(" ,;:") + "…"


def _whole_characters(cut: str, following: str) -> str:
    """Take off the last character where the cut would go through an accent or a joined emoji."""
    joins = "\u200d"
    while cut and (following == joins or cut[-1] == joins or unicodedata.combining(following)):
        cut, following = cut[:-1], cut[-1]
    return cut


def value(question: Question | None, understood: Any) -> str | None:
    """Return what was understood as people read it, or None when only the words say it."""
    if understood is None:
        return None
    if isinstance(understood, bool):
        return "Yes" if understood else "No"
    if isinstance(understood, list):
        return ", ".join(value(question, one) or "" for one in understood) or "None of these"
    options = question.options if question else ()
    known = next((option for option in options if option.value == understood), None)
    return known.wording.text if known else str(understood)
