"""The endpoints as an ASGI application with a writer of its own, and senders that sign as the real ones do."""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MATERIAL = Path(__file__).parent / "material"
SECRET = "a secret of the tests, no other"
URL = "https://clearline.example/in/hubspot"


def body_of(name: str, **changed: Any) -> bytes:
    """The body of a delivery, with members changed at its top."""
    told = (MATERIAL / f"{name}.json").read_bytes()
    return json.dumps({**json.loads(told), **changed}).encode() if changed else told


def signed(kind: str, body: bytes, at: int, secret: str = SECRET, url: str = URL) -> dict[str, str]:
    """The headers with which a sender signs a body at a time, in microseconds."""

    def mac(text: bytes) -> bytes:
        return hmac.digest(secret.encode(), text, "sha256")

    def plain(text: bytes) -> str:
        return b64encode(mac(text)).decode()

    seconds, milliseconds = str(at // 1_000_000), str(at // 1_000)
    iso = datetime.fromtimestamp(at // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind == "shopify":
        return {"x-shopify-hmac-sha256": plain(body), "x-shopify-topic": "orders/create"}
    if kind == "woocommerce":
        return {"x-wc-webhook-signature": plain(body), "x-wc-webhook-topic": "order.created"}
    if kind == "stripe":
        return {"stripe-signature": f"t={seconds},v1={mac(seconds.encode() + b'.' + body).hex()},v0=old"}
    if kind == "zendesk":
        return {
            "x-zendesk-webhook-signature": plain(iso.encode() + body),
            "x-zendesk-webhook-signature-timestamp": iso,
        }
    return {
        "x-hubspot-signature-v3": plain(b"POST" + url.encode() + body + milliseconds.encode()),
        "x-hubspot-request-timestamp": milliseconds,
    }
