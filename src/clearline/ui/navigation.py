"""The main links: what there is, who is shown it, and which one we stand on."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

# Roles are words here, because people stand above this room. To hide a link protects nothing: the queries do.
EVERYBODY = frozenset({"agent", "supervisor", "analyst", "officer", "auditor", "administrator"})
CALLS = EVERYBODY - {"administrator"}
LEADING = EVERYBODY - {"agent"}


class Link(NamedTuple):
    """One entry: its word, the name of its address, its drawing in icons.svg, the roles that are shown it."""

    label: str
    name: str
    icon: str
    roles: frozenset[str]


class Entry(NamedTuple):
    """A link as one person sees it; `current` is the value of aria-current, or empty."""

    label: str
    url: str
    icon: str
    current: str


MAIN = (
    Link("Home", "home", "home", EVERYBODY),
    Link("Before the call", "gate", "gate", CALLS),
    Link("Running calls", "live", "eye", CALLS),
    Link("Calls", "calls", "phone", CALLS),
    Link("Findings", "findings", "flag", CALLS),
    Link("Grading", "grades", "good", CALLS),
    Link("Duties", "duties", "clock", CALLS),
    Link("Audits", "audits", "scales", LEADING - {"administrator"}),
    Link("Training", "training", "book", EVERYBODY),
    Link("Culture", "culture", "leaf", EVERYBODY),
    Link("Contacts", "contacts", "contact", CALLS),
    Link("Rights requests", "rights", "hand", frozenset({"officer", "auditor"})),
    Link("Rules", "rules", "law", EVERYBODY),
    Link("Evidence", "evidence", "seal", EVERYBODY),
    Link("People", "people", "people", EVERYBODY),
    Link("Your shop", "shop", "shop", LEADING),
    Link("Settings", "settings", "settings", frozenset({"officer", "auditor", "administrator"})),
)
ACCOUNT = (
    Link("Your account", "me", "people", EVERYBODY),
    Link("Password", "account_change_password", "key", EVERYBODY),
    Link("Second factor", "mfa_index", "lock", EVERYBODY),
    Link("Sessions", "usersessions_list", "door", EVERYBODY),
    Link("Display", "display", "look", EVERYBODY),
)


def main_entries(request: HttpRequest) -> list[Entry]:
    """The links of whoever asks."""
    return list(_entries(MAIN, request))


def account_entries(request: HttpRequest) -> list[Entry]:
    """The links to one's own account."""
    return list(_entries(ACCOUNT, request))


def _entries(links: tuple[Link, ...], request: HttpRequest) -> Iterator[Entry]:
    person: Any = request.user
    for link in links:
        if getattr(person, "role", "") not in link.roles:
            continue
        try:
            url = reverse(link.name)
        except NoReverseMatch:  # not built in this installation
            continue
        yield Entry(link.label, url, link.icon, _current(url, request.path))


def _current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""
