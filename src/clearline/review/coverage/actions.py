"""Call records come in, and each day is stated: an event on the organisation's timeline, so that the sum is in the log and signed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Max

from clearline.engine.events import SECOND, Event, Instant
from clearline.evidence import many
from clearline.formats.call_records import CallRecord
from clearline.gate.organisation import KIND, organisation
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record import jobs
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.days import bounds, day_of
from clearline.record.errors import RefusedError
from clearline.record.models import Call, Job
from clearline.record.watching import Watches
from clearline.review.coverage.accounting import account
from clearline.review.coverage.matching import hashed
from clearline.review.models import Statement, SwitchCall

SOURCE: Final = "clearline"
HOUSE: Final = "house"
STATE: Final = "coverage.state"
AFTER: Final = 3_600 * SECOND  # midnight, so that calls that began before it have ended
BACK: Final = 30  # days that are looked at anew each night: what came late changes their sum
AHEAD: Final = 3_600 * SECOND  # by which the switch's clock may be fast
AT_ONCE: Final = 2_000
_MEANT: Final = (
    "at",
    "seconds",
    "answered",
    "direction",
)  # what two records of a call may contradict each other in


class Brought(NamedTuple):
    """What came of a file of call records."""

    new: int = 0
    known: int = 0
    contradicted: int = 0
    doubled: int = 0  # lines that say again what another line of the file says
    ahead: int = 0  # lines of calls that have not begun yet: no call, and not taken

    def __str__(self) -> str:
        told = f"{self.new:,} new calls, {self.known:,} known, {self.contradicted:,} that contradict an earlier record"
        told += f", {self.doubled:,} lines that stand there twice" if self.doubled else ""
        return told + (f", {self.ahead:,} in the future and not taken" if self.ahead else "")


def brought(
    records: Iterable[CallRecord], source: str, at: Instant, watches: Watches, by: Person | None = None
) -> Brought:
    """Keeps what the switch says, and enters that it did. A call that is said twice alike is one; one said otherwise is a contradiction that is shown."""
    if by is not None and not may(by, "add call records"):
        raise RefusedError("your role may not add call records")
    calls: dict[str, list[CallRecord]] = {}
    lines = ahead = 0
    for one in records:
        lines += 1
        if one.at > at + AHEAD:
            ahead += 1
            continue
        said = calls.setdefault(one.call, [])
        said.append(one)
    found = Brought(doubled=lines - ahead - len(calls), ahead=ahead)
    told = list(calls.values())
    for start in range(0, len(told), AT_ONCE):
        with transaction.atomic():
            found = _taken(told[start : start + AT_ONCE], source[:80], at, watches, by, found)
    return found


def _taken(
    told: Sequence[Sequence[CallRecord]],
    source: str,
    at: Instant,
    watches: Watches,
    by: Person | None,
    so_far: Brought,
) -> Brought:
    """Each call with all that a file says of it; an event says how many, and what was new, by its hash."""
    rows = {row.call: row for row in many.find(SwitchCall, call=[some[0].call for some in told], locked=True)}
    made, changed, known, contradicted = [], [], 0, 0
    for some in told:
        row = rows.get(some[0].call)
        if row is None:
            first, *others = some
            row = SwitchCall(call=first.call, source=source, received=at, times=len(some), **_facts(first))
            made.append(row)
            for one in others:
                _heard(row, one)
            contradicted += bool(row.contradicted)
            continue
        before = (row.times, row.contradicted)
        row.times = max(row.times, len(some))
        against = [_heard(row, one) for one in some]
        contradicted += any(against)
        known += not any(against)
        if (row.times, row.contradicted) != before:
            row.received = at
            changed.append(row)
    SwitchCall.objects.bulk_create(made, AT_ONCE)
    fields = [*_MEANT, "agent", "numbers", "times", "contradicted", "received"]
    SwitchCall.objects.bulk_update(changed, fields, AT_ONCE // 10)
    if made or changed:
        _received([*made, *changed], source, at, watches, by)
    return so_far._replace(
        new=so_far.new + len(made),
        known=so_far.known + known,
        contradicted=so_far.contradicted + contradicted,
    )


def _facts(one: CallRecord) -> dict[str, Any]:
    return {
        "at": one.at,
        "seconds": one.seconds,
        "answered": one.answered,
        "agent": one.agent,
        "direction": one.direction,
        "numbers": " ".join(hashed(number) for number in one.numbers[:2]),
    }


def _heard(row: SwitchCall, one: CallRecord) -> bool:
    """The later record counts; whether it says something else than the earlier, which is then kept in words."""
    told = _facts(one)
    if all(getattr(row, name) == told[name] for name in _MEANT):
        return False
    row.contradicted = f"the switch says it twice: {_words(row.seconds, row.answered)}, and {_words(one.seconds, one.answered)}"
    for name, value in told.items():
        setattr(row, name, value)
    return True


def _received(
    rows: Sequence[SwitchCall], source: str, at: Instant, watches: Watches, by: Person | None
) -> None:
    lines = sorted(f"{one.call}\t{one.at}\t{one.seconds}\t{one.answered}\t{one.direction}" for one in rows)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    data = {"source": source, "calls": len(rows), "digest": digest}
    event = Event(f"call_records.{digest[:40]}.{at}", "call_records.added", at, data, {KIND: organisation()})
    _enter(event, str(by.uid) if by else HOUSE, at, watches)


def stated(day: date, at: Instant, watches: Watches) -> Statement | None:
    """States a day that is over; None where the same was stated of it before. A later statement replaces the earlier."""
    if bounds(day)[1] > at:
        raise RefusedError("this day is not over")
    found = account(day, at)
    with transaction.atomic():
        last = Statement.objects.select_for_update().filter(day=day).order_by("-number").first()
        if last is not None and (last.counts, last.digest) == (found.counts, found.digest):
            return None
        number = last.number + 1 if last else 1
        row = Statement(day=day, number=number, counts=found.counts, digest=found.digest, stated=at)
        name = f"coverage.{day.isoformat()}."
        _enter(
            Event(
                f"{name}{number}",
                "coverage.stated",
                at,
                {"day": day.isoformat(), **found.counts, "digest": found.digest},
                {KIND: organisation()},
                replaces=f"{name}{number - 1}" if number > 1 else "",
            ),
            HOUSE,
            at,
            watches,
        )
        row.save()
        _keep_matches({line.switch: line.call for line in found.lines if line.switch})
    return row


def _keep_matches(told: Mapping[str, str]) -> None:
    """So that they stay when the numbers by which they were known are gone."""
    rows = many.select(SwitchCall, ["id", "call", "matched"], call=list(told))
    many.update(SwitchCall, ["matched"], [(told[call], key) for key, call, was in rows if was != told[call]])


def stated_all(
    at: Instant, watches: Watches, progress: Callable[[float], None] = lambda _: None
) -> list[Statement]:
    """States every day that is over and was not stated as it stands: also after downtime, each once."""
    days = _days(at)
    made = []
    for place, day in enumerate(days):
        progress(place / len(days))
        found = stated(day, at, watches)
        made += [found] if found else []
    if days:
        settled = bounds(day_of(at) - timedelta(days=BACK))[0]
        SwitchCall.objects.filter(at__lt=settled).exclude(numbers="").update(numbers="")
    return made


def _days(at: Instant) -> list[date]:
    """The last month, the days since the last statement, and older days of which the switch has said something new."""
    first, last = _first(), day_of(at) - timedelta(days=1)
    if first is None or first > last:
        return []
    newest = Statement.objects.order_by("-day").values_list("day", "stated").first()
    begin = last - timedelta(days=BACK - 1)
    begin = first if newest is None else max(first, min(begin, newest[0]))
    days = {begin + timedelta(days=ahead) for ahead in range((last - begin).days + 1)}
    if newest is not None:
        since = Statement.objects.aggregate(Max("stated"))["stated__max"]
        late = SwitchCall.objects.filter(received__gte=since, at__lt=bounds(begin)[0])
        days |= {day_of(one) for one in late.values_list("at", flat=True).iterator()}
    return sorted(days)


def begun(at: Instant) -> None:
    """Leaves the nightly job, unless one waits."""
    if not Job.objects.filter(kind=STATE, done=None).exists():
        jobs.ask(STATE, {}, at)


def tonight(at: Instant) -> Instant:
    """When the day that is running is stated."""
    return bounds(day_of(at))[1] + AFTER


def _enter(event: Event, actor: str, at: Instant, watches: Watches) -> None:
    (answer,) = append([Received(SOURCE, event, actor)], at, watches)
    if answer.outcome not in {Outcome.STORED, Outcome.KNOWN}:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")


def _first() -> date | None:
    """The first day of which anything is known."""
    calls = Call.objects.order_by("started").values_list("started", flat=True).first()
    switch = SwitchCall.objects.order_by("at").values_list("at", flat=True).first()
    return min((day_of(one) for one in (calls, switch) if one is not None), default=None)


def _words(seconds: int | None, answered: bool | None) -> str:
    told = {True: "answered", False: "not answered", None: "no word of an answer"}[answered]
    return f"{'no length' if seconds is None else f'{seconds} s'}, {told}"
