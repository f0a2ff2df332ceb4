"""The lists that are current, open in this process; another snapshot takes the place of one between two questions."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from clearline.engine.events import Instant
from clearline.gate.list_heads import DamagedList
from clearline.gate.lists import names
from clearline.gate.lists.names import Sort
from clearline.gate.lists.sorted_numbers import SortedNumbers
from clearline.gate.models import Snapshot
from clearline.gate.registry import Numbers, Registry

LOOK: Final = 1.0  # seconds for which nobody asks the database whether another snapshot is current

_POWERS: Final = 10 ** np.arange(
    19, dtype=np.int64
)  # a number has as many digits as there are of these up to it
_LOG = logging.getLogger(__name__)


class Listed(NamedTuple):
    """A snapshot that was asked, as a decision tells of it."""

    list: str
    snapshot: str
    made: Instant
    loaded: Instant
    sha256: str
    subscription: str
    numbers: int

    def told(self, at: Instant) -> dict[str, Any]:
        """The same with its age in seconds at a moment, for `Decision.lists`."""
        return {**self._asdict(), "age": (at - self.made) // 1_000_000}


class Open(NamedTuple):
    """One list with its numbers."""

    sort: Sort
    about: Listed
    numbers: Registry | SortedNumbers
    code: str  # "+44": of a national registry that is no bits, whose numbers it covers

    def covers(self, number: str) -> bool:
        """Whether it says anything of a number in E.164."""
        return (
            self.numbers.covers(number)
            if isinstance(self.numbers, Registry)
            else number.startswith(self.code)
        )

    def covers_many(self, numbers: Numbers) -> NDArray[np.bool_]:
        if isinstance(self.numbers, Registry):
            return self.numbers.covers_many(numbers)
        digits = np.searchsorted(_POWERS, numbers, side="right")
        beyond = np.maximum(digits - len(self.code.removeprefix("+")), 0)
        return np.asarray(numbers // _POWERS[beyond] == int(self.code))


class Found(NamedTuple):
    """What the lists say of one number; a list that is not loaded is not among the states."""

    registry: bool | None  # None: no registry that is loaded covers the number
    states: Mapping[str, bool]  # US-TX -> whether it is on that state's list
    litigators: bool | None  # None: no such list is loaded, or one that can't be read may have the number
    asked: tuple[Listed, ...]
    unread: frozenset[str] = frozenset()  # lists that can't be read, by their names


class FoundMany(NamedTuple):
    """The same of many numbers, in columns."""

    registry: NDArray[np.bool_]
    covered: NDArray[np.bool_]  # where this is false, `registry` is not known
    states: Mapping[str, NDArray[np.bool_]]
    litigators: NDArray[np.bool_] | None  # where this is false and such a list is unread, it is not known
    asked: tuple[Listed, ...]
    unread: frozenset[str] = frozenset()


class Lists(NamedTuple):
    """All lists that are current at one moment; whoever holds it asks the same ones until done."""

    opened: tuple[Open, ...]
    faults: tuple[str, ...] = ()  # why lists can't be read, of which nothing is known then
    unread: frozenset[str] = frozenset()  # their names

    def lookup(self, number: str) -> Found:
        """What they say of a number in E.164."""
        registry: bool | None = None
        states: dict[str, bool] = {}
        litigators: bool | None = None
        for one in self.opened:
            if one.sort is Sort.NATIONAL:
                if one.covers(number):
                    registry = bool(registry) or number in one.numbers
            elif one.sort is Sort.STATE:
                states[one.about.list] = number in one.numbers
            else:
                litigators = bool(litigators) or number in one.numbers
        if not litigators and any(names.sort(one) is Sort.LITIGATORS for one in self.unread):
            litigators = None
        return Found(registry, states, litigators, self.asked, self.unread)

    def many(self, numbers: Numbers) -> FoundMany:
        """What they say of many, as integers; best in order."""
        registry, covered = (np.zeros(len(numbers), np.bool_) for _ in range(2))
        states: dict[str, NDArray[np.bool_]] = {}
        litigators: NDArray[np.bool_] | None = None
        for one in self.opened:
            if one.sort is Sort.NATIONAL:
                here = one.covers_many(numbers)
                covered |= here
                registry |= here & one.numbers.many(numbers)
            elif one.sort is Sort.STATE:
                states[one.about.list] = one.numbers.many(numbers)
            else:
                found = one.numbers.many(numbers)
                litigators = found if litigators is None else litigators | found
        return FoundMany(registry, covered, states, litigators, self.asked, self.unread)

    @property
    def asked(self) -> tuple[Listed, ...]:
        """The snapshots."""
        return tuple(one.about for one in self.opened)


class _Held:
    """What this process has open."""

    def __init__(self) -> None:
        self.lists = Lists(())
        self.uids: tuple[str, ...] = ()
        self.until = 0.0
        self.lock = threading.Lock()


_held = _Held()


def lists(clock: Callable[[], float] = time.monotonic) -> Lists:
    """The current lists. A snapshot that became current elsewhere is seen a second later; one of this process at once."""
    if clock() < _held.until or not _held.lock.acquire(blocking=not _held.uids):
        return _held.lists  # while another thread opens the next ones, these are asked
    try:
        rows = list(Snapshot.objects.filter(state=Snapshot.State.CURRENT).order_by("name"))
        uids = tuple(row.uid for row in rows)
        if uids != _held.uids:
            before = {one.about.snapshot: one for one in _held.lists.opened}
            _held.lists = _opened(rows, before)
            _held.uids = () if _held.lists.faults else uids
        _held.until = clock() + LOOK
        return _held.lists
    finally:
        _held.lock.release()


def lookup(number: str) -> Found:
    """What the current lists say of a number in E.164."""
    return lists().lookup(number)


def forget() -> None:
    """The next question looks again which snapshots are current."""
    _held.until = 0.0


def place(snapshot: str, name: str) -> Path:
    """Where the file of a snapshot lies."""
    return Path(settings.HOME.path) / "lists" / f"{name}.{snapshot}"


def _opened(rows: Sequence[Snapshot], before: Mapping[str, Open]) -> Lists:
    opened, faults, unread = [], [], []
    for row in rows:
        try:
            opened.append(before.get(row.uid) or _open(row))
        except DamagedList as damage:  # what it would say is unknown, which denies what it is needed for
            _LOG.error("%s", damage)
            faults.append(str(damage))
            unread.append(row.name)
    return Lists(tuple(opened), tuple(faults), frozenset(unread))


def _open(row: Snapshot) -> Open:
    about = Listed(row.name, row.uid, row.made, row.loaded, row.sha256, row.subscription, row.numbers)
    path = place(row.uid, row.name)
    numbers = Registry.open(path) if names.as_bits(row.name) else SortedNumbers.open(path)
    numbers.check()
    return Open(names.sort(row.name), about, numbers, f"+{names.calling_code(row.name)}")
