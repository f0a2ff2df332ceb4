"""How far somebody's role reaches into the record."""

from typing import Final, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from clearline.people.models import Person
from clearline.people.permissions import Reach, reach
from clearline.record.models import Call, Contact, Duty, Finding

OF_REPORTS: Final = ("report-acknowledged", "report-feedback", "report-closed-after-feedback")
Row = TypeVar("Row", bound=Model)


def calls(who: Person) -> QuerySet[Call]:
    """The calls that somebody may see: their own, those of the teams they lead, or all."""
    return _of_agents(who, "see calls", Call.objects.all(), "agent")


def recorded(who: Person) -> QuerySet[Call]:
    """The calls whose recordings they may hear."""
    return _of_agents(who, "see recordings", Call.objects.all(), "agent")


def findings(who: Person) -> QuerySet[Finding]:
    """Findings and questions, withdrawn ones too."""
    return _but_reports(who, _of_agents(who, "see findings", Finding.objects.all(), "agent"))


def duties(who: Person) -> QuerySet[Duty]:
    return _but_reports(who, _of_agents(who, "see duties", Duty.objects.all(), "agent"))


def contacts(who: Person) -> QuerySet[Contact]:
    """Contacts: for an agent and a supervisor, those with a call that they may see."""
    far = reach(who, "see contacts")
    if far is None:
        return Contact.objects.none()
    if far is Reach.ALL:
        return Contact.objects.all()
    return Contact.objects.filter(Exists(calls(who).filter(contact=OuterRef("pk"))))


def sees(who: Person, contact: int | None) -> bool:
    """Whether a contact, and with it what they ordered, is somebody's to see; quick, however many calls there are."""
    far = reach(who, "see contacts")
    if far is None or far is Reach.ALL:
        return far is not None
    return contact is not None and calls(who).filter(contact=contact).exists()


def agents(who: Person, deed: str) -> list[str] | None:
    """The telephony's ids of the agents whose things are within reach; None for everybody's."""
    far = reach(who, deed)
    if far is Reach.ALL:
        return None
    if far is None:
        return []
    own = [who.agent] if who.agent else []
    if far is Reach.OWN:
        return own
    return [*own, *who.led_agents]


def _but_reports(who: Person, rows: QuerySet[Row]) -> QuerySet[Row]:
    """What is due on a report of the speak-up channel tells whoever is named in it that there is one."""
    if reach(who, "see report duties") is Reach.ALL:
        return rows
    return rows.exclude(rule__in=OF_REPORTS)


def _of_agents(who: Person, deed: str, rows: QuerySet[Row], field: str) -> QuerySet[Row]:
    within = agents(who, deed)
    return rows if within is None else rows.filter(**{f"{field}__in": within})
