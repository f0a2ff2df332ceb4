"""What was erased stays gone: keyed hashes know again what comes back, and say nothing to anyone else."""

import hmac
from collections.abc import Iterable, Mapping
from functools import cache

from django.conf import settings

from clearline.engine.events import Event, Instant
from clearline.evidence import many
from clearline.formats.phones import number_in_full
from clearline.record.models import Deleted, Remnant, Timeline

SUBJECT = "subject"
FINITE = {
    "call",
    "order",
    "subscription",
    "request",
}  # kinds that come to an end, and are deleted as they are
ERASED = "the contact was erased after this happened; delete it at the source as well"
DELETED = "the record of it was deleted, as the law or the person asked; delete it at the source as well"


def fingerprint(kind: str, value: str) -> bytes:
    """HMAC-SHA256 of a number, an address or a subject in its one form; its key lies in the home, not in the database."""
    if kind == "phone":
        value = number_in_full(value) or value
    if kind != SUBJECT:
        value = value.strip().casefold()
    return hmac.digest(_key(), f"{kind}\n{value}".encode(), "sha256")


def remember(kind: str, values: Iterable[str], at: Instant) -> None:
    """Keeps the hashes of what must be known again; the latest time counts."""
    Remnant.objects.bulk_create(
        [Remnant(kind=kind, digest=one, at=at) for one in {fingerprint(kind, value) for value in values}],
        update_conflicts=True,
        unique_fields=["kind", "digest"],
        update_fields=["at"],
    )


def objected(kind: str, value: str) -> bool:
    """Whether whoever is reached at this number or address has objected to advertising, or was erased."""
    return Remnant.objects.filter(kind=kind, digest=fingerprint(kind, value)).exists()


def objecting(kind: str, values: Iterable[str]) -> set[str]:
    """The same of many: those who did."""
    digests = {fingerprint(kind, value): value for value in values}
    found = many.select(Remnant, ["digest"], kind=str(kind), digest=list(digests))
    return {digests[bytes(digest)] for (digest,) in found}


def of_erased(events: Mapping[int, Event]) -> dict[int, str]:
    """Why some of these events are not taken: they are about an erased contact, and older than its erasure."""
    about: dict[bytes, list[int]] = {}
    for place, event in events.items():
        if "contact" in event.subjects:
            about.setdefault(fingerprint(SUBJECT, event.subjects["contact"]), []).append(place)
    found = many.select(Remnant, ["digest", "at"], kind=SUBJECT, digest=list(about))
    return {place: ERASED for digest, at in found for place in about[bytes(digest)] if events[place].at <= at}


@cache
def _key() -> bytes:
    return settings.HOME.secret("remnants").encode()


def of_deleted(events: Mapping[int, Event], timelines: Mapping[tuple[str, str], Timeline]) -> dict[int, str]:
    """Why some of these events are not taken: they stand on a call, order, … of which a part was deleted."""
    touched = [one.pk for one in timelines.values() if one.erased is not None and one.kind in FINITE]
    gone = (
        set(Deleted.objects.filter(timeline__in=touched).values_list("timeline", flat=True))
        if touched
        else set()
    )
    if not gone:
        return {}
    return {
        place: DELETED
        for place, event in events.items()
        if any(timelines[subject].pk in gone for subject in event.subjects.items())
    }
