"""Digest authentication (RFC 7616, RFC 8760): who opens a recording shows that they know the password."""

import hmac
import re
import secrets
from collections import OrderedDict
from hashlib import md5, sha256
from typing import Final

from clearline.engine.events import SECOND, Instant

REALM: Final = "clearline"
LASTS: Final[Instant] = 60 * SECOND  # what we ask
_HELD = 10_000
_PART = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
_ALGORITHMS: Final = {
    "SHA-256": sha256,
    "MD5": md5,
}  # the second only because most of telephony knows no other


class Digest:
    """Asks, and looks at answers. Each question is good for one answer."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._asked: OrderedDict[str, Instant] = OrderedDict()

    def ask(self, at: Instant) -> list[tuple[str, str]]:
        """The headers that ask for the password, the better algorithm first."""
        nonce = secrets.token_urlsafe(18)
        self._asked[nonce] = at + LASTS
        while len(self._asked) > _HELD:
            self._asked.popitem(last=False)
        return [
            ("WWW-Authenticate", f'Digest realm="{REALM}", nonce="{nonce}", algorithm={name}, qop="auth"')
            for name in _ALGORITHMS
        ]

    def holds(self, header: str, method: str, at: Instant) -> bool:
        """Whether an answer shows the password."""
        kind, _, rest = header.partition(" ")
        told = {name.lower(): quoted or plain for name, quoted, plain in _PART.findall(rest)}
        hashed = _ALGORITHMS.get(told.get("algorithm", "MD5").upper())
        if kind.lower() != "digest" or hashed is None:
            return False
        if self._asked.pop(told.get("nonce", ""), -1) < at:
            return False

        def made(*parts: str) -> str:
            return hashed(":".join(parts).encode()).hexdigest()

        first = made(self._user, REALM, self._password)
        second = made(method, told.get("uri", ""))
        count = (told.get("nc", ""), told.get("cnonce", ""), told["qop"]) if told.get("qop") else ()
        expected = made(first, told["nonce"], *count, second)
        known = hmac.compare_digest(told.get("username", "").encode(), self._user.encode())
        return known and hmac.compare_digest(told.get("response", "").lower().encode(), expected.encode())
