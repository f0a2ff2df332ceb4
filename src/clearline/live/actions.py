"""What people say during a call: a note to the agent, and that a prompt does not apply here. Both are events."""

from typing import Any
from uuid import uuid4

from clearline.engine.events import Event, Instant
from clearline.engine.storing import storable
from clearline.live.here import hub
from clearline.live.running import ASIDE, NOTE, PANEL
from clearline.people.models import Person
from clearline.record.actions.append import Outcome, Received, append, in_full
from clearline.record.errors import RecordError
from clearline.record.judging import judging
from clearline.record.watching import Watches

SOURCE = "console"


def send_note(who: Person, call: str, text: str, at: Instant) -> None:
    """A few words of whoever leads, on the agent's panel."""
    _happened(who, NOTE, call, {"text": text, "by": who.name}, at)


def set_aside(who: Person, call: str, rule: str, reason: str, at: Instant) -> None:
    """The agent says that a rule does not apply in this call; whether that is so, somebody sees later."""
    _happened(who, ASIDE, call, {"rule": rule, "reason": reason}, at)


def _happened(who: Person, kind: str, call: str, data: dict[str, Any], at: Instant) -> None:
    event = Event(uuid4().hex, kind, at, data, {PANEL: call})
    received = Received(SOURCE, event, f"person-{who.pk}")
    (answer,) = append([received], at, Watches(judging))
    if answer.outcome is not Outcome.STORED:
        raise RecordError(f"this was not recorded: {answer.reason}")
    if (here := hub()) is not None:
        here.tell(storable(in_full(received))[0])
