"""Tokens of machines: made and shown once, known again by their digest."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from django.db import transaction

from clearline.engine.events import Instant
from clearline.people.acts import done
from clearline.people.errors import Refused
from clearline.people.models import PREFIX, TOKEN_NAME, Person, Token
from clearline.people.permissions import SCOPES, may

DAY: Final = 86_400_000_000  # microseconds
LONGEST: Final = 366 * DAY
_NO_DIGEST: Final = "0" * 64


def digest(code: str) -> str:
    """What is stored in place of a token or of an invitation's code: 256 random bits need no slow hash."""
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


def make(
    owner: Person, *, name: str, scopes: Collection[str], expires: Instant, at: Instant
) -> tuple[Token, str]:
    """A new token, and the words of it that nobody can show again; Refused for scopes beyond the owner's role."""
    beyond = sorted(scope for scope in scopes if scope not in SCOPES or not may(owner, SCOPES[scope]))
    if beyond or not scopes:
        raise Refused(f"your role can't give a token {', '.join(beyond) or 'no scope at all'}")
    if not 0 < len(name) <= TOKEN_NAME:
        raise Refused(f"a token's name has 1 to {TOKEN_NAME} characters, this one {len(name)}")
    if not at < expires <= at + LONGEST:
        raise Refused("a token lasts from a day to a year")
    words = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = Token.objects.create(
            owner=owner, name=name, digest=digest(words), scopes=sorted(scopes), made=at, expires=expires
        )
        done(kind="token.made", by=owner, about=owner, what=f"{name}: {', '.join(token.scopes)}", at=at)
    return token, words


def revoke(by: Person, token: Token, at: Instant) -> None:
    """Ends a token of one's own at once; doing it twice changes nothing."""
    if token.owner != by:
        raise Refused("this token is somebody else's")
    with transaction.atomic():
        if Token.objects.filter(pk=token.pk, revoked=None).update(revoked=at):
            done(kind="token.revoked", by=by, about=by, what=token.name, at=at)


def authenticate(header: str, at: Instant) -> Token | None:
    """The token that an Authorization header shows, if it is in force and its owner is still here."""
    scheme, _, words = header.partition(" ")
    return known(words.strip(), at) if scheme.lower() == "bearer" else None


def known(words: str, at: Instant) -> Token | None:
    """The same for the bare token. Stored digests are compared in constant time; only the day of use is kept."""
    seen = digest(words)
    token = Token.objects.select_related("owner").filter(digest=seen).first()
    same = hmac.compare_digest(token.digest if token else _NO_DIGEST, seen)
    if token is None or not (same and words.startswith(PREFIX)):
        return None
    if token.revoked is not None or token.expires <= at or not token.owner.is_active:
        return None
    today = datetime.fromtimestamp(at // 1_000_000, UTC).date()
    if token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)
    return token


def allows(token: Token, scope: str) -> bool:
    """Whether the token was made for it and its owner's role still allows it."""
    return scope in token.scopes and may(token.owner, SCOPES[scope])
