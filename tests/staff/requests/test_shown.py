"""What a request shows to staff."""

from __future__ import annotations

from datetime import datetime, timezone

from bot.consultation.model import Consultation
from bot.staff.requests.shown import fields_of
from bot.storage.requests.queries import Request

NOON = datetime(2021, 3, 1, 12, tzinfo=timezone.utc)


def test_a_name_that_is_to_stay_private_says_so(consultation: Consultation) -> None:
    said = {"text": "Denise but don't print it", "value": "Denise", "remark": "but don't print it"}
    request = Request(
        reference="REQ-TEST-0001", respondent="HYS-TEST-0001", channel="webchat",
        kind="print_copy", status="new", fields={"print_copy.name": said}, may_contact=None,
        may_publish=None, approved_to_publish=False, duplicate_of=None, owner=None, due=None,
        created_at=NOON, ended_at=None, gone=False,
    )  # fmt: skip
    section = consultation.section("print_copy")
    assert section is not None
    name = fields_of(consultation, section, request)[0]
    assert (name.value, name.remark) == ("Denise", "Not for publication: but don't print it")
