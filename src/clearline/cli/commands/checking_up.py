"""What the made-up shop's people have audited, and what they do so that it does not come back."""

from collections.abc import Iterator
from datetime import timedelta

from clearline.audits.actions import auditing, correcting
from clearline.audits.actions.correcting import Opening
from clearline.audits.models import Audit, Nonconformity, Paper
from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person, Role
from clearline.record.days import day_of
from clearline.record.models import Finding
from clearline.record.models.judged import STANDING
from clearline.record.watching import Watches

DAY = 86_400 * SECOND
WEEK = 7 * DAY
HOLD = "hold-announced"
SHOWN = 60  # answers of the audit that is half worked


def audit_and_correct(at: Instant, watches: Watches) -> None:
    """One audit that is concluded, one under way, one planned; and corrective actions, one of them overdue."""
    officer, analyst, supervisor = (
        Person.objects.filter(role=role).order_by("pk").first()
        for role in (Role.OFFICER, Role.ANALYST, Role.SUPERVISOR)
    )
    if officer is None or analyst is None or supervisor is None or Audit.objects.exists():
        return
    clock = _ticking(at - 60 * SECOND)
    _concluded(officer, analyst, supervisor, at, clock, watches)
    rules = _most(at)
    row = auditing.planned(
        officer, _plan("What sales calls have to say", rules, at, 0.02), next(clock), watches
    )
    _drawn(officer, analyst, row, clock, watches)
    for paper in row.papers.order_by("place")[:SHOWN]:
        _answer(analyst, row, paper, clock, watches)
    auditing.planned(
        officer,
        _plan("Cards on recordings, at the year's end", ("no-security-code-while-recording",), at, 0.05),
        next(clock),
        watches,
    )
    _corrected(officer, supervisor, at, clock, watches)


def _corrected(
    officer: Person, supervisor: Person, at: Instant, clock: Iterator[Instant], watches: Watches
) -> None:
    """One action that is overdue, one under way."""
    late = Opening(
        "Put the recording notice back into the script of call-backs",
        supervisor,
        day_of(at - 12 * DAY),
        rule="recording-notice-us",
    )
    correcting.opened(officer, late, at - 20 * DAY, watches)
    steps = (
        "Say in the team meeting why it matters",
        "Add the question to the wrap-up card",
        "Listen to five calls",
    )
    correcting.step_done(
        supervisor,
        correcting.opened(
            officer,
            Opening(
                "Ask who is calling before anything is changed",
                supervisor,
                day_of(at + 10 * DAY),
                steps,
                rule="verify-before-change",
            ),
            next(clock),
            watches,
        ),
        0,
        next(clock),
        watches,
    )


def _concluded(
    officer: Person,
    analyst: Person,
    supervisor: Person,
    at: Instant,
    clock: Iterator[Instant],
    watches: Watches,
) -> None:
    row = auditing.planned(
        officer,
        _plan("Customers are told before they are put on hold", (HOLD,), at, 0.05),
        next(clock),
        watches,
    )
    _drawn(officer, analyst, row, clock, watches)
    for paper in row.papers.order_by("place"):
        _answer(analyst, row, paper, clock, watches)
    blamed = list(row.papers.filter(answer=Paper.Answer.DOES_NOT).values_list("call", flat=True))
    if blamed:
        made = Nonconformity(
            title="Customers are put on hold without a word",
            grade=Nonconformity.Grade.MINOR,
            rule=HOLD,
            cause="The hold button stands beside the notes, and is pressed while agents read. Nobody has told them to speak first.",
            calls=blamed,
        )
        found = auditing.established(analyst, row, made, next(clock), watches)
        opening = Opening(
            "Say so before you press hold: a card at each desk, and ten minutes in the team meeting",
            supervisor,
            day_of(at + 7 * DAY),
            cause=found.cause,
            rule=HOLD,
            nonconformity=found,
        )
        action = correcting.opened(officer, opening, next(clock), watches)
        correcting.completed(
            supervisor,
            action,
            "Cards stand on all desks since Monday; minutes of the meeting of 24 November.",
            next(clock),
            watches,
        )
        correcting.approved(officer, action, next(clock), watches)
    auditing.concluded(analyst, row, next(clock), watches)


def _drawn(officer: Person, analyst: Person, row: Audit, clock: Iterator[Instant], watches: Watches) -> None:
    auditing.assigned(officer, row, analyst, next(clock), watches)
    auditing.seeded(analyst, row, next(clock), watches)
    auditing.sample_drawn(analyst, row, next(clock), watches)
    row.refresh_from_db()


def _answer(analyst: Person, row: Audit, paper: Paper, clock: Iterator[Instant], watches: Watches) -> None:
    """As somebody who listens would; one call in forty has words that nobody understands."""
    found = Finding.objects.filter(STANDING, timeline__subject=paper.call, rule__in=row.rules).first()
    answer, note = Paper.Answer.CONFORMS, ""
    if found:
        answer, note = Paper.Answer.DOES_NOT, "I looked at the words: it was not said in time."
    elif paper.place % 40 == 39:
        answer, note = Paper.Answer.UNKNOWN, "The line is bad, and the words are not to be understood."
    auditing.answered(analyst, row, paper.call, answer, note, next(clock), watches)


def _plan(title: str, rules: tuple[str, ...], at: Instant, rate: float) -> auditing.Plan:
    return auditing.Plan(title, rules, (), at - WEEK, at, day_of(at) + timedelta(days=21), rate=rate)


def _most(at: Instant) -> tuple[str, ...]:
    """The rules on calls that were broken most in the last week; it is they that are worth an audit."""
    rows = Finding.objects.filter(STANDING, timeline__kind="call", at__gte=at - WEEK).values_list(
        "rule", flat=True
    )
    counted: dict[str, int] = {}
    for rule in rows:
        counted[rule] = counted.get(rule, 0) + 1
    return tuple(sorted(sorted(counted, key=lambda one: -counted[one])[:3])) or (HOLD,)


def _ticking(at: Instant) -> Iterator[Instant]:
    """Moments one after the other."""
    while True:
        at += 100_000
        yield at
