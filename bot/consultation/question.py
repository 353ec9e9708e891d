"""A question: what kind of answer it takes, its options, and the follow-up to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from bot.consultation.texts import Wording


class Kind(str, Enum):
    """What a question takes for an answer."""

    OPEN = "open"
    SCALE = "scale"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    YES_NO = "yes_no"
    EMAIL = "email"
    PHONE = "phone"
    EMAIL_OR_PHONE = "email_or_phone"
    POSTCODE = "postcode"
    POSTCODE_DISTRICT = "postcode_district"
    ADDRESS = "address"
    NUMBER = "number"
    URL = "url"
    NAME = "name"


CLOSED_KINDS = frozenset({Kind.SCALE, Kind.CHOICE, Kind.MULTI_CHOICE, Kind.YES_NO})
# Any words are a good answer to these, so nothing typed can be unreadable.
FREE_TEXT_KINDS = frozenset({Kind.OPEN, Kind.ADDRESS, Kind.NAME})
# Who a resident is and how to reach them: stored encrypted, shown to few.
CONTACT_KINDS = frozenset(
    {Kind.EMAIL, Kind.PHONE, Kind.EMAIL_OR_PHONE, Kind.POSTCODE, Kind.ADDRESS, Kind.NAME}
)


class Consent(str, Enum):
    """What a yes or no of a request allows."""

    CONTACT = "contact"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Option:
    """One thing a resident can choose; `value` is what is stored, `wording` is what is shown, and
    `also` are other names that residents have for it.
    """

    value: str
    wording: Wording
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """Something asked of every respondent. `id` is unique in the file, e.g.
    `smart_people.agree`.
    """

    id: str
    kind: Kind
    wording: Wording
    help: Wording
    options: tuple[Option, ...] = ()
    max_choices: int | None = None  # multi_choice only
    minimum: int | None = None  # number only
    maximum: int | None = None  # number only
    optional: bool = True
    follow_up: Wording | None = None  # open only: one gentle second question
    consent: Consent | None = None  # yes_no of a request only: what a yes allows
    first_words: bool = False  # open of a request only: takes what the first message tells
    counts: tuple[str, ...] = ()  # number only: what is counted, as people write it after a number
    label: str = ""  # a short name for it, such as "Postcode"

    @property
    def named(self) -> str:
        """Its short name where there is one, as requests are read back with it."""
        return self.label or self.wording.sms


FOLLOW_UP = ".follow_up"


def main_question(question_id: str) -> str:
    """Return the id of the question that a follow-up belongs to; of others, their own."""
    return question_id.removesuffix(FOLLOW_UP)


def follow_up_to(question: Question) -> Question | None:
    """Return the second question to an open one: open too, and never a must."""
    if question.follow_up is None:
        return None
    return replace(
        question,
        id=question.id + FOLLOW_UP,
        wording=question.follow_up,
        follow_up=None,
        optional=True,
    )
