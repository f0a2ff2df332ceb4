"""The thread that signs the log as it grows, so that nobody who writes waits for signatures and their files."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.db import DatabaseError, close_old_connections, connection

from clearline.engine.errors import ClearlineError
from clearline.engine.events import SECOND, Instant
from clearline.evidence.actions import checkpoint, keep
from clearline.evidence.keys import open_keys
from clearline.evidence.models import Checkpoint
from clearline.evidence.queries import head_size

EVERY: Final = SECOND
LOOK: Final = 0.25  # seconds between looks at the clock
_LOG = logging.getLogger(__name__)


class Sealing:
    """Signs once a second at most, and only what grew. `stored` puts a checkpoint into the record."""

    def __init__(
        self,
        folder: Path,
        origin: str,
        clock: Callable[[], Instant],
        stored: Callable[[Checkpoint], Checkpoint] = keep,
    ) -> None:
        self._folder, self._origin, self._clock, self._stored = folder, origin, clock, stored
        self._at: Instant = 0
        self._size = -1
        self._told: type[Exception] | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clearline-sealing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(10)

    def look(self, at: Instant) -> None:
        """Signs if the log grew and a second is over. A log that can't be signed still takes in what comes, and says so."""
        if abs(at - self._at) < EVERY:
            return
        self._at = at
        try:
            size = head_size()
            if size != self._size:
                self._size = checkpoint(open_keys(self._folder, self._origin), at, self._stored).size
            self._told = None
        except (ClearlineError, DatabaseError, OSError) as error:
            if type(error) is not self._told:
                _LOG.error("the log is not signed: %s", error)
            self._told = type(error)

    def _run(self) -> None:
        while not self._over.wait(LOOK):
            self.look(self._clock())
            close_old_connections()  # those that an error has spoilt
        connection.close()
