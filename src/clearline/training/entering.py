"""How a deed of training becomes an event: on the timeline of the person, and where they take calls on the agent's, which the gate reads."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.actions.append import Answer, Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches

SOURCE: Final = "clearline"
HOUSE: Final = "house"  # who acts when a job does


class Step(NamedTuple):
    """Something that happened to somebody's training; its name makes it one deed, however often it is sent."""

    person: Person
    name: str
    type: str
    data: dict[str, Any]
    at: Instant


def let(by: Person, deed: str, whose: Person | None = None) -> None:
    """RefusedError where their role may not."""
    if not may(by, deed, whose):
        raise RefusedError(f"your role may not {deed}" + (f" for {whose.name}" if whose else ""))


def subjects(person: Person) -> dict[str, str]:
    """The timelines of somebody."""
    own = {"person": str(person.uid)}
    return own | {"agent": person.agent} if person.agent else own


def entered(by: Person | None, steps: Sequence[Step], at: Instant, watches: Watches) -> list[Answer]:
    """Enters events in the caller's transaction, all or none; those that were entered before count as they are."""
    actor = str(by.uid) if by else HOUSE
    received = [
        Received(
            SOURCE, Event(one.name, one.type, one.at, {"by": actor, **one.data}, subjects(one.person)), actor
        )
        for one in steps
    ]
    answers = append(received, at, watches)
    for answer in answers:
        if answer.outcome is not Outcome.STORED:
            raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")
    return answers
