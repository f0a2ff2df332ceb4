"""`clearline invite`: the way in for the first of all, and for those whom nobody else may let in."""

import re

import pytest
import typer
from django.test import Client
from tests.characters import PASSWORD, Cast, cast

from clearline.cli.commands.inviting import invite
from clearline.people.models import Act, Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def test_the_first_administrator_comes_in(capsys: pytest.CaptureFixture[str]) -> None:
    invite("Max@shop.example", "Max", "administrator")
    found = re.search(r"/people/welcome/\?code=([\w-]+)", capsys.readouterr().err)
    assert found
    came = Client().post("/people/welcome/", {"code": found[1], "password": PASSWORD})
    assert came.status_code == 302
    assert Person.objects.get(email="max@shop.example").role == Role.ADMINISTRATOR
    assert Act.objects.get(kind="person.invited").by is None


def test_the_last_officer_comes_in_again_and_stays_one(people: Cast) -> None:
    invite("alice@shop.example", "", "agent")
    assert Person.objects.get(pk=people.alice.pk).role == Role.OFFICER


def test_a_role_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        invite("x@shop.example", "", "boss")
    assert "there is no role boss" in capsys.readouterr().err
    assert not Person.objects.exists()
