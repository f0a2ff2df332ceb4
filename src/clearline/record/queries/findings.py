"""One finding, from when it was raised to when it was withdrawn."""

import msgspec

from clearline.people.models import Person
from clearline.record.models import Finding
from clearline.record.queries import reach
from clearline.reports import reviewed


def lives(who: Person, uid: str) -> list[Finding]:
    """Each time that this breach was raised, the latest first; empty where they may not see it."""
    rows = reach.findings(who).filter(uid=uid).select_related("timeline__call")
    return list(rows.order_by("-pk"))


def told(row: Finding) -> reviewed.Finding | None:
    """What it says; None where that was erased."""
    return None if row.body is None else msgspec.json.decode(bytes(row.body), type=reviewed.Finding)
