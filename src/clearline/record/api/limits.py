"""How often a token may ask: a bucket each, filled steadily, emptied by requests."""

import threading
from collections import OrderedDict
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import Throttled

from clearline.engine.events import SECOND, Instant
from clearline.people.bearer import Bearer
from clearline.people.models import Token
from clearline.ui.clock import now

BURST = 5  # seconds' worth that may come at once
HELD = 10_000  # buckets in memory; a forgotten one was full


class _Bucket(NamedTuple):
    left: float
    at: Instant


class Buckets:
    """A bucket a token, in this process: there is one."""

    def __init__(self, rate: float) -> None:
        self.rate = rate  # requests a second
        self._held: OrderedDict[int, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, token: int, at: Instant) -> int:
        """Takes one request out; how many seconds to wait where there is none, else 0."""
        full = self.rate * BURST
        with self._lock:
            before = self._held.pop(token, _Bucket(full, at))
            left = min(full, before.left + max(at - before.at, 0) * self.rate / SECOND)
            self._held[token] = _Bucket(left - 1 if left >= 1 else left, at)
            while len(self._held) > HELD:
                self._held.popitem(last=False)
        return 0 if left >= 1 else ceil((1 - left) / self.rate)


_buckets = Buckets(settings.API_RATE)


class Limited(Bearer):
    """A token with this scope, which has not asked too often."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = super().authenticate(request, token)
        if found is not None and (wait := _buckets.wait(found.pk, now())):
            raise Throttled(wait)
        return found
