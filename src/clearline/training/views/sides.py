"""The parts of the room, as tabs."""

from django.urls import reverse

from clearline.people.models import Person
from clearline.people.permissions import may

Tab = tuple[str, str, None, bool]


def sides(who: Person, current: str) -> list[Tab]:
    """Those that somebody may open."""
    found = [("My training", "training"), ("Practice", "practice"), ("Courses", "courses")]
    if may(who, "see training"):
        found.append(("Who is trained", "team_training"))
    return [(label, reverse(name), None, name == current) for label, name in found]
