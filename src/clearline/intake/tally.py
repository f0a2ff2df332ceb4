"""What came of deliveries, counted in memory until it is written."""

from collections import Counter
from dataclasses import dataclass, field

from clearline.engine.events import Instant

LONGEST = 300  # characters of a note


@dataclass(slots=True)
class Tally:
    """Of one connection, since it was last written; counts by the names of the columns."""

    counts: Counter[str] = field(default_factory=Counter)
    last: Instant | None = None
    note: str = ""
    error: str = ""
    failed: Instant | None = None

    def ignore(self, why: str) -> None:
        self.counts["ignored"] += 1
        self.note = why[:LONGEST]

    def refuse(self, why: str, at: Instant) -> None:
        self.counts["refused"] += 1
        self.error, self.failed = why[:LONGEST], at
