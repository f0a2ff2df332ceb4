"""Reads of people; each takes who asks and gives no more than they may see."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from clearline.engine.events import Instant
from clearline.people.acts import LOOK
from clearline.people.models import Act, Invitation, Person, Proposal, Role, Team, Token
from clearline.people.permissions import Reach, may, reach
from clearline.people.tokens import digest


def within(who: Person, deed: str) -> QuerySet[Person]:
    """The people to whose things the deed reaches for whom asks."""
    far = reach(who, deed)
    if far is None:
        return Person.objects.none()
    if far is Reach.ALL:
        return Person.objects.all()
    own = Q(pk=who.pk)
    return Person.objects.filter(own | Q(team__in=who.led) if far is Reach.TEAMS else own)


def people(who: Person) -> QuerySet[Person]:
    """Those they may know of, by name; those who left come last."""
    return within(who, "see people").select_related("team").order_by("-is_active", "name", "pk")


def person(who: Person, uid: UUID) -> Person:
    """One of them; Person.DoesNotExist for all others, there or not."""
    return people(who).get(uid=uid)


class Account(NamedTuple):
    """What there is to know about how somebody comes in."""

    person: Person
    second_factor: bool
    invited: bool  # and has not come yet
    proposal: Proposal | None  # a role that waits for an officer


def account(who: Person, person: Person) -> Account | None:
    """None where it is not theirs to see."""
    return accounts(who, [person]).get(person.pk)


def accounts(who: Person, people: Iterable[Person]) -> dict[int, Account]:
    """By the person's key; those that are not theirs to see are missing."""
    seen = [one for one in people if may(who, "see accounts", one)]
    with_factor = set(_factors().filter(user__in=seen).values_list("user", flat=True))
    invited = set(Invitation.objects.filter(person__in=seen).values_list("person", flat=True))
    proposals = Proposal.objects.select_related("by").filter(person__in=seen).order_by("-pk")
    proposed = {one.person_id: one for one in proposals}  # the first of each
    return {
        one.pk: Account(one, one.pk in with_factor, one.pk in invited, proposed.get(one.pk)) for one in seen
    }


def proposals(who: Person) -> QuerySet[Proposal]:
    """The roles that wait for their word, the oldest first."""
    found = Proposal.objects.select_related("person", "by").order_by("at")
    return found.exclude(person=who) if may(who, "confirm roles") else found.none()


def has_second_factor(person: Person) -> bool:
    """Whether they have one of their own; recovery codes alone are none."""
    return bool(_factors().filter(user=person).exists())


def teams(who: Person) -> QuerySet[Team]:
    """The teams they may know of: all, those they lead and are in, or their own."""
    far = reach(who, "see people")
    if far is None:
        return Team.objects.none()
    if far is Reach.ALL:
        return Team.objects.order_by("name")
    return Team.objects.filter(pk__in=who.led | {who.team_id}).order_by("name")


def with_members(who: Person) -> list[tuple[Team, list[Person]]]:
    """Those teams, each with the people in it whom they may know of."""
    known = people(who).filter(is_active=True).exclude(team=None)
    members: dict[int | None, list[Person]] = {}
    for one in known:
        members.setdefault(one.team_id, []).append(one)
    return [(team, members.get(team.pk, [])) for team in teams(who)]


def history(who: Person, person: Person) -> QuerySet[Act]:
    """What was done about somebody's account, newest first."""
    if not may(who, "see accounts", person):
        return Act.objects.none()
    return (
        Act.objects.filter(about=person).exclude(kind=LOOK).select_related("by", "about").order_by("-index")
    )


def looks(who: Person) -> QuerySet[Act]:
    """Who looked at what, newest first: everything for those who may see it, else what concerned themselves."""
    found = Act.objects.filter(kind=LOOK).select_related("by", "about").order_by("-index")
    far = reach(who, "see who looked")
    if far is None:
        return found.none()
    return found if far is Reach.ALL else found.filter(about=who)


def tokens(who: Person) -> QuerySet[Token]:
    """Their own, newest first."""
    return Token.objects.filter(owner=who).order_by("-made")


def invitation(code: str, at: Instant) -> Invitation | None:
    """The invitation that this code opens, unless it was used or is too old."""
    return Invitation.objects.filter(digest=digest(code), expires__gt=at, person__is_active=True).first()


def others_in(role: Role, than: Person) -> QuerySet[Person]:
    """Those who could still do the work if this person left."""
    return Person.objects.filter(role=role, is_active=True).exclude(pk=than.pk)


def _factors() -> QuerySet[Any]:  # allauth has no types
    found: QuerySet[Any] = Authenticator.objects.filter(
        type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    )
    return found
