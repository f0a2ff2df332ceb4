"""The thread that asks witnesses, so that nobody who writes waits for them."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.db import DatabaseError, close_old_connections, connection

from clearline.engine.events import Instant
from clearline.evidence.errors import EvidenceError
from clearline.evidence.witnesses import ask_all

EVERY: Final = 10.0  # seconds between two rounds: others ask the same witness
_LOG = logging.getLogger(__name__)


class Asking:
    """Asks all witnesses, again and again, until it is stopped."""

    def __init__(self, file: Path, clock: Callable[[], Instant], *, every: float = EVERY) -> None:
        self._file, self._clock, self._every = file, clock, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clearline-witnesses", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(1)  # it may be waiting for an answer, which then changes nothing

    def _run(self) -> None:
        told = ""
        while not self._over.wait(self._every):
            try:
                ask_all(self._file, self._clock())
                told = ""
            except (EvidenceError, DatabaseError, OSError) as error:
                if str(error) != told:
                    _LOG.error("witnesses were not asked: %s", error)
                told = str(error)
                close_old_connections()
        connection.close()
