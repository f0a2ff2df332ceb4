"""Times, lengths of time, numbers and masked values in plain words."""

from datetime import datetime

from django.utils import timezone

from clearline.engine.durations import moment_of
from clearline.engine.events import SECOND, Instant

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
SHAPES = {"day": "%-d %b %Y", "minute": "%-d %b %Y, %H:%M", "second": "%-d %b %Y, %H:%M:%S", "clock": "%H:%M"}


def moment(at: Instant) -> datetime:
    """The instant in the zone of whoever reads; in UTC where no date of that zone can say it."""
    exact = moment_of(at)
    try:
        return exact.astimezone(timezone.get_current_timezone())
    except OverflowError:
        return exact


def written(at: Instant, precision: str = "minute") -> str:
    """The instant for people: `23 Nov 2026, 10:15 CET`; precision is day, minute, second or clock."""
    local = moment(at)
    text = local.strftime(SHAPES[precision])
    return text if precision == "day" else f"{text} {local.tzname()}"


def machine(at: Instant) -> str:
    """The instant for machines, in UTC."""
    return moment_of(at).isoformat().replace("+00:00", "Z")


def lasting(length: Instant) -> str:
    """Microseconds in the two largest units that they fill: `4 min 32 s`."""
    seconds = length // SECOND
    if seconds < 1:
        return f"{length / SECOND:.1f} s" if length > 0 else "0 s"
    first = next(index for index, (_, size) in enumerate(UNITS) if seconds >= size)
    unit, size = UNITS[first]
    text = f"{seconds // size} {unit}"
    if first + 1 < len(UNITS):
        smaller, rest = UNITS[first + 1]
        left = seconds % size // rest
        return f"{text} {left} {smaller}" if left else text
    return text


def until(deadline: Instant, now: Instant) -> str:
    """How long there is left, or how long it is overdue."""
    left = deadline - now
    return f"overdue by {lasting(-left)}" if left < 0 else f"in {lasting(left)}"


def masked(text: str) -> str:
    """As much as tells two values apart and no more: `•••• 1111`, `a•••@•••.com`."""
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:1]}•••@•••.{domain.rpartition('.')[2]}"
    return f"•••• {text[-4:]}" if len(text) >= 8 else "••••"


def initials(name: str) -> str:
    """At most two letters of a name."""
    words = name.split()
    letters = [words[0][:1], words[-1][:1]] if len(words) > 1 else [name.strip()[:2]]
    return "".join(letters).upper() or "?"


def shortened(digest: str) -> str:
    """Both ends of a long hash."""
    return digest if len(digest) <= 20 else f"{digest[:8]}…{digest[-8:]}"
