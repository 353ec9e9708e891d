"""What a step can do, and what it can end. The values are stored with the message (`Effect`), so
they never change, and none is removed.
"""

from __future__ import annotations

from enum import Enum


class Did(Enum):
    """What a message did to the respondent's place; the actions say something to each."""

    # Beginning and coming back
    STARTED = "started"
    ALREADY_STARTED = "already_started"
    ALREADY_COMPLETED = "already_completed"
    RESUMED = "resumed"
    NOTHING_OPEN = "nothing_open"

    # Answering
    ANSWERED = "answered"
    ASKED_BACK = "asked_back"  # the message asks what the question means
    UNREADABLE = "unreadable"
    KEPT_UNREAD = "kept_unread"  # after two tries a field has the words as they are, and waits
    KEPT_AS_SAID = "kept_as_said"  # the words are the answer: something else than the options
    MOVED_ON = "moved_on"  # they cannot be read and do not count; the next question is asked
    STALE_BUTTON = "stale_button"  # it stood under an earlier question
    KEPT_AND_STARTED = "kept_and_started"
    KEPT_AFTER_END = "kept_after_end"
    KEPT_IN_CARE = "kept_in_care"

    # Moving about
    SKIPPED = "skipped"
    ANSWER_KEPT = "answer_kept"  # skipped when it was answered before
    MUST_ANSWER = "must_answer"
    NOTHING_ANSWERED = "nothing_answered"  # every question was skipped: it rests
    WENT_BACK = "went_back"
    AT_FIRST = "at_first"
    PAUSED = "paused"
    STAYED = "stayed"
    CARED = "cared"
    STOPPED = "stopped"
    IS_STOPPED = "is_stopped"
    EARLY = "early"  # before the opening day
    LATE = "late"  # after the closing day

    # Changing an answer
    PICKING = "picking"  # the answers are listed, to pick one
    CHANGING = "changing"
    NOTHING_TO_CHANGE = "nothing_to_change"
    ASKED_TAKE_OUT = "asked_take_out"
    TAKEN_OUT = "taken_out"  # one answer counts no more; the resident asked for that
    REVISED = "revised"  # an edited message takes the place of the answer
    EDIT_KEPT = "edit_kept"
    ADDED = "added"  # more words to a question that was answered before
    KEPT_BESIDE = "kept_beside"  # no answer to it, but they belong to it

    # An answer that was meant as something else counts no more; then that is done
    TOOK_BACK = "took_back"
    TOOK_BACK_SKIPPED = "took_back_skipped"
    TOOK_BACK_ANSWER_KEPT = "took_back_answer_kept"
    TOOK_BACK_MUST_ANSWER = "took_back_must_answer"
    TOOK_BACK_WENT_BACK = "took_back_went_back"
    TOOK_BACK_AT_FIRST = "took_back_at_first"
    TOOK_BACK_PAUSED = "took_back_paused"
    TOOK_BACK_STOPPED = "took_back_stopped"

    # Asking whether it is meant, and the yes or no to that
    ASKED_START_OVER = "asked_start_over"
    STARTED_OVER = "started_over"
    ASKED_ERASE = "asked_erase"
    ERASING = "erasing"
    ERASED = "erased"  # the message came as its sender was being deleted
    AGREED = "agreed"
    DISAGREED = "disagreed"
    UNCLEAR = "unclear"  # neither a yes nor a no
    LEFT_AS_IT_IS = "left_as_it_is"

    # Requests and the questions about the person
    ASKED_FOR = "asked_for"
    REQUEST_OPEN = "request_open"
    ONE_AT_A_TIME = "one_at_a_time"  # another request is open
    REQUEST_CLOSED = "request_closed"
    NOT_OFFERED = "not_offered"
    TOLD_BESIDE = "told_beside"  # a number was given where the name was asked; the name still is
    MUST_ANSWER_FIELD = "must_answer_field"
    AT_FIRST_FIELD = "at_first_field"
    OFFERED = "offered"  # it was only guessed, so the resident is asked whether they want it
    READ_BACK = "read_back"  # what was told is shown, and waits for a yes
    REQUEST_SENT = "request_sent"
    REQUEST_DROPPED = "request_dropped"
    ASKED_RESTART = "asked_restart"
    REQUEST_RESTARTED = "request_restarted"
    DECLINED = "declined"  # the rest of the questions about the person

    # Answering for another person
    ASKED_VIEWS = "asked_views"
    VIEWS_THEIRS = "views_theirs"
    VIEWS_OWN = "views_own"
    BEHALF_KNOWN = "behalf_known"  # it was noted before

    # Hearing what came of it
    HEARS = "hears"
    HEARS_NOT = "hears_not"

    # Changing a detail of a request that was sent
    AMENDED = "amended"
    ASKED_AMEND = "asked_amend"

    # Taking a request or a consent back
    ASKED_WITHDRAW = "asked_withdraw"
    WITHDRAWING = "withdrawing"
    WHICH_REQUEST = "which_request"
    NO_SUCH_REQUEST = "no_such_request"
    CONSENT_TAKEN_BACK = "consent_taken_back"

    NOTHING = "nothing"  # an aside; the message took no step

    def after_taking_back(self) -> Did:
        """Return what was done when an answer was taken back first."""
        return Did(f"{Did.TOOK_BACK.value}_{self.value}")

    @property
    def took_back(self) -> bool:
        return self.value.startswith(Did.TOOK_BACK.value)

    @property
    def instead(self) -> Did | None:
        """Return what was done after an answer was taken back, if anything."""
        rest = self.value.removeprefix(f"{Did.TOOK_BACK.value}_")
        return Did(rest) if self.took_back and rest != self.value else None


class Ends(Enum):
    """What a step can end."""

    CONSULTATION = "consultation"  # the last of its questions has been dealt with
    AGAIN = "again"  # the same, after an answer was changed
    SENT = "sent"  # a request is complete
    DROPPED = "dropped"  # a request, or the equality questions, as if they had not been begun
    COUNTED = "counted"  # the equality questions are over: the answers go into the totals
