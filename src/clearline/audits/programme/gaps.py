"""Times in which something was not in place: gaps between pieces of evidence, and since when the gap lasts in which we stand."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from clearline.engine.events import Instant


class Gap(NamedTuple):
    """From an instant to before another."""

    since: Instant
    until: Instant


def between(covered: Iterable[tuple[Instant, Instant]], since: Instant, now: Instant) -> list[Gap]:
    """What evidence leaves open from `since` to now; each piece holds from its first instant to its last."""
    found, reached = [], since
    for first, last in sorted(covered):
        if first > now:
            break
        if first > reached:
            found.append(Gap(reached, first))
        reached = max(reached, last + 1)
    if reached <= now:
        found.append(Gap(reached, now + 1))
    return found


def together(*sides: Sequence[Gap]) -> list[Gap]:
    """The times in which at least one of them had a gap, in order."""
    found: list[Gap] = []
    for one in sorted(gap for side in sides for gap in side):
        if found and one.since <= found[-1].until:
            found[-1] = Gap(found[-1].since, max(found[-1].until, one.until))
        else:
            found.append(one)
    return found


def lasting_now(gaps: Sequence[Gap], now: Instant) -> Instant | None:
    """Since when the gap lasts that is not over; None where there is none."""
    return next((one.since for one in gaps if one.since <= now < one.until), None)
