"""Deeds about findings: each is an event on the finding's own timeline and on the agent's, and changes the row in the same transaction."""

from collections.abc import Callable
from typing import Any, Final

from django.db import transaction

from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.models import Finding
from clearline.record.queries import reach
from clearline.record.watching import Watches
from clearline.review.models import Triage
from clearline.review.triage.queries import SEVERITIES, alone

SOURCE: Final = "clearline"
SHORTEST: Final = 10  # characters of a reason
_UNDECIDED: Final = (Triage.State.OPEN, Triage.State.PROPOSED)


def assigned(by: Person, finding: Finding, to: Person, at: Instant, watches: Watches) -> Triage:
    """Gives it to somebody to decide."""

    def step(row: Triage) -> dict[str, Any]:
        if not may(to, "decide findings") or not reach.findings(to).filter(uid=finding.uid).exists():
            raise RefusedError(f"{to.name} may not decide about it")
        row.assigned = to
        return {"to": str(to.uid)}

    return _decide(by, finding, "assigned", step, at, watches)


def confirmed(by: Person, finding: Finding, at: Instant, watches: Watches, reason: str = "") -> Triage:
    """It is one."""

    def step(row: Triage) -> dict[str, Any]:
        _undecided(row)
        row.state, row.reason, row.decided, row.decided_by = Triage.State.CONFIRMED, reason.strip(), at, by
        return {"reason": row.reason}

    return _decide(by, finding, "confirmed", step, at, watches)


def dismissed(by: Person, finding: Finding, reason: str, at: Instant, watches: Watches) -> Triage:
    """It is none, and why. Of a critical one the first person proposes it, and a second one decides."""
    told = _said(reason, "why it is no finding")

    def step(row: Triage) -> dict[str, Any]:
        _undecided(row)
        if finding.severity == "critical" and row.state != Triage.State.PROPOSED:
            row.state, row.proposed_by, row.reason = Triage.State.PROPOSED, by, told
            return {"reason": told, "step": "dismissal_proposed"}
        if row.proposed_by_id == by.pk:
            raise RefusedError("it takes a second person: whoever proposed it does not decide")
        row.state, row.reason, row.decided, row.decided_by = Triage.State.DISMISSED, told, at, by
        return {"reason": told}

    return _decide(by, finding, "dismissed", step, at, watches)


def kept(by: Person, finding: Finding, reason: str, at: Instant, watches: Watches) -> Triage:
    """The second person does not agree that a critical finding be dismissed."""
    told = _said(reason, "why it stays")

    def step(row: Triage) -> dict[str, Any]:
        if row.state != Triage.State.PROPOSED:
            raise RefusedError("nobody has proposed to dismiss it")
        if row.proposed_by_id == by.pk:
            raise RefusedError("it takes a second person: whoever proposed it does not decide")
        row.state, row.reason, row.decided, row.decided_by = Triage.State.CONFIRMED, told, at, by
        return {"reason": told, "step": "confirmed"}

    return _decide(by, finding, "confirmed", step, at, watches)


def merged(by: Person, finding: Finding, into: Finding, at: Instant, watches: Watches) -> Triage:
    """It says the same as another finding of the same timeline, which stands for both."""

    def step(row: Triage) -> dict[str, Any]:
        _undecided(row)
        _mergeable(finding, into)
        row.state, row.into, row.decided, row.decided_by = Triage.State.MERGED, into.uid, at, by
        return {"into": into.uid}

    return _decide(by, finding, "merged", step, at, watches)


def reopened(by: Person, finding: Finding, reason: str, at: Instant, watches: Watches) -> Triage:
    """What was decided is looked at anew; what was said stays in the log."""
    told = _said(reason, "why it is looked at anew")

    def step(row: Triage) -> dict[str, Any]:
        if row.state in _UNDECIDED:
            raise RefusedError("it is not decided yet")
        row.state, row.decided, row.decided_by, row.into, row.proposed_by = (
            Triage.State.OPEN,
            None,
            None,
            "",
            None,
        )
        row.reason = ""
        return {"reason": told}

    return _decide(by, finding, "reopened", step, at, watches)


def disputed(by: Person, finding: Finding, words: str, at: Instant, watches: Watches) -> Triage:
    """The agent says that it is wrong; the answer has a deadline by a rule."""
    if not by.agent or by.agent != finding.agent:
        raise RefusedError("it is the agent whose finding it is who disputes it")

    def step(row: Triage) -> dict[str, Any]:
        if row.disputed is not None and row.answered is None:
            raise RefusedError("you have disputed it already, and the answer is still to come")
        row.disputed, row.words = at, _said(words, "what is wrong about it")
        row.answered, row.answered_by, row.answer = None, None, ""
        return {"words": row.words}

    return _step(by, finding, "disputed", step, at, watches)


def answered(by: Person, finding: Finding, answer: str, at: Instant, watches: Watches) -> Triage:
    """Somebody answers a dispute; what they decide about the finding is a deed of its own."""

    def step(row: Triage) -> dict[str, Any]:
        if row.disputed is None or row.answered is not None:
            raise RefusedError("there is no dispute that waits for an answer")
        row.answered, row.answered_by, row.answer = at, by, _said(answer, "what you have seen")
        return {"answer": row.answer}

    return _decide(by, finding, "answered", step, at, watches)


def _decide(
    by: Person,
    finding: Finding,
    name: str,
    step: Callable[[Triage], dict[str, Any]],
    at: Instant,
    watches: Watches,
) -> Triage:
    """A deed of somebody who decides: within their reach, and never about themselves."""
    if not may(by, "decide findings") or not reach.findings(by).filter(uid=finding.uid).exists():
        raise RefusedError("your role may not decide about it")
    if by.agent and by.agent == finding.agent:
        raise RefusedError("nobody decides about a finding of their own")
    return _step(by, finding, name, step, at, watches)


def _mergeable(finding: Finding, into: Finding) -> None:
    """What stands for both weighs at least as much, is about the same agent, and nobody has let it go: else a merge were a way round the second person."""
    if into.timeline_id != finding.timeline_id or into.uid == finding.uid or into.withdrawn is not None:
        raise RefusedError("it can only be merged into another standing finding of the same timeline")
    if into.agent != finding.agent or into.question != finding.question:
        raise RefusedError("that one is about another agent, or only one of the two is a question")
    if SEVERITIES.index(into.severity) > SEVERITIES.index(finding.severity):
        raise RefusedError("that one is less grave: merge it the other way round")
    Triage.objects.get_or_create(finding=into.uid, defaults={"agent": into.agent})
    target = Triage.objects.select_for_update(of=("self",)).get(finding=into.uid)
    if target.state == Triage.State.MERGED:
        raise RefusedError("that one is merged into another itself")
    if target.state in {Triage.State.PROPOSED, Triage.State.DISMISSED}:
        raise RefusedError("that one is dismissed, or somebody proposes it")
    if Triage.objects.filter(into=finding.uid, state=Triage.State.MERGED).exists():
        raise RefusedError("others were merged into this one: it stands for them")


def _step(
    by: Person,
    finding: Finding,
    name: str,
    step: Callable[[Triage], dict[str, Any]],
    at: Instant,
    watches: Watches,
) -> Triage:
    with transaction.atomic():
        Triage.objects.get_or_create(finding=finding.uid, defaults={"agent": finding.agent})
        row = Triage.objects.select_for_update(of=("self",)).get(finding=finding.uid)
        if name != "answered" and not Finding.objects.filter(uid=finding.uid, withdrawn=None).exists():
            raise RefusedError("it was withdrawn, and there is nothing left to decide")
        told = step(row)
        name = told.pop("step", name)
        row.steps += 1
        data = {"finding": finding.uid, "rule": finding.rule, "by": str(by.uid), **told}
        subjects = {finding.timeline.kind: finding.timeline.subject}
        if finding.agent:
            subjects["agent"] = finding.agent
        event = Event(f"finding.{finding.uid}.{name}.{row.steps}", f"finding.{name}", at, data, subjects)
        (answer,) = append([Received(SOURCE, event, str(by.uid))], at, watches)
        if answer.outcome is not Outcome.STORED:
            raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")
        row.save()
    return row


def _undecided(row: Triage) -> None:
    if alone(row):
        row.state, row.into, row.decided, row.decided_by = Triage.State.OPEN, "", None, None
    if row.state not in _UNDECIDED:
        raise RefusedError(f"it was decided already: {row.state}")


def _said(text: str, what: str) -> str:
    if len(text.strip()) < SHORTEST:
        raise RefusedError(f"say {what}, so that somebody else can follow it")
    return text.strip()
