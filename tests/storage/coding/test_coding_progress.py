"""How far the open answers are coded, of all questions at once."""

from __future__ import annotations

from bot.consultation.model import Consultation
from bot.storage.coding import codebook, codes
from bot.storage.coding.coding_progress import Progress, progress_of, progress_of_all
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import themes_of
from bot.storage.privacy.erasure import erase
from tests.storage.coding.test_coding import ANN, ids, views
from tests.support.keys import KEYS
from tests.support.people import People

OTHER = "smart_places.views"


def test_each_question_has_its_own_and_an_answer_with_two_codes_counts_once(
    people: People, consultation: Consultation
) -> None:
    scope, other = (Scope(consultation.id, name) for name in ("smart_people.views", OTHER))
    first, *_ = views(people, "wifi", "cost", "both", "gone")
    with people.database.writing() as session:
        for one in (scope, other):
            codebook.begin_codebook(session, one, **ANN)  # with what is no theme
        wifi, cost = (codebook.add_theme(session, scope, name, **ANN) for name in ("Wifi", "Cost"))
        answers = ids(people, scope)
        no_view = next(theme.id for theme in themes_of(session, scope) if theme.control)
        for answer, chosen in zip(answers, ([wifi], [no_view], [wifi, cost]), strict=False):
            codes.set_codes(session, scope, [answer], chosen, **ANN)
    questions = [scope.question, OTHER, "smart_lives.views"]
    with people.database.writing() as session:
        found = progress_of_all(session, consultation.id, questions)
        assert list(found.values()) == [Progress(3, 4, 2), Progress(0, 0, 0), Progress(0, 0, 0)]
        erase(session, KEYS, first.id, last_words=False)
        assert progress_of(session, scope) == (2, 3)
        assert progress_of_all(session, "elsewhere", questions)[OTHER] == Progress(0, 0, 0)
