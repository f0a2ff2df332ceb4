"""Erases a contact: everything that no law and no hold keeps, and a record of what they keep, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from clearline.engine.events import Instant
from clearline.evidence.actions import forget, lock
from clearline.people.models import Act, Person
from clearline.people.permissions import may
from clearline.record import jobs
from clearline.record.errors import RefusedError
from clearline.record.gone import SUBJECT, fingerprint, remember
from clearline.record.identities import NAMELESS
from clearline.record.models import Contact, ContactPoint, Duty, EventOn, Export, Finding, Hold, Timeline
from clearline.record.recordings.actions import originals_deleted
from clearline.record.retention.actions import SWEEP
from clearline.record.retention.classes import classes
from clearline.record.retention.holds import held
from clearline.record.retention.keeping import Keeping, Schedule
from clearline.record.retention.scrubbing import Part, scrub, speaks
from clearline.record.rooms import rooms
from clearline.rulebook.rulebook import Rulebook

PERSONAL: Final = ("contact", "call", "order", "subscription")  # kinds of timelines that are about a contact
BESIDE: Final = ("panel",)  # kinds that say what went on beside a call, under its name
TELLING: Final = 5  # characters; a shorter name would be found everywhere


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure takes away and what it leaves."""

    contact: Contact
    gone: tuple[Part, ...]
    kept: tuple[Keeping, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing of the contact is left."""
        return not self.kept

    def told(self, now: Instant) -> list[dict[str, Any]]:
        """What is kept and why, by class, for the answer; it names nothing of the contact."""
        found: dict[str, dict[str, Any]] = {}
        for one in self.kept:
            klass = one.part.klass
            row = found.setdefault(klass.id, {"class": klass.title, "until": 0, "because": [], "count": 0})
            row["count"] += 1
            asking = {name: until for name, until in one.laws.items() if until >= now}
            row["until"] = max([row["until"], *asking.values()])
            cites = {limit.cite for limit in klass.limits if limit.id in asking}
            row["because"] = sorted({*row["because"], *cites, *(["a legal hold"] if one.hold else [])})
        return list(found.values())


def timelines_of(contact: Contact) -> list[Timeline]:
    """All that are about a contact: their own, and the calls, orders and subscriptions that they had a part in."""
    own = Timeline.objects.filter(kind="contact", subject=contact.subject).values("pk")
    shared = EventOn.objects.filter(event__places__timeline__in=own).values("timeline")
    found = Timeline.objects.filter(kind__in=PERSONAL).select_related("contact", "call")
    of_rows = found.filter(contact=contact) | found.filter(pk__in=own) | found.filter(pk__in=shared)
    rows = list(of_rows.order_by("pk"))
    calls = [one.subject for one in rows if one.kind == "call"]
    return rows + list(Timeline.objects.filter(kind__in=BESIDE, subject__in=calls).order_by("pk"))


def plan(contact: Contact, rulebook: Rulebook, places: Sequence[str], now: Instant) -> Plan:
    """What erasing would do now."""
    schedule = Schedule(rulebook, places)
    timelines = timelines_of(contact)
    gone: list[Part] = []
    kept: list[Keeping] = []
    for klass in classes().values():
        for one in schedule.keeping([t for t in timelines if t.kind == klass.on], klass):
            stays = bool(one.hold) or one.asked >= now
            if stays and speaks(one.part):
                kept.append(one)
            elif not stays:
                gone.append(one.part)
    return Plan(contact, tuple(gone), tuple(kept))


def erased(by: Person, contact: Contact, rulebook: Rulebook, places: Sequence[str], at: Instant) -> Plan:
    """Erases now; what was done. A contact that is gone already stays gone, and the plan is empty."""
    if not may(by, "erase"):
        raise RefusedError("only an officer erases")
    with transaction.atomic():
        lock()
        contact = Contact.objects.select_for_update().get(pk=contact.pk)
        if contact.erased is not None:
            return Plan(contact, (), ())
        done = plan(contact, rulebook, places, at)
        names, numbers = _names(contact), _numbers(contact)
        _remember(contact, at)
        if done.gone:
            scrub(done.gone, by, "erasure", at)
            _forget_quotes(done.gone)
        calls = [one for one in timelines_of(contact) if one.kind == "call"]
        standing = held(calls)
        free = [one.subject for one in calls if one.pk not in standing]
        originals_deleted(free, "erasure", str(by.uid), at)
        if not any(one.hold for one in done.kept):
            for room in rooms():
                room.erased(contact.subject, numbers)
        _forget_looks(names)
        for timeline in {part.timeline for part in done.gone}:
            forget(str(timeline))  # to whom evidence about it went out
        erase_exports(contact, at)
        if done.whole:
            _empty(Contact.objects.get(pk=contact.pk), at)
        nameless = [NAMELESS + number for number in numbers]
        for other in Contact.objects.filter(subject__in=nameless, erased=None):
            erased(by, other, rulebook, places, at)
        jobs.ask(SWEEP, {}, at)
    return done


def erase_exports(contact: Contact, at: Instant) -> None:
    """Deletes the files that were made of a contact's data."""
    for export in Export.objects.filter(request__contact=contact, erased=None):
        (settings.HOME.path / "exports" / f"{export.uid}.zip").unlink(missing_ok=True)
        export.erased = at
        export.save(update_fields=["erased"])


def _names(contact: Contact) -> set[str]:
    """By what somebody may have written of the contact."""
    points = ContactPoint.objects.filter(contact=contact).values_list("value", flat=True)
    return {one for one in (contact.subject, contact.name, *points) if len(one) >= TELLING}


def _numbers(contact: Contact) -> list[str]:
    """Those that the contact was reached at, in E.164."""
    points = ContactPoint.objects.filter(contact=contact, kind=ContactPoint.Kind.PHONE)
    found = list(points.values_list("value", flat=True))
    nameless = contact.subject.startswith(NAMELESS)
    return [*found, contact.subject.removeprefix(NAMELESS)] if nameless else found


def _remember(contact: Contact, at: Instant) -> None:
    """Keyed hashes, so that who was erased is not called again from the next list that is bought."""
    remember(ContactPoint.Kind.PHONE, _numbers(contact), at)
    addresses = ContactPoint.objects.filter(contact=contact, kind=ContactPoint.Kind.EMAIL)
    remember(ContactPoint.Kind.EMAIL, addresses.values_list("value", flat=True), at)


def _forget_looks(names: Iterable[str]) -> None:
    """Who looked stays in the log; whom they looked at, in words, does not stay here."""
    for name in names:
        Act.objects.filter(what__contains=name).update(what="")


def _forget_quotes(gone: Iterable[Part]) -> None:
    """Findings and duties on other timelines, as of an agent, that quote what was erased."""
    names = [
        f"{source}/{name}".encode()
        for source, name in EventOn.objects.filter(
            timeline__in={part.timeline.pk for part in gone}, event__body=None
        ).values_list("event__source", "event__name")
    ]
    others = EventOn.objects.filter(event__places__timeline__in={part.timeline.pk for part in gone})
    touched = others.exclude(timeline__kind__in=PERSONAL).values("timeline")
    for model in (Finding, Duty):
        rows = model.objects.filter(timeline__in=touched, body__isnull=False)
        telling = [row.pk for row in rows if any(name in bytes(row.body or b"") for name in names)]
        model.objects.filter(pk__in=telling).update(body=None)


def _empty(contact: Contact, at: Instant) -> None:
    """Leaves a row without anything of the person, which old rows point to."""
    own = Timeline.objects.filter(kind="contact", subject=contact.subject)
    held = Hold.objects.filter(timeline__in=[one.pk for one in timelines_of(contact)])
    held.exclude(released=None).update(reason="", released_why="", secret=None)
    remember(SUBJECT, [contact.subject], at)
    name = f"erased-{fingerprint(SUBJECT, contact.subject).hex()[:32]}-{at}"
    Finding.objects.filter(timeline__in=own.values("pk")).update(body=None)
    own.update(subject=name, secret=None, wakes=None)
    for related in (contact.points, contact.consents, contact.relationships):
        related.all().delete()
    contact.subject, contact.erased = name, at
    contact.name = contact.language = ""
    contact.places, contact.zones = [], []
    contact.save()
