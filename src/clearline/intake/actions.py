"""Connections are made, given new secrets, and removed; each deed is an entry in the evidence log."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.db.models import F

from clearline.engine.events import Instant
from clearline.intake.models import Connection
from clearline.intake.queries import OLDER, SECRET, newest
from clearline.intake.tally import Tally
from clearline.people.acts import done
from clearline.people.errors import Refused
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.people.sealing import sealed

SHORTEST: Final = 16  # characters of a secret
SHOPS: Final = frozenset({Connection.Kind.SHOPIFY, Connection.Kind.WOOCOMMERCE})


def made(
    by: Person, *, kind: str, name: str, prefix: str, secret: str, at: Instant, seller: str = ""
) -> Connection:
    """A new connection; Refused where its name or the ids of its customers would be those of another."""
    _allow(by)
    _check(secret)
    with transaction.atomic():
        if Connection.objects.filter(name=name).exists():
            raise Refused("there is a connection of this name")
        if kind in SHOPS and Connection.objects.filter(kind__in=SHOPS, prefix=prefix).exists():
            raise Refused(
                "another shop counts its customers and orders alike: give this one a prefix of its own"
            )
        row = Connection(kind=kind, name=name, prefix=prefix, seller=seller, made=at)
        row.secret = sealed(secret, str(row.uid), SECRET)
        row.save(force_insert=True)
        done(kind="connection.made", by=by, about=None, what=f"{name}: {kind}", at=at)
    return row


def rotated(by: Person, name: str, secret: str, at: Instant) -> None:
    """A new secret; the one that was the newest so far is taken beside it, until it is dropped."""
    _allow(by)
    _check(secret)
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(name=name)
        before = newest(row)
        if before == secret:
            raise Refused("this is the secret that it has")
        row.older = sealed(before, str(row.uid), OLDER) if before else None
        row.secret, row.rotated = sealed(secret, str(row.uid), SECRET), at
        row.save(update_fields=["secret", "older", "rotated"])
        done(kind="connection.rotated", by=by, about=None, what=name, at=at)


def dropped(by: Person, name: str, at: Instant) -> None:
    """The older secret is taken no more; doing it twice changes nothing."""
    _allow(by)
    with transaction.atomic():
        if Connection.objects.filter(name=name).exclude(older=None).update(older=None):
            done(kind="connection.dropped", by=by, about=None, what=f"{name}: the older secret", at=at)


def removed(by: Person, name: str, at: Instant) -> None:
    """Nothing more is taken from it; what it sent stays."""
    _allow(by)
    with transaction.atomic():
        if Connection.objects.filter(name=name).delete()[0]:
            done(kind="connection.removed", by=by, about=None, what=name, at=at)


def counted(tallies: Mapping[int, Tally]) -> None:
    """Adds what came to what each connection shows of it."""
    with transaction.atomic():
        for pk, one in tallies.items():
            told = {
                name: value
                for name in ("last", "note", "error", "failed")
                if (value := getattr(one, name)) not in (None, "")
            }
            sums = {name: F(name) + count for name, count in one.counts.items() if count}
            Connection.objects.filter(pk=pk).update(**told, **sums)


def _allow(by: Person) -> None:
    if not may(by, "change settings"):
        raise Refused("only an administrator connects shops and desks")


def _check(secret: str) -> None:
    if len(secret) < SHORTEST or secret != secret.strip():
        raise Refused(f"a secret has at least {SHORTEST} characters, and no blanks around it")
