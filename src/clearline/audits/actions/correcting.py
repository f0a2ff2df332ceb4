"""Corrective actions: opened, done step by step, agreed to by somebody else, and looked at until they have helped."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from django.db import transaction

from clearline.audits.actions.entering import entered, let, said
from clearline.audits.checking import Check, look
from clearline.audits.models import Action, Nonconformity
from clearline.audits.numbers import next_number
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record import jobs
from clearline.record.days import day_of, end_of, midnight
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches
from clearline.statistics.compared import Effect

LOOK: Final = "audits.look"
AGAIN: Final = timedelta(days=28)  # until it is looked at, and until it is due once more
LATE: Final = timedelta(days=7)  # overdue for longer, it goes up to the officers


class Opening(msgspec.Struct, frozen=True):
    """What an action is to be."""

    title: str
    owner: Person
    due: date
    steps: tuple[str, ...] = ()
    cause: str = ""
    rule: str = ""
    team: str = ""
    finding: str = ""
    obligation: str = ""
    nonconformity: Nonconformity | None = None


def opened(by: Person, what: Opening, at: Instant, watches: Watches) -> Action:
    """Opens one; its date is a promise from now on."""
    let(by, "open actions")
    if what.due < day_of(at):
        raise RefusedError("its day is over: name a later one")
    if not what.owner.is_active:
        raise RefusedError("its owner works here no more: name somebody else")
    with transaction.atomic():
        row = Action(
            uid=next_number(Action, "CA", at),
            title=said(what.title, "what is to be done"),
            cause=what.cause,
            steps=[[one, None] for one in what.steps],
            rule=what.rule,
            team=what.team,
            owner=what.owner,
            opened_by=by,
            opened=at,
            due=what.due,
            nonconformity=what.nonconformity,
            finding=what.finding,
            obligation=what.obligation,
        )
        told = {
            "title": row.title,
            "owner": str(what.owner.uid),
            "due": end_of(what.due),
            "rule": what.rule,
            "team": what.team,
            "finding": what.finding,
            "obligation": what.obligation,
            "nonconformity": str(what.nonconformity.pk) if what.nonconformity else "",
        }
        entered("action", row.uid, "opened", by, told, at, watches)
        row.save()
        _look_again(row, what.due + LATE + timedelta(days=1))
    return row


def step_done(by: Person, action: Action, place: int, at: Instant, watches: Watches) -> Action:
    """One of its steps is done."""

    def step(row: Action) -> dict[str, Any]:
        _owns(by, row)
        if not 0 <= place < len(row.steps):
            raise RefusedError("there is no such step")
        row.steps[place][1] = at
        return {"step": place}

    return _step(by, action, "step_done", (Action.State.OPEN,), step, at, watches)


def completed(by: Person, action: Action, evidence: str, at: Instant, watches: Watches) -> Action:
    """Its owner says that it is done, and what shows it."""

    def step(row: Action) -> dict[str, Any]:
        _owns(by, row)
        row.evidence, row.completed, row.state = (
            said(evidence, "what shows that it was done"),
            at,
            Action.State.COMPLETED,
        )
        return {"evidence": row.evidence}

    return _step(by, action, "completed", (Action.State.OPEN,), step, at, watches)


def approved(by: Person, action: Action, at: Instant, watches: Watches) -> Action:
    """Somebody else agrees; from now on the calls show whether it helps."""

    def step(row: Action) -> dict[str, Any]:
        let(by, "approve actions")
        if by.pk == row.owner_id:
            raise RefusedError("it takes a second person: its owner does not approve it")
        row.approved_by, row.approved, row.state = by, at, Action.State.APPROVED
        if not row.rule:
            return {}
        row.check_by = day_of(at) + AGAIN
        _look_again(row, row.check_by)
        return {"check_by": end_of(row.check_by)}

    row = _step(by, action, "approved", (Action.State.COMPLETED,), step, at, watches)
    return (
        row
        if row.rule
        else closed(None, row, "There is no rule whose calls could show an effect.", at, watches)
    )


def sent_back(by: Person, action: Action, reason: str, at: Instant, watches: Watches) -> Action:
    """Somebody else does not agree that it is done."""

    def step(row: Action) -> dict[str, Any]:
        let(by, "approve actions")
        row.completed, row.state = None, Action.State.OPEN
        return {"reason": said(reason, "what is missing")}

    return _step(by, action, "sent_back", (Action.State.COMPLETED,), step, at, watches)


def checked(action: Action, at: Instant, watches: Watches) -> Action:
    """Looks at the calls since: closes what has helped, opens again what has not, and looks later where it is too early.

    Done by a job at its day, once.
    """
    found: Check | None = None

    def step(row: Action) -> dict[str, Any]:
        nonlocal found
        if row.check_by is None or row.check_by > day_of(at):
            raise RefusedError("it is not the day on which it is looked at")
        found = look(row, at)
        row.checks.append(msgspec.to_builtins(found))
        row.check_by = day_of(at) + AGAIN if found.effect is Effect.UNCLEAR else None
        told: dict[str, Any] = msgspec.to_builtins(found)
        if row.check_by:
            _look_again(row, row.check_by)
            told["check_by"] = end_of(row.check_by)
        return told

    with transaction.atomic():
        row = _step(None, action, "checked", (Action.State.APPROVED,), step, at, watches)
        if found and found.effect is Effect.HELPED:
            return closed(None, row, "The calls since show that it helped.", at, watches)
        if found and found.effect is Effect.DID_NOT_HELP:
            return _reopened(row, at, watches)
    return row


def closed(by: Person | None, action: Action, reason: str, at: Instant, watches: Watches) -> Action:
    """It is over."""

    def step(row: Action) -> dict[str, Any]:
        if by:
            let(by, "approve actions")
        row.closed, row.state = at, Action.State.CLOSED
        return {"reason": said(reason, "why it is over")}

    return _step(by, action, "closed", (Action.State.APPROVED,), step, at, watches)


def escalated(action: Action, at: Instant, watches: Watches) -> Action:
    """It is overdue for a week, and goes up to the officers; once."""

    def step(row: Action) -> dict[str, Any]:
        if row.escalated is not None or row.due + LATE >= day_of(at):
            raise RefusedError("there is nothing to escalate")
        row.escalated = at
        return {"due": end_of(row.due)}

    return _step(None, action, "escalated", (Action.State.OPEN,), step, at, watches)


def looked_after(action: Action, at: Instant, watches: Watches) -> Action:
    """What its day brings by itself: a look whether it has helped, or that it goes up because it is overdue; else nothing."""
    if action.state == Action.State.APPROVED and action.check_by and action.check_by <= day_of(at):
        return checked(action, at, watches)
    if action.state == Action.State.OPEN and action.escalated is None and action.due + LATE < day_of(at):
        return escalated(action, at, watches)
    return action


def _reopened(action: Action, at: Instant, watches: Watches) -> Action:
    def step(row: Action) -> dict[str, Any]:
        row.state, row.times, row.due = Action.State.OPEN, row.times + 1, day_of(at) + AGAIN
        row.completed = row.approved = row.approved_by = row.escalated = None
        row.steps = [[text, None] for text, _ in row.steps]
        _look_again(row, row.due + LATE + timedelta(days=1))
        return {"due": end_of(row.due), "reason": "The calls since show that it did not help."}

    return _step(None, action, "reopened", (Action.State.APPROVED,), step, at, watches)


def _look_again(row: Action, day: date) -> None:
    """Leaves a job for a day, in the transaction that makes it necessary."""
    jobs.ask(LOOK, {"action": row.uid}, midnight(day))


def _owns(by: Person, row: Action) -> None:
    if by.pk != row.owner_id:
        raise RefusedError("only its owner says what is done; ask them, or open it anew for somebody else")


def _step(
    by: Person | None,
    action: Action,
    name: str,
    within: Sequence[Action.State],
    step: Callable[[Action], dict[str, Any]],
    at: Instant,
    watches: Watches,
) -> Action:
    with transaction.atomic():
        row = Action.objects.select_for_update(of=("self",)).select_related("owner").get(pk=action.pk)
        if row.state not in within:
            raise RefusedError(f"it is {row.state} by now")
        told = step(row)
        entered("action", row.uid, name, by, told, at, watches)
        row.save()
    return row
