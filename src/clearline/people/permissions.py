"""Which role may do what, and how far it reaches; what is not written here is refused."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from django.contrib.auth.models import AnonymousUser

from clearline.people.models import Person, Role


class Reach(Enum):
    """Whose things a deed may touch."""

    OWN = "your own"
    TEAMS = "the teams you lead, and your own"
    ALL = "all"


_OWN, _TEAMS, _ALL = Reach.OWN, Reach.TEAMS, Reach.ALL
_CALLS: Final = {
    Role.AGENT: _OWN,
    Role.SUPERVISOR: _TEAMS,
    Role.ANALYST: _ALL,
    Role.OFFICER: _ALL,
    Role.AUDITOR: _ALL,
}
_LEADING: Final[dict[Role, Reach]] = {role: reach for role, reach in _CALLS.items() if role != Role.AGENT}
_EVERYONE: Final = dict.fromkeys(Role, _ALL)
_OFFICER: Final = {Role.OFFICER: _ALL}
_GRADING: Final = dict.fromkeys((Role.SUPERVISOR, Role.ANALYST, Role.OFFICER), _ALL)

MAY: Final[Mapping[str, Mapping[Role, Reach]]] = {
    "open the console": _EVERYONE,
    "keep an account": dict.fromkeys(Role, _OWN),
    "see calls": _CALLS,
    "send notes": dict.fromkeys((Role.OFFICER,), _ALL) | {Role.SUPERVISOR: _TEAMS},
    "set prompts aside": {Role.AGENT: _OWN},
    "see recordings": _CALLS,
    "see findings": _CALLS,
    "decide findings": {Role.SUPERVISOR: _TEAMS, Role.ANALYST: _ALL, Role.OFFICER: _ALL},
    "dispute findings": dict.fromkeys((Role.AGENT, Role.SUPERVISOR), _OWN),
    "see coverage": dict.fromkeys((Role.SUPERVISOR, Role.ANALYST, Role.OFFICER, Role.AUDITOR), _ALL),
    "add call records": dict.fromkeys((Role.OFFICER, Role.ADMINISTRATOR), _ALL),
    "see duties": _CALLS,
    "see contacts": _CALLS,
    "see contact details": _LEADING,
    "check numbers": _CALLS,  # an agent asks for themselves
    "see decisions": _CALLS,
    "see campaigns": _LEADING,
    "see consents": _LEADING,
    "see overrides": _LEADING,
    "ask for overrides": dict.fromkeys((Role.SUPERVISOR, Role.OFFICER), _ALL),
    "approve overrides": _OFFICER,
    "see scorecards": _EVERYONE,  # by what one is graded
    "see grades": _CALLS,  # an agent those that were released
    "grade calls": _GRADING,
    "draw samples": dict.fromkeys((Role.ANALYST, Role.OFFICER), _ALL),
    "see samples": dict.fromkeys((Role.ANALYST, Role.OFFICER, Role.AUDITOR), _ALL),
    "open calibrations": _GRADING | {Role.SUPERVISOR: _TEAMS},
    "settle grades": _OFFICER,
    "release grades": _GRADING | {Role.SUPERVISOR: _TEAMS},
    "see agreement": _GRADING | {Role.AUDITOR: _ALL},
    "see lists": _LEADING | {Role.ADMINISTRATOR: _ALL},
    "load lists": _OFFICER,
    "keep the own list": dict.fromkeys((Role.AGENT, Role.SUPERVISOR, Role.OFFICER), _ALL),
    "exchange the own list": _OFFICER,
    "scrub files": dict.fromkeys((Role.SUPERVISOR, Role.ANALYST, Role.OFFICER), _ALL),
    "see people": {
        Role.AGENT: _OWN,
        Role.SUPERVISOR: _TEAMS,
        Role.ANALYST: _ALL,
        Role.OFFICER: _ALL,
        Role.AUDITOR: _ALL,
        Role.ADMINISTRATOR: _ALL,
    },
    "see accounts": {  # addresses, second factors, history; an analyst sees names
        Role.AGENT: _OWN,
        Role.SUPERVISOR: _TEAMS,
        Role.ANALYST: _OWN,
        Role.OFFICER: _ALL,
        Role.AUDITOR: _ALL,
        Role.ADMINISTRATOR: _ALL,
    },
    "see who looked": dict.fromkeys(Role, _OWN) | {Role.OFFICER: _ALL, Role.AUDITOR: _ALL},
    "manage people": {Role.ADMINISTRATOR: _ALL},
    "confirm roles": _OFFICER,  # of officers and administrators
    "see rules": _EVERYONE,
    "see own rules": dict.fromkeys(
        (Role.ANALYST, Role.OFFICER, Role.AUDITOR), _ALL
    ),  # with calls of everybody
    "write own rules": dict.fromkeys((Role.ANALYST, Role.OFFICER), _ALL),
    "approve own rules": _OFFICER,
    "see programme": dict.fromkeys((Role.ANALYST, Role.OFFICER, Role.AUDITOR), _ALL),
    "keep programme": _OFFICER,
    "see audits": dict.fromkeys((Role.SUPERVISOR, Role.ANALYST, Role.OFFICER, Role.AUDITOR), _ALL),
    "plan audits": _OFFICER,
    "conduct audits": dict.fromkeys((Role.ANALYST, Role.OFFICER), _ALL),
    "export audits": dict.fromkeys((Role.OFFICER, Role.AUDITOR), _ALL),
    "see actions": dict.fromkeys((Role.SUPERVISOR, Role.ANALYST, Role.OFFICER, Role.AUDITOR), _ALL),
    "open actions": dict.fromkeys((Role.SUPERVISOR, Role.ANALYST, Role.OFFICER), _ALL),
    "approve actions": _OFFICER,
    "learn": dict.fromkeys(Role, _OWN),
    "see training": _LEADING,
    "assign courses": {Role.SUPERVISOR: _TEAMS, Role.OFFICER: _ALL},
    "require courses": _OFFICER,
    "write courses": _OFFICER,
    "handle reports": dict.fromkeys((Role.ANALYST, Role.OFFICER), _ALL),  # those who are appointed to it
    "hold recovery": dict.fromkeys((Role.SUPERVISOR, Role.ANALYST, Role.OFFICER), _ALL),  # likewise
    "hold report keys": dict.fromkeys(
        (Role.SUPERVISOR, Role.ANALYST, Role.OFFICER), _ALL
    ),  # one or the other
    "appoint report holders": _OFFICER,
    "see report duties": {
        Role.AUDITOR: _ALL
    },  # and no handler: whoever is named in a report must not learn of it
    "see evidence": _EVERYONE | {Role.AGENT: _OWN},
    "export evidence": dict.fromkeys((Role.OFFICER, Role.AUDITOR), _ALL),
    "see settings": dict.fromkeys((Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR), _ALL),
    "change settings": {Role.ADMINISTRATOR: _ALL},
    "see shop questions": {role: _ALL for role in Role if role != Role.AGENT},
    "answer shop questions": dict.fromkeys((Role.OFFICER, Role.ADMINISTRATOR), _ALL),
    "set retention": _OFFICER,
    "see rights requests": dict.fromkeys((Role.OFFICER, Role.AUDITOR), _ALL),
    "answer rights requests": _OFFICER,
    "place holds": _OFFICER,
    "erase": _OFFICER,
    "send events": dict.fromkeys((Role.OFFICER, Role.ADMINISTRATOR), _ALL),
    "send recordings": dict.fromkeys((Role.OFFICER, Role.ADMINISTRATOR), _ALL),
    "ask before speaking": _OFFICER,  # the answer may quote what was said
    "ask the gate": dict.fromkeys((Role.OFFICER, Role.ADMINISTRATOR), _ALL),
}

SCOPES: Final[
    Mapping[str, str]
] = {  # what a token may be made for, and the deed that its owner must be allowed
    "events:write": "send events",
    "recordings:write": "send recordings",
    "calls:read": "see calls",
    "findings:read": "see findings",
    "findings:decide": "decide findings",
    "coverage:read": "see coverage",
    "coverage:write": "add call records",
    "contacts:read": "see contacts",
    "evidence:read": "see evidence",
    "gate:decide": "ask the gate",
    "live:ask": "ask before speaking",
    "decisions:read": "see decisions",
    "overrides:read": "see overrides",
    "gate:lists": "exchange the own list",
}


def reach(who: Person | AnonymousUser, deed: str) -> Reach | None:
    """How far the deed reaches for them; None where it is not theirs to do. A KeyError for a deed that nobody wrote down."""
    allowed = MAY[deed]
    if not isinstance(who, Person) or not who.is_active:
        return None
    return allowed.get(Role(who.role))


def may(who: Person | AnonymousUser, deed: str, thing: Person | None = None) -> bool:
    """Whether they may do it at all or, with somebody named, to what is that person's."""
    far = reach(who, deed)
    if far is None or thing is None or far is Reach.ALL:
        return far is not None
    if thing == who:
        return True
    return far is Reach.TEAMS and isinstance(who, Person) and thing.team_id in who.led


def told(role: Role) -> list[tuple[str, Reach]]:
    """All that a role may do, for its own page."""
    return [(deed, allowed[role]) for deed, allowed in MAY.items() if role in allowed]
