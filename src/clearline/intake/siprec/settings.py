"""What home/siprec.toml says: where recordings are taken, from whom, and how many."""

import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

import msgspec

from clearline.engine.errors import ClearlineError
from clearline.formats.siprec import Speaking, speaking

FILE: Final = "siprec.toml"
_PORT = 65_535


class SiprecError(ClearlineError):
    """home/siprec.toml can't be used as it is."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of the file. Only `listen` must be given."""

    listen: str  # address:port, for UDP and TCP
    address: str = ""  # where sound is awaited, if it is not the one that is listened at
    ports: str = "20000-20999"  # for sound
    senders: tuple[str, ...] = ("127.0.0.0/8", "::1/128")  # who may send: addresses or networks
    user: str = ""
    password: str = ""  # asked for where it is given
    source: str = "siprec"  # whence the ids come
    call: str = ""  # the header that names the call, where the metadata's session is not to
    agents: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    caller: str = "unknown"
    most: int = 100  # recordings at once
    longest: float = 4.0  # hours of one
    silence: float = 60.0  # seconds without a packet, after which the sender is taken to be gone

    @property
    def place(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def shown(self) -> str:
        """The address that we tell others."""
        return self.address or self.place[0]

    @property
    def sound(self) -> range:
        """Ports for sound: even ones (RFC 3550)."""
        first, last = (int(one) for one in self.ports.split("-"))
        return range(first + first % 2, last + 1, 2)

    @property
    def speaking(self) -> Speaking:
        return speaking(self.agents, self.lines, self.caller)

    @property
    def is_local(self) -> bool:
        return ip_address(self.place[0]).is_loopback

    @property
    def lets_anybody_in(self) -> bool:
        return any(ip_network(one, strict=False).prefixlen == 0 for one in self.senders)

    def lets_in(self, host: str) -> bool:
        try:
            told = ip_address(host.partition("%")[0])
        except ValueError:
            return False
        told = getattr(told, "ipv4_mapped", None) or told
        return any(told in ip_network(one, strict=False) for one in self.senders)


def settings_of(file: Path) -> Settings | None:
    """Reads the file; None where there is none, and then nothing is listened to."""
    if not file.exists():
        return None
    try:
        told = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Settings)
        _checked(told)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, ValueError) as why:
        raise SiprecError(
            f"{file} can't be read: {why}. docs/connecting-your-telephony.md has an example"
        ) from None
    return told


def _checked(told: Settings) -> None:
    """ValueError for what fits no other member, or is out of reason."""
    host, port = told.place
    if not 0 <= port <= _PORT:
        raise ValueError("`listen` is written like 10.0.0.5:5060")
    if ip_address(host).is_unspecified and not told.address:
        raise ValueError("`listen` names all addresses, so `address` has to say where sound is to be sent")
    ip_address(told.shown)
    if not told.sound or told.sound[0] < 1024 or told.sound[-1] > _PORT:
        raise ValueError("`ports` is written like 20000-20999")
    for one in told.senders:
        ip_network(one, strict=False)
    if bool(told.user) != bool(told.password):
        raise ValueError("`user` and `password` go together")
    if not (1 <= told.most <= 10_000 and 0 < told.longest <= 12 and told.silence >= 1):
        raise ValueError("`most` is 1 to 10000, `longest` at most 12 hours, `silence` at least 1 second")
    if told.caller not in {"agent", "customer", "unknown"}:
        raise ValueError("`caller` is agent, customer or unknown")
    _ = told.speaking
