"""Writes about people: in a transaction, with an entry in the evidence log; `at` in microseconds since 1970."""

import secrets
from collections.abc import Collection
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from clearline.engine.events import Instant
from clearline.people.acts import LOOK, done
from clearline.people.confirming import proposed, waits
from clearline.people.errors import Refused
from clearline.people.models import Act, Invitation, Person, Proposal, Role, Team, Token
from clearline.people.permissions import may
from clearline.people.queries import invitation, others_in
from clearline.people.tokens import DAY, digest

INVITED_FOR: Final = 7 * DAY
NEVER_EMPTY: Final = (Role.ADMINISTRATOR, Role.OFFICER)  # without them nobody could mend it, or answer for it


def invited(
    by: Person | None, *, email: str, name: str, role: Role, team: Team | None, at: Instant
) -> tuple[Person, str]:
    """Somebody new, and the code of their invitation, which nobody can show again. By none: from the command line."""
    _need_manager(by)
    with transaction.atomic():
        first = Role.AGENT if waits(by, role) else role
        if Person.objects.filter(email=email.lower()).exists():
            raise Refused(f"{email} is here already; open that person and invite them again")
        person = Person.objects.invited(email=email, name=name, role=first, team=team)
        _vouch(person)
        code = _code(person, at)
        done(kind="person.invited", by=by, about=person, what=f"as {first} in {team or 'no team'}", at=at)
        if by is not None and first != role:
            proposed(by, person, role, at)
    return person, code


def invited_again(by: Person | None, person: Person, at: Instant) -> str:
    """A new code for somebody who lost the way in; their password, second factors and sessions end.

    An officer or administrator is one again when an officer confirms it: whoever has the code could be anybody.
    """
    _need_manager(by)
    if by == person:
        raise Refused("ask another administrator: nobody lets themselves in")
    if not person.is_active:
        raise Refused(f"{person} has left; let them return first")
    with transaction.atomic():
        person = _locked(person)
        _step_back(by, person, at)
        person.set_unusable_password()
        person.save(update_fields=["password"])
        Authenticator.objects.filter(user=person).delete()
        _end_sessions(person)
        code = _code(person, at)
        done(kind="person.invited", by=by, about=person, what="again, without their second factor", at=at)
    return code


def arrived(code: str, password: str, at: Instant) -> Person:
    """Uses an invitation up; Refused when it was used, is too old, or never was."""
    with transaction.atomic():
        found = invitation(code, at)
        if found is None or not Invitation.objects.filter(pk=found.pk).delete()[0]:
            raise Refused("this invitation was used, or is too old; ask an administrator for another")
        person = found.person
        person.set_password(password)
        person.save(update_fields=["password"])
        done(kind="person.arrived", by=person, about=person, what="set a password", at=at)
    return person


def sent_by_login(*, email: str, name: str, role: Role, provider: str, at: Instant) -> Person:
    """Somebody whom the shop's own login vouches for and maps to a role."""
    with transaction.atomic():
        person = Person.objects.invited(email=email, name=name or email, role=role)
        _vouch(person)
        done(kind="person.arrived", by=person, about=person, what=f"as {role}, sent by {provider}", at=at)
    return person


def changed(
    by: Person,
    person: Person,
    *,
    role: Role,
    team: Team | None,
    leads: Collection[Team],
    agent: str | None,
    at: Instant,
) -> None:
    """Gives somebody another role, team, teams to lead or telephony id; an entry for each thing that changed.

    An officer has to confirm a new officer or administrator; until then they stay what they are.
    """
    _need_manager(by)
    if by == person:
        raise Refused("nobody changes their own role or teams; ask another administrator")
    with transaction.atomic():
        person = _locked(person)
        before, led = Role(person.role), sorted(map(str, person.leads.all()))
        if role != before:
            _keep_one(person)
            Proposal.objects.filter(person=person).delete()
            if waits(by, role):
                proposed(by, person, role, at)
                role = before
        told = [
            ("role", before, role),
            ("team", person.team or "none", team or "none"),
            ("leads", ", ".join(led) or "none", ", ".join(sorted(map(str, leads))) or "none"),
            ("agent", person.agent or "none", agent or "none"),
        ]
        person.role, person.team, person.agent = role, team, agent or None
        person.save(update_fields=["role", "team", "agent"])
        person.leads.set(leads)
        for word, old, new in told:
            if str(old) != str(new):
                done(kind=f"person.{word}", by=by, about=person, what=f"{old} → {new}", at=at)


def left(by: Person, person: Person, at: Instant) -> None:
    """Closes the door behind somebody: sessions, tokens and invitations end; what they did stays."""
    _need_manager(by)
    if by == person:
        raise Refused("nobody shuts themselves out; ask another administrator")
    with transaction.atomic():
        person = _locked(person)
        _keep_one(person)
        if not person.is_active:
            return
        person.is_active = False
        person.save(update_fields=["is_active"])
        Invitation.objects.filter(person=person).delete()
        Proposal.objects.filter(person=person).delete()
        Token.objects.filter(owner=person, revoked=None).update(revoked=at)
        _end_sessions(person)
        done(kind="person.left", by=by, about=person, what="can no longer log in", at=at)


def returned(by: Person, person: Person, at: Instant) -> None:
    """Opens it again; tokens stay ended, and an officer or administrator has to be confirmed anew."""
    _need_manager(by)
    with transaction.atomic():
        if Person.objects.filter(pk=person.pk, is_active=False).exclude(secret=None).update(is_active=True):
            _step_back(by, _locked(person), at)
            done(kind="person.returned", by=by, about=person, what="can log in again", at=at)


def forgotten(by: Person, person: Person, at: Instant) -> None:
    """Erases what is known of somebody who left; what the log holds of them still proves order, and says nothing."""
    if not may(by, "erase", person):
        raise Refused("only an officer erases")
    with transaction.atomic():
        person = _locked(person)
        if person.is_active:
            raise Refused(f"{person} still works here")
        EmailAddress.objects.filter(user=person).delete()
        Authenticator.objects.filter(user=person).delete()
        Act.objects.filter(about=person).update(what="")
        person.email, person.name = f"{person.uid}@forgotten.invalid", "Former colleague"
        person.agent, person.secret = None, None
        person.set_unusable_password()
        person.save()
        done(kind="person.forgotten", by=by, about=person, what="name, address and history", at=at)


def team_made(by: Person, name: str, at: Instant) -> Team:
    """A new team; Refused where there is one of that name."""
    _need_manager(by)
    with transaction.atomic():
        team, new = Team.objects.get_or_create(name=name)
        if not new:
            raise Refused(f"there is a team {name} already")
        done(kind="team.made", by=by, about=None, what=name, at=at)
    return team


def looked(who: Person, what: str, at: Instant, about: Person | None = None) -> Act:
    """Logs that somebody saw a recording, transcript or personal datum; call it before showing: what can't be logged is not shown."""
    return done(kind=LOOK, by=who, about=about, what=what, at=at)


def _need_manager(by: Person | None) -> None:
    if by is not None and not may(Person.objects.get(pk=by.pk), "manage people"):  # as they are now
        raise Refused("only an administrator manages people")


def _locked(person: Person) -> Person:
    """The person as they are now, until the transaction ends; and all with whom they might be the last of their role."""
    held = Person.objects.select_for_update().filter(role__in=NEVER_EMPTY).order_by("pk")
    list(held.values_list("pk", flat=True))
    return Person.objects.select_for_update().get(pk=person.pk)


def _step_back(by: Person | None, person: Person, at: Instant) -> None:
    """Takes a weighty role back until an officer confirms it anew."""
    role = Role(person.role)
    if by is None or not waits(by, role):
        return
    _keep_one(person)
    person.role = Role.AGENT
    person.save(update_fields=["role"])
    done(kind="person.role", by=by, about=person, what=f"{role} → {person.role}", at=at)
    proposed(by, person, role, at)


def _keep_one(person: Person) -> None:
    role = Role(person.role)
    if role in NEVER_EMPTY and person.is_active and not others_in(role, person).exists():
        raise Refused(
            f"{person} is the last {role}; make another one first, or run `clearline invite` on the machine"
        )


def _vouch(person: Person) -> None:
    """An invited address counts as theirs: the shop's own login may bring them in by it."""
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)


def _code(person: Person, at: Instant) -> str:
    code = secrets.token_urlsafe(32)
    Invitation.objects.update_or_create(
        person=person, defaults={"digest": digest(code), "expires": at + INVITED_FOR}
    )
    return code


def _end_sessions(person: Person) -> None:
    for session in UserSession.objects.filter(user=person):
        session.end()
