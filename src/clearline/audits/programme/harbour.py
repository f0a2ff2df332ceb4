"""The safe harbour of telemarketing, 16 CFR 310.4(b)(3): element by element, what shows it, and since when it is lost.

A wrong call is excused only where every element was in place when it was made; so one that fails loses all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from clearline.audits.models import Action, Audit
from clearline.audits.programme.controls import Control, spans, written
from clearline.audits.programme.evidence import Evidence, findings, gathered, lasting
from clearline.audits.programme.gaps import Gap, between, lasting_now, together
from clearline.audits.programme.matrix import DAY, days, given, training
from clearline.audits.programme.trying import WINDOW
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.days import bounds, day_of
from clearline.record.judging import Judging
from clearline.record.models import Call, Duty, Event, Finding
from clearline.record.watching import read
from clearline.reports.account import counted

YEAR: Final = 365 * DAY
COPY: Final = "31d"  # 310.4(b)(3)(iv): how old a copy of the registry may be
AUDITED: Final = "1y"  # the house's own measure of watching its procedures
PROCEDURES, COURSE = "dnc-procedures", "opting-out-course"
OWN_LIST: Final = ("opt-out-recorded-at-once", "opt-out-reaches-the-list", "copies-at-vendors")
PROCESS: Final = ("decided-before-dialling", "registry-copy-fresh")
WRONG: Final = ("registry-us", "no-marketing-after-opt-out")  # calls that the harbour would have to excuse


class Element(NamedTuple):
    """One element: where it stands in the law, what it asks, what shows it, and when it failed."""

    place: str
    asks: str
    told: str  # what there is to show, or what is missing
    entry: int | None  # of the newest evidence
    age: str
    gaps: tuple[Gap, ...]
    since: Instant | None  # it fails since then; None: it holds
    rules: tuple[str, ...] = ()  # whose findings are its proof
    control: str = ""


class Harbour(NamedTuple):
    """All elements, and whether the harbour holds."""

    elements: tuple[Element, ...]
    lost: Instant | None  # since when; None: it holds
    gaps: tuple[Gap, ...]  # of the last year
    wrong: tuple[Finding, ...]  # calls of the last 30 days that it would have to excuse
    known: Instant  # before that nothing is known


@dataclass(frozen=True, slots=True)
class _Looking:
    """What the elements are told from."""

    evidence: Evidence
    controls: dict[str, Control]
    since: Instant  # looked at from then on

    @property
    def now(self) -> Instant:
        return self.evidence.at


def harbour(who: Person, by: Judging, at: Instant) -> Harbour | None:
    """How it stands at an instant; None for whom it is no business."""
    if not may(who, "see programme"):
        return None
    looking = _Looking(gathered(spans(by.rulebook), at), written(by.rulebook), max(_beginning(at), at - YEAR))
    elements = tuple(one(looking) for one in ELEMENTS)
    gaps = together(*(one.gaps for one in elements))
    wrong = findings(at - WINDOW, at).filter(rule__in=WRONG)
    newest = tuple(wrong.select_related("timeline").order_by("-at", "-pk")[:20])
    return Harbour(elements, lasting_now(gaps, at), tuple(gaps), newest, looking.since)


def _procedures(looking: _Looking) -> Element:
    shown = given(looking.controls[PROCEDURES], looking.evidence)
    covered = [(one.at, one.until) for one in looking.evidence.given.get(PROCEDURES, ())]
    told = (f"{shown.proof.title}: " if shown.proof and shown.proof.title else "") + shown.told
    return _element(
        looking,
        "(i)",
        "Written procedures are established and carried out",
        told,
        between(covered, looking.since, looking.now),
        entry=shown.proof.entry if shown.proof else None,
        age=days(looking.now - shown.proof.at) if shown.proof else "",
        control=PROCEDURES,
    )


def _trained(looking: _Looking) -> Element:
    """Somebody who takes calls without the course is a gap, from when they came or their course was too old."""
    control = looking.controls[COURSE]
    passed = looking.evidence.passed.get(control.course, {})
    gaps = []
    for agent, (_, first) in looking.evidence.agents.items():
        covered = [(at, lasting(at, control.lasts)) for at, _ in passed.get(agent, ())]
        begun = max(looking.since, first if first is not None else looking.since)
        gaps.append(between(covered, begun, looking.now))
    newest = max((one for some in passed.values() for one in some), default=None)
    return _element(
        looking,
        "(ii)",
        "Everybody who calls is trained in them",
        f"{training(control, looking.evidence).told} hold the course",
        together(*gaps),
        entry=newest[1] if newest else None,
        age=days(looking.now - newest[0]) if newest else "",
        control=COURSE,
    )


def _own_list(looking: _Looking) -> Element:
    """A request that is overdue for the list is a gap from its deadline on; one that came too late, a finding."""
    late = Duty.objects.filter(rule__in=OWN_LIST, question=False, deadline__lt=looking.now)
    gaps = [Gap(at, looking.now + 1) for at in late.values_list("deadline", flat=True) if at is not None]
    added = Event.objects.filter(type="dnc.added", at__lte=looking.now).order_by("-at").first()
    return _element(
        looking,
        "(iii)",
        "An own list is kept of those who may not be called",
        f"{counted(len(gaps), 'request')} overdue, {_found(looking, OWN_LIST)}",
        together(gaps, _broken(looking, OWN_LIST)),
        entry=added.entry if added else None,
        age=days(looking.now - added.at) if added else "",
        rules=OWN_LIST,
    )


def _registry(looking: _Looking) -> Element:
    """Each copy of the registry covers 31 days."""
    rows = Event.objects.filter(type="list.loaded", at__lte=looking.now, body__isnull=False).order_by(
        "at", "pk"
    )
    copies = [
        (one.at, one.entry) for one in rows if read(bytes(one.body or b"")).data.get("list") == "us-national"
    ]
    covered = [(at, lasting(at, COPY)) for at, _ in copies]
    return _element(
        looking,
        "(iv)",
        "Calls are kept from numbers on the registry, by a copy at most 31 days old",
        f"{counted(len(copies), 'time')} loaded, {_found(looking, PROCESS)}"
        if copies
        else "no copy was ever loaded",
        together(between(covered, looking.since, looking.now), _broken(looking, PROCESS)),
        entry=copies[-1][1] if copies else None,
        age=days(looking.now - copies[-1][0]) if copies else "",
        rules=PROCESS,
    )


def _watched(looking: _Looking) -> Element:
    """An audit of a rule on it was concluded in the last year, and no corrective action on one is overdue."""
    rules = {*OWN_LIST, *PROCESS, *WRONG}
    done = [
        one
        for one in Audit.objects.filter(concluded__isnull=False).order_by("concluded")
        if rules & set(one.rules) and (one.concluded or 0) <= looking.now
    ]
    covered = [(one.concluded or 0, lasting(one.concluded or 0, AUDITED)) for one in done]
    late = Action.objects.filter(rule__in=rules, state=Action.State.OPEN, due__lt=day_of(looking.now))
    gaps = [Gap(bounds(one.due)[1], looking.now + 1) for one in late]
    told = f"{done[-1].uid} was concluded" if done else "no audit of these rules was concluded"
    return _element(
        looking,
        "(v)",
        "That they are kept is watched and enforced",
        told + (f"; {counted(len(late), 'corrective action')} overdue" if late else ""),
        together(between(covered, looking.since, looking.now), gaps),
        age=days(looking.now - (done[-1].concluded or 0)) if done else "",
        rules=tuple(sorted(rules)),
    )


ELEMENTS: Final[tuple[Callable[[_Looking], Element], ...]] = (
    _procedures,
    _trained,
    _own_list,
    _registry,
    _watched,
)


def _element(
    looking: _Looking,
    place: str,
    asks: str,
    told: str,
    gaps: Iterable[Gap],
    *,
    entry: int | None = None,
    age: str = "",
    rules: tuple[str, ...] = (),
    control: str = "",
) -> Element:
    kept = tuple(gaps)
    return Element(place, asks, told, entry, age, kept, lasting_now(kept, looking.now), rules, control)


def _broken(looking: _Looking, rules: Iterable[str]) -> list[Gap]:
    """A finding opens a gap, until a corrective action for its rule that came after it was closed, or 30 days have passed."""
    closed: dict[str, list[Instant]] = {}
    for rule, at in Action.objects.filter(closed__isnull=False).values_list("rule", "closed"):
        closed.setdefault(rule, []).append(at or 0)
    gaps = []
    found = findings(looking.since, looking.now).filter(rule__in=rules)
    for rule, at in found.values_list("rule", "at"):
        ends = [one for one in closed.get(rule, ()) if one > at]
        gaps.append(Gap(at, min([*ends, at + WINDOW])))
    return together(gaps)


def _found(looking: _Looking, rules: Iterable[str]) -> str:
    found = sum(fired.findings for rule, fired in looking.evidence.fired.items() if rule in set(rules))
    return f"{counted(found, 'finding')} in 30 days"


def _beginning(at: Instant) -> Instant:
    """When the record begins; before that nothing is known, and nothing is said."""
    call = Call.objects.order_by("started").values_list("started", flat=True).first()
    finding = Finding.objects.order_by("at").values_list("at", flat=True).first()
    return min(one for one in (call, finding, at) if one is not None)
