"""Whether a delivery was signed by whom it claims to be from: each sender's own scheme, over the raw bytes."""

import hmac
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from clearline.engine.events import SECOND, Instant

TOLERANCE: Instant = 300 * SECOND
"""How far a signed time may lie from ours; what is older is a replay."""

_SECONDS = re.compile(r"\d{1,12}")
_MILLISECONDS = re.compile(r"\d{1,15}")


class Sent(NamedTuple):
    """A delivery as it came; headers by their names in small letters."""

    headers: Mapping[str, str]
    body: bytes
    url: str  # as the sender wrote it


class _Claim(NamedTuple):
    """What a sender must have signed, the signatures that it shows, and when it says that it signed."""

    signed: bytes
    shown: Sequence[str]
    at: Instant | None = None  # None: the scheme knows no time, or none that can be read was shown
    dated: bool = False
    hexadecimal: bool = False


def signed_by(kind: str, sent: Sent, secrets: Sequence[str], at: Instant) -> int | None:
    """Which of the secrets the delivery was signed with, tried in constant time; None where it was none of them."""
    claim = _CLAIMS[kind](sent)
    found = None
    for place, secret in enumerate(secrets):
        digest = hmac.digest(secret.encode(), claim.signed, "sha256")
        right = digest.hex().encode() if claim.hexadecimal else b64encode(digest)
        same = [hmac.compare_digest(right, one.encode("utf-8", "surrogatepass")) for one in claim.shown]
        if any(same) and found is None:
            found = place
    if claim.dated and (claim.at is None or abs(at - claim.at) > TOLERANCE):
        return None
    return found


def _over_body(header: str) -> Callable[[Sent], _Claim]:
    return lambda sent: _Claim(sent.body, [sent.headers.get(header, "")])


def _stripe(sent: Sent) -> _Claim:
    """`t=…,v1=…,v1=…` over time, a dot and the body; several while a secret is changed."""
    parts = [part.strip().partition("=") for part in sent.headers.get("stripe-signature", "").split(",")]
    time = next((value for name, _, value in parts if name == "t"), "")
    shown = [value for name, _, value in parts if name == "v1"][:5]
    at = int(time) * SECOND if _SECONDS.fullmatch(time) else None
    return _Claim(time.encode() + b"." + sent.body, shown, at, dated=True, hexadecimal=True)


def _zendesk(sent: Sent) -> _Claim:
    time = sent.headers.get("x-zendesk-webhook-signature-timestamp", "")
    shown = [sent.headers.get("x-zendesk-webhook-signature", "")]
    return _Claim(time.encode() + sent.body, shown, _instant(time), dated=True)


def _hubspot(sent: Sent) -> _Claim:
    """Version 3: method, address, body and time in milliseconds."""
    time = sent.headers.get("x-hubspot-request-timestamp", "")
    shown = [sent.headers.get("x-hubspot-signature-v3", "")]
    at = int(time) * 1_000 if _MILLISECONDS.fullmatch(time) else None
    return _Claim(b"POST" + sent.url.encode() + sent.body + time.encode(), shown, at, dated=True)


def _instant(text: str) -> Instant | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.tzinfo is None:
        return None
    since = time - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


_CLAIMS: Mapping[str, Callable[[Sent], _Claim]] = {
    "shopify": _over_body("x-shopify-hmac-sha256"),
    "woocommerce": _over_body("x-wc-webhook-signature"),
    "stripe": _stripe,
    "zendesk": _zendesk,
    "hubspot": _hubspot,
}
