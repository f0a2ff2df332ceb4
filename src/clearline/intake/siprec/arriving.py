"""Recordings on the disk: written beside a note of what they are, whole once their end of a name is gone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from clearline.engine.events import Event, Instant
from clearline.intake.siprec.wav import PART, mended
from clearline.record.recordings.places import written

ARRIVING: Final = Path("recordings/arriving")  # in the home, until the record has them


class About(msgspec.Struct):
    """What is known of a recording beside its sound."""

    call: str
    source: str
    began: Instant
    channels: Sequence[str] = ()  # who is on each: agent, customer or unknown
    agent: str = ""  # the telephony's id, where one is known
    untold: Sequence[Event] = ()  # what happened while the record took nothing


def announce(wav: Path, told: About) -> None:
    """Writes down what a recording is about, so that it is known also when its writer is killed."""
    with written(wav.with_suffix(".json")) as note:
        note.write(msgspec.json.encode(told))


def whole(home: Path) -> list[Path]:
    """Recordings that nobody writes any more."""
    return sorted((home / ARRIVING).glob("*.wav"))


def about(wav: Path) -> About:
    """What was written down."""
    return msgspec.json.decode(wav.with_suffix(".json").read_bytes(), type=About)


def let_go(wav: Path) -> None:
    """The record has it: nothing of it stays in the clear."""
    wav.unlink()
    wav.with_suffix(".json").unlink()


def recovered(home: Path) -> int:
    """Ends what was being recorded when the house went down; how many recordings that were."""
    found = 0
    for part in sorted((home / ARRIVING).glob(f"*.wav{PART}")):
        if part.with_suffix("").with_suffix(".json").exists():
            mended(part)
            found += 1
        else:
            part.unlink()  # what has no note yet has no sound
    for note in (home / ARRIVING).glob("*.json"):
        if not note.with_suffix(".wav").exists():
            note.unlink()
    return found
