"""Overrides: one person asks that rules be lifted for a contact until a time, another approves; each step is an event."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import uuid4

from django.db import transaction

from clearline.engine.events import SECOND, Event, Instant
from clearline.gate.models import Decision, Override
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.identities import NAMELESS
from clearline.record.models import Contact
from clearline.record.watching import Watches

SOURCE: Final = "clearline"
LONGEST: Final = 30 * 86_400 * SECOND
SHORTEST_REASON: Final = 10  # characters; less explains nothing to whoever approves


def asked(
    by: Person,
    decision: Decision,
    rules: Sequence[str],
    reason: str,
    until: Instant,
    *,
    at: Instant,
    watches: Watches,
) -> Override:
    """Asks that rules which refused an attempt be lifted for whom it was meant to reach."""
    if not may(by, "ask for overrides"):
        raise RefusedError("only a supervisor or an officer asks for an override")
    if not rules:
        raise RefusedError("say which rules are to be lifted")
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError("say why, so that somebody else can judge it")
    if not at < until <= at + LONGEST:
        raise RefusedError("an override ends within 30 days; after that, ask again")
    contact = decision.contact or (NAMELESS + decision.number if decision.number else "")
    if not contact or Contact.objects.filter(subject=contact).exclude(erased=None).exists():
        raise RefusedError("nobody is known here whom it could be for")
    override = Override(
        uid=uuid4().hex,
        contact=contact,
        rules=sorted(rules),
        reason=reason.strip(),
        until=until,
        asked_by=by,
        asked=at,
    )
    told = {"rules": override.rules, "reason": override.reason, "until": until}
    with transaction.atomic():
        _append(by, override, "asked", told, at, watches)
        override.save()
    return override


def approved(by: Person, override: Override, at: Instant, watches: Watches) -> Override:
    """Somebody else approves; from now on the gate counts on it."""

    def step(row: Override) -> None:
        if row.until <= at:
            raise RefusedError("its time is over: ask again")
        row.approved = at

    return _step(by, override, "approved", step, at, watches)


def refused(by: Person, override: Override, at: Instant, watches: Watches) -> Override:
    """Somebody else says no, or takes back what was approved."""

    def step(row: Override) -> None:
        row.refused = at

    return _step(by, override, "refused", step, at, watches)


def _step(
    by: Person,
    override: Override,
    name: str,
    step: Callable[[Override], None],
    at: Instant,
    watches: Watches,
) -> Override:
    if not may(by, "approve overrides"):
        raise RefusedError("only an officer decides about an override")
    with transaction.atomic():
        row = Override.objects.select_for_update(of=("self",)).get(pk=override.pk)
        if row.asked_by_id == by.pk:
            raise RefusedError("it takes a second person: whoever asked does not decide")
        if row.refused is not None or (name == "approved" and row.approved is not None):
            raise RefusedError("it was decided already")
        step(row)
        row.approved_by = by
        _append(by, row, name, {}, at, watches)
        row.save()
    return row


def _append(
    by: Person, override: Override, step: str, data: dict[str, Any], at: Instant, watches: Watches
) -> None:
    """An event on the contact's timeline."""
    event = Event(
        f"override.{override.uid}.{step}",
        f"override.{step}",
        at,
        {"override": override.uid, "by": str(by.uid), **data},
        {"contact": override.contact},
    )
    (answer,) = append([Received(SOURCE, event, str(by.uid))], at, watches)
    if answer.outcome is not Outcome.STORED:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")
