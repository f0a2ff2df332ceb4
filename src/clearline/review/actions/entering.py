"""A deed of a person as an event: stored, judged and proven, or refused."""

from collections.abc import Mapping
from typing import Any, Final

from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.record import models
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches

SOURCE: Final = "clearline"


def entered(
    by: Person,
    name: str,
    kind: str,
    data: Mapping[str, Any],
    subjects: Mapping[str, str],
    at: Instant,
    watches: Watches,
    seq: int = 0,
) -> models.Event:
    """Enters it in the caller's transaction; its row."""
    told = {"by": str(by.uid), **data}
    event = Event(name, kind, at, told, {key: one for key, one in subjects.items() if one}, seq)
    (answer,) = append([Received(SOURCE, event, str(by.uid))], at, watches)
    if answer.outcome is not Outcome.STORED:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")
    return models.Event.objects.get(source=SOURCE, name=name)
