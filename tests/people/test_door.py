"""The door and the declarations that it reads, at addresses made for the test."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from ninja import NinjaAPI, Router
from tests.characters import AT, Cast, logged_in

from clearline.config import urls
from clearline.people.bearer import Bearer
from clearline.people.models import Person
from clearline.people.needs import ANYONE, anyone, declared, needs, under, who
from clearline.people.tokens import DAY, make


def silent(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"shown to {request.user}")


@needs("see calls")
def calls(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"shown to {who(request).name}")


api = NinjaAPI(urls_namespace="door", docs_decorator=needs("open the console"))
router = Router()


@router.get("/calls", auth=Bearer("calls:read"), response=str)
def api_calls(request: HttpRequest) -> str:
    return str(request.auth.owner.name)  # type: ignore[attr-defined] # ninja's own


@router.get("/mixed", auth=Bearer("calls:read"), response=str)
@router.post("/mixed", response=str)
def api_mixed(request: HttpRequest) -> str:
    return f"shown to {request.user}"


@router.get("/health", response=str)
@anyone
def api_health(request: HttpRequest) -> str:
    return f"well, {request.user}"


api.add_router("", router)
urlpatterns = [
    *urls.urlpatterns,
    path("silent/", silent),
    path("calls/", calls),
    *under("see evidence", [path("below/", silent)]),
    path("door/", api.urls),
]
here = override_settings(ROOT_URLCONF=__name__)


def status(client: Client, address: str, **kwargs: str) -> int:
    return client.get(address, headers=kwargs or None).status_code


@here
def test_a_view_that_says_nothing_is_shown_to_nobody(people: Cast) -> None:
    assert {status(logged_in(one), "/silent/") for one in people} == {403}
    assert status(Client(), "/silent/") == 403


@here
def test_a_view_is_shown_to_those_whose_role_may(people: Cast) -> None:
    assert [one.name for one in people if status(logged_in(one), "/calls/") == 403] == ["Max"]
    assert Client().get("/calls/").headers["Location"] == "/account/login/?next=/calls/"


@here
def test_a_room_below_is_guarded_where_it_is_mounted(people: Cast) -> None:
    assert status(logged_in(people.ada), "/below/") == 200
    assert status(Client(), "/below/") == 302


@here
def test_an_operation_asks_for_its_scope(people: Cast) -> None:
    def shown(owner: Person, scope: str) -> int:
        _, words = make(owner, name="t", scopes=[scope], expires=AT + 300 * DAY, at=AT)
        return status(Client(), "/door/calls", Authorization=f"Bearer {words}")

    assert shown(people.alice, "calls:read") == 200
    assert shown(people.alice, "findings:read") == 403
    assert status(Client(), "/door/calls", Authorization="Bearer cl_forged") == 401
    assert status(Client(), "/door/calls") == status(logged_in(people.alice), "/door/calls") == 401


@here
def test_an_operation_that_says_nothing_closes_its_address(people: Cast) -> None:
    assert status(logged_in(people.alice), "/door/mixed") == 403
    assert status(Client(), "/door/health") == 200
    assert status(logged_in(people.ada), "/door/openapi.json") == 200
    assert status(Client(), "/door/openapi.json") == 302
    assert status(Client(), "/door/") == 404


@here
def test_what_is_declared_can_be_read_from_a_view() -> None:
    found = {
        str(one.pattern): declared(one.callback)
        for one in (path("x", calls), path("y", silent), path("z", anyone(HttpResponse)))
    }
    assert found == {"x": {"see calls"}, "y": frozenset(), "z": {ANYONE}}


def test_a_deed_that_no_role_may_can_t_be_needed() -> None:
    with pytest.raises(KeyError, match=r"permissions\.py"):
        needs("see everything")


def test_a_guard_holds_without_the_door() -> None:
    request = RequestFactory().get("/calls/")
    request.user = AnonymousUser()
    assert calls(request).status_code == 302
