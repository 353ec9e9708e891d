"""What reading an answer gives: a Reading, or an UnreadableAnswer with one of these reasons."""

from __future__ import annotations

from dataclasses import dataclass

REASONS = frozenset(
    {
        "no_option",  # nothing in the text points at an option
        "two_options",  # more than one option is meant, or could be
        "too_many",  # more options than the question takes
        "not_yes_no",
        "not_email",
        "not_phone",
        "not_contact",  # neither an email address nor a phone number
        "not_postcode",  # neither a postcode nor, where asked, a postcode district
        "not_number",
        "too_small",
        "too_big",
        "not_url",
        "asks_back",  # the respondent asks something instead
    }
)


@dataclass(frozen=True)
class Reading:
    """What was understood. `value` is None where the words themselves are the answer (open).

    `remark` holds the words beside the value, as typed. `exact` is False when a slip of the
    keyboard was put right or the meaning was guessed.
    """

    value: str | int | list[str] | None
    remark: str | None = None
    exact: bool = True
