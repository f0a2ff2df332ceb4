"""Call records come in, and each day is stated: an event on the organisation's timeline, so that the sum is in the log and signed."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db import transaction

from clearline.engine.events import SECOND, Event, Instant
from clearline.formats.call_records import CallRecord
from clearline.gate.organisation import KIND, organisation
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record import jobs
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.models import Call, Job
from clearline.record.watching import Watches
from clearline.review.coverage.accounting import Account, account, bounds, day_of
from clearline.review.models import Statement, SwitchCall

SOURCE: Final = "clearline"
HOUSE: Final = "house"
STATE: Final = "coverage.state"
AFTER: Final = 3_600 * SECOND  # midnight, so that calls that began before it have ended
BACK: Final = 2  # days that are looked at anew each night: what came late changes their sum
AT_ONCE: Final = 1_000


class Brought(NamedTuple):
    """What came of a file of call records."""

    new: int
    known: int
    contradicted: int


def brought(records: Iterable[CallRecord], source: str, at: Instant, by: Person | None = None) -> Brought:
    """Keeps what the switch says; a call that is said twice alike is one, and one said otherwise is a contradiction that is shown."""
    if by is not None and not may(by, "add call records"):
        raise RefusedError("your role may not add call records")
    records = list(records)
    new = known = contradicted = 0
    for start in range(0, len(records), AT_ONCE):
        with transaction.atomic():
            for one in records[start : start + AT_ONCE]:
                row = SwitchCall.objects.filter(call=one.call).first()
                if row is None:
                    SwitchCall.objects.create(
                        call=one.call,
                        at=one.at,
                        seconds=one.seconds,
                        answered=one.answered,
                        agent=one.agent,
                        source=source[:80],
                        received=at,
                    )
                    new += 1
                    continue
                row.times += 1
                if (row.at, row.seconds, row.answered) == (one.at, one.seconds, one.answered):
                    known += 1
                else:
                    row.contradicted = f"the switch says it twice: {row.seconds} s and {one.seconds} s, {_told(row.answered)} and {_told(one.answered)}"
                    row.at, row.seconds, row.answered, row.agent = (
                        one.at,
                        one.seconds,
                        one.answered,
                        one.agent,
                    )
                    contradicted += 1
                row.save()
    return Brought(new, known, contradicted)


def stated(day: date, at: Instant, watches: Watches) -> Statement | None:
    """States a day that is over; None where the same was stated of it before. A later statement replaces the earlier."""
    if bounds(day)[1] > at:
        raise RefusedError("this day is not over")
    found = account(day, at)
    with transaction.atomic():
        last = Statement.objects.select_for_update().filter(day=day).order_by("-number").first()
        if last is not None and (last.counts, last.digest) == (found.counts, found.digest):
            return None
        row = Statement(
            day=day,
            number=last.number + 1 if last else 1,
            counts=found.counts,
            digest=found.digest,
            stated=at,
        )
        _enter(found, row, at, watches)
        row.save()
    return row


def stated_all(
    at: Instant, watches: Watches, progress: Callable[[float], None] = lambda _: None
) -> list[Statement]:
    """States every day that is over and was not stated as it stands: also after downtime, each once."""
    last = day_of(at) - timedelta(days=1)
    newest = Statement.objects.order_by("-day").values_list("day", flat=True).first()
    first = _first() if newest is None else newest - timedelta(days=BACK - 1)
    if first is None:
        return []
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    made = []
    for place, day in enumerate(days):
        progress(place / len(days))
        found = stated(day, at, watches)
        made += [found] if found else []
    return made


def begun(at: Instant) -> None:
    """Leaves the nightly job, unless one waits."""
    if not Job.objects.filter(kind=STATE, done=None).exists():
        jobs.ask(STATE, {}, at)


def tonight(at: Instant) -> Instant:
    """When the day that is running is stated."""
    return bounds(day_of(at))[1] + AFTER


def _enter(found: Account, row: Statement, at: Instant, watches: Watches) -> None:
    name = f"coverage.{found.day.isoformat()}."
    event = Event(
        f"{name}{row.number}",
        "coverage.stated",
        at,
        {"day": found.day.isoformat(), **found.counts, "digest": found.digest},
        {KIND: organisation()},
        replaces=f"{name}{row.number - 1}" if row.number > 1 else "",
    )
    (answer,) = append([Received(SOURCE, event, HOUSE)], at, watches)
    if answer.outcome not in {Outcome.STORED, Outcome.KNOWN}:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")


def _first() -> date | None:
    """The first day of which anything is known."""
    calls = Call.objects.order_by("started").values_list("started", flat=True).first()
    switch = SwitchCall.objects.order_by("at").values_list("at", flat=True).first()
    return min((day_of(one) for one in (calls, switch) if one is not None), default=None)


def _told(answered: bool | None) -> str:  # as the column is
    return {True: "answered", False: "not answered", None: "no word of an answer"}[answered]
