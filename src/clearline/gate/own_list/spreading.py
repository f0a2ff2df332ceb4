"""The thread that brings requests of every source to the own list: texts, mails and dialers send them as events."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from django.db import connection
from django.db.models import Exists, Max, OuterRef

from clearline.engine.events import Instant
from clearline.gate.models import DoNotCall
from clearline.gate.own_list.actions import REQUESTED, spread
from clearline.record.attempts import Attempt
from clearline.record.judging import judging
from clearline.record.models import Event
from clearline.record.watching import Watches

ACTOR: Final = "house"
EVERY: Final = 1.0  # seconds between looks
AT_ONCE: Final = 200  # requests in a transaction
_LOG = logging.getLogger(__name__)


def spread_new(after: int, at: Instant, watches: Watches) -> int:
    """Brings the requests after an entry of the log to the list; the entry up to which all of them are brought."""
    rows = Event.objects.filter(type=REQUESTED, entry__gt=after)
    newest = rows.aggregate(last=Max("entry"))["last"]
    if newest is None:
        return after
    brought = DoNotCall.objects.filter(entry=OuterRef("entry"))
    events = list(rows.filter(~Exists(brought), entry__lte=newest).order_by("entry")[:AT_ONCE])
    spread(events, ACTOR, at, watches)
    return events[-1].entry if len(events) == AT_ONCE else newest


class Spreading:
    """Looks again and again, until it is stopped; what it could not write is looked at again."""

    def __init__(self, clock: Callable[[], Instant], *, every: float = EVERY) -> None:
        self._clock, self._every = clock, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clearline-own-list", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(10)

    def _run(self) -> None:
        after = -1  # what was left when the house stopped may lie before what was brought already
        watches = Watches(judging)
        while not self._over.wait(self._every):
            with Attempt() as attempt:
                after = spread_new(after, self._clock(), watches)
            if attempt.error:
                _LOG.error(
                    "the record is busy, or can't be read; requests are brought to the own list again soon: %s",
                    type(attempt.error).__name__,
                )
        connection.close()
