"""Four eyes: nobody becomes an officer or an administrator by the word of one administrator alone."""

from typing import Final

from django.db import transaction

from clearline.engine.events import Instant
from clearline.people.acts import done
from clearline.people.errors import Refused
from clearline.people.models import Person, Proposal, Role
from clearline.people.permissions import may

WEIGHTY: Final = (Role.OFFICER, Role.ADMINISTRATOR)


def waits(by: Person | None, role: Role) -> bool:
    """Whether an officer has to confirm it; before there is one, and for the command line, nobody has to."""
    officers = Person.objects.filter(role=Role.OFFICER, is_active=True)
    return by is not None and role in WEIGHTY and officers.exists()


def proposed(by: Person, person: Person, role: Role, at: Instant) -> Proposal:
    """The role waits; inside the caller's transaction."""
    done(kind="person.proposed", by=by, about=person, what=f"{role}, if an officer confirms it", at=at)
    found, _ = Proposal.objects.update_or_create(person=person, defaults={"role": role, "by": by, "at": at})
    return found


def confirmed(by: Person, person: Person, at: Instant) -> None:
    """The person has the role from now on."""
    with transaction.atomic():
        proposal = _taken(by, person)
        person = Person.objects.select_for_update().get(pk=person.pk)
        before, person.role = person.role, proposal.role
        person.save(update_fields=["role"])
        done(kind="person.role", by=by, about=person, what=f"{before} → {person.role}, confirmed", at=at)


def declined(by: Person, person: Person, at: Instant) -> None:
    """The person stays what they are."""
    with transaction.atomic():
        proposal = _taken(by, person)
        done(kind="person.declined", by=by, about=person, what=f"not {proposal.role}", at=at)


def _taken(by: Person, person: Person) -> Proposal:
    """What was proposed, which nobody else can take any more."""
    if by == person or not may(Person.objects.get(pk=by.pk), "confirm roles"):  # as they are now
        raise Refused("only another officer confirms who becomes an officer or an administrator")
    proposal = Proposal.objects.select_for_update().filter(person=person).first()
    if proposal is None or not person.is_active:
        raise Refused(f"nothing waits for {person} any more")
    proposal.delete()
    return proposal
