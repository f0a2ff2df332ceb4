"""Which rules came up lately: each night some timelines are drawn and replayed, since a rule that never comes up shows nothing."""

import hashlib
from collections import Counter
from typing import Final

from django.db import transaction
from django.db.models import Q

from clearline.audits.models import Trial
from clearline.engine.events import SECOND, Instant
from clearline.engine.monitor import replay_many
from clearline.engine.sentences import Form
from clearline.engine.verdicts import Verdict
from clearline.record import jobs
from clearline.record.judging import Judging, judging
from clearline.record.models import Call, Job, Timeline
from clearline.record.watching import stored_of
from clearline.statistics.sampling import draw

TRY: Final = "audits.try"
DAY: Final = 86_400 * SECOND
WINDOW: Final = 30 * DAY
DRAWN: Final = 400  # timelines of each kind
AT_ONCE: Final = 100
_ALWAYS: Final = (Form.FORBID, Form.LIMIT)  # what is forbidden is kept on each timeline on which it holds


def trying(work: jobs.Work) -> None:
    """The job: counts, and asks for itself the next night."""
    counted = count(judging(), work.clock(), work)
    with work.holding():
        kept(counted)
        ask(work.clock() + DAY)


def ask(at: Instant) -> None:
    """Leaves the job for an instant, unless one waits that nobody has begun."""
    if not Job.objects.filter(kind=TRY, done=None, attempts=0).exists():
        jobs.ask(TRY, {}, at)


def count(by: Judging, at: Instant, work: jobs.Work | None = None) -> list[Trial]:
    """How often each rule came up on the timelines that are drawn."""
    found: list[Trial] = []
    kinds = sorted({rule.on for rule in by.rulebook.select(by.packs)})
    for place, kind in enumerate(kinds):
        found += _of_kind(by, kind, at)
        if work:
            work.hold((place + 1) / len(kinds))
    return found


def kept(found: list[Trial]) -> None:
    """Writes them; a rule that did not come up this time keeps when it last did."""
    with transaction.atomic():
        before = dict(Trial.objects.values_list("rule", "last"))
        for one in found:
            one.last = one.last or before.get(one.rule)
        Trial.objects.all().delete()
        Trial.objects.bulk_create(found)


def _of_kind(by: Judging, kind: str, at: Instant) -> list[Trial]:
    program = by.program(kind)
    if program is None:
        return []
    there = list(Timeline.objects.filter(_lately(kind, at)).values_list("subject", flat=True))
    seed = hashlib.sha256(f"{kind} {at // DAY}".encode()).digest()
    subjects = [one.unit for one in draw(there, min(DRAWN, len(there)), seed)]
    tried: Counter[str] = Counter()
    last: dict[str, Instant] = {}
    for start in range(0, len(subjects), AT_ONCE):
        rows = list(Timeline.objects.filter(kind=kind, subject__in=subjects[start : start + AT_ONCE]))
        events = stored_of(rows)
        told = [row for row in rows if row.pk in events]
        judges = replay_many(program, [events[row.pk] for row in told], by.known)
        for row, judge in zip(told, judges, strict=True):
            for verdict in judge.verdicts():
                if came_up(verdict):
                    tried[verdict.rule.id] += 1
                    last[verdict.rule.id] = max(last.get(verdict.rule.id, 0), row.last or 0)
    rules = [rule.id for rule in by.rulebook.select(by.packs) if rule.on == kind]
    return [
        Trial(
            rule=rule,
            kind=kind,
            there=len(there),
            looked=len(subjects),
            tried=tried[rule],
            last=last.get(rule),
            counted=at,
        )
        for rule in rules
    ]


def came_up(verdict: Verdict) -> bool:
    """Whether a rule had anything to say of a timeline."""
    if verdict.tried or verdict.findings or verdict.questions:
        return True
    return verdict.applies is True and any(one.form in _ALWAYS for one in verdict.rule.sentences)


def _lately(kind: str, at: Instant) -> Q:
    if kind == "call":
        return Q(kind=kind, call__state=Call.State.EVALUATED, call__started__gte=at - WINDOW)
    return Q(kind=kind, last__gte=at - WINDOW)
