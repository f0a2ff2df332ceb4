"""The switch as it is asked for: by its page, and by the hub that has a deed for it."""

from collections.abc import Callable

from cryptography.exceptions import InvalidTag

from clearline.engine.events import Instant
from clearline.live.models import ConnectedSwitch
from clearline.live.switches.addresses import host_and_port
from clearline.live.switches.asking import Peer
from clearline.live.switches.asterisk_ami import AsteriskAmi
from clearline.live.switches.asterisk_ari import AsteriskAri
from clearline.live.switches.twilio import Twilio
from clearline.live.switches.webhook import Webhook
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.people.sealing import opened

SECRET = "secret"  # noqa: S105 - the name of its place


def switch(who: Person) -> ConnectedSwitch | None:
    """The switch, for whoever may see how the installation is set up."""
    return connected() if may(who, "see settings") else None


def connected() -> ConnectedSwitch | None:
    return ConnectedSwitch.objects.first()


def peer(row: ConnectedSwitch, clock: Callable[[], Instant]) -> Peer | None:
    """What can be spoken to; None where this home can't open its secret."""
    try:
        secret = opened(bytes(row.secret), str(row.uid), SECRET)
    except InvalidTag:
        return None
    kinds = ConnectedSwitch.Kind
    match row.kind:
        case kinds.TWILIO:
            return Twilio(row.address, row.account, secret)
        case kinds.ARI:
            return AsteriskAri(row.address, row.account, secret, row.recording)
        case kinds.AMI | kinds.MONITOR:
            host, port = host_and_port(row.address)
            return AsteriskAmi(host, port, row.account, secret, row.kind == kinds.MONITOR)
        case _:
            return Webhook(row.address, secret, clock)
