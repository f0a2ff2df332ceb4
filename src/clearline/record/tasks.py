"""What workers of the record do, by the kinds of jobs."""

from collections.abc import Mapping

from clearline.record.jobs import Kind
from clearline.record.judging import judging
from clearline.record.retention.actions import DELETE, SWEEP, deleting, sweeping

KINDS: Mapping[str, Kind] = {DELETE: deleting(lambda: judging().rulebook), SWEEP: sweeping}
