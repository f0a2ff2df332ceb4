"""Audits: planned, given to somebody independent, drawn by a seed that was logged before, worked through, concluded."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from django.db import transaction

from clearline.audits.actions.entering import entered, let, said
from clearline.audits.drawing import digest, drawn, frame, population
from clearline.audits.models import Audit, Nonconformity, Paper
from clearline.audits.numbers import next_number
from clearline.audits.queries.estimating import claim
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.days import day_of, end_of
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.seal.commitments import canonical

_WORKED: Final = (Audit.State.DRAWN,)


class Plan(msgspec.Struct, frozen=True):
    """What an audit is to look at, and what it is to show."""

    title: str
    rules: tuple[str, ...]
    teams: tuple[str, ...]
    since: Instant
    until: Instant
    due: date
    rate: float = 0.05
    confidence: float = 0.95
    accepts: int = 0
    by_risk: bool = False
    by_team: bool = False


def planned(by: Person, plan: Plan, at: Instant, watches: Watches) -> Audit:
    """Puts an audit into the plan of the year; its day is a promise from now on."""
    let(by, "plan audits")
    if plan.since >= plan.until:
        raise RefusedError("the period ends before it begins")
    if plan.due < day_of(at):
        raise RefusedError("its day is over: name a later one")
    unknown = [one for one in plan.rules if one not in judging().rulebook.rules]
    if unknown or not plan.rules:
        raise RefusedError(
            f"name the rules that are audited; there is none called {', '.join(unknown) or '(nothing)'}"
        )
    if plan.by_team and (plan.by_risk or plan.accepts):
        raise RefusedError("a sample of each team is not weighted by risk, and accepts no call in breach")
    with transaction.atomic():
        row = Audit(
            uid=next_number(Audit, "AU", at),
            title=said(plan.title, "what is audited"),
            rules=sorted(plan.rules),
            teams=sorted(plan.teams),
            since=plan.since,
            until=plan.until,
            due=plan.due,
            rate=plan.rate,
            confidence=plan.confidence,
            accepts=plan.accepts,
            by_risk=plan.by_risk,
            by_team=plan.by_team,
            planned_by=by,
            planned=at,
        )
        told = msgspec.to_builtins(plan) | {"due": end_of(plan.due)}
        entered("audit", row.uid, "planned", by, told, at, watches)
        row.save()
    return row


def assigned(by: Person, audit: Audit, auditor: Person, at: Instant, watches: Watches) -> Audit:
    """Gives it to an auditor, who must be independent; who had it before is replaced, and what they answered stays."""

    def step(row: Audit) -> dict[str, Any]:
        let(by, "plan audits")
        independent(row, auditor)
        row.auditor = auditor
        return {"auditor": str(auditor.uid), "own_teams": sorted(teams_of(auditor)), "teams": row.teams}

    return _step(by, audit, "assigned", (Audit.State.PLANNED, Audit.State.DRAWN), step, at, watches)


def seeded(by: Person, audit: Audit, at: Instant, watches: Watches) -> Audit:
    """Logs the seed of the draw, before anybody knows which calls it draws. Once for each draw."""

    def step(row: Audit) -> dict[str, Any]:
        _audits(by, row)
        if row.seed:
            raise RefusedError("its seed stands in the log already: draw by it")
        row.seed, row.seeded = secrets.token_hex(32), at
        return {"seed": row.seed}

    return _step(by, audit, "seeded", (Audit.State.PLANNED,), step, at, watches)


def sample_drawn(by: Person, audit: Audit, at: Instant, watches: Watches) -> Audit:
    """Draws the calls: the population is frozen, hashed, and drawn by the seed that was logged."""

    def step(row: Audit) -> dict[str, Any]:
        _audits(by, row)
        if not row.seed or row.seeded is None or row.seeded >= at:
            raise RefusedError("log the seed first; the draw follows it")
        units = population(row)
        if not units:
            raise RefusedError(
                "no call of this period and these teams was judged: there is nothing to draw from"
            )
        try:
            found = drawn(row, units, bytes.fromhex(row.seed))
        except ValueError as error:
            raise RefusedError(str(error)) from None
        teams = {unit.call: unit.team for unit in units}
        row.papers.bulk_create(
            Paper(audit=row, place=place, call=one.unit, team=teams[one.unit], likely=one.likely)
            for place, one in enumerate(found)
        )
        row.population, row.digest, row.drawn, row.state = len(units), digest(units), at, Audit.State.DRAWN
        row.frame, row.version = frame(units), versions(row.rules)
        return {
            "population": row.population,
            "digest": row.digest,
            "calls": [[one.unit, round(one.likely, 9)] for one in found],
            "version": row.version,
        }

    return _step(by, audit, "drawn", (Audit.State.PLANNED,), step, at, watches)


def answered(
    by: Person, audit: Audit, call: str, answer: str, note: str, at: Instant, watches: Watches
) -> Audit:
    """What the auditor says of one call; said again, the later answer counts and both stay in the log."""
    if answer not in Paper.Answer.values:
        raise RefusedError("answer with one of the three words")

    def step(row: Audit) -> dict[str, Any]:
        _audits(by, row)
        paper = row.papers.filter(call=call).first()
        if paper is None:
            raise RefusedError("this call was not drawn")
        if answer != Paper.Answer.CONFORMS:
            said(note, "what you saw or missed in it")
        paper.answer, paper.note, paper.by, paper.at = answer, note.strip(), by, at
        paper.save()
        return {"call": call, "answer": answer, "note": paper.note}

    return _step(by, audit, "answered", _WORKED, step, at, watches)


def established(
    by: Person, audit: Audit, nonconformity: Nonconformity, at: Instant, watches: Watches
) -> Nonconformity:
    """Establishes a nonconformity; its number is given here."""

    def step(row: Audit) -> dict[str, Any]:
        _audits(by, row)
        if nonconformity.rule not in row.rules:
            raise RefusedError("it is about a rule that this audit does not look at")
        blamed = set(row.papers.filter(answer=Paper.Answer.DOES_NOT).values_list("call", flat=True))
        if strangers := sorted(set(nonconformity.calls) - blamed):
            raise RefusedError(f"call {strangers[0]} was not found to be nonconforming")
        nonconformity.audit, nonconformity.by, nonconformity.found = row, by, at
        nonconformity.title = said(nonconformity.title, "what does not conform")
        nonconformity.number = row.nonconformities.count() + 1
        nonconformity.save()
        return {
            "number": nonconformity.number,
            "title": nonconformity.title,
            "grade": nonconformity.grade,
            "rule": nonconformity.rule,
            "cause": nonconformity.cause,
            "calls": nonconformity.calls,
        }

    _step(by, audit, "nonconformity_established", _WORKED, step, at, watches)
    return nonconformity


def concluded(by: Person, audit: Audit, at: Instant, watches: Watches) -> Audit:
    """Closes it, with what can be claimed; every call of the sample has to be answered first."""

    def step(row: Audit) -> dict[str, Any]:
        _audits(by, row)
        left = row.papers.filter(answer="").count()
        if left:
            raise RefusedError(f"{left} calls of the sample are not answered yet")
        if row.papers.filter(answer=Paper.Answer.DOES_NOT).exists() and not row.nonconformities.exists():
            raise RefusedError("calls do not conform, and no nonconformity says why: establish it first")
        row.claim, row.concluded, row.state = claim(row), at, Audit.State.CONCLUDED
        return {"claim": row.claim}

    with transaction.atomic():
        row = _step(by, audit, "concluded", _WORKED, step, at, watches)
        entered("audit", row.uid, "closed", by, {}, at, watches)
    return row


def independent(audit: Audit, auditor: Person) -> None:
    """RefusedError where somebody would audit their own team."""
    if not auditor.is_active:
        raise RefusedError(f"{auditor.name} works here no more")
    let(auditor, "conduct audits")
    own = teams_of(auditor)
    if own and (not audit.teams or own & set(audit.teams)):
        raise RefusedError(
            f"{auditor.name} is in a team that is audited, or leads it; somebody else has to do it"
        )


def teams_of(person: Person) -> set[str]:
    """The teams that somebody is in or leads."""
    return {one.name for one in person.leads.all()} | ({person.team.name} if person.team else set())


def versions(rules: Sequence[str]) -> str:
    """A hash of the versions of rules, so that a report says by which text was judged."""
    known = judging().rulebook.rules
    return hashlib.sha256(canonical([known[one].rule.version for one in rules if one in known])).hexdigest()[
        :16
    ]


def _audits(by: Person, row: Audit) -> None:
    """Whoever works on it is its auditor, and still independent."""
    if row.auditor_id != by.pk:
        raise RefusedError("only its auditor does that")
    independent(row, by)


def _step(
    by: Person,
    audit: Audit,
    name: str,
    within: Sequence[Audit.State],
    step: Callable[[Audit], dict[str, Any]],
    at: Instant,
    watches: Watches,
) -> Audit:
    with transaction.atomic():
        row = Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
        if row.state not in within:
            raise RefusedError(f"it is {row.state} by now")
        told = step(row)
        entered("audit", row.uid, name, by, told, at, watches)
        row.save()
    return row
