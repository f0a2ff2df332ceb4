"""Whether a delivery was signed by whom it claims to be from: each sender's own scheme, over the raw bytes."""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from clearline.engine.events import SECOND, Instant

TOLERANCE: Instant = 300 * SECOND
"""How far a signed time may lie from ours; what is older is a replay."""

_SECONDS = re.compile(r"\d{1,12}")
_MILLISECONDS = re.compile(r"\d{1,15}")
_SIGNED = re.compile(
    r'sig1=(?P<whole>\((?P<parts>[^()]{0,400})\)(?P<parameters>(?:;[a-z]+=(?:"[^"]*"|\d+))*))'
)
_SIGNATURE = re.compile(r"sig1=:([A-Za-z0-9+/=]{1,100}):")
_PARAMETER = re.compile(r';([a-z]+)=("[^"]*"|\d+)')
_PARTS = frozenset(("@request-target", "@authority", "audiohook-organization-id", "audiohook-session-id")) | {
    "audiohook-correlation-id",
    "x-api-key",
}
"""What must be signed; a signature over less would fit other requests, too."""


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
    digest: str = "sha256"
    until: Instant | None = None  # when the sender says that it ends


def signed_by(kind: str, sent: Sent, secrets: Sequence[str], at: Instant) -> int | None:
    """Which of the secrets the delivery was signed with, tried in constant time; None where it was none of them."""
    claim = _CLAIMS[kind](sent)
    found = None
    for place, secret in enumerate(secrets):
        digest = hmac.digest(_KEYS.get(kind, str.encode)(secret), claim.signed, claim.digest)
        right = digest.hex().encode() if claim.hexadecimal else b64encode(digest)
        same = [hmac.compare_digest(right, one.encode("utf-8", "surrogatepass")) for one in claim.shown]
        if any(same) and found is None:
            found = place
    if claim.dated and (claim.at is None or abs(at - claim.at) > TOLERANCE):
        return None
    if claim.until is not None and claim.until + TOLERANCE < at:
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


def _twilio(sent: Sent) -> _Claim:
    """Over the address alone, where a stream is opened: that request has no body."""
    return _Claim(sent.url.encode(), [sent.headers.get("x-twilio-signature", "")], digest="sha1")


def _audiohook(sent: Sent) -> _Claim:
    """HTTP message signatures (RFC 9421), of which Genesys uses one form: `sig1`, over these parts of the request."""
    found = _SIGNED.fullmatch(sent.headers.get("signature-input", "").strip())
    shown = _SIGNATURE.fullmatch(sent.headers.get("signature", "").strip())
    told = dict(_PARAMETER.findall(found["parameters"])) if found else {}
    parts = found["parts"].replace('"', "").split() if found else []
    created, expires = told.get("created", ""), told.get("expires", "")
    right = set(parts) >= _PARTS and len(parts) == len(set(parts)) and told.get("alg") == '"hmac-sha256"'
    if not (found and shown and right and _SECONDS.fullmatch(created) and _SECONDS.fullmatch(expires)):
        return _Claim(b"", [], dated=True)
    host, _, rest = sent.url.partition("://")[2].partition("/")
    values = {**sent.headers, "@authority": host.lower(), "@request-target": f"/{rest}"}
    lines = [f'"{part}": {values.get(part, "").strip()}' for part in parts]
    signed = "\n".join([*lines, f'"@signature-params": {found["whole"]}'])
    at, until = int(created) * SECOND, int(expires) * SECOND
    return _Claim(signed.encode("utf-8", "surrogatepass"), [shown[1]], at, dated=True, until=until)


def _of_base64(secret: str) -> bytes:
    """The key that a secret writes out; the secret itself where it is no base64, which then fits nothing."""
    try:
        return b64decode(secret, validate=True)
    except ValueError:
        return secret.encode()


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
    "twilio": _twilio,
    "audiohook": _audiohook,
}
_KEYS: Mapping[str, Callable[[str], bytes]] = {"audiohook": _of_base64}
