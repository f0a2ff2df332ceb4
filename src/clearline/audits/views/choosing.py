"""What forms of this room offer to choose from."""

from clearline.people import queries
from clearline.people.models import Person, Role
from clearline.people.permissions import may
from clearline.record.judging import judging


def rules(kind: str = "call") -> list[tuple[str, str]]:
    """Rules in force on a kind of timeline: id and title."""
    by = judging()
    found = [one for one in by.rulebook.select(by.packs) if one.on == kind]
    return sorted(((one.id, one.title) for one in found), key=lambda pair: pair[1])


def titled(names: list[str]) -> list[tuple[str, str]]:
    """Some rules with their titles."""
    known = judging().rulebook.rules
    return [(one, known[one].title if one in known else one) for one in names]


def teams(who: Person) -> list[str]:
    return [team.name for team in queries.teams(who)]


def auditors() -> list[Person]:
    """Whoever may conduct audits."""
    return [
        one for one in Person.objects.filter(is_active=True).order_by("name") if may(one, "conduct audits")
    ]


def owners() -> list[Person]:
    """Whoever may be asked to do something: all but agents and outside auditors."""
    roles = (Role.SUPERVISOR, Role.ANALYST, Role.OFFICER, Role.ADMINISTRATOR)
    return list(Person.objects.filter(is_active=True, role__in=roles).order_by("name"))
