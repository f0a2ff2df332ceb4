"""Campaigns at a glance: their share of abandoned calls, what the gate answered, and what the people agreed to."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models import QuerySet

from clearline.engine.events import Instant
from clearline.gate.models import Decision
from clearline.gate.queries.decisions import Fared, fared
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.models import Campaign, Consent
from clearline.record.queries.campaigns import DAY, LENGTH, Window, current

SHOWN: Final = 50  # campaigns on the page
GLANCED: Final = 1_000  # attempts of each campaign that the list of them looks at
LOOKED: Final = 5_000  # attempts of a campaign whose people are looked at, the newest first
NEAR: Final = 0.02  # the share from which on a campaign is near the limit


class Glance(NamedTuple):
    """One campaign as it stands in its running 30 days."""

    campaign: Campaign
    window: Window
    fared: Fared

    @property
    def standing(self) -> str:
        """`broken` over the limit, `due` where it will be passed or is near, `kept` otherwise; `open` without calls."""
        if not self.window.answered:
            return "open"
        if self.window.over:
            return "broken"
        return "due" if self.window.share >= NEAR or self.window.passes() is not None else "kept"


class Agreed(NamedTuple):
    """What the people whom a campaign asked for have agreed to, for its purpose."""

    people: int
    kinds: Mapping[str, int]  # kind of the newest consent that stands -> how many people
    without: int


def campaigns(who: Person) -> QuerySet[Campaign]:
    """All, for whoever may see campaigns: they are counts, and nobody's own."""
    return Campaign.objects.all() if may(who, "see campaigns") else Campaign.objects.none()


def campaign(who: Person, subject: str) -> Campaign:
    """One of them; Campaign.DoesNotExist where there is none."""
    return campaigns(who).get(subject=subject)


def running(who: Person, at: Instant) -> list[Glance]:
    """Campaigns that are not over, those nearest to the limit first."""
    rows = list(campaigns(who).filter(ended=None).order_by("-started", "-pk")[:SHOWN])
    return sorted(glances(rows, at, GLANCED), key=lambda one: (-one.window.share, str(one.campaign)))


def over(who: Person) -> list[Campaign]:
    """The newest of those that are over."""
    return list(campaigns(who).exclude(ended=None).order_by("-ended", "-pk")[:SHOWN])


def near(who: Person, at: Instant) -> list[Glance]:
    """Running campaigns that are near the limit, or over it."""
    return [one for one in running(who, at) if one.standing in {"broken", "due"}]


def glances(rows: list[Campaign], at: Instant, most: int = LOOKED) -> list[Glance]:
    """Campaigns with what the gate answered in the last 30 days, to the newest attempts of each."""
    since = at - LENGTH * DAY
    return [
        Glance(row, window, fared(row.subject, since, at + 1, most))
        for row, window in zip(rows, current(rows, at), strict=True)
    ]


def agreed(campaign: Campaign) -> Agreed:
    """The people of the newest attempts."""
    newest = Decision.objects.filter(campaign=campaign.subject).order_by("-at", "-pk")
    people = set(newest.values_list("contact", flat=True)[:LOOKED]) - {""}
    standing = Consent.objects.filter(contact__subject__in=people, revoked=None)
    if campaign.purpose:
        standing = standing.filter(purpose=campaign.purpose)
    kind_of = dict(standing.order_by("granted", "pk").values_list("contact__subject", "kind"))
    kinds: dict[str, int] = {}
    for kind in kind_of.values():
        kinds[kind] = kinds.get(kind, 0) + 1
    return Agreed(len(people), kinds, len(people) - len(kind_of))
