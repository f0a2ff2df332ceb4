"""Whom attempts may ring, and what the record knows of them and of the campaign: a few questions for a whole batch."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import Lower, Trim

from clearline.engine.durations import Calendar, Span, reach
from clearline.engine.events import Event, Instant
from clearline.evidence import many
from clearline.formats.phones import number_in_full
from clearline.gate.attempts import SALES, Attempt
from clearline.gate.facts import Known, Permission, technology_of
from clearline.gate.models import Override
from clearline.gate.organisation import UNNAMED, house
from clearline.gate.places import NOWHERE, SUBDIVIDED, Places, number_places
from clearline.people.models import Person
from clearline.record.gone import objecting
from clearline.record.identities import NAMELESS, folded
from clearline.record.models import Campaign, Consent, Contact, ContactPoint, Timeline
from clearline.record.models import Event as Stored
from clearline.record.queries.campaigns import current
from clearline.record.watching import Watches

CHECKED: Final = "number.checked"
CHECK_LASTS: Final = Span(30, "d", "30d")
"""How old the answer of the database of reassigned numbers may be, where no table says it."""
NAMED: Final = ("campaign", "agent")
"""Kinds of timelines that a dialer names as it likes to write them."""
REQUIRED: Final = "course.required"
_PLACE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
EMERGENCIES: Final = "emergencies.checked"
_ANEW: Final = frozenset({"contact.created", "contact.updated"})
"""Events whose postcodes take the place of those before; others add theirs."""

Subject = tuple[str, str]  # kind of timeline, and its subject
Asking = tuple[str, Attempt]  # a number in E.164, and the attempt to ring it


@dataclass(frozen=True, slots=True)
class Concerned:
    """What some attempts concern, as the record has it."""

    watches: Watches
    timelines: Mapping[Subject, Timeline]
    at_number: Mapping[str, tuple[str, ...]]  # subjects of the contacts that are known by a number
    contacts: Mapping[str, Contact]
    numbers: Mapping[str, Sequence[str]]  # by the subject of the contact
    consents: Mapping[str, Sequence[Permission]]  # the same
    shares: Mapping[str, float]  # of each campaign, what was abandoned of what people answered
    alike: Mapping[Subject, Sequence[str]]  # of what a dialer names, the timelines that are meant
    nobody: frozenset[str]  # agents whom neither the record nor the people's list knows
    trained: bool  # agents sell with a course here, so that it matters who calls
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

    def called(self, kind: str, attempt: Attempt) -> Sequence[str]:
        """The subjects that an attempt means by a campaign's or an agent's id, first as it is written."""
        told = getattr(attempt, kind)
        return self.alike.get((kind, told), (told,)) if told else ()

    def events(self, kind: str, subject: str) -> list[Event]:
        """The events of a timeline that stand, in order; none where there is no timeline."""
        timeline = self.timelines.get((kind, subject))
        return self.watches.events(timeline) if timeline is not None and timeline.length else []

    def known(self, number: str, attempt: Attempt, at: Instant) -> Known:
        """What the record knows of an attempt."""
        subjects = self.rung(number, attempt)
        named = [one for one in subjects if not one.startswith(NAMELESS)] or subjects
        return Known(
            told=self._places(subjects),
            postcodes=tuple(self._postcodes(subjects)),
            consents=[self._permissions(one, number) for one in named],
            reassigned=self._reassigned(subjects, number, at),
            abandoned_share=self._share(attempt),
            emergencies=self._emergencies(),
            unnamed=self._unnamed(attempt),
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

    def _share(self, attempt: Attempt) -> float | None:
        """The highest of the campaign, in whatever way it is written."""
        return max(
            (self.shares[one] for one in self.called("campaign", attempt) if one in self.shares), default=None
        )

    def _unnamed(self, attempt: Attempt) -> Sequence[str]:
        """The agent, where the rules about agents would be passed by."""
        by_hand = technology_of(attempt) == "human_manual"
        missing = attempt.agent in self.nobody if attempt.agent else self.trained and by_hand
        return ("agent",) if missing else ()

    def _places(self, subjects: Iterable[str]) -> Places:
        """Where these may be, by what was told and by all of their numbers; a state, where a number only says America."""
        contacts = [self.contacts[one] for one in subjects if one in self.contacts]
        if not contacts:
            return NOWHERE
        places = {place for one in contacts for place in one.places} - SUBDIVIDED
        numbers = (number for one in contacts for number in self.numbers.get(one.subject, ()))
        places.update(*map(number_places, numbers))
        zones = {zone for one in contacts for zone in one.zones}
        return Places(tuple(sorted(places)), tuple(sorted(zones)))

    def _postcodes(self, subjects: Iterable[str]) -> Iterator[str]:
        """Every postcode that these have, by what was told and by their orders."""
        for subject in subjects:
            found: list[str] = []
            for event in self.events("contact", subject):
                if "postcode" in event.data:
                    told = event.data["postcode"]
                    several = [str(one) for one in (told if isinstance(told, list) else [told])]
                    found = several if event.type in _ANEW else [*found, *several]
            yield from dict.fromkeys(found)

    def _permissions(self, subject: str, number: str) -> Sequence[Permission]:
        """What was agreed to for a number; a consent that names none was for those that the record knows."""
        found = self.consents.get(subject, ())
        known = number in self.numbers.get(subject, ()) or subject == NAMELESS + number
        return found if known else [one for one in found if one.number]

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
    timelines = {
        (row.kind, row.subject): row for row in many.find(Timeline, kind="contact", subject=subjects)
    }
    whose = house()
    if whose is not None:
        timelines[whose.kind, whose.subject] = whose
    told = {(kind, name) for _, one in asking for kind in NAMED if (name := getattr(one, kind))}
    alike = _alike(told, timelines)
    campaigns = {name for (kind, _), names in alike.items() if kind == "campaign" for name in names}
    watches.open([one for one in timelines.values() if watches.judging.program(one.kind) is not None])
    return Concerned(
        watches=watches,
        timelines=timelines,
        at_number=at_number,
        contacts=contacts,
        numbers=_numbers(contacts),
        consents=_consents({one.pk: one.subject for one in contacts.values()}),
        shares=_shares(campaigns, at),
        alike=alike,
        nobody=_nobody({name for kind, name in told - alike.keys() if kind == "agent"}),
        trained=any(not one.agent and one.purpose in SALES for _, one in asking)
        and Stored.objects.filter(type=REQUIRED).exists(),
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


def _numbers(contacts: Mapping[str, Contact]) -> dict[str, list[str]]:
    """All numbers of contacts, by the subject."""
    subjects = {one.pk: one.subject for one in contacts.values()}
    kind = ContactPoint.Kind.PHONE.value
    found: dict[str, list[str]] = defaultdict(list)
    for contact, number in many.select(ContactPoint, ["contact", "value"], kind=kind, contact=list(subjects)):
        found[subjects[contact]].append(number)
    return found


def _alike(told: Iterable[Subject], timelines: dict[Subject, Timeline]) -> dict[Subject, list[str]]:
    """Of each the timelines that are called so but for case and spaces, which are added to the others."""
    told = list(told)
    if not told:
        return {}
    names = {name for _, name in told}
    alike = Q(low__in={*map(folded, names)}) | Q(subject__in=names)
    rows = Timeline.objects.annotate(low=Lower(Trim("subject"))).filter(alike, kind__in=NAMED)
    found: dict[Subject, list[str]] = defaultdict(list)
    for row in rows.order_by("pk"):
        timelines[row.kind, row.subject] = row
        found[row.kind, folded(row.subject)].append(row.subject)
    meant = {(kind, name): found.get((kind, folded(name)), []) for kind, name in told}
    return {one: sorted(some, key=lambda name: name != one[1]) for one, some in meant.items() if some}


def _nobody(agents: set[str]) -> frozenset[str]:
    """Those whom nobody has entered among the people either."""
    if not agents:
        return frozenset()
    people = Person.objects.annotate(low=Lower(Trim("agent"))).filter(low__in={*map(folded, agents)})
    known = {folded(one or "") for one in people.values_list("agent", flat=True)}
    return frozenset(one for one in agents if folded(one) not in known)


def _consents(contacts: Mapping[int, str]) -> dict[str, list[Permission]]:
    found: dict[str, list[Permission]] = defaultdict(list)
    for row in many.find(Consent, contact_id=list(contacts)):
        number = number_in_full(row.number) or row.number
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
                whole=all(one.strip() for one in (row.wording, row.number, row.seller)),
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


def _is(told: Any, number: str) -> bool:
    """Whether a check was about this number; one that names none was about the contact's."""
    return not told or number_in_full(str(told)) == number
