"""Samples: the seed goes into the log with a hash of all calls that may be drawn; only then are some drawn and given out."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple
from uuid import uuid4

from django.db import transaction

from clearline.engine.durations import moment_of
from clearline.engine.events import Instant
from clearline.people.models import Person, Team
from clearline.people.permissions import may
from clearline.record.days import end_of
from clearline.record.errors import RefusedError
from clearline.record.models import Call
from clearline.record.queries import reach
from clearline.record.watching import Watches
from clearline.review.actions.entering import entered
from clearline.review.graders import lacking, shared_out, whose
from clearline.review.models import Grade, Grading, Sample
from clearline.review.queries.frames import frame
from clearline.rulebook.scorecards import Scorecard
from clearline.statistics.sampling import draw

MOST: Final = 500  # calls of a sample
DEED: Final = "draw samples"


class Wanted(NamedTuple):
    """What is to be drawn."""

    card: Scorecard
    since: Instant
    until: Instant
    team: Team | None
    size: int
    twice: int
    due: date
    graders: Sequence[Person]
    uid: str = ""  # the same form sent twice is one sample


def seeded(by: Person, wanted: Wanted, at: Instant, watches: Watches) -> Sample:
    """Logs the seed, what is asked, and which calls there are to choose from."""
    _check(by, wanted, at)
    calls = _frame(by, wanted.since, wanted.until, str(wanted.team.uid) if wanted.team else "")
    _check_frame(wanted, calls)
    ids = [call for call, _ in calls]
    sample = Sample(
        uid=wanted.uid or uuid4().hex,
        card=wanted.card.id,
        version=wanted.card.version,
        since=wanted.since,
        until=wanted.until,
        team=str(wanted.team.uid) if wanted.team else "",
        size=wanted.size,
        twice=wanted.twice,
        due=wanted.due.isoformat(),
        graders=[str(one.uid) for one in wanted.graders],
        population=len(ids),
        frame=_hash(ids),
        seed=secrets.token_hex(32),
        by=by,
        seeded=at,
    )
    names = ("card", "version", "since", "until", "team", "size", "twice", "due", "graders")
    told = {name: getattr(sample, name) for name in (*names, "population", "frame", "seed")}
    with transaction.atomic():
        _enter(by, sample, "seeded", told, at, watches)
        sample.save()
    return sample


def drawn(by: Person, sample: Sample, card: Scorecard, at: Instant, watches: Watches) -> Sample:
    """Draws by the seed that was logged, and gives the calls to the graders."""
    if not may(by, DEED):
        raise RefusedError("only an analyst or an officer draws a sample")
    with transaction.atomic():
        row = Sample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
        if row.drawn is not None:
            raise RefusedError("it was drawn already")
        if card.version != row.version:
            raise RefusedError("the scorecard has changed since the seed was logged: ask for another sample")
        agents = dict(_frame(by, row.since, row.until, row.team))
        if _hash(list(agents)) != row.frame:
            raise RefusedError(
                "the calls are no longer those of which the seed was logged: ask for another sample"
            )
        seed = bytes.fromhex(row.seed)
        calls = [(one.unit, agents[one.unit]) for one in draw(agents, row.size, seed)]
        graders = list(Person.objects.filter(uid__in=row.graders).order_by("pk"))
        given = shared_out(calls, row.twice, graders, card, seed)
        if any(len(found) < 1 + (number < row.twice) for number, found in enumerate(given.values())):
            raise RefusedError("for some of the calls there is no grader any more: ask for another sample")
        row.drawn = at
        _give_out(row, card, calls, given, at)
        due = end_of(date.fromisoformat(row.due))
        told = {"due": due, "calls": [[call, [str(one.uid) for one in given[call]]] for call, _ in calls]}
        _enter(by, row, "drawn", told, at, watches, 1)
        row.save()
    return row


def ended(by: Person, sample: Sample, at: Instant, watches: Watches) -> None:
    """All of a sample is graded: its duty is done. In the caller's transaction."""
    sample.graded = at
    _enter(by, sample, "graded", {}, at, watches, 2)
    sample.save()


def _check(by: Person, wanted: Wanted, at: Instant) -> None:
    if not may(by, DEED):
        raise RefusedError("only an analyst or an officer draws a sample")
    if not wanted.since < wanted.until <= at:
        raise RefusedError("a sample is of a period that is over: its first day comes before its last")
    if not 0 < wanted.size <= MOST or not 0 <= wanted.twice <= wanted.size:
        raise RefusedError(f"draw 1 to {MOST} calls; of these, as many as you like are graded twice")
    if wanted.due < moment_of(at).date():
        raise RefusedError("the last day for grading is over")
    if not wanted.graders or (wanted.twice and len(wanted.graders) < 2):
        raise RefusedError("name who grades: one person, or two where calls are graded twice")


def _check_frame(wanted: Wanted, frame: Sequence[tuple[str, str]]) -> None:
    if not frame:
        raise RefusedError("no call of that period and team was evaluated: there is nothing to draw from")
    if wanted.size > len(frame):
        raise RefusedError(f"{wanted.size} can't be drawn: there are {len(frame)} calls")
    agents = whose([agent for _, agent in frame])
    without = lacking(agents, wanted.graders, wanted.card, 2 if wanted.twice else 1)
    if without:
        needed = "two of them" if wanted.twice else "one of them"
        told = f"for calls of {len(without)} of {len(agents)} agents not even {needed} may grade"
        raise RefusedError(
            f"{told}: nobody grades themselves, or a team of their own. Name somebody else, too"
        )


def _frame(by: Person, since: Instant, until: Instant, team: str) -> list[tuple[str, str]]:
    """The calls that may be drawn, with their agents."""
    rows = frame(reach.calls(by), since, until, team)
    return sorted(rows.values_list("timeline__subject", "agent"))


def _give_out(
    sample: Sample,
    card: Scorecard,
    calls: Sequence[tuple[str, str]],
    given: dict[str, list[Person]],
    at: Instant,
) -> None:
    found = Call.objects.filter(timeline__kind="call", timeline__subject__in=given)
    rows = {one.timeline.subject: one for one in found.select_related("timeline")}
    for call, agent in calls:
        double = len(given[call]) > 1
        grade = Grade.objects.create(
            uid=uuid4().hex,
            call=rows[call],
            agent=agent,
            card=card.id,
            version=card.version,
            kind=Grade.Kind.DOUBLE if double else Grade.Kind.SINGLE,
            blind=double and card.blind,
            sample=sample,
            asked=at,
        )
        Grading.objects.bulk_create([Grading(grade=grade, grader=one) for one in given[call]])


def _enter(
    by: Person,
    sample: Sample,
    step: str,
    told: Mapping[str, Any],
    at: Instant,
    watches: Watches,
    seq: int = 0,
) -> None:
    entered(
        by, f"sample.{sample.uid}.{step}", f"sample.{step}", told, {"sample": sample.uid}, at, watches, seq
    )


def _hash(ids: Sequence[str]) -> str:
    return sha256("\n".join(sorted(ids)).encode()).hexdigest()
