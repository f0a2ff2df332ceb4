"""A file of this machine into the record: sealed on its way, as one that comes over HTTP."""

import uuid
from collections.abc import Sequence
from pathlib import Path

from clearline.engine.events import Instant
from clearline.record.models import Recording
from clearline.record.recordings.actions import received
from clearline.record.recordings.sealing import CHUNK, Incoming


def bring(
    path: Path,
    call: str,
    *,
    began: Instant | None,
    speakers: Sequence[str],
    agent: str,
    actor: str,
    at: Instant,
) -> tuple[Recording, bool]:
    """Keeps it sealed, and leaves it to whoever hears; whether it is new. The file itself stays: whoever brings it lets go of it."""
    coming = Incoming(str(uuid.uuid4()))
    try:
        with path.open("rb") as file:
            while block := file.read(CHUNK):
                coming.take(block)
        coming.end()
        return received(coming, call, began=began, speakers=speakers, agent=agent, actor=actor, at=at)
    finally:
        coming.discard()
