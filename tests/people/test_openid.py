"""Coming in by the shop's own login, over OpenID Connect with a real provider."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client, override_settings
from tests.characters import Cast, with_password
from tests.people.provider import CLIENT, SECRET, Provider, provider

from clearline.config.logins import LoginError, providers
from clearline.people import actions
from clearline.people.models import Act, Person, Role

LOGIN = "/account/oidc/shop/login/"


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with provider() as started:
        yield started


@pytest.fixture
def shop(server: Provider, tmp_path: Path) -> Iterator[Provider]:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "login.toml").write_text(f"""
[[login]]
kind = "openid"
id = "shop"
name = "Shop login"
server = "{server.url}"
client_id = "{CLIENT}"
secret_file = "secret"
[login.roles]
leads = "supervisor"
staff = "agent"
""")
    server.audience = CLIENT
    cache.clear()
    with override_settings(SOCIALACCOUNT_PROVIDERS=providers(tmp_path)):
        yield server


def come(server: Provider, **says: object) -> tuple[Client, str]:
    """A browser that goes the whole way there and back."""
    server.says = {"sub": "u-1", "email_verified": True, **says}
    client = Client()
    sent = client.get(LOGIN)
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client, client.get(f"{parts.path}?{parts.query}").headers.get("Location", "")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_whoever_was_invited_comes_in(people: Cast, shop: Provider) -> None:
    client, _ = come(shop, email="Ada@shop.example", name="Ada")
    assert client.get("/people/me/").status_code == 200
    assert client.session["_auth_user_id"] == str(people.ada.pk)
    assert Person.objects.count() == len(people)


def test_their_password_stays(people: Cast, shop: Provider) -> None:
    with_password(people.ada)
    come(shop, email="ada@shop.example")
    assert Person.objects.get(pk=people.ada.pk).has_usable_password()


@pytest.mark.usefixtures("people")
def test_the_second_factor_is_asked_for_here_too(shop: Provider) -> None:
    client, where = come(shop, sub="u-2", email="alice@shop.example")
    assert where.startswith("/account/2fa/authenticate/")
    assert not is_in(client)


def test_a_stranger_stays_out_and_nobody_is_made(people: Cast, shop: Provider) -> None:
    client, _ = come(shop, sub="u-3", email="eve@elsewhere.example", groups=["guests"])
    assert not is_in(client)
    assert Person.objects.count() == len(people)


def test_an_address_that_nobody_verified_is_nobody_s(people: Cast, shop: Provider) -> None:
    client, _ = come(shop, sub="u-4", email="ada@shop.example", email_verified=False, groups=["leads"])
    assert not is_in(client)
    assert Person.objects.count() == len(people)


@pytest.mark.usefixtures("people")
def test_a_group_with_a_role_brings_somebody_in(shop: Provider) -> None:
    client, _ = come(shop, sub="u-5", email="nora@shop.example", name="Nora", groups=["staff", "guests"])
    nora = Person.objects.get(email="nora@shop.example")
    assert (nora.role, nora.name) == (Role.AGENT, "Nora")
    assert is_in(client)
    assert Act.objects.get(kind="person.arrived").what == "as agent, sent by Shop login"


def test_a_group_changes_nobody_s_role(people: Cast, shop: Provider) -> None:
    come(shop, email="ada@shop.example", groups=["leads"])
    assert Person.objects.get(pk=people.ada.pk).role == Role.AGENT


def test_whoever_left_stays_out(people: Cast, shop: Provider) -> None:
    actions.left(people.max, people.ada, 1)
    client, _ = come(shop, email="ada@shop.example", groups=["leads"])
    assert not is_in(client)


@pytest.mark.usefixtures("people")
def test_a_token_for_somebody_else_s_application_is_refused(shop: Provider) -> None:
    shop.audience = "another"
    client, _ = come(shop, email="ada@shop.example")
    assert not is_in(client)


@pytest.mark.usefixtures("people", "shop")
def test_an_answer_that_nobody_asked_for_is_refused() -> None:
    client = Client()
    client.get(f"{LOGIN}callback/?code=code-1&state=forged")
    assert not is_in(client)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[login]]\nkind = "x"', "login 1: kind is"),
        ('[[login]]\nkind = "openid"\nid = "a"', "client_id, name, secret_file, server is missing"),
        (
            '[[login]]\nkind = "saml"\nid = "a"\nname = "A"\nentity_id = "e"\nmetadata = "m"\nx = 1',
            "x is not known",
        ),
        (
            '[[login]]\nkind = "openid"\nid = "a"\nname = "A"\nserver = "s"\nclient_id = "c"\nsecret_file = "no"',
            "there is no file",
        ),
        (
            '[[login]]\nkind = "openid"\nid = "a"\nname = "A"\nserver = "s"\nclient_id = "c"\nsecret_file = "login.toml"\nroles = {a = "king"}',
            "king is no role",
        ),
        ("[[login", "login.toml"),
    ],
)
def test_a_fault_in_the_file_says_where(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "login.toml").write_text(text)
    with pytest.raises(LoginError, match=told):
        providers(tmp_path)
