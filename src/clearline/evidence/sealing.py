"""Signs the log as it grows: called again and again by whoever writes, it works once a second at most."""

import logging
from pathlib import Path
from typing import Final

from clearline.engine.events import SECOND, Instant
from clearline.evidence.actions import checkpoint
from clearline.evidence.errors import EvidenceError
from clearline.evidence.keys import open_keys
from clearline.evidence.queries import head_size

EVERY: Final = SECOND
_LOG = logging.getLogger(__name__)


class Sealing:
    """What was last signed in this process, so that nothing is done where nothing grew."""

    def __init__(self, folder: Path, origin: str = "") -> None:
        self._folder, self._origin = folder, origin
        self._at: Instant = 0
        self._size = -1
        self._told: type[Exception] | None = None

    def __call__(self, at: Instant) -> None:
        """Signs if the log grew and a second is over. A log that can't be signed still takes in what comes, and says so."""
        if abs(at - self._at) < EVERY:
            return
        self._at = at
        size = head_size()
        if size == self._size:
            return
        try:
            self._size = checkpoint(open_keys(self._folder, self._origin), at).size
            self._told = None
        except (EvidenceError, OSError) as error:
            if type(error) is not self._told:
                _LOG.error("the log is not signed: %s", error)
            self._told = type(error)
