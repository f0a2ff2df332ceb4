"""Addresses of switches as an administrator may give them: whole, without secrets in them, and encrypted outside the house."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def web_address(text: str) -> str:
    """The address without a slash at its end; a ValueError says what is wrong with it."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    _ = parts.port  # a ValueError where it is none
    if parts.scheme not in {"https", "http"} or not (host and (_HOST.fullmatch(host) or ":" in host)):
        raise ValueError("write it as https://host/path")
    if parts.username or parts.password or parts.query or parts.fragment or not text.isprintable():
        raise ValueError("an address has no user, password, ? or # in it")
    if parts.scheme == "http" and not _is_ours(host):
        raise ValueError("over the internet only https keeps the secret")
    if _is_nobodys(host):
        raise ValueError("at such an address no switch is")
    return text.rstrip("/")


def host_and_port(text: str) -> tuple[str, int]:
    """As in `asterisk.local:5038`; a ValueError says what is wrong with it."""
    host, _, port = text.rpartition(":")
    if not (_HOST.fullmatch(host) and port.isdecimal() and 0 < int(port) < 65_536):
        raise ValueError("write it as host:port, such as 10.0.0.5:5038")
    if not _is_ours(host):
        raise ValueError(
            "the manager interface is not encrypted: reach it over a private network or a tunnel"
        )
    if _is_nobodys(host):
        raise ValueError("at such an address no switch is")
    return host, int(port)


def _is_ours(host: str) -> bool:
    """Whether it lies in a private network: by its number, or by a name that only such a network knows."""
    number = _number(host)
    if number is None:
        return "." not in host or host.endswith((".local", ".lan", ".internal", ".localhost"))
    return number.is_private or number.is_loopback


def _is_nobodys(host: str) -> bool:
    """Where machines tell about themselves, and the like."""
    number = _number(host)
    return number is not None and (number.is_link_local or number.is_multicast or number.is_unspecified)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
