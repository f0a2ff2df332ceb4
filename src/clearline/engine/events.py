"""Events and the order they stand in."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

Instant: TypeAlias = int
"""Microseconds since 1970-01-01T00:00:00Z."""

SECOND: Instant = 1_000_000

UTTERANCE = "utterance"
"""The type of the event of somebody speaking.

Its data: `by` (agent, customer, system or unknown), `text`, `seconds` (how long it took, where known),
`words` (`[word, start, end]` or `[word, start, end, confidence]`, in seconds from `at`, where known),
`confidence` (0 to 1, of the whole, where known).
"""

UNHEARD = "words.unheard"
"""The type of the event that somebody may have spoken and nobody heard it: sound was lost, or not understood.

Its data: `by` (as of an utterance), `seconds` (how long that was), `why` (for people to read).
"""


class Event(msgspec.Struct, frozen=True):
    """Something that happened at a time, on one or more timelines."""

    id: str
    type: str
    at: Instant
    data: dict[str, Any] = msgspec.field(default_factory=dict)
    subjects: dict[str, str] = msgspec.field(default_factory=dict)  # kind of timeline -> id of its subject
    seq: int = 0
    replaces: str = ""  # the id of an event that this one stands for from now on
    voids: str = ""  # the id of an event that does not stand any more; the voiding event itself shows nothing

    @property
    def order(self) -> tuple[Instant, int, str]:
        """Where the event stands: by time, then the sender's count, then id; never by arrival."""
        return (self.at, self.seq, self.id)
