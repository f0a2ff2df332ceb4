"""The watch list names what changes on a date, before it does and for a while after."""

from datetime import date

import pytest

from clearline.audits.programme.watching import changes
from clearline.record.judging import judging

pytestmark = pytest.mark.django_db


def test_a_date_of_the_register_and_one_of_a_rule_are_watched_until_they_are_long_past() -> None:
    found = {(one.on, name) for one in changes(judging(), date(2026, 7, 1)) for name, _ in one.obligations}
    assert (date(2027, 1, 31), "us-consent-revocation") in found
    assert (date(2026, 8, 2), "eu-ai-act-50-disclosure") in found
    days = [one.on for one in changes(judging(), date(2026, 7, 1))]
    assert days == sorted(days)
    assert min(days) >= date(2026, 3, 31)
    assert changes(judging(), date(2035, 1, 1)) == []
