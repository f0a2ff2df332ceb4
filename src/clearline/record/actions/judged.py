"""What a timeline's rules say after new events or by the clock, beside what is stored of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clearline.engine.events import Event, Instant
from clearline.engine.explain import clock_from, dated
from clearline.engine.monitor import in_order, replay_many
from clearline.engine.verdicts import Duty as Due
from clearline.engine.verdicts import Finding as Found
from clearline.record.identities import canonical, duty_uid, finding_uid
from clearline.record.models import Duty, Finding, Timeline
from clearline.record.watching import AT_ONCE, Watch, Watches
from clearline.reports.reviewing import DAY, Sayer


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


def look_up(timelines: Sequence[Timeline], on: Mapping[int, Sequence[Event]], watches: Watches) -> None:
    """Asks the database once for what judging each of many timelines would ask by itself."""
    judged = [one for one in timelines if watches.judging.program(one.kind) is not None]
    stepped = [one for one in judged if not _is_whole(one, on.get(one.pk, ()), watches)]
    watches.open(stepped)
    asked = {one.pk: watch for one in stepped if one.length and (watch := watches.of(one)).found is None}
    if len(asked) < 2:
        return
    found: dict[int, dict[str, int]] = {pk: {} for pk in asked}
    waiting: dict[int, dict[str, tuple[int, bool]]] = {pk: {} for pk in asked}
    rows = sorted(asked)
    for some in (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)):
        findings = Finding.objects.filter(timeline__in=some, withdrawn=None)
        for timeline, uid, pk in findings.values_list("timeline", "uid", "pk"):
            found[timeline][uid] = pk
        duties = Duty.objects.filter(timeline__in=some)
        for timeline, uid, pk, late in duties.values_list("timeline", "uid", "pk", "overdue"):
            waiting[timeline][uid] = (pk, late)
    for row, watch in asked.items():
        watch.found, watch.waiting = found[row], waiting[row]


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
    verdicts = judge.touched()
    found = {
        finding_uid(timeline.pk, one): one
        for verdict in verdicts
        for one in (*verdict.findings, *verdict.questions)
    }
    due = {duty_uid(timeline.pk, one): one for verdict in verdicts for one in verdict.duties}
    told = Judged(timeline, wakes=judge.run.wakes)
    if found or due:
        saying = _saying(timeline, in_order(events), watches)
        told.raised = [saying.finding(uid, one) for uid, one in found.items()]
        told.opened = [saying.duty(uid, one) for uid, one in due.items()]
    return told


def _told(timeline: Timeline, watch: Watch, now: Instant, watches: Watches) -> Judged:
    """The difference between what the watcher says and what stands in the database."""
    told = Judged(timeline, wakes=watch.monitor.wakes if watch.monitor else None)
    found, waiting = _rows(timeline, watch)
    due = watch.duties(now)
    # Where events lost their content nothing is withdrawn: what a finding rests on may be gone.
    gone = [pk for uid, pk in found.items() if uid not in watch.findings and timeline.erased is None]
    told.withdrawn = list(Finding.objects.filter(pk__in=gone)) if gone else []
    told.met = [pk for uid, (pk, _) in waiting.items() if uid not in due]
    told.late = [pk for uid, (pk, late) in waiting.items() if uid in due and due[uid].overdue and not late]
    new = {uid: one for uid, one in watch.findings.items() if uid not in found}
    opened = {uid: one for uid, one in due.items() if uid not in waiting}
    if new or opened:
        assert watch.monitor is not None
        saying = _saying(timeline, watch.monitor.events, watches)
        told.raised = [saying.finding(uid, one) for uid, one in new.items()]
        told.opened = [saying.duty(uid, one) for uid, one in opened.items()]
    if new or opened or gone or told.met or told.late:
        watch.found = watch.waiting = None  # looked up again when they are next needed
    return told


def _saying(timeline: Timeline, events: Sequence[Event], watches: Watches) -> "_Saying":
    """Words for a timeline's verdicts; a time counts from the start only where that is the call of that day."""
    start, called = events[0].at, timeline.kind == "call"
    counted = clock_from(start)

    def clock(at: Instant) -> str:
        return counted(at) if called and 0 <= at - start < DAY else dated(at)

    return _Saying(timeline, Sayer(watches.judging.rulebook, events, clock), watches)


def _rows(timeline: Timeline, watch: Watch) -> tuple[dict[str, int], dict[str, tuple[int, bool]]]:
    """The rows of a timeline's findings and duties by uid; asked of the database once."""
    if watch.found is None or watch.waiting is None:
        if timeline.length == 0:
            watch.found, watch.waiting = {}, {}
        else:
            watch.found = dict(
                Finding.objects.filter(timeline=timeline, withdrawn=None).values_list("uid", "pk")
            )
            rows = Duty.objects.filter(timeline=timeline).values_list("uid", "pk", "overdue")
            watch.waiting = {uid: (pk, overdue) for uid, pk, overdue in rows}
    return watch.found, watch.waiting


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
