"""How fast the public pages take what is posted, all together: no visitor is counted, since none is known."""

from threading import Lock
from typing import Final

from clearline.engine.events import SECOND, Instant


class Pace:
    """A bucket that fills with time, in memory alone."""

    def __init__(self, burst: int, every: Instant) -> None:
        self._burst, self._every = burst, every
        self._held, self._at, self._lock = float(burst), 0, Lock()

    def takes(self, at: Instant) -> bool:
        """Whether one more is taken now. A clock that goes back gives nothing, and takes nothing."""
        with self._lock:
            passed = max(0, at - self._at)
            self._held, self._at = min(self._burst, self._held + passed / self._every), at
            if self._held < 1:
                return False
            self._held -= 1
            return True


POSTING: Final = Pace(20, 30 * SECOND)  # letters
UNLOCKING: Final = Pace(20, 10 * SECOND)  # passphrases that are tried
READING: Final = Pace(60, 2 * SECOND)  # receipt codes that are tried
