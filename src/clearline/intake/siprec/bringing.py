"""The thread that brings whole recordings into the record, which seals them; then nothing of them lies here in the clear."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from django.db import connection

from clearline.engine.events import Instant
from clearline.intake.siprec import arriving
from clearline.record.actions.append import Received, append
from clearline.record.attempts import Attempt
from clearline.record.errors import RefusedError
from clearline.record.gone import DELETED
from clearline.record.judging import judging
from clearline.record.recordings.bringing import bring
from clearline.record.watching import Watches

ACTOR: Final = "siprec"
EVERY: Final = 60.0  # seconds between looks at what was not taken
_LOG = logging.getLogger(__name__)


class Bringing:
    """Looks when it is told to, and again and again, until it is stopped; what the record or the disk refuses stays."""

    def __init__(self, home: Path, clock: Callable[[], Instant], *, every: float = EVERY) -> None:
        self._home, self._clock, self._every = home, clock, every
        self._refused: dict[Path, str] = {}  # why, as it was logged
        self._more, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="clearline-siprec", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def look(self) -> None:
        """There is one more."""
        self._more.set()

    def stop(self) -> None:
        """What is whole by now is brought, as far as the patience goes; the rest is there at the next start."""
        self._over.set()
        self._more.set()
        self._thread.join(10)

    def bring(self) -> None:
        """Brings all that is whole; what is refused is logged once a reason."""
        for wav in arriving.whole(self._home):
            with Attempt() as attempt:
                self._bring(wav)
            if attempt.error is None:
                self._refused.pop(wav, None)
            elif self._refused.get(wav) != (reason := _why(attempt.error)):
                self._refused[wav] = reason
                _LOG.error("%s is not in the record yet, and stays: %s", wav, reason)

    def _bring(self, wav: Path) -> None:
        told, at = arriving.about(wav), self._clock()
        if told.untold:
            append([Received(told.source, event, ACTOR) for event in told.untold], at, Watches(judging))
        try:
            bring(
                wav,
                told.call,
                began=told.began,
                speakers=told.channels,
                agent=told.agent,
                actor=ACTOR,
                at=at,
            )
        except RefusedError as refused:
            if str(refused) != DELETED:
                raise
            _LOG.warning("%s was deleted: so was its call, meanwhile", wav.name)
        arriving.let_go(wav)

    def _run(self) -> None:
        over = False
        while not over:
            over = self._over.is_set()
            self._more.clear()
            self.bring()
            if not over:
                self._more.wait(self._every)
        connection.close()


def _why(error: Exception) -> str:
    """For the log: nothing that a sender wrote."""
    if isinstance(error, RefusedError):
        return str(error)
    if isinstance(error, msgspec.MsgspecError):
        return "its note can't be read"
    return getattr(error, "strerror", "") or type(error).__name__
