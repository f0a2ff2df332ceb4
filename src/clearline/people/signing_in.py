"""How people come in: by invitation or by the shop's own login, never by signing themselves up."""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest

from clearline.people.actions import sent_by_login
from clearline.people.models import Person, Role
from clearline.ui.clock import now

_NONCE: Final = 12
_BOUND: Final = b"clearline second factor v1"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Closed to strangers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors unreadable to whoever has the database and not the home's keys."""

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE)
        return urlsafe_b64encode(nonce + _cipher().encrypt(nonce, text.encode(), _BOUND)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = urlsafe_b64decode(encrypted_text)
        return _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], _BOUND).decode()


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Lets in whom an administrator has added; knows them by the address that the shop's login vouches for."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Adds somebody unknown, where login.toml gives one of their groups a role."""
        if sociallogin.is_existing:
            return
        address = next((one.email for one in sociallogin.email_addresses if one.verified), None)
        app = sociallogin.provider.app
        role = role_of(sociallogin.account.extra_data, app.settings["clearline"])
        if address is None or role is None or Person.objects.filter(email=address.lower()).exists():
            return
        name = _said(sociallogin.account.extra_data).get("name", "")
        person = sent_by_login(email=address, name=str(name)[:80], role=role, provider=app.name, at=now())
        sociallogin.connect(request, person)


def _cipher() -> AESGCM:
    return AESGCM(hashlib.sha256(_BOUND + settings.SECRET_KEY.encode()).digest())


def role_of(extra_data: Mapping[str, Any], groups: Mapping[str, Any]) -> Role | None:
    """The role of the first of somebody's groups, in the order of login.toml, that has one."""
    held = _said(extra_data).get(groups["claim"], [])
    held = [held] if isinstance(held, str) else held
    return next((Role(role) for group, role in groups["roles"].items() if group in held), None)


def _said(extra_data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the shop's login said of somebody: OpenID Connect nests it, SAML does not."""
    inner = [extra_data.get(part) or {} for part in ("id_token", "userinfo")]
    return {**extra_data, **inner[0], **inner[1]}
