"""Reads of requests about one's own data."""

from uuid import UUID

from django.db.models import F, QuerySet

from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.models import Contact, Duty, Export, RightsRequest

LONGEST = 18  # digits of a key


def requests(who: Person) -> QuerySet[RightsRequest]:
    """All requests, open ones first, the oldest of these on top."""
    if not may(who, "see rights requests"):
        return RightsRequest.objects.none()
    found = RightsRequest.objects.select_related("contact", "by", "timeline")
    return found.order_by(F("closed").desc(nulls_first=True), "received", "pk")


def request(who: Person, uid: UUID) -> RightsRequest:
    """One of them; RightsRequest.DoesNotExist for all others, there or not."""
    return requests(who).get(uid=uid)


def duties(request: RightsRequest) -> list[Duty]:
    """What the law still asks for, by deadline."""
    return list(Duty.objects.filter(timeline=request.timeline).order_by("deadline"))


def export(who: Person, uid: UUID) -> Export:
    """A file made for a request; Export.DoesNotExist for all who may not answer requests."""
    found = Export.objects.select_related("request")
    return (found if may(who, "answer rights requests") else found.none()).get(uid=uid)


def contact(who: Person, pk: str) -> Contact:
    """The contact of that number, for whoever may answer them; Contact.DoesNotExist for all others."""
    found = Contact.objects.filter(erased=None)
    if not pk.isdecimal() or len(pk) > LONGEST or not may(who, "answer rights requests"):
        raise Contact.DoesNotExist
    return found.get(pk=int(pk))
