"""Work behind the scenes: a table of leased jobs. Who holds the newest lease may finish; everybody else comes too late."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from clearline.engine.events import SECOND, Instant
from clearline.record.attempts import Attempt
from clearline.record.errors import LostLease
from clearline.record.models import Job

LEASE = 60 * SECOND  # nobody hears of a worker for so long: its job is given to another
ATTEMPTS = 8
BACKOFF = (5 * SECOND, 3_600 * SECOND)  # before the second attempt, doubled for each after it, and at most
LOOK = 0.5  # seconds between looks for work

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Work:
    """A job in hand. Whatever it writes belongs into `holding`, so that a worker who was thought dead writes nothing."""

    pk: int
    kind: str
    args: Mapping[str, Any]
    attempt: int
    lease: int
    clock: Callable[[], Instant] = field(repr=False)

    def hold(self, progress: float) -> None:
        """Says how far it is, from 0 to 1, and keeps the lease; LostLease where another has it by now."""
        told = {"progress": progress, "leased_until": self.clock() + LEASE}
        if not self._own().update(**told):
            raise LostLease(f"job {self.pk} was given to another worker")

    @contextmanager
    def holding(self) -> Iterator[None]:
        """A transaction that nobody else can take the job away from; LostLease where somebody has."""
        with transaction.atomic():
            if self._own().select_for_update().first() is None:
                raise LostLease(f"job {self.pk} was given to another worker")
            yield

    def finish(self) -> bool:
        """Whether it counts: not, where another has the job by now."""
        done = {"done": self.clock(), "progress": 1.0, "leased_until": None, "error": ""}
        return bool(self._own().update(**done))

    def fail(self, error: str) -> bool:
        """Tries again later, up to ATTEMPTS times; whether it counts."""
        now = self.clock()
        first, longest = BACKOFF
        told: dict[str, Any] = {"error": error[:500], "leased_until": None}
        if self.attempt >= ATTEMPTS:
            told["done"] = now  # with an error: given up
        else:
            told["run_after"] = now + min(first << (self.attempt - 1), longest)
        return bool(self._own().update(**told))

    def _own(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.pk, lease=self.lease, done=None)


Kind = Callable[[Work], None]
"""Does the job, in steps that may be done twice. What it raises is told by its class only: messages may hold data."""


def ask(kind: str, args: Mapping[str, Any], at: Instant) -> Job:
    """Leaves work to be done from that instant on; in the transaction of whatever makes it necessary."""
    return Job.objects.create(kind=kind, args=dict(args), run_after=at)


def claim(clock: Callable[[], Instant], kinds: Mapping[str, Kind]) -> Work | None:
    """The oldest job of these kinds that nobody works on, leased to the caller."""
    now = clock()
    free = Job.objects.filter(kind__in=list(kinds), done=None, run_after__lte=now)
    free = free.exclude(leased_until__gt=now).order_by("run_after", "pk")
    if not free.exists():  # nobody who writes waits for a look
        return None
    with transaction.atomic():
        job = free.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.lease, job.attempts, job.leased_until = job.lease + 1, job.attempts + 1, now + LEASE
        job.save(update_fields=["lease", "attempts", "leased_until"])
    return Work(job.pk, job.kind, job.args, job.attempts, job.lease, clock)


def work(clock: Callable[[], Instant], kinds: Mapping[str, Kind]) -> bool:
    """Takes one job and does it; whether there was one."""
    job = claim(clock, kinds)
    if job is None:
        return False
    if job.attempt > ATTEMPTS:  # each attempt ended with the death of its worker
        job.fail("its worker died each time")
        return True
    with Attempt() as attempt:
        kinds[job.kind](job)
    error = attempt.error
    if isinstance(error, LostLease):
        _LOG.warning("%s", error)
    elif error:
        _LOG.error("job %s (%s) failed: %s", job.pk, job.kind, type(error).__name__)
        job.fail(f"{type(error).__module__}.{type(error).__qualname__}")
    elif not job.finish():
        _LOG.warning("job %s was given to another worker before it was done", job.pk)
    return True


class Worker:
    """A thread that works on jobs, one after the other."""

    def __init__(
        self, clock: Callable[[], Instant], kinds: Mapping[str, Kind], *, look: float = LOOK
    ) -> None:
        self._clock, self._kinds, self._look = clock, kinds, look
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clearline-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float = 10) -> None:
        """Takes no more; a job that is not done in time is taken again when its lease is over."""
        self._stopping.set()
        self._thread.join(patience)

    def _run(self) -> None:
        while not self._stopping.is_set():
            busy = False
            with Attempt() as attempt:
                busy = work(self._clock, self._kinds)
            if attempt.error:
                _LOG.error(
                    "the record is busy, or can't be read; jobs are looked up again soon: %s",
                    type(attempt.error).__name__,
                )
            if not busy:
                self._stopping.wait(self._look)
