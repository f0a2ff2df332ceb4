"""The days of the shop: they begin and end at midnight where it is (CLEARLINE_ZONE), and take 23 or 25 hours where clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from clearline.engine.durations import instant_of, moment_of
from clearline.engine.events import SECOND, Instant


def bounds(day: date) -> tuple[Instant, Instant]:
    """From midnight to midnight."""
    zone = ZoneInfo(settings.TIME_ZONE)
    begins, ends = (
        datetime(one.year, one.month, one.day, tzinfo=zone) for one in (day, day + timedelta(days=1))
    )
    return instant_of(begins), instant_of(ends)


def midnight(day: date) -> Instant:
    """When a day begins."""
    return bounds(day)[0]


def day_of(at: Instant) -> date:
    """The day on which an instant lies."""
    return datetime.fromtimestamp(at // SECOND, UTC).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def end_of(day: date) -> str:
    """The last moment of a day, as events tell it: a rule takes a bare date for a day in UTC."""
    return moment_of(bounds(day)[1] - 1).isoformat()
