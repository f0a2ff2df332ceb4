"""A switch is connected or removed, each an entry in the evidence log; and what came of asking it is counted."""

from typing import Final

from django.db import transaction
from django.db.models import F

from clearline.engine.events import Instant
from clearline.live.models import ConnectedSwitch
from clearline.live.switches.addresses import host_and_port, web_address
from clearline.live.switches.queries import SECRET
from clearline.people.acts import done
from clearline.people.errors import Refused
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.people.sealing import sealed

SHORTEST: Final = 8  # characters of a secret
_BY_LINES: Final = frozenset({ConnectedSwitch.Kind.AMI, ConnectedSwitch.Kind.MONITOR})


def connect(
    by: Person, *, kind: str, address: str, account: str, secret: str, recording: str, at: Instant
) -> ConnectedSwitch:
    """From now on this is the switch; Refused where it could not be asked so, and says why."""
    _allow(by)
    if len(secret) < SHORTEST or secret != secret.strip() or not (secret + account).isprintable():
        raise Refused(f"a secret has at least {SHORTEST} characters, and no blanks around it")
    if kind != ConnectedSwitch.Kind.WEBHOOK and not account:
        raise Refused("this switch wants to know an account or a user")
    if kind == ConnectedSwitch.Kind.ARI and "{call}" not in recording:
        raise Refused("the name of a recording has {call} in it, where the id of the call stands")
    row = ConnectedSwitch(kind=kind, address=checked(kind, address), account=account, made=at)
    row.recording, row.secret = recording or "{call}", sealed(secret, str(row.uid), SECRET)
    with transaction.atomic():
        ConnectedSwitch.objects.all().delete()
        row.save(force_insert=True)
        done(kind="switch.connected", by=by, about=None, what=f"{kind}: {row.address}", at=at)
    return row


def checked(kind: str, address: str) -> str:
    """The address as it is kept."""
    try:
        if kind in _BY_LINES:
            host_and_port(address)
            return address
        return web_address(address)
    except ValueError as error:
        raise Refused(f"the address can't be used: {error}") from error


def remove(by: Person, at: Instant) -> None:
    """Nothing is asked any more; doing it twice changes nothing."""
    _allow(by)
    with transaction.atomic():
        if ConnectedSwitch.objects.all().delete()[0]:
            done(kind="switch.removed", by=by, about=None, what="the switch", at=at)


def noted(pk: int, trouble: str, at: Instant) -> None:
    """What came of a deed, for its page."""
    rows = ConnectedSwitch.objects.filter(pk=pk)
    if trouble:
        rows.update(last=at, failed=F("failed") + 1, trouble=trouble[:300])
    else:
        rows.update(last=at, done=F("done") + 1)


def _allow(by: Person) -> None:
    if not may(by, "change settings"):
        raise Refused("only an administrator connects a switch")
