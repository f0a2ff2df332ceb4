"""The people of the tests: Alice owns, Bob helps, Ada speaks, Charlie must see nothing, Audrey audits, Max administers."""

from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from clearline.people.models import Person, Role, Team

PASSWORD = "four random words, said once"
AT = 1_795_392_000_000_000  # 2026-11-23


class Cast(NamedTuple):
    """Everybody, made new for a test."""

    alice: Person
    bob: Person
    ada: Person
    anna: Person
    charlie: Person
    audrey: Person
    max: Person


def cast() -> Cast:
    """The people, with a second factor where their role needs one."""
    tents, boots = Team.objects.create(name="Tents"), Team.objects.create(name="Boots")
    found = Cast(
        alice=_made("Alice", Role.OFFICER),
        bob=_made("Bob", Role.SUPERVISOR, tents),
        ada=_made("Ada", Role.AGENT, tents, "a-1"),
        anna=_made("Anna", Role.ANALYST),
        charlie=_made("Charlie", Role.AGENT, boots, "a-9"),
        audrey=_made("Audrey", Role.AUDITOR),
        max=_made("Max", Role.ADMINISTRATOR),
    )
    found.bob.leads.add(tents)
    return found


def logged_in(person: Person, *, freshly: bool = False) -> Client:
    """A browser of theirs; freshly as if they had just shown their password."""
    client = Client(raise_request_exception=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    if freshly:
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": 9e12, "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
    return client


def with_password(person: Person) -> Person:
    """Gives them a password, which takes its time."""
    person.set_password(PASSWORD)
    person.save()
    return person


def _made(name: str, role: Role, team: Team | None = None, agent: str | None = None) -> Person:
    person = Person.objects.invited(
        email=f"{name.lower()}@shop.example", name=name, role=role, team=team, agent=agent
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if role != Role.AGENT:
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    return person
