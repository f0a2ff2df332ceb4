"""Who opens a stream: a token, or a signature under a connection's secret."""

from typing import NamedTuple

from django.conf import settings

from clearline.engine.events import Instant
from clearline.intake.known import Known
from clearline.intake.signatures import Sent, signed_by
from clearline.intake.streams.asking import Asked
from clearline.record.receiving import Refusal, Scope, headers_of
from clearline.record.senders import Senders

TOKEN = "events:write"  # noqa: S105 - the scope that a token needs
_PREFIX = "cl_"


class Who(NamedTuple):
    """Whoever speaks over a stream."""

    actor: str
    source: str
    subprotocol: str = ""  # to be chosen of those that were offered


class Doors:
    """Looks at whoever knocks; nothing of what they show is kept or logged."""

    def __init__(self) -> None:
        self.senders, self.known = Senders(), Known()

    async def who(self, kind: str, scope: Scope, asked: Asked, at: Instant) -> Who:
        """Who knocks for a stream; `kind` is that of the connections that may sign for it. Refusal for anybody else."""
        headers = headers_of(scope)
        if "origin" in headers:
            raise Refusal(403, "pages of a browser open no streams here")
        if kind and _shows(kind, headers):
            return await self._signed(kind, headers, scope, asked, at)
        if kind == "audiohook":
            raise Refusal(401, "AudioHook signs its requests: set a client secret in Genesys")
        offered = [one.strip() for one in headers.get("sec-websocket-protocol", "").split(",")]
        token = next((one for one in offered if one.startswith(_PREFIX)), asked.token)
        if token and "authorization" not in headers:
            headers["authorization"] = f"Bearer {token}"
        found = await self.senders.token(headers, TOKEN)
        chosen = next((one for one in offered if one and not one.startswith(_PREFIX)), "")
        return Who(f"token-{found.pk}", asked.source or f"token-{found.pk}", chosen)

    async def _signed(
        self, kind: str, headers: dict[str, str], scope: Scope, asked: Asked, at: Instant
    ) -> Who:
        sent = Sent(headers, b"", _url(scope, headers))
        found = None
        for one in await self.known.of(kind):
            fits = kind != "audiohook" or headers.get("x-api-key") == one.name
            if signed_by(kind, sent, one.secrets, at) is not None and fits and found is None:
                found = one
        if found is None:
            raise Refusal(401, "nobody who is known here has signed this")
        return Who(f"connection-{found.name}", asked.source or f"in/{found.name}")


def _shows(kind: str, headers: dict[str, str]) -> bool:
    return {"twilio": "x-twilio-signature", "audiohook": "signature"}[kind] in headers


def _url(scope: Scope, headers: dict[str, str]) -> str:
    """The address as the sender wrote it; TLS ends before us."""
    scheme = "wss" if settings.SECURE else scope.get("scheme", "ws")
    query = scope.get("query_string", b"").decode("latin-1")
    path = scope.get("raw_path") or scope["path"].encode()
    return f"{scheme}://{headers.get('host', '')}{path.decode('latin-1').partition('?')[0]}{'?' if query else ''}{query}"
