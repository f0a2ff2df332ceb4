"""What workers of review do, by the kinds of jobs."""

from collections.abc import Mapping

from clearline.record.jobs import Kind
from clearline.review.coverage.actions import STATE
from clearline.review.coverage.tasks import stating
from clearline.review.policy.actions import BACK_TEST
from clearline.review.policy.tasks import back_testing

KINDS: Mapping[str, Kind] = {BACK_TEST: back_testing, STATE: stating}
