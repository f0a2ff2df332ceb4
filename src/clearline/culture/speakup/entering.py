"""How a deed about reports becomes an event, in the caller's transaction."""

from typing import Any, Final

from clearline.culture.models import Holder, Report
from clearline.engine.events import Event, Instant
from clearline.gate.organisation import organisation
from clearline.people.models import Person
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches

SOURCE: Final = "clearline"


def of_report(report: Report, step: str, by: Person, at: Instant, watches: Watches) -> None:
    """A handler's deed on a report's timeline. Nothing of what was said stands in it."""
    name = f"report.{report.uid}.{step}.{at}"
    _entered(
        Event(name, f"report.{step}", at, {"by": str(by.uid)}, {"report": str(report.uid)}), by, at, watches
    )


def of_holder(holder: Holder, step: str, by: Person, at: Instant, watches: Watches, **more: Any) -> None:
    """A deed about who may open reports, or of theirs."""
    told = {"by": str(by.uid), "holder": str(holder.person.uid), "kind": holder.kind, **more}
    name = f"speak_up.{holder.pk}.{step}.{at}"
    _entered(Event(name, f"speak_up.{step}", at, told, {"organisation": organisation()}), by, at, watches)


def _entered(event: Event, by: Person, at: Instant, watches: Watches) -> None:
    (answer,) = append([Received(SOURCE, event, str(by.uid))], at, watches)
    if answer.outcome is not Outcome.STORED:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")
