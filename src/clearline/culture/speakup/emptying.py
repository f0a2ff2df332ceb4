"""The box is emptied once a night: only then reports enter the record and are shown to handlers, all of a day together.

So neither the log nor the tables know at which hour somebody wrote: the rows are written anew in a mixed order.
"""

import random
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import transaction

from clearline.culture.models import Letter, Report, Wrap
from clearline.engine.events import Event, Instant
from clearline.record import jobs
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.days import bounds, day_of
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Job
from clearline.record.watching import Watches

SOURCE: Final = "clearline"
HOUSE: Final = "house"
EMPTY: Final = "culture.empty"


def emptied(at: Instant, watches: Watches) -> int:
    """Brings the letters of days that are over into the record; how many there were.

    A letter of a day that has not come yet was posted while the clock was wrong: it counts as of today.
    """
    today = day_of(at)
    with transaction.atomic():
        waiting = Letter.objects.select_for_update().filter(waits=True).exclude(day=today)
        letters = list(waiting.select_related("report"))
        if not letters:
            return 0
        random.SystemRandom().shuffle(letters)
        events = [_event(one, min(one.day, today)) for one in letters]
        for answer in append([Received(SOURCE, one, HOUSE) for one in events], at, watches):
            if answer.outcome is not Outcome.STORED:
                raise RefusedError(f"a letter can't be entered: {answer.reason or answer.outcome}")
        _written_anew(letters)
    return len(letters)


def emptying(work: jobs.Work) -> None:
    """The nightly job, which leaves itself for the next night, whether anybody wrote or not."""
    with work.holding():
        emptied(work.clock(), Watches(judging))
        begun(bounds(day_of(work.clock()))[1], beside=work.pk)


def begun(at: Instant, beside: int | None = None) -> None:
    """Leaves the nightly job, unless one waits."""
    if not Job.objects.filter(kind=EMPTY, done=None).exclude(pk=beside or 0).exists():
        jobs.ask(EMPTY, {}, at)


def _event(letter: Letter, day: date) -> Event:
    uid, begins = str(letter.report_id), bounds(day)[0]
    if letter.number == 1:
        return Event(f"report.{uid}.received", "report.received", begins, {}, {"report": uid})
    return Event(f"report.{uid}.added.{letter.uid}", "report.added", begins, {}, {"report": uid})


def _written_anew(letters: Sequence[Letter]) -> None:
    """The rows of a day, deleted and written again: their places and transactions say nothing of when they came."""
    reports = {one.report_id: one.report for one in letters if one.number == 1}
    wraps = list(Wrap.objects.filter(report__in=reports))
    others = list(Letter.objects.filter(report__in=reports).exclude(pk__in=[one.pk for one in letters]))
    Letter.objects.filter(pk__in=[one.pk for one in letters]).delete()
    Report.objects.filter(pk__in=reports).delete()
    for report in reports.values():
        report.state = Report.State.RECEIVED
    for letter in letters:
        letter.waits = False
    random.SystemRandom().shuffle(wraps)
    for wrap in wraps:
        wrap.pk = None
    Report.objects.bulk_create(reports.values())
    Letter.objects.bulk_create([*letters, *others])
    Wrap.objects.bulk_create(wraps)
