"""What a timeline's rules say after new events or by the clock, beside what is stored of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearline.engine.events import Event, Instant
from clearline.engine.monitor import in_order, replay_many
from clearline.engine.verdicts import Duty as Due
from clearline.engine.verdicts import Finding as Found
from clearline.record.identities import canonical, duty_uid, finding_uid
from clearline.record.models import Duty, Finding, Timeline
from clearline.record.watching import Watch, Watches
from clearline.reports.reviewing import Sayer


@dataclass(slots=True)
class Judged:
    """What changed on a timeline: rows to be written."""

    timeline: Timeline
    raised: list[Finding] = field(default_factory=list)
    withdrawn: list[Finding] = field(default_factory=list)
    opened: list[Duty] = field(default_factory=list)
    met: list[int] = field(default_factory=list)  # rows of duties that are no more
    late: list[int] = field(default_factory=list)  # rows of duties that are overdue now
    wakes: Instant | None = None  # the next deadline that somebody has to look at


def judge(timeline: Timeline, events: Sequence[Event], watches: Watches, now: Instant) -> Judged:
    """Steps the watcher of a timeline through new (storable) events, and says what became of its rules."""
    if watches.judging.program(timeline.kind) is None:
        return Judged(timeline)
    if _is_whole(timeline, events, watches):
        return _whole(timeline, events, watches, now)
    watch = watches.of(timeline)
    for event in events:
        watch.step(event)
    watch.advance(now)
    return _told(timeline, watch, now, watches)


def tick(timeline: Timeline, watches: Watches, now: Instant) -> Judged:
    """What the clock alone changes on a timeline."""
    watch = watches.of(timeline)
    watch.advance(now)
    return _told(timeline, watch, now, watches)


def _is_whole(timeline: Timeline, events: Sequence[Event], watches: Watches) -> bool:
    """A timeline that comes from its beginning to its end at once is read as a whole, which is quicker."""
    program = watches.judging.program(timeline.kind)
    assert program is not None
    return timeline.length == 0 and any(event.type == program.kind.ends for event in events)


def _whole(timeline: Timeline, events: Sequence[Event], watches: Watches, now: Instant) -> Judged:
    watches.drop([timeline.pk])
    judging = watches.judging
    program = judging.program(timeline.kind)
    assert program is not None
    (judge,) = replay_many(program, [events], judging.known)
    judge.run.fire(now)
    verdicts = judge.verdicts()
    found = {
        finding_uid(timeline.pk, one): one
        for verdict in verdicts
        for one in (*verdict.findings, *verdict.questions)
    }
    due = {duty_uid(timeline.pk, one): one for verdict in verdicts for one in verdict.duties}
    told = Judged(timeline, wakes=judge.run.wakes)
    if found or due:
        saying = _Saying(timeline, Sayer(judging.rulebook, in_order(events)), watches)
        told.raised = [saying.finding(uid, one) for uid, one in found.items()]
        told.opened = [saying.duty(uid, one) for uid, one in due.items()]
    return told


def _told(timeline: Timeline, watch: Watch, now: Instant, watches: Watches) -> Judged:
    """The difference between what the watcher says and what stands in the database."""
    told = Judged(timeline, wakes=watch.monitor.wakes if watch.monitor else None)
    known = {row.uid: row for row in Finding.objects.filter(timeline=timeline, withdrawn=None)}
    due = watch.duties(now)
    waiting = {row.uid: row for row in Duty.objects.filter(timeline=timeline)}
    new, opened = watch.findings.keys() - known.keys(), due.keys() - waiting.keys()
    told.withdrawn = [row for uid, row in known.items() if uid not in watch.findings]
    told.met = [row.pk for uid, row in waiting.items() if uid not in due]
    told.late = [
        row.pk for uid, row in waiting.items() if uid in due and due[uid].overdue and not row.overdue
    ]
    if new or opened:
        assert watch.monitor is not None
        events = watch.monitor.events
        saying = _Saying(timeline, Sayer(watches.judging.rulebook, events), watches)
        told.raised = [saying.finding(uid, one) for uid, one in watch.findings.items() if uid in new]
        told.opened = [saying.duty(uid, one) for uid, one in due.items() if uid in opened]
    return told


class _Saying:
    """Rows of findings and duties, in words."""

    def __init__(self, timeline: Timeline, sayer: Sayer, watches: Watches) -> None:
        self.timeline, self.sayer = timeline, sayer
        self.rules = watches.judging.rulebook.rules
        self.agent = next(
            (event.subjects["agent"] for event in reversed(sayer.events) if "agent" in event.subjects), ""
        )

    def finding(self, uid: str, found: Found) -> Finding:
        entry = self.rules[found.rule.id]
        return Finding(
            uid=uid,
            timeline=self.timeline,
            rule=entry.id,
            version=entry.version,
            pack=entry.pack,
            severity=entry.severity,
            question=bool(found.doubts),
            at=found.breach.at,
            agent=self.agent,
            body=canonical(self.sayer.finding(found)),
        )

    def duty(self, uid: str, due: Due) -> Duty:
        entry = self.rules[due.rule.id]
        return Duty(
            uid=uid,
            timeline=self.timeline,
            rule=entry.id,
            version=entry.version,
            severity=entry.severity,
            since=due.trigger.at if due.trigger else None,
            deadline=due.deadline,
            overdue=due.overdue,
            question=bool(due.doubts),
            agent=self.agent,
            body=canonical(self.sayer.duty(due)),
        )
