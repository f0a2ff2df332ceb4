"""Campaigns: how many of the calls that people answered were abandoned, in which 30 days, and how many more may be.

At most 3 % of the calls that a person answers, in each successive period of 30 days from the campaign's start
(16 CFR 310.4(b)(4)(i); 47 CFR 64.1200(a)(7)). Days are those of UTC, as they are counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

from clearline.engine.events import SECOND, Instant
from clearline.record.models import Campaign, CampaignDay

DAY: Final = 86_400 * SECOND
LENGTH: Final = 30  # days of a window
LIMIT: Final = Fraction(3, 100)
RECENT: Final = 7  # days whose pace is taken for what is to come


@dataclass(frozen=True, slots=True)
class Window:
    """One period of 30 days, up to an instant in it; `first` is a day since 1970, and so are those of `days`."""

    campaign: str
    at: Instant
    first: int
    days: tuple[CampaignDay, ...] = ()  # those with calls

    @property
    def since(self) -> Instant:
        return self.first * DAY

    @property
    def until(self) -> Instant:
        """When the next period begins, with a share of its own."""
        return (self.first + LENGTH) * DAY

    @property
    def placed(self) -> int:
        return sum(one.placed for one in self.days)

    @property
    def answered(self) -> int:
        """By a person."""
        return sum(one.answered for one in self.days)

    @property
    def abandoned(self) -> int:
        return sum(one.abandoned for one in self.days)

    @property
    def share(self) -> float:
        """Of the calls that a person answered, 0 to 1; an abandoned call was answered, even if nobody said so."""
        return float(_share(self.answered, self.abandoned))

    @property
    def over(self) -> bool:
        return _share(self.answered, self.abandoned) > LIMIT

    @property
    def left(self) -> int:
        """How many more may be abandoned now, each of them being a call that was answered; below 0 where it is over."""
        return floor((LIMIT * self.answered - self.abandoned) / (1 - LIMIT))

    def pace(self) -> tuple[Fraction, Fraction]:
        """Calls a day in the last days, answered and abandoned."""
        first = max(self.first, self.at // DAY - RECENT + 1)
        recent = [one for one in self.days if one.day >= first]
        lasted = max(Fraction(self.at - first * DAY, DAY), Fraction(1, 4))
        return sum(one.answered for one in recent) / lasted, sum(one.abandoned for one in recent) / lasted

    def left_at_end(self) -> int:
        """How many more may be abandoned until the period ends, if calls are answered at the pace of the last days."""
        answered, _ = self.pace()
        return floor(LIMIT * (self.answered + answered * self._rest)) - self.abandoned

    def passes(self) -> Instant | None:
        """When the share passes the limit at the pace of the last days; None where that is not in this period."""
        if self.over:
            return self.at
        answered, abandoned = self.pace()
        gains = abandoned - LIMIT * answered
        if gains <= 0:
            return None
        at = self.at + floor((LIMIT * self.answered - self.abandoned) / gains * DAY)
        return at if at < self.until else None

    @property
    def _rest(self) -> Fraction:
        return Fraction(self.until - self.at, DAY)


def window(campaign: str, at: Instant) -> Window:
    """The period of a campaign that an instant lies in; an empty one for a campaign that nobody has heard of."""
    row = Campaign.objects.filter(subject=campaign).first()
    if row is None:
        return Window(campaign, at, at // DAY)
    return _window(row, _anchor(row), _days([row], at, at // DAY - LENGTH), at)


def current(campaigns: Sequence[Campaign], at: Instant) -> list[Window]:
    """The period that an instant lies in, of each campaign, with one question to the database for all their days."""
    days = _days(campaigns, at, at // DAY - LENGTH)
    return [
        _window(one, _anchor(one), [day for day in days if day.campaign_id == one.pk], at)
        for one in campaigns
    ]


def windows(campaign: Campaign, at: Instant) -> list[Window]:
    """All periods that had calls, up to an instant; the oldest first."""
    days = _days([campaign], at)
    if not days:
        return []
    anchor = days[0].day if campaign.started is None else campaign.started // DAY
    first = {anchor + (one.day - anchor) // LENGTH * LENGTH for one in days}
    return [_window(campaign, anchor, days, min(at, (one + LENGTH) * DAY - 1)) for one in sorted(first)]


def _window(row: Campaign, anchor: int | None, days: Iterable[CampaignDay], at: Instant) -> Window:
    today = at // DAY
    begins = today if anchor is None else anchor + (today - anchor) // LENGTH * LENGTH
    return Window(row.subject, at, begins, tuple(one for one in days if begins <= one.day <= today))


def _anchor(row: Campaign) -> int | None:
    """The day that the campaign began on: that of its first call, where nobody said when it started."""
    if row.started is not None:
        return row.started // DAY
    return row.days.order_by("day").values_list("day", flat=True).first()


def _days(rows: Iterable[Campaign], at: Instant, after: int | None = None) -> list[CampaignDay]:
    found = CampaignDay.objects.filter(campaign__in=rows, day__lte=at // DAY).order_by("day")
    return list(found if after is None else found.filter(day__gt=after))


def _share(answered: int, abandoned: int) -> Fraction:
    return Fraction(abandoned, max(answered, abandoned, 1))
