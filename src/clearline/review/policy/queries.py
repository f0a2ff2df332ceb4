"""Reads of drafts and of what they would have found; each takes who asks."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from django.db.models import QuerySet

from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.models import Event
from clearline.record.queries import reach, staff
from clearline.review.models import BackTest, Draft
from clearline.review.policy.back_testing import Hit, Result, Share
from clearline.statistics.intervals import Estimate, wilson

SHOWN = 12


class Named(NamedTuple):
    """A hit as whoever asks may see it."""

    hit: Hit
    agent: str


class Rate(NamedTuple):
    """A share of calls in which the rule came up, with the interval that so few calls leave open; None where there were none."""

    share: Share
    broken: Estimate | None


def drafts(who: Person) -> QuerySet[Draft]:
    """All drafts and rules of the shop, the newest first."""
    rows = Draft.objects.select_related("author", "decided_by").order_by("-changed", "-pk")
    return rows if may(who, "see own rules") else rows.none()


def draft(who: Person, uid: str) -> Draft | None:
    return drafts(who).filter(uid=uid).first()


def back_tests(who: Person, draft: Draft) -> list[BackTest]:
    """The latest runs of a draft."""
    rows = BackTest.objects.filter(draft=draft).order_by("-pk")
    return list(rows[:5]) if may(who, "see own rules") else []


def result(row: BackTest) -> Result | None:
    """What a run told; None while it is under way."""
    return msgspec.convert(row.told, Result) if row.done is not None and not row.error else None


def named(who: Person, hits: Sequence[Hit]) -> list[Named]:
    """The calls among them that somebody may see, with the agents' names."""
    subjects = [one.call for one in hits]
    seen = set(
        reach.calls(who).filter(timeline__subject__in=subjects).values_list("timeline__subject", flat=True)
    )
    shown = [one for one in hits if one.call in seen][:SHOWN]
    names = staff.names(who, (one.agent for one in shown))
    return [Named(one, names.get(one.agent, "")) for one in shown]


def rate(share: Share) -> Rate:
    return Rate(share, wilson(share.broken, share.tried) if share.tried else None)


def entries(draft: Draft) -> list[tuple[str, int, int]]:
    """Its deeds: what, when, and the index in the log."""
    rows = Event.objects.filter(
        source="clearline", name__startswith=f"rule.{draft.uid}.", type__startswith="rule."
    ).order_by("at", "pk")
    return [
        (kind.removeprefix("rule."), at, entry) for kind, at, entry in rows.values_list("type", "at", "entry")
    ]
