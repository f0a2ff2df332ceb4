"""What happens to recordings: each step in a transaction, with an entry in the evidence log. Files follow the rows."""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from clearline.engine.events import Instant
from clearline.evidence.actions import done
from clearline.record import jobs
from clearline.record.errors import RefusedError
from clearline.record.gone import DELETED
from clearline.record.models import Deleted, Recording
from clearline.record.recordings import places
from clearline.record.recordings.sealing import Incoming

HEAR, LET_GO = "recordings.hear", "recordings.let_go"  # kinds of jobs
SPEAKERS: Final = frozenset({"agent", "customer", "system", "unknown"})
_LONGEST: Final = 128  # characters of an id

State, Original = Recording.State, Recording.Original


def received(
    coming: Incoming,
    call: str,
    *,
    began: Instant | None,
    speakers: Sequence[str],
    agent: str,
    actor: str,
    at: Instant,
) -> tuple[Recording, bool]:
    """Keeps what came whole, sealed, and leaves it to whoever hears; whether it is new. The same comes once a call."""
    _check(coming, call, began, speakers, at)
    with transaction.atomic():
        row = Recording.objects.select_for_update().filter(call=call, sha256=coming.sha256).first()
        if row is not None and row.state != State.FAILED:
            return row, False
        if row is None:
            row = Recording(uid=coming.uid, call=call, sha256=coming.sha256, size=coming.size)
        row.state, row.reason, row.original = State.WAITING, "", Original.WAITS
        row.received, row.began, row.speakers, row.agent = at, began, list(speakers), agent
        told = {"uid": row.uid, "call": call, "sha256": row.sha256, "size": row.size, "began": began}
        done("recording.received", actor, told, at, about(row))
        row.key = coming.keep(row.uid)
        row.save()
        jobs.ask(HEAR, {"uid": row.uid}, at)
    return row, True


def not_heard(row: Recording, reason: str, at: Instant, *, again: bool = False) -> None:
    """It could not be heard, and why; what came is let go of, unless it is tried again. In the caller's transaction."""
    row.state, row.reason = State.FAILED, reason[:400]
    done("recording.failed", "house", {"uid": row.uid, "reason": row.reason}, at, about(row))
    if not again:
        let_go_original(row, Original.NOT_KEPT, "it could not be heard", at)
    row.save()


def seal_original(row: Recording, until: Instant, at: Instant) -> None:
    """Keeps what came, sealed, for so long. In the caller's transaction."""
    row.original, row.sealed_until = Original.SEALED, until
    done("recording.sealed", "house", {"uid": row.uid, "until": until}, at, about(row))
    jobs.ask(LET_GO, {"uid": row.uid}, until)


def let_go_original(
    row: Recording, fate: "Recording.Original", why: str, at: Instant, actor: str = "house"
) -> None:
    """Destroys the key of what came, and the file as soon as that is committed. In the caller's transaction."""
    row.original, row.key, row.sealed_until = fate, None, None
    done("recording.original_destroyed", actor, {"uid": row.uid, "why": why}, at, about(row))
    _unlink(places.sealed(row.uid))


def deleted(calls: Collection[str], why: str, actor: str, at: Instant) -> int:
    """Deletes all sound of these calls, and what was drawn of it; how many recordings. In the caller's transaction."""
    rows = list(with_sound(calls).select_for_update())
    for row in rows:
        if row.key is not None:
            let_go_original(row, Original.NOT_KEPT, why, at, actor)
        done("recording.deleted", actor, {"uid": row.uid, "why": why, "muted": row.muted}, at, about(row))
        row.state, row.reason, row.muted, row.waveform = State.GONE, why, "", None
        row.hidden, row.notes = [], []
        row.save()
        _unlink(places.muted(row.uid))
    return len(rows)


def originals_deleted(calls: Collection[str], why: str, actor: str, at: Instant) -> int:
    """The same of sealed originals alone."""
    rows = list(with_original(calls).select_for_update())
    for row in rows:
        let_go_original(row, Original.NOT_KEPT, why, at, actor)
        row.save()
    return len(rows)


def with_sound(calls: Collection[str]) -> QuerySet[Recording]:
    """Recordings of these calls of which anything is left."""
    return Recording.objects.filter(call__in=calls).exclude(state=State.GONE)


def with_original(calls: Collection[str]) -> QuerySet[Recording]:
    """Recordings of these calls whose original lies sealed here."""
    return Recording.objects.filter(call__in=calls, original=Original.SEALED)


def about(row: Recording) -> str:
    """Whose content an entry tells of: an erasure of the call takes what opens it away."""
    return f"call {row.call}"


def _check(coming: Incoming, call: str, began: Instant | None, speakers: Sequence[str], at: Instant) -> None:
    reason = ""
    if not 0 < len(call) <= _LONGEST or "\0" in call:
        reason = f"say which call it is of: an id of 1 to {_LONGEST} characters"
    elif not set(speakers) <= SPEAKERS:
        reason = f"a speaker is one of {', '.join(sorted(SPEAKERS))}"
    elif began is not None and not 0 <= began <= at:
        reason = "it began before 1970, or has not begun yet: check the sender's clock"
    elif not coming.size:
        reason = "the recording is empty"
    elif Deleted.objects.filter(timeline__kind="call", timeline__subject=call).exists():
        reason = DELETED
    if reason:
        raise RefusedError(reason)


def _unlink(path: Path) -> None:
    """The file goes once the row is gone for certain; where this dies in between, the next look for stray files takes it."""
    transaction.on_commit(partial(path.unlink, missing_ok=True))
