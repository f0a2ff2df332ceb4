"""A holder's private key for ten minutes: one half in their session, the other in a cookie of their browser, neither worth anything alone."""

from base64 import b64decode, b64encode
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from clearline.culture.models import Holder
from clearline.engine.events import SECOND, Instant

FOR: Final = 600  # seconds since the last page
COOKIE: Final = "speak_up"
PLACE: Final = "/culture/speak-up/"
_SESSION: Final = "speak_up"


def unlock(request: HttpRequest, response: HttpResponse, holder: Holder, private: bytes, at: Instant) -> None:
    """Keeps the key for the next pages."""
    half = random(SecretBox.KEY_SIZE)
    sealed = b64encode(SecretBox(half).encrypt(private)).decode()
    request.session[_SESSION] = {"holder": holder.pk, "sealed": sealed, "until": at + FOR * SECOND}
    response.set_cookie(
        COOKIE,
        b64encode(half).decode(),
        max_age=FOR,
        path=PLACE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def lock(request: HttpRequest, response: HttpResponse) -> None:
    """Forgets both halves."""
    request.session.pop(_SESSION, None)
    response.delete_cookie(COOKIE, path=PLACE, samesite="Strict")


def key_of(request: HttpRequest, holder: Holder, at: Instant) -> bytes | None:
    """The private key, if both halves are there, of this holder, and not too old."""
    kept = request.session.get(_SESSION)
    half = request.COOKIES.get(COOKIE)
    if not kept or not half or kept["holder"] != holder.pk:
        return None
    if not at <= kept["until"] <= at + FOR * SECOND:  # a clock that went back keeps nothing open
        del request.session[_SESSION]
        return None
    try:
        return bytes(SecretBox(b64decode(half, validate=True)).decrypt(b64decode(kept["sealed"])))
    except (CryptoError, ValueError, TypeError):
        return None
