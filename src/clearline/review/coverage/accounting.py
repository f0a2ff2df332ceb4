"""The account of a day: what became of each call, and the sum that balances.

known = evaluated + excluded + failed + due. A call is known when the switch or the record has it; nothing else is counted and nothing is left out.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND, Instant
from clearline.record.models import Call
from clearline.review.models import SwitchCall

LATE: Final = 86_400 * SECOND  # after its beginning a call is over and its events are here, or it failed
FAR: Final = (5, 0.1)  # seconds, and share of its length, by which two lengths of a call may differ


class Became(StrEnum):
    """What became of a call."""

    EVALUATED = "evaluated"
    EXCLUDED = "excluded"
    FAILED = "failed"
    DUE = "due"


class Line(NamedTuple):
    """One call of a day: what became of it and why; what speaks against what the switch says."""

    call: str
    at: Instant
    became: Became
    reason: str = ""
    due: Instant | None = None
    contradiction: str = ""
    here: bool = True  # the record has it

    @property
    def text(self) -> str:
        """As it is hashed."""
        return f"{self.call}\t{self.became}\t{self.reason}\n"


@dataclass(frozen=True, slots=True)
class Account:
    """All calls that began on a day."""

    day: date
    lines: tuple[Line, ...] = field(default=())

    @property
    def counts(self) -> dict[str, int]:
        """How many were known, and what became of them; it balances, or this raises."""
        became = Counter(line.became.value for line in self.lines)
        told = {"known": len(self.lines), **{one.value: became[one.value] for one in Became}}
        if told["known"] != sum(told[one.value] for one in Became):
            raise AssertionError(f"the account of {self.day} does not balance: {told}")
        return told | {"contradictions": sum(bool(line.contradiction) for line in self.lines)}

    @property
    def digest(self) -> str:
        """SHA-256 of its lines: two accounts of the same calls have the same."""
        return hashlib.sha256("".join(line.text for line in self.lines).encode()).hexdigest()


def account(day: date, at: Instant) -> Account:
    """What became of every call that began on a day of the shop, as it stands at an instant."""
    since, until = bounds(day)
    switch = {one.call: one for one in SwitchCall.objects.filter(at__gte=since, at__lt=until)}
    here = Call.objects.filter(started__gte=since, started__lt=until).select_related("timeline")
    calls = {one.timeline.subject: one for one in here.iterator()}
    # What the switch dates on this day and the record on another is counted once, where the record has it.
    moved = switch.keys() - calls.keys()
    known = set(_known(moved))
    names = sorted(calls.keys() | (switch.keys() - known))
    switch |= _dated_otherwise([name for name in names if name not in switch])
    return Account(day, tuple(_line(name, calls.get(name), switch.get(name), at) for name in names))


def _dated_otherwise(names: list[str]) -> dict[str, SwitchCall]:
    """What the switch says of these calls on whatever day."""
    found: dict[str, SwitchCall] = {}
    for start in range(0, len(names), 500):
        found |= {one.call: one for one in SwitchCall.objects.filter(call__in=names[start : start + 500])}
    return found


def bounds(day: date) -> tuple[Instant, Instant]:
    """From midnight to midnight where the shop is; 23 or 25 hours where clocks change."""
    zone = ZoneInfo(settings.TIME_ZONE)
    begins, ends = (
        datetime(one.year, one.month, one.day, tzinfo=zone) for one in (day, day + timedelta(days=1))
    )
    return instant_of(begins), instant_of(ends)


def day_of(at: Instant) -> date:
    """The day of the shop on which an instant lies."""
    return datetime.fromtimestamp(at // SECOND, UTC).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _known(names: Iterable[str]) -> Iterable[str]:
    """Those of these calls that the record has on any day."""
    names = list(names)
    for start in range(0, len(names), 500):
        some = Call.objects.filter(timeline__subject__in=names[start : start + 500])
        yield from some.values_list("timeline__subject", flat=True)


def _line(name: str, call: Call | None, switch: SwitchCall | None, at: Instant) -> Line:
    if call is None:
        return _missing(name, switch, at)
    against = _contradiction(call, switch)
    if call.state == Call.State.RUNNING:
        due = call.started + LATE
        if due > at:
            return Line(name, call.started, Became.DUE, "it has not ended here yet", due, against)
        return Line(name, call.started, Became.FAILED, "its end never came", None, against)
    return Line(name, call.started, Became(call.state), call.reason, None, against)


def _missing(name: str, switch: SwitchCall | None, at: Instant) -> Line:
    """The switch has it, and the record does not."""
    if switch is None:
        raise AssertionError("a call that nobody knows")
    told = switch.contradicted
    if switch.answered is False:
        return Line(
            name,
            switch.at,
            Became.EXCLUDED,
            "nobody answered: there was no conversation",
            None,
            told,
            here=False,
        )
    due = switch.at + LATE
    if due > at:
        return Line(name, switch.at, Became.DUE, "its events have not come yet", due, told, here=False)
    return Line(
        name, switch.at, Became.FAILED, "the switch had it, and its events never came", None, told, here=False
    )


def _contradiction(call: Call, switch: SwitchCall | None) -> str:
    if switch is None:
        return ""
    found = [switch.contradicted] if switch.contradicted else []
    if switch.answered is False and call.answered is not None:
        found.append("the switch says that nobody answered, the record that somebody did")
    if switch.answered and call.answered is None and call.ended is not None:
        found.append("the switch says that it was answered, the record knows of no answer")
    if switch.seconds is not None and call.ended is not None:
        began = call.answered if call.answered is not None else call.started
        here = max(0, call.ended - began) // SECOND
        if abs(here - switch.seconds) > max(FAR[0], FAR[1] * max(here, switch.seconds)):
            found.append(f"it lasted {switch.seconds} s by the switch, {here} s here")
    return "; ".join(found)[:300]
