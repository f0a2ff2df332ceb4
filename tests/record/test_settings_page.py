"""The installation is told to those who look after it."""

import re
from html import unescape

import pytest
from django.conf import settings
from tests.characters import Cast, logged_in

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')


@pytest.mark.parametrize("name", ["alice", "audrey", "max"])
def test_who_looks_after_it_sees_how_it_is_set_up(people: Cast, name: str) -> None:
    body = logged_in(getattr(people, name)).get("/settings/").content.decode()
    assert "SQLite" in body or "PostgreSQL" in body
    assert "clearline doctor" in body


@pytest.mark.parametrize("name", ["ada", "bob", "charlie"])
def test_others_do_not(people: Cast, name: str) -> None:
    assert logged_in(getattr(people, name)).get("/settings/").status_code == 403


def test_no_key_is_told(people: Cast) -> None:
    body = logged_in(people.max).get("/settings/").content.decode()
    assert "PRIVATE" not in body
    assert settings.SECRET_KEY not in body


@pytest.mark.parametrize("name", ["alice", "audrey", "max"])
def test_every_way_on_is_open_to_whom_it_is_shown(people: Cast, name: str) -> None:
    client = logged_in(getattr(people, name))
    for page in ("/settings/", "/retention/", "/people/me/tokens/"):
        main = client.get(page).content.decode().partition("<main")[2]
        ways = [unescape(way) for way in LINK.findall(main)]
        assert ways
        assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)
