"""What training has to say on somebody's own page: what is due for them, and for whoever leads, who is late."""

from typing import Any

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.judging import judging
from clearline.training.queries import mine, team


def reminded(who: Person, at: Instant) -> tuple[str, dict[str, Any]] | None:
    """A card, or nothing where nothing is due."""
    book = judging().rulebook
    told: dict[str, Any] = {"due": mine.due(who, book, at), "short": mine.short(who, book, at)}
    told["soon"] = [one for one in mine.held(who, at) if one.soon]
    if may(who, "see training"):
        told["late"], told["ending"] = team.counted(who, at)
    return ("training/home.html", told) if any(told.values()) else None
