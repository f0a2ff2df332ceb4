"""Whom attempts may ring, and what the record knows of them and of the campaign: a few questions for a whole batch."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from clearline.engine.durations import Calendar, Span, reach
from clearline.engine.events import Event, Instant
from clearline.evidence import many
from clearline.formats.phones import number_in_full
from clearline.gate.attempts import Attempt
from clearline.gate.facts import Known, Permission
from clearline.gate.models import Override
from clearline.gate.organisation import UNNAMED, house
from clearline.gate.places import NOWHERE, SUBDIVIDED, Places
from clearline.record.gone import objecting
from clearline.record.identities import NAMELESS
from clearline.record.models import Campaign, Consent, Contact, ContactPoint, Timeline
from clearline.record.queries.campaigns import current
from clearline.record.watching import Watches

CHECKED: Final = "number.checked"
CHECK_LASTS: Final = Span(30, "d", "30d")
"""How old the answer of the database of reassigned numbers may be, where no table says it."""
_PLACE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
EMERGENCIES: Final = "emergencies.checked"

Subject = tuple[str, str]  # kind of timeline, and its subject
Asking = tuple[str, Attempt]  # a number in E.164, and the attempt to ring it


@dataclass(frozen=True, slots=True)
class Concerned:
    """What some attempts concern, as the record has it."""

    watches: Watches
    timelines: Mapping[Subject, Timeline]
    at_number: Mapping[str, tuple[str, ...]]  # subjects of the contacts that are known by a number
    contacts: Mapping[str, Contact]
    consents: Mapping[str, Sequence[Permission]]  # by the subject of the contact
    shares: Mapping[str, float]  # of each campaign, what was abandoned of what people answered
    objecting: frozenset[str]  # numbers whose contact was erased or objected, and is known by nothing else
    overrides: Mapping[str, Sequence[Override]]
    organisation: str
    lasts: Span = CHECK_LASTS
    _known: dict[tuple[str, str, str], Known] = field(default_factory=dict)

    def rung(self, number: str, attempt: Attempt) -> list[str]:
        """Subjects of all whom the attempt may ring; whoever the dialer names comes first."""
        found = [attempt.contact] if attempt.contact else []
        found += self.at_number.get(number, ())
        nameless = NAMELESS + number
        if not self.at_number.get(number) or ("contact", nameless) in self.timelines:
            found.append(nameless)
        return list(dict.fromkeys(found))

    def events(self, kind: str, subject: str) -> list[Event]:
        """The events of a timeline that stand, in order; none where there is no timeline."""
        timeline = self.timelines.get((kind, subject))
        return self.watches.events(timeline) if timeline is not None and timeline.length else []

    def known(self, number: str, attempt: Attempt, at: Instant) -> Known:
        """What the record knows of an attempt."""
        subjects = self.rung(number, attempt)
        contacts = [self.contacts[one] for one in subjects if one in self.contacts]
        named = [one for one in subjects if not one.startswith(NAMELESS)] or subjects
        return Known(
            told=_together(contacts),
            consents=[self.consents.get(one, ()) for one in named],
            reassigned=self._reassigned(subjects, number, at),
            abandoned_share=self.shares.get(attempt.campaign),
            emergencies=self._emergencies(),
            objected=number in self.objecting,
        )

    def lifted(self, number: str, attempt: Attempt, at: Instant) -> dict[str, str]:
        """The rules that overrides lift for everybody whom the attempt may ring."""
        several = [
            {rule: one.uid for one in self.overrides.get(subject, ()) if at < one.until for rule in one.rules}
            for subject in self.rung(number, attempt)
        ]
        common = set.intersection(*map(set, several)) if several else set()
        return {rule: several[0][rule] for rule in common}

    def _reassigned(self, subjects: Iterable[str], number: str, at: Instant) -> str:
        """The newest answer of the database of reassigned numbers that is not too old; a `yes` stays one."""
        told = [
            event
            for subject in subjects
            for event in self.events("contact", subject)
            if event.type == CHECKED and _is(event.data.get("number"), number) and event.at <= at
        ]
        answer = max(told, key=lambda event: event.at, default=None)
        if answer is None:
            return ""
        said = str(answer.data.get("answer", ""))
        if said.strip().casefold() not in {"no", "no data"}:
            return "yes"  # whatever else was answered; in doubt it has another owner
        return said.strip().casefold() if reach(answer.at, self.lasts, Calendar()) >= at else ""

    def _emergencies(self) -> frozenset[str] | None:
        """The places of the newest look at declared emergencies; None where nobody has looked."""
        looks = [one for one in self.events("organisation", self.organisation) if one.type == EMERGENCIES]
        places = looks[-1].data.get("places") if looks else None
        if not isinstance(places, list) or not all(_PLACE.fullmatch(str(one)) for one in places):
            return None  # nobody can read where they are: not known
        return frozenset(places)


def concerned(asking: Sequence[Asking], at: Instant, watches: Watches) -> Concerned:
    """Asks the record about a batch."""
    numbers = {number for number, _ in asking if number}
    named = {one.contact for _, one in asking if one.contact}
    at_number, contacts = _reached(numbers, named)
    subjects = {*named, *contacts, *(NAMELESS + number for number in numbers)}
    campaigns = {one.campaign for _, one in asking if one.campaign}
    whose = house()
    timelines = _timelines(
        {
            "contact": subjects,
            "campaign": campaigns,
            "agent": {one.agent for _, one in asking if one.agent},
        }
    )
    if whose is not None:
        timelines[whose.kind, whose.subject] = whose
    watches.open([one for one in timelines.values() if watches.judging.program(one.kind) is not None])
    return Concerned(
        watches=watches,
        timelines=timelines,
        at_number=at_number,
        contacts=contacts,
        consents=_consents({one.pk: one.subject for one in contacts.values()}),
        shares=_shares(campaigns, at),
        objecting=frozenset(objecting(ContactPoint.Kind.PHONE, numbers)),
        overrides=_overrides(subjects, at),
        organisation=UNNAMED if whose is None else whose.subject,
    )


def _reached(
    numbers: Collection[str], named: Collection[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, Contact]]:
    """Subjects of the contacts that are known by these numbers, and the rows of those and of the named ones."""
    points = many.select(
        ContactPoint, ["value", "contact"], kind=ContactPoint.Kind.PHONE.value, value=numbers
    )
    known = {one.pk: one for one in many.find(Contact, id={contact for _, contact in points})}
    at_number: dict[str, list[str]] = defaultdict(list)
    for number, contact in points:
        if known[contact].erased is None:
            at_number[number].append(known[contact].subject)
    standing = [one for one in known.values() if one.erased is None]
    contacts = {one.subject: one for one in (*standing, *many.find(Contact, subject=named))}
    return {number: tuple(some) for number, some in at_number.items()}, contacts


def _timelines(wanted: Mapping[str, Collection[str]]) -> dict[Subject, Timeline]:
    found = (many.find(Timeline, kind=kind, subject=subjects) for kind, subjects in wanted.items())
    return {(row.kind, row.subject): row for rows in found for row in rows}


def _consents(contacts: Mapping[int, str]) -> dict[str, list[Permission]]:
    found: dict[str, list[Permission]] = defaultdict(list)
    for row in many.find(Consent, contact_id=list(contacts)):
        number = number_in_full(row.number, "US") or row.number
        found[contacts[row.contact_id]].append(
            Permission(
                row.kind,
                row.purpose,
                row.channel,
                row.technology,
                number,
                row.seller,
                row.granted,
                row.revoked,
            )
        )
    return found


def _shares(campaigns: Iterable[str], at: Instant) -> dict[str, float]:
    """Of campaigns that are known; a new one has abandoned nothing."""
    rows = many.find(Campaign, subject=list(campaigns))
    if not rows:
        return {}
    return dict.fromkeys((row.subject for row in rows), 0.0) | {
        one.campaign: one.share for one in current(rows, at)
    }


def _overrides(subjects: Iterable[str], at: Instant) -> dict[str, list[Override]]:
    found: dict[str, list[Override]] = defaultdict(list)
    for row in many.find(Override, contact=list(subjects)):
        if row.approved is not None and row.approved <= at < row.until and row.refused is None:
            found[row.contact].append(row)
    return found


def _together(contacts: Sequence[Contact]) -> Places:
    """Where these contacts may be; that a number is American says nothing where a state is told."""
    if not contacts:
        return NOWHERE
    places = {place for one in contacts for place in one.places}
    zones = {zone for one in contacts for zone in one.zones}
    return Places(tuple(sorted(places - SUBDIVIDED)), tuple(sorted(zones)))


def _is(told: Any, number: str) -> bool:
    """Whether a check was about this number; one that names none was about the contact's."""
    return not told or number_in_full(str(told), "US") == number
