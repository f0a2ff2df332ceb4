"""What workers of the record do, by the kinds of jobs."""

from collections.abc import Mapping

from clearline.record.jobs import Kind
from clearline.record.judging import judging
from clearline.record.recordings.actions import HEAR, LET_GO
from clearline.record.recordings.ears import hear
from clearline.record.recordings.hearing import hearing
from clearline.record.retention.actions import DELETE, SWEEP, deleting, sweeping
from clearline.record.retention.originals import kept_until, letting_go

KINDS: Mapping[str, Kind] = {
    DELETE: deleting(lambda: judging().rulebook),
    SWEEP: sweeping,
    LET_GO: letting_go,
}
LONG: Mapping[str, Kind] = {HEAR: hearing(hear, kept_until)}
"""What takes minutes, and so has a worker of its own: nothing else waits for it."""
