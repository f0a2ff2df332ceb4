"""The nightly job: states each day that is over, and leaves itself for the next night."""

from clearline.record import jobs
from clearline.record.judging import judging
from clearline.record.models import Job
from clearline.record.watching import Watches
from clearline.review.coverage.actions import STATE, stated_all, tonight


def stating(work: jobs.Work) -> None:
    """Killed in the midst of it, it states the rest when it is taken up again."""
    stated_all(work.clock(), Watches(judging), work.hold)
    with work.holding():
        if not Job.objects.filter(kind=STATE, done=None).exclude(pk=work.pk).exists():
            jobs.ask(STATE, {}, tonight(work.clock()))
