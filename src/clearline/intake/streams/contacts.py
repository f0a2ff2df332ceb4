"""Contacts of Contact Lens whose beginning this process has not heard: the record knows it."""

import asyncio

from asgiref.sync import sync_to_async

from clearline.engine.events import Instant
from clearline.formats.streaming.contact_lens import ContactLens, Record
from clearline.intake.queries import began
from clearline.record.attempts import Attempt
from clearline.record.receiving import PATIENCE, late, unwritable


async def remember(known: ContactLens, source: str, records: list[Record]) -> None:
    """Tells what is known of the contacts in records; Refusal where the database does not say."""
    new = {record.contact_id for record in records if not known.knows(record.contact_id)}
    if not new:
        return
    try:
        async with asyncio.timeout(PATIENCE):
            found, error = await sync_to_async(_looked_up)(source, new)
    except TimeoutError:
        raise late() from None
    if error is not None:
        raise unwritable(error)
    for contact, at in found.items():
        if not known.knows(contact):  # another record may have come meanwhile
            known.began(contact, at)


def _looked_up(source: str, contacts: set[str]) -> tuple[dict[str, Instant], Exception | None]:
    found: dict[str, Instant] = {}
    with Attempt() as attempt:
        found = began(source, contacts)
    return found, attempt.error
