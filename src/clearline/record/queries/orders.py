"""One order or subscription, and what rules find on it and still ask for."""

from typing import NamedTuple

from clearline.people.models import Person
from clearline.record.models import Duty, Finding, Order, Timeline
from clearline.record.queries import reach


class Known(NamedTuple):
    """What is known of it, as far as somebody may see it."""

    timeline: Timeline
    order: Order | None  # none: a subscription
    findings: list[Finding]
    duties: list[Duty]


def known(who: Person, kind: str, subject: str) -> Known:
    """One that they may see; Timeline.DoesNotExist for all others, there or not."""
    rows = Timeline.objects.select_related("contact").prefetch_related("contact__points")
    timeline = rows.get(kind=kind, subject=subject)
    if not reach.sees(who, timeline.contact_id):
        raise Timeline.DoesNotExist
    return Known(
        timeline,
        Order.objects.filter(timeline=timeline).first(),
        list(reach.findings(who).filter(timeline=timeline, withdrawn=None).order_by("at", "pk")),
        list(reach.duties(who).filter(timeline=timeline).order_by("deadline", "pk")),
    )
