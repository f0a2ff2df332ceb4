"""Which scrubs somebody may see: their own, and officers all."""

from django.db.models import QuerySet

from clearline.gate.models import Scrub
from clearline.people.models import Person, Role
from clearline.people.permissions import may


def scrubs(who: Person) -> QuerySet[Scrub]:
    """The latest first."""
    rows = Scrub.objects.select_related("by").order_by("-at", "-pk")
    if not may(who, "scrub files"):
        return rows.none()
    return rows if who.role == Role.OFFICER else rows.filter(by=who)
