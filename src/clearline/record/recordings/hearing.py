"""The job that hears a recording: its words into the record, its muted copy to be played, its original as policy says."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.db import connection
from msgspec.structs import replace

from clearline.engine.events import SECOND, UTTERANCE, Event, Instant
from clearline.engine.monitor import in_order
from clearline.evidence.actions import done
from clearline.record import jobs
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.attempts import Attempt
from clearline.record.errors import LostLease
from clearline.record.gone import DELETED
from clearline.record.judging import judging
from clearline.record.models import Recording, Timeline
from clearline.record.recordings import actions, places, sealing, waves
from clearline.record.recordings.ears import Ears, Heard, Unheard
from clearline.record.recordings.superseding import HEARD_LIVE, SPOKEN, superseded, voiding
from clearline.record.watching import Watches, stored
from clearline.speech.secrets import UNKEEPABLE
from clearline.speech.sound import Sound, Span

SOURCE: Final = "recording"
TRIES: Final = 3  # times that whoever hears it may die of it
BEAT: Final = jobs.LEASE / SECOND / 4
WORDS_THERE: Final = "the call had a transcript already: only the sound is kept of this one"
_RECORDER: Final = "recording."
_BEGINS: Final = ("recording.started", "call.answered", "call.started")

Keeps = Callable[[str, Instant], Instant | None]
"""Until when the original of a recording of this call, which came at that instant, is kept sealed; None: not at all."""
State, Original = Recording.State, Recording.Original


def hearing(ears: Ears, keeps: Keeps) -> jobs.Kind:
    """The job. Done twice it changes nothing: what was heard is written in one transaction, by whoever has the lease."""

    def hear(work: jobs.Work) -> None:
        row = Recording.objects.get(uid=work.args["uid"])
        if row.state not in {State.WAITING, State.HEARING, State.FAILED} or row.key is None:
            return
        if work.attempt > TRIES and row.state == State.HEARING:
            _give_up(work, row, f"whoever heard it died of it, {TRIES} times")
            return
        Recording.objects.filter(pk=row.pk).update(state=State.HEARING)
        try:
            with _opened(row) as path, _beating(work):
                heard = ears(path, row.speakers)
            with work.holding():
                _store(row, heard, keeps(row.call, row.received), work.clock())
        except (Unheard, sealing.UnopenedError) as reason:
            _give_up(work, row, str(reason))
        except OSError as error:
            _stumble(work, row, error)

    return hear


def _store(row: Recording, heard: Heard, until: Instant | None, at: Instant) -> None:
    row.seconds, row.channels = round(heard.seconds, 3), heard.channels
    row.kinds, row.engine = sorted(heard.kinds), heard.engine[:200]
    row.speakers, row.notes = list(heard.speakers or row.speakers), list(heard.conversation.notes)
    timeline = Timeline.objects.filter(kind="call", subject=row.call).first()
    known = stored(timeline) if timeline else []
    row.began = _began(row, known)
    if not _take_words(row, heard, known, at):
        actions.deleted([row.call], DELETED, "house", at)
        return
    told = {"uid": row.uid, "engine": row.engine, "kinds": row.kinds, "words": row.words}
    done("recording.heard", "house", told, at, actions.about(row))
    if heard.muted is None:
        row.state, row.reason = State.BLOCKED, (heard.blocked or "it may not be kept")[:400]
        done("recording.blocked", "house", {"uid": row.uid, "reason": row.reason}, at, actions.about(row))
    else:
        _release(row, heard.muted, heard.hidden, at)
    if heard.kinds & UNKEEPABLE:
        why = "a security code or PIN was heard (PCI DSS 3.3.1)"
        actions.let_go_original(row, Original.DESTROYED, why, at)
    elif until is not None and until > at:
        actions.seal_original(row, until, at)
    else:
        actions.let_go_original(row, Original.NOT_KEPT, "originals are not kept", at)
    row.save()


def _take_words(row: Recording, heard: Heard, known: list[Event], at: Instant) -> bool:
    """Its words as events of the call, which begins and ends with them where nothing is known of it; not, where it was deleted."""
    origin = 0 if heard.conversation.dated else row.began or 0
    subjects = {"call": row.call} | ({"agent": row.agent} if row.agent and not known else {})
    found = [
        replace(event, id=f"{row.uid}-{event.id}", at=event.at + origin, subjects=subjects)
        for event in heard.conversation.events
    ]
    began = row.began or 0
    gone = superseded(in_order(known), found, (began, began + round(heard.seconds * SECOND)))
    if gone is None:
        row.notes = [*row.notes, WORDS_THERE]
        return True
    leave_out = _told_already({event.type for event in known} - SPOKEN)
    events = [event for event in found if not leave_out(event.type)]
    answers = append(
        [
            *(Received(SOURCE, one, "house") for one in events),
            *(Received(HEARD_LIVE, one, "house") for one in voiding(gone, row.uid)),
        ],
        at,
        Watches(judging),
    )[: len(events)]
    refused = [one.reason for one in answers if one.outcome is Outcome.REFUSED]
    if DELETED in refused:
        return False
    row.notes = [*row.notes, *dict.fromkeys(refused)]
    taken = zip(events, answers, strict=True)
    row.words = sum(
        one.type == UTTERANCE and answer.outcome in {Outcome.STORED, Outcome.KNOWN} for one, answer in taken
    )
    return True


def _told_already(known: set[str]) -> Callable[[str], bool]:
    """What of a file tells nothing new. Whoever told of the recorder told each of its pauses: silence in the file is no other one."""
    families = ("call.",) if known else ()
    if any(one.startswith(_RECORDER) for one in known):
        families = (*families, _RECORDER)
    return lambda type_: type_ in known or type_.startswith(families)


def _release(row: Recording, sound: Sound, hidden: Iterable[tuple[int, Span, str]], at: Instant) -> None:
    """The muted copy: on the disk before the row says so."""
    path = places.muted(row.uid)
    with places.written(path) as file:
        waves.write(sound, file)
    row.state, row.reason, row.waveform = State.HEARD, "", waves.peaks(sound)
    row.muted = sealing.digest(path)
    row.hidden = [[channel, round(span.start, 3), round(span.end, 3), kind] for channel, span, kind in hidden]
    told = {"uid": row.uid, "muted": row.muted, "hidden": row.hidden}
    done("recording.released", "house", told, at, actions.about(row))


def _began(row: Recording, known: list[Event]) -> Instant:
    """When its first sample was: as the sender says, else as the call does, else as long before it came as it lasts."""
    if row.began is not None:
        return row.began
    for kind in _BEGINS:
        found = next((event.at for event in known if event.type == kind), None)
        if found is not None:
            return found
    return row.received - int(row.seconds * SECOND)


def _give_up(work: jobs.Work, row: Recording, reason: str) -> None:
    with work.holding():
        actions.not_heard(row, reason, work.clock())


def _stumble(work: jobs.Work, row: Recording, error: OSError) -> None:
    """The disk is full, or does not read: it is tried again later, and the row says so until then."""
    last = work.attempt >= jobs.ATTEMPTS
    reason = f"the disk refuses: {error.strerror or type(error).__name__}"
    with work.holding():
        told = f"{reason}. Make room, and send it again" if last else f"{reason}; it is tried again"
        actions.not_heard(row, told, work.clock(), again=not last)
    if not last:
        raise error


@contextmanager
def _opened(row: Recording) -> Iterator[Path]:
    """What came, in the clear for as long as it is heard; what another left that died goes as well."""
    for stray in places.strays():
        stray.unlink(missing_ok=True)
    try:
        yield sealing.opened(row.uid, bytes(row.key or b""))
    finally:
        places.opened(row.uid).unlink(missing_ok=True)


@contextmanager
def _beating(work: jobs.Work) -> Iterator[None]:
    """Keeps the lease while something takes longer than it lasts."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            with Attempt() as attempt:
                work.hold(0.5)
            connection.close()
            if isinstance(attempt.error, LostLease):  # we find out when we would write
                return

    thread = threading.Thread(target=beat, name="clearline-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
