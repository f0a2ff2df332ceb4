"""What workers of training do, by the kinds of jobs."""

from collections.abc import Mapping
from typing import Final

from clearline.engine.events import SECOND, Instant
from clearline.record import jobs
from clearline.record.jobs import Kind, Work
from clearline.record.judging import judging
from clearline.record.models import Job
from clearline.record.watching import Watches
from clearline.training.actions.looking_after import looked_after
from clearline.training.actions.teaching import listened

LOOK: Final = "training"
EVERY: Final = 600 * SECOND  # within the hour, even where one look fails


def ask(at: Instant, beside: int = 0) -> None:
    """Leaves the next look to be done from that instant on; one is enough, beside the job in hand."""
    if not Job.objects.filter(kind=LOOK, done=None).exclude(pk=beside).exists():
        jobs.ask(LOOK, {}, at)


def looking(work: Work) -> None:
    """Lessons for what was missed, courses for whoever needs them; the next look comes, whatever becomes of this one."""
    at = work.clock()
    with work.holding():
        ask(at + EVERY, work.pk)
    with work.holding():
        watches = Watches(judging)
        listened(judging().rulebook, at, watches)
        looked_after(judging(), at, watches)
        Job.objects.filter(kind=LOOK).exclude(done=None).delete()


KINDS: Mapping[str, Kind] = {LOOK: looking}
