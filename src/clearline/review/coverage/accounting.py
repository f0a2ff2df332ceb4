"""The account of a day: what became of each call, and the sum that balances.

known = evaluated + excluded + failed + due. A call is known when the switch or the record has it; nothing else is counted and nothing is left out.
"""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from clearline.engine.events import SECOND, Instant
from clearline.evidence import many
from clearline.record.days import bounds
from clearline.record.models import Call
from clearline.review.coverage.matching import known, matched
from clearline.review.models import SwitchCall

LATE: Final = 86_400 * SECOND  # after its beginning a call is over and its events are here, or it failed
APART: Final = 300 * SECOND  # by which two beginnings of a call may differ
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
    switch: str = ""  # as the switch knows it, where that is another id

    @property
    def text(self) -> str:
        """As it is hashed."""
        return f"{self.call}\t{self.became}\t{self.reason}\t{self.contradiction}\t{self.switch}\n"


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
    matches = matched(since, until)
    # What switch and record date or name otherwise is counted once: where the record has it, and as the record calls it.
    elsewhere = known(switch.keys() - calls.keys()) | (switch.keys() & matches.same.keys())
    alone = switch.keys() - calls.keys() - elsewhere
    alias = {call: name for name, call in matches.same.items() if call in calls}
    told = switch | _told([alias.get(name, name) for name in calls if alias.get(name, name) not in switch])
    lines = [_line(one, told.get(alias.get(name, name)), at) for name, one in calls.items()]
    lines += [_missing(switch[name], matches.perhaps.get(name, ()), at) for name in alone]
    return Account(day, tuple(sorted(lines)))


def _told(names: Collection[str]) -> dict[str, SwitchCall]:
    """What the switch says of these calls on whatever day."""
    return {one.call: one for one in many.find(SwitchCall, call=list(names))}


def _line(call: Call, switch: SwitchCall | None, at: Instant) -> Line:
    name = call.timeline.subject
    other = switch.call if switch is not None and switch.call != name else ""
    line = Line(name, call.started, Became.DUE, "", None, _contradiction(call, switch), switch=other)
    if call.state != Call.State.RUNNING:
        return line._replace(became=Became(call.state), reason=call.reason)
    due = call.started + LATE
    if due > at:
        return line._replace(reason="it has not ended here yet", due=due)
    return line._replace(became=Became.FAILED, reason="its end never came")


def _missing(switch: SwitchCall, perhaps: Collection[str], at: Instant) -> Line:
    """The switch has it, and the record does not, or nobody can tell under which id."""
    found = _twice(switch)
    if perhaps:
        found.append(f"it may be {' or '.join(perhaps)}: number and time fit, but not them alone")
    line = Line(switch.call, switch.at, Became.DUE, "", None, _said(found), here=False)
    if switch.answered is False:
        return line._replace(became=Became.EXCLUDED, reason="nobody answered: there was no conversation")
    due = switch.at + LATE
    if due > at:
        return line._replace(reason="its events have not come yet", due=due)
    return line._replace(became=Became.FAILED, reason="the switch had it, and its events never came")


def _twice(switch: SwitchCall) -> list[str]:
    """What the switch's own records say against each other."""
    found = [switch.contradicted] if switch.contradicted else []
    if switch.times > 1:
        found.append(f"the switch has {switch.times} records of it in one file")
    return found


def _contradiction(call: Call, switch: SwitchCall | None) -> str:
    if switch is None:
        return ""
    found = _twice(switch)
    if switch.answered is False and call.answered is not None:
        found.append("the switch says that nobody answered, the record that somebody did")
    if switch.answered and call.answered is None and call.ended is not None:
        found.append("the switch says that it was answered, the record knows of no answer")
    if switch.direction and call.direction and switch.direction != call.direction:
        found.append(f"it was {switch.direction} by the switch, {call.direction} here")
    if abs(switch.at - call.started) > APART:
        found.append(f"it began {abs(switch.at - call.started) // SECOND:,} s apart by the switch and here")
    if switch.seconds is not None and call.ended is not None:
        began = call.answered if call.answered is not None else call.started
        here = max(0, call.ended - began) // SECOND
        if abs(here - switch.seconds) > max(FAR[0], FAR[1] * max(here, switch.seconds)):
            found.append(f"it lasted {switch.seconds} s by the switch, {here} s here")
    return _said(found)


def _said(found: Collection[str]) -> str:
    return "; ".join(found)[:300]
