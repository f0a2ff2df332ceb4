"""Coming in: a password, a second factor, and a closed door for all others."""

import logging
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client, override_settings
from django.urls import reverse
from tests.characters import PASSWORD, Cast, logged_in, with_password

from clearline.people.models import Person, Role

LOGIN = "/account/login/"


def log_in(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(LOGIN, {"login": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_an_agent_comes_in_with_a_password(people: Cast) -> None:
    with_password(people.ada)
    assert is_in(log_in("ADA@shop.example"))
    assert people.ada.password.startswith("argon2")


def test_a_wrong_password_and_an_unknown_address_read_the_same(people: Cast) -> None:
    with_password(people.ada)
    wrong = Client().post(LOGIN, {"login": "ada@shop.example", "password": "wrong"})
    unknown = Client().post(LOGIN, {"login": "eve@shop.example", "password": "wrong"})
    assert "not correct" in wrong.content.decode()
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_five_wrong_passwords_close_the_door(people: Cast) -> None:
    with_password(people.ada)
    for _ in range(5):
        log_in("ada@shop.example", "wrong")
    locked = Client().post(LOGIN, {"login": "ada@shop.example", "password": PASSWORD})
    assert "Too many failed" in locked.content.decode()
    assert not is_in(log_in("ada@shop.example"))
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    elsewhere.post(LOGIN, {"login": "ada@shop.example", "password": PASSWORD})
    assert not is_in(elsewhere)


def test_whoever_has_a_second_factor_shows_it(people: Cast) -> None:
    with_password(people.alice)
    Authenticator.objects.filter(user=people.alice).delete()
    secret = generate_totp_secret()
    TOTP.activate(people.alice, secret)
    assert secret not in str(Authenticator.objects.values())
    client = log_in("alice@shop.example")
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(client)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AGENT])
def test_nothing_is_shown_before_there_is_a_second_factor(people: Cast, role: Role) -> None:
    person = next(one for one in people if one.role == role)
    Authenticator.objects.all().delete()
    RecoveryCodes.activate(person)
    client = logged_in(person)
    for name in ("home", "people", "looks", "me", "tokens", "teams", "style"):
        assert client.get(reverse(name)).headers["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert (
        client.post(reverse("tokens"), {"name": "x", "scopes": ["calls:read"], "days": "30"}).status_code
        == 302
    )
    assert not person.tokens.exists()


def test_an_agent_may_go_on_without_one(people: Cast) -> None:
    assert logged_in(people.ada).get(reverse("people")).status_code == 200


def test_the_demo_goes_without(people: Cast) -> None:
    Authenticator.objects.all().delete()
    with override_settings(DEMO=True):
        page = logged_in(people.alice).get(reverse("people"))
    assert page.status_code == 200
    assert "A demonstration" in page.content.decode()


def test_a_second_factor_is_set_up_after_a_fresh_login(people: Cast) -> None:
    with_password(people.bob)
    Authenticator.objects.all().delete()
    client = log_in("bob@shop.example")
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    client.post(asked.headers["Location"], {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_of(page.context["form"].secret)})
    assert client.get(reverse("people")).status_code == 200


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_reset_password", "socialaccount_signup"]
)
def test_what_the_house_does_not_have_is_closed(people: Cast, name: str) -> None:
    sent = {"email": "eve@shop.example", "password1": PASSWORD}
    for client in (Client(), logged_in(people.ada)):
        assert client.get(reverse(name)).status_code == client.post(reverse(name), sent).status_code == 404
    assert Person.objects.count() == len(people)


@pytest.mark.parametrize(
    "path", ["/account/signup/", "/account/email/", "/account/3rdparty/signup/", "/admin/"]
)
def test_no_other_way_leads_in(people: Cast, path: str) -> None:
    assert logged_in(people.max).get(path).status_code == 404


def test_sessions_are_listed_and_ended(people: Cast) -> None:
    with_password(people.ada)
    here, there = log_in("ada@shop.example"), log_in("ada@shop.example")
    page = here.get(reverse("usersessions_list"))
    assert len(page.context["sessions"]) == 2
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("me")).status_code == 200
    assert there.get(reverse("me")).status_code == 302


def test_no_log_line_holds_a_password_a_token_or_an_invitation(people: Cast) -> None:
    heard = StringIO()
    listening = logging.StreamHandler(heard)
    root, django = logging.getLogger(), logging.getLogger("django")
    for logger in (root, django):
        logger.addHandler(listening)
        logger.setLevel(logging.DEBUG)
    try:
        code = _walk(people)
    finally:
        for logger in (root, django):
            logger.removeHandler(listening)
            logger.setLevel(logging.WARNING)
    said = heard.getvalue()
    assert "/people/nowhere/" in said  # it did listen
    for secret in (PASSWORD, "canary-password", "cl_canary", code):
        assert secret not in said


def _walk(people: Cast) -> str:
    with_password(people.ada)
    log_in("ada@shop.example", "canary-password")
    log_in("ada@shop.example")
    Client().get("/people/nowhere/", headers={"Authorization": "Bearer cl_canary"})
    sent = {"name": "Nora", "email": "nora@shop.example", "role": "agent"}
    page = logged_in(people.max, freshly=True).post(reverse("invite"), sent).context["link"]
    code = str(page).partition("code=")[2]
    strict = Client(enforce_csrf_checks=True)
    strict.get(f"/people/welcome/?code={code}")
    strict.post("/people/welcome/", {"code": code, "password": "canary-password"})
    Client().post("/people/welcome/", {"code": code, "password": "canary-password-2"})
    Client().get(f"/people/welcome/?code={code}")
    return code
