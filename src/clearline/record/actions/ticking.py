"""What the clock changes: duties that nobody fulfilled become broken at their time, once, also after downtime."""

from functools import partial

from django.db import transaction

from clearline.engine.events import Instant
from clearline.evidence.actions import lock
from clearline.record.actions.append import enter_judged
from clearline.record.actions.judged import tick as judged_tick
from clearline.record.actions.rows import write_judged
from clearline.record.models import Timeline
from clearline.record.watching import Watches

AT_ONCE = 200  # timelines in a transaction


def tick(now: Instant, watches: Watches) -> int:
    """Looks at every timeline whose deadline has passed; how many there were."""
    looked = 0
    while True:
        due = list(
            Timeline.objects.filter(wakes__lt=now).order_by("wakes").values_list("pk", flat=True)[:AT_ONCE]
        )
        if not due:
            return looked
        looked += len(due)
        with watches.undone_together(partial(tuple, due)):
            _tick(due, now, watches)


def _tick(due: list[int], now: Instant, watches: Watches) -> None:
    with transaction.atomic():
        lock()
        timelines = list(Timeline.objects.select_for_update().filter(pk__in=due, wakes__lt=now))
        judged = [judged_tick(timeline, watches, now) for timeline in timelines]
        enter_judged(judged, now)
        write_judged(judged)
        for one in judged:
            one.timeline.wakes = one.wakes
        Timeline.objects.bulk_update(timelines, ["wakes"])
