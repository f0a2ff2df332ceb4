"""How a deed becomes an event, and who may do it."""

from typing import Any, Final

from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches

SOURCE: Final = "clearline"
HOUSE: Final = "house"  # who acts when a job does
SHORTEST: Final = 10  # characters of a reason; less explains nothing


def let(by: Person, deed: str) -> None:
    """RefusedError where their role may not."""
    if not may(by, deed):
        raise RefusedError(f"your role may not {deed}")


def said(text: str, what: str) -> str:
    """A text that says something; RefusedError where it is too short for that."""
    if len(text.strip()) < SHORTEST:
        raise RefusedError(f"say {what}, so that somebody else can follow it")
    return text.strip()


def entered(
    kind: str, subject: str, step: str, by: Person | None, data: dict[str, Any], at: Instant, watches: Watches
) -> None:
    """An event on the timeline of an audit or an action, in the caller's transaction."""
    actor = str(by.uid) if by else HOUSE
    event = Event(
        f"{kind}.{subject}.{step}.{at}", f"{kind}.{step}", at, {"by": actor, **data}, {kind: subject}
    )
    (answer,) = append([Received(SOURCE, event, actor)], at, watches)
    if answer.outcome is not Outcome.STORED:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")
