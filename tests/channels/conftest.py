"""Every test here has a gateway whose Rasa is a stand-in, and a watch on the log."""

from tests.support.gateway_fixtures import *  # noqa: F403
