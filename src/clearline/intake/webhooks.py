"""Deliveries of shops and desks over HTTP, beside Django: signed bytes in, an answer after the commit."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings

from clearline.engine.events import Event, Instant
from clearline.formats import hubspot, shopify, stripe, woocommerce, zendesk
from clearline.formats.deliveries import Delivery
from clearline.formats.errors import NotRead
from clearline.intake.actions import counted
from clearline.intake.known import Known
from clearline.intake.queries import Sender
from clearline.intake.signatures import Sent, signed_by
from clearline.intake.tally import Tally
from clearline.record.actions.append import Outcome, Received
from clearline.record.attempts import Attempt
from clearline.record.receiving import (
    Place,
    Receive,
    Refusal,
    Room,
    Scope,
    Send,
    body_of,
    headers_of,
    respond,
    written,
)
from clearline.record.writer import Writer
from clearline.ui.clock import now

PLACE: Final = "/in/"
LARGEST: Final = 2_000_000  # bytes of a delivery
COUNTED: Final = 1.0  # seconds after which what came is written to the connections

READERS: Final[Mapping[str, Callable[[bytes, str], Delivery]]] = {
    "shopify": shopify.read,
    "woocommerce": woocommerce.read,
    "stripe": stripe.read,
    "zendesk": zendesk.read,
    "hubspot": hubspot.read,
}
OF_SELLER: Final = frozenset({"order.placed", "contact.inquired", "consent.given"})
_PING = re.compile(rb"webhook_id=\d{1,20}")  # what WooCommerce sends, unsigned, when a webhook is saved


class Webhooks:
    """The endpoints, with the writer that they hand events to."""

    def __init__(self, writer: Writer, clock: Callable[[], Instant] = now) -> None:
        self.writer, self.clock = writer, clock
        self.room = Room()
        self._known = Known()
        self._tallies: dict[int, Tally] = defaultdict(Tally)
        self._counting: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await respond(self.room, send, lambda place: self._answer(scope, receive, place))
        if self._tallies and (self._counting is None or self._counting.done()):
            self._counting = asyncio.create_task(self._count())

    async def stop(self) -> None:
        """Writes what was counted last."""
        if self._counting is not None:
            self._counting.cancel()
        await self._write()

    async def _answer(self, scope: Scope, receive: Receive, place: Place) -> tuple[int, bytes]:
        kind = scope["path"].removeprefix(PLACE).rstrip("/")
        if kind not in READERS:
            raise Refusal(404, "nothing is taken in here")
        if scope["method"] != "POST":
            raise Refusal(405, "send deliveries with POST", {"allow": "POST"})
        headers = headers_of(scope)
        sent = Sent(headers, await body_of(receive, headers, place, LARGEST), _url(scope, headers))
        if kind == "woocommerce" and _PING.fullmatch(sent.body):
            return 200, b"{}"
        sender = await self._sender(kind, sent)
        told = await self._taken(kind, sender, sent.body)
        return 202, msgspec.json.encode(told)

    async def _sender(self, kind: str, sent: Sent) -> Sender:
        """Whose delivery it is; whoever is nobody's hears no more than that."""
        known, found = await self._known.of(kind), None
        for one in known:
            if signed_by(kind, sent, one.secrets, self.clock()) is not None and found is None:
                found = one
        if found is None:
            for one in known:
                self._tallies[one.pk].counts["unsigned"] += 1
            raise Refusal(401, "nobody who is known here has signed this")
        return found

    async def _taken(self, kind: str, sender: Sender, body: bytes) -> dict[str, Any]:
        """Hands the events of a delivery to the writer; what became of them, when the disk has them."""
        tally, at = self._tallies[sender.pk], self.clock()
        try:
            delivery = READERS[kind](body, sender.prefix)
        except NotRead as fault:
            tally.refuse(str(fault), at)
            raise Refusal(422, str(fault)) from None
        source = f"in/{sender.name}"
        actor = f"connection-{sender.name}"
        received = [Received(source, _of_seller(event, sender.seller), actor) for event in delivery.events]
        answers = await written(lambda: self.writer.submit(received)) if received else []
        tally = self._tallies[sender.pk]  # another one, where counts were written meanwhile
        tally.last = at
        for why in delivery.ignored:
            tally.ignore(why)
        results = []
        for one, answer in zip(received, answers, strict=True):
            outcome = _outcome(answer.outcome)
            if outcome is Outcome.REFUSED:
                tally.refuse(f"{one.event.type}: {answer.reason}", at)
            else:
                tally.counts[outcome.value] += 1
            results.append({"id": one.event.id, "type": one.event.type, "status": outcome.value})
        return {"results": results, "ignored": list(delivery.ignored)}

    async def _count(self) -> None:
        while self._tallies:
            await asyncio.sleep(COUNTED)
            await self._write()

    async def _write(self) -> None:
        tallies, self._tallies = self._tallies, defaultdict(Tally)
        error = await sync_to_async(_counted)(tallies)
        if error is not None:  # counted again with the next
            for pk, one in tallies.items():
                one.counts += self._tallies[pk].counts
                self._tallies[pk].counts = one.counts


def _of_seller(event: Event, seller: str) -> Event:
    """The event with the seller whose relationship or consent it is, where it names none itself."""
    if not seller or event.type not in OF_SELLER or "seller" in event.data:
        return event
    return msgspec.structs.replace(event, data={**event.data, "seller": seller})


def _outcome(outcome: Outcome) -> Outcome:
    """What an earlier delivery said otherwise stands as it was said: an order tells its whole life each time."""
    return Outcome.KNOWN if outcome is Outcome.CONFLICT else outcome


def _counted(tallies: Mapping[int, Tally]) -> Exception | None:
    with Attempt() as attempt:
        counted(tallies)
    return attempt.error


def _url(scope: Scope, headers: Mapping[str, str]) -> str:
    """The address as the sender wrote it; TLS ends before us."""
    scheme = "https" if settings.SECURE else scope.get("scheme", "http")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scheme}://{headers.get('host', '')}{scope['path']}{'?' if query else ''}{query}"
