"""Every address of the console: each says what it needs, and Charlie sees nothing of others at any of them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from pytest_django import DjangoDbBlocker
from tests.characters import AT, logged_in
from tests.planted import CANARY, Planted, planted

from clearline.people.door import ON_THE_WAY
from clearline.people.models import Act, Person
from clearline.people.needs import ANYONE, declared
from clearline.people.permissions import MAY, SCOPES, may
from clearline.people.tokens import DAY, make

NAME = re.compile(r"<(?:\w+:)?(\w+)>")
NOTHING_SAID = {301, 302, 400, 401, 403, 404, 405, 406, 410, 415, 422}


class Route(NamedTuple):
    """An address with the view behind it."""

    path: str
    view: Callable[..., Any]

    def at(self, names: dict[str, str]) -> str:
        """The address of somebody else's thing."""
        return NAME.sub(lambda found: names[found[1]], self.path)


def routes(resolver: URLResolver | None = None, before: str = "/") -> Iterator[Route]:
    for one in (resolver or get_resolver()).url_patterns:
        assert isinstance(one.pattern, RoutePattern), (
            f"{before}{one.pattern}: write it with path(), not re_path()"
        )
        path = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Route(path, one.callback)
        else:
            yield from routes(one, path)


ROUTES = list(routes())
each_route = pytest.mark.parametrize("route", ROUTES, ids=[route.path for route in ROUTES])


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Planted]:  # noqa: ARG001 # opens the database
    """It is planted once for all addresses, and taken back in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield planted()
        transaction.set_rollback(rollback=True)


@pytest.fixture
def others(world: Planted, db: None) -> Planted:  # noqa: ARG001 # what a test does is taken back
    return world


@each_route
def test_every_view_says_what_it_needs(route: Route) -> None:
    told = declared(route.view)
    assert told, (
        f"{route.path}: decorate its view with @needs(...) or @anyone, its operation with Bearer(...)"
    )
    assert told <= MAY.keys() | {ANYONE, ON_THE_WAY}


def test_a_name_is_given_to_one_address() -> None:
    names = Counter(_names(get_resolver()))
    assert [name for name, count in names.items() if count > 1] == []


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _names(one, f"{space}{one.namespace or ''}:" if one.namespace else space)
        elif one.name:
            yield space + one.name


def test_every_name_in_an_address_is_planted(others: Planted) -> None:
    names = {name for route in ROUTES for name in NAME.findall(route.path)}
    assert names - others.names.keys() == set(), "tests/planted.py says what stands for them"


@each_route
def test_charlie_sees_nothing_of_others(route: Route, others: Planted) -> None:
    charlie = others.people.charlie
    for client in (logged_in(charlie, freshly=True), _with_token(charlie)):
        for method in ("get", "post"):
            answer = getattr(client, method)(route.at(others.names))
            body = b"".join(answer) if answer.streaming else answer.content
            assert CANARY not in body.decode(errors="replace").lower()
            assert CANARY not in str(answer.headers).lower()
            assert answer.status_code == 200 or answer.status_code in NOTHING_SAID
    assert not Act.objects.filter(by=charlie).exclude(about=charlie).exists()


@each_route
def test_a_stranger_sees_only_the_door(route: Route, others: Planted) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(route.at(others.names))
        body = b"".join(answer) if answer.streaming else answer.content
        assert CANARY not in body.decode(errors="replace").lower()
        if ANYONE not in declared(route.view):
            assert answer.status_code in NOTHING_SAID
            assert "/account/login/" in answer.headers.get("Location", "/account/login/")


@each_route
def test_a_role_gets_in_where_the_table_says_so_and_nowhere_else(route: Route, others: Planted) -> None:
    (deed,) = told if len(told := declared(route.view)) == 1 else (ANYONE,)
    if deed not in MAY or route.path.startswith("/api/"):
        return
    for person in others.people:
        refused = logged_in(person).get(route.at(others.names)).status_code == 403
        assert refused == (not may(person, deed)), person


def test_the_walk_finds_the_console(others: Planted) -> None:
    found = {route.at(others.names) for route in ROUTES}
    assert {"/", "/people/", "/account/login/", f"/people/{others.people.ada.uid}/"} <= found
    seen = logged_in(others.people.audrey).get(f"/people/{others.people.ada.uid}/").content.decode().lower()
    assert CANARY in seen  # whoever may, does see it


def _with_token(person: Person) -> Client:
    scopes = [scope for scope, deed in SCOPES.items() if may(person, deed)]
    _, words = make(person, name="all", scopes=scopes, expires=AT + 300 * DAY, at=AT)
    return Client(headers={"Authorization": f"Bearer {words}"})
