"""What whoever connects says of the connection, beside the protocol: which call, and who speaks on which channel."""

from collections.abc import Mapping
from typing import NamedTuple

from clearline.engine.events import Instant
from clearline.formats.speakers import role_of


class Introduction(NamedTuple):
    """Each part may be left out where the protocol itself tells it."""

    call: str = ""
    by: str = "unknown"  # who speaks where neither `speakers` nor the protocol says it
    speakers: Mapping[str, str] = {}  # number of a channel, or label of a speaker, to a role
    began: Instant | None = None  # when the connection's clock stood at zero

    def role(self, *labels: str) -> str:
        """Who is behind the labels."""
        role = role_of(filter(None, labels), self.speakers)
        return self.by if role == "unknown" else role
