"""Contacts: found by the beginning of a name, a number or an address, and all that is known of one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import phonenumbers
from django.db.models import Exists, Max, Model, OuterRef, QuerySet, prefetch_related_objects

from clearline.engine.events import Instant
from clearline.formats.phones import number_in_full
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.models import (
    Call,
    Consent,
    Contact,
    ContactPoint,
    Duty,
    Finding,
    Order,
    Relationship,
    Timeline,
)
from clearline.record.models.searching import BEYOND, Folded, Surname
from clearline.record.queries import reach
from clearline.record.queries.consents import Evidence, evidence
from clearline.record.queries.parts import LOOKED

Row = TypeVar("Row", bound=Model)
MOST = 50  # contacts that a search shows
SPOKEN = 4 * MOST  # calls whose contacts are the latest
SHOWN = 20  # rows of each list of one contact
LEAST_DIGITS = 3

_NUMBER = re.compile(r"[+\d][\d\s()/.\-]*")


class Found(NamedTuple):
    """Contacts as a list shows them, and whether there are more."""

    contacts: list[Contact]
    more: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a contact, as far as somebody may see it; each list holds the newest."""

    contact: Contact
    points: list[ContactPoint]
    consents: list[Evidence]
    relationships: list[Relationship]
    orders: list[Order]
    subscriptions: list[Timeline]
    calls: list[Call]
    findings: list[Finding]
    duties: list[Duty]


def contact(who: Person, pk: int) -> Contact:
    """One that they may see; Contact.DoesNotExist for all others, there or not."""
    return reach.contacts(who).get(pk=pk)


def point(who: Person, pk: int, contact: int) -> ContactPoint:
    """A number or address that may be shown in full; ContactPoint.DoesNotExist for all others."""
    if not (may(who, "see contact details") and reach.sees(who, contact)):
        raise ContactPoint.DoesNotExist
    return ContactPoint.objects.get(pk=pk, contact=contact)


def latest(who: Person) -> Found:
    """The contacts that are the newest; of some agents only, those that they spoke with last."""
    if reach.agents(who, "see contacts") is None:
        return _found(Contact.objects.order_by("-pk"))
    rows = (
        reach.calls(who).exclude(contact=None).order_by("-started", "-pk").values_list("contact", flat=True)
    )
    edge = Call.objects.order_by("-started").values_list("started", flat=True)[LOOKED : LOOKED + 1]
    spoken = list(rows.filter(started__gte=edge[0])[:SPOKEN]) if edge else []
    if len(spoken) < SPOKEN:
        spoken = list(rows[:SPOKEN])
    newest = list(dict.fromkeys(spoken))
    found = Contact.objects.in_bulk(newest[:MOST])
    more = len(newest) > MOST or len(spoken) == SPOKEN
    return _first([found[pk] for pk in newest[:MOST]], more=more)


def search(who: Person, text: str, regions: Iterable[str]) -> Found:
    """Contacts whose name, surname, number or address begins so; numbers without a country are tried in the regions."""
    text = " ".join(text.split())
    if _NUMBER.fullmatch(text) and sum(letter.isdigit() for letter in text) >= LEAST_DIGITS:
        return _by_points(who, numbers(text, regions))
    if "@" in text:
        return _by_points(who, [text.lower()])
    rows = reach.contacts(who)
    by_name = _found(_beginning(rows.annotate(found=Folded("name")), text.lower()))
    by_surname = _found(_beginning(rows.annotate(found=Surname("name")), text.lower()))
    return _first([*by_name.contacts, *by_surname.contacts], more=by_name.more or by_surname.more)


def numbers(text: str, regions: Iterable[str]) -> list[str]:
    """What a number in E.164 may begin with, when so much of it is typed."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if text.startswith("+"):
        return [f"+{digits}"]
    if digits.startswith("00"):
        return [f"+{digits[2:]}"]
    found = []
    for region in sorted(set(regions)):
        code = phonenumbers.country_code_for_region(region)
        if code:
            full = number_in_full(digits, region)
            found.append(full or f"+{code}{digits.removeprefix('0')}")
    return list(dict.fromkeys([*found, f"+{digits}"]))


def known(who: Person, contact: Contact) -> Known:
    """All that they may know of a contact."""
    own = {"contact": contact}
    # By their keys: there are few of a contact, and many of the agents.
    all_findings = Finding.objects.filter(timeline__contact=contact, withdrawn=None).values("pk")
    findings = reach.findings(who).filter(pk__in=all_findings).select_related("timeline")
    all_duties = Duty.objects.filter(timeline__contact=contact).values("pk")
    duties = reach.duties(who).filter(pk__in=all_duties).select_related("timeline")
    consents = list(
        Consent.objects.filter(**own).select_related("contact").order_by("-granted", "-pk")[:SHOWN]
    )
    subscriptions = Timeline.objects.filter(kind="subscription", **own)
    return Known(
        contact,
        list(ContactPoint.objects.filter(**own).order_by("kind", "pk")),
        evidence(consents),
        list(Relationship.objects.filter(**own).order_by("-until", "-pk")[:SHOWN]),
        list(Order.objects.filter(**own).select_related("timeline").order_by("-placed", "-pk")[:SHOWN]),
        list(subscriptions.order_by("-first", "-pk")[:SHOWN]),
        list(reach.calls(who).filter(**own).select_related("timeline").order_by("-started", "-pk")[:SHOWN]),
        list(findings.order_by("-at", "-pk")[:SHOWN]),
        list(duties.order_by("deadline", "pk")[:SHOWN]),
    )


def last_seen(contacts: Sequence[Contact], who: Person) -> dict[int, Instant]:
    """When each of them had a call last that they may see."""
    rows = reach.calls(who).filter(contact__in=contacts).values("contact").annotate(last=Max("started"))
    return {row["contact"]: row["last"] for row in rows}


def _by_points(who: Person, beginnings: Iterable[str]) -> Found:
    rows = ContactPoint.objects.annotate(found=Folded("value")).select_related("contact")
    if reach.agents(who, "see contacts") is not None:
        rows = rows.filter(Exists(reach.contacts(who).filter(pk=OuterRef("contact"))))
    found = [row.contact for one in beginnings for row in _beginning(rows, one)[: MOST + 1]]
    return _first(found, more=False)


def _beginning(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    return rows.filter(found__gte=text, found__lt=text + BEYOND).order_by("found", "pk")


def _found(rows: QuerySet[Contact]) -> Found:
    part = list(rows.prefetch_related("points")[: MOST + 1])
    return Found(part[:MOST], len(part) > MOST)


def _first(contacts: Iterable[Contact], *, more: bool) -> Found:
    single = list({one.pk: one for one in contacts}.values())
    prefetch_related_objects(single[:MOST], "points")
    return Found(single[:MOST], more or len(single) > MOST)
