"""Reads for the pages of holders: what their key opens, and nothing else."""

from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import ExtractYear

from clearline.culture.models import Holder, Letter, Report, Wrap
from clearline.culture.speakup import holding, keys
from clearline.culture.speakup import watch as watching
from clearline.culture.speakup.sealing import Opened, Said
from clearline.engine.events import Instant
from clearline.people.models import Person, Role
from clearline.people.permissions import may
from clearline.record.days import day_of
from clearline.record.errors import RefusedError
from clearline.record.models import Duty, Finding
from clearline.record.models.judged import STANDING

K: Final = 5  # reports that have to be there before a figure is told
BEGINNING: Final = 160  # characters of the first letter that the box shows


class Case(NamedTuple):
    """A line of the box."""

    report: Report
    beginning: str
    letters: int
    waits: bool  # the reporter wrote last
    due: Duty | None


class Watched(NamedTuple):
    """What the watch says of the agent who gave their name."""

    agent: str
    name: str
    since: date
    lines: list[watching.Line]


def cases(holder: Holder, private: bytes) -> list[Case]:
    """What lies in the box for them, what is due first."""
    found = []
    for one in holding.opened(holder, private):
        told = letters(one)
        if not told:
            continue  # in the box until the night
        written = [letter for letter, _ in told if letter.by != Letter.By.NOTE]
        waits = written[-1].by == Letter.By.REPORTER and one.report.state != Report.State.CLOSED
        beginning = told[0][1].words[:BEGINNING]
        found.append(Case(one.report, beginning, len(written), waits, due(one.report)))
    last = float("inf")
    return sorted(found, key=lambda one: (one.due.deadline or last) if one.due else last)


def one(holder: Holder, private: bytes, uid: UUID) -> Opened | None:
    """A report that their key opens and that is out of the box."""
    wrap = Wrap.objects.filter(holder=holder, report=uid).select_related("report").first()
    key = keys.unsealed(private, bytes(wrap.sealed)) if wrap else None
    if wrap is None or key is None or wrap.report.state == Report.State.POSTED:
        return None
    return Opened(wrap.report, key)


def letters(one: Opened) -> list[tuple[Letter, Said]]:
    """Letters and notes in their order; what is in the box until the night is not among them."""
    rows = one.report.letters.filter(waits=False).order_by("number")
    return [(letter, one.says(letter)) for letter in rows]


def due(report: Report) -> Duty | None:
    """What has to be done about it next, and by when."""
    rows = Duty.objects.filter(timeline__kind="report", timeline__subject=str(report.uid), question=False)
    return rows.order_by("deadline").first()


def holders() -> list[tuple[Holder, str]]:
    """Everybody who is appointed, with the fingerprint of their key."""
    rows = Holder.objects.filter(released=None).select_related("person").order_by("kind", "pk")
    return [(one, keys.fingerprint(bytes(one.public)) if one.public else "") for one in rows]


def eligible() -> list[Person]:
    """Whom an officer may appoint."""
    held = Holder.objects.filter(released=None).values("person")
    rows = Person.objects.filter(is_active=True).exclude(pk__in=held).order_by("name")
    return [one for one in rows if may(one, "hold report keys")]


def others(by: Person, one: Opened) -> list[Person]:
    """Those who hold a key and may read it still, but for whoever asks."""
    rows = Holder.objects.filter(released=None).select_related("person")
    out = {*one.inner.kept_out, str(by.uid)}
    return [row.person for row in rows if str(row.person.uid) not in out]


def kept_out(one: Opened) -> list[Person]:
    """Who may not read it."""
    return list(Person.objects.filter(uid__in=one.inner.kept_out).order_by("name"))


def holding_person(uid: str) -> Person:
    """Somebody who holds a key, by what a form says."""
    row = next((one for one, _ in holders() if str(one.person.uid) == uid), None)
    if row is None:
        raise RefusedError("choose somebody who holds a key")
    return row.person


def agents() -> list[Person]:
    """Who takes calls."""
    rows = Person.objects.filter(is_active=True, role__in=(Role.AGENT, Role.SUPERVISOR))
    return list(rows.exclude(agent=None).order_by("name"))


def agent(name: str) -> str:
    """The id of an agent, by what a form says; empty for none."""
    if name and not any(one.agent == name for one in agents()):
        raise RefusedError("choose an agent")
    return name


def watch(one: Opened, at: Instant) -> Watched | None:
    """What the watch says. It is worked out for all agents whether somebody is watched or not."""
    inner, today = one.inner, day_of(at)
    since = date.fromisoformat(inner.since) if inner.since else today - timedelta(days=30)
    measures = watching.measured(since, at)
    names = dict(Person.objects.exclude(agent=None).order_by("pk").values_list("agent", "name"))
    if not inner.watched:
        return None
    name = names.get(inner.watched) or inner.watched
    return Watched(inner.watched, name, since, watching.lines(measures, inner.watched))


class Year(NamedTuple):
    """Reports of a year that is told of; None where there are too few."""

    year: int
    reports: int | None
    in_time: int | None


def years(at: Instant) -> list[Year]:
    """By year, the month that is running not yet counted, and only where at least K came: fewer could be told apart."""
    today = day_of(at)
    until = today.replace(day=1) - timedelta(days=1)
    rows = Report.objects.exclude(state=Report.State.POSTED).filter(day__lte=until)
    counted = (
        rows.annotate(year=ExtractYear("day")).values("year").annotate(count=Count("pk")).order_by("-year")
    )
    late = set(
        Finding.objects.filter(STANDING, rule="report-acknowledged").values_list(
            "timeline__subject", flat=True
        )
    )
    found = []
    for one in counted:
        year, count = one["year"], one["count"]
        if count < K:
            found.append(Year(year, None, None))
            continue
        uids = {str(uid) for uid in rows.filter(day__year=year).values_list("uid", flat=True)}
        tardy = len(uids & late)
        told = None if 0 < tardy < K or 0 < count - tardy < K else count - tardy
        found.append(Year(year, count, told))
    return found
