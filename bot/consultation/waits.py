"""What the bot waits to hear before anything else. Kept with the respondent until the next step."""

from __future__ import annotations

ERASE = "erase"  # has been asked whether everything is to be deleted
START_OVER = "start_over"  # has been asked whether to begin again
RESTART = "restart"  # has been asked whether to begin the open request again
PICK = "pick"  # has been shown the answers, to pick the one to change
CARE = "care"  # has been given help lines; nothing is asked until they want to go on
AMEND = "amend"  # has been asked what a detail of a request that was sent should be
WITHDRAW = "withdraw"  # has been asked whether a request is to be taken back
TAKE_OUT = "take_out"  # has been asked whether one answer is to count no more
SEND = "send"  # has read a request back, and waits for a yes before it is sent
OFFER = "offer"  # has asked whether a request is wanted that was only guessed
VIEWS = "views"  # has asked whether they give the views of the person they answer for
NEAREST = "nearest"  # has been asked which of a few options is meant, or something else
HEAR = "hear"  # has been asked whether they want to hear what came of it
DOUBT = "doubt"  # an answer was saved that may have been meant otherwise; UNDO takes it back

CONFIRMATIONS = frozenset({ERASE, START_OVER, RESTART, WITHDRAW, TAKE_OUT, OFFER, VIEWS, HEAR})
# What is asked in passing is no hurdle: an answer to the open question is one.
IN_PASSING = frozenset({OFFER, VIEWS, HEAR})
