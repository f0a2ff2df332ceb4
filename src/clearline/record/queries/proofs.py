"""Whose proofs are whose."""

from clearline.evidence.models import Entry
from clearline.people.models import Person
from clearline.people.permissions import Reach
from clearline.people.permissions import reach as reaches
from clearline.record.models import Event
from clearline.record.queries import reach


def may_see_entry(who: Person, index: int) -> bool:
    """Whether an entry is theirs to ask for: any, or that of their own deed, call or finding."""
    far = reaches(who, "see evidence")
    if far is not Reach.OWN:
        return far is Reach.ALL
    return (
        Entry.objects.filter(index=index, actor=str(who.uid)).exists()
        or Event.objects.filter(entry=index, places__timeline__call__in=reach.calls(who)).exists()
        or reach.findings(who).filter(entry=index).exists()
        or reach.findings(who).filter(withdrawn_entry=index).exists()
    )
