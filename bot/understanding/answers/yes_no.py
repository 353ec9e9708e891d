"""Reading yes or no, and what else such a question may offer."""

from __future__ import annotations

from dataclasses import replace

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Option, Question, Wording
from bot.understanding.answers.choices import choices_of
from bot.understanding.answers.options import read_option
from bot.understanding.answers.result import Reading
from bot.understanding.words.other_languages import core, other_words

YES_AND_NO = (Option("yes", Wording("Yes", "Yes")), Option("no", Wording("No", "No")))


def read_yes_no(question: Question, text: str) -> Reading:
    """Give "yes" or "no" whatever the options' own values are; other options as themselves."""
    if (said := core(text)) in other_words().yes:
        return Reading("yes")
    if said in other_words().no:
        return Reading("no")
    options = question.options or YES_AND_NO
    try:
        reading = read_option(replace(question, options=options), text)
    except UnreadableAnswer as error:
        known = error.reason in ("asks_back", "two_options")
        raise UnreadableAnswer(error.reason if known else "not_yes_no") from None
    polarities = choices_of(options).polarities
    for polarity, place in polarities.items():
        if options[place].value == reading.value:
            return replace(reading, value=polarity)
    return reading
