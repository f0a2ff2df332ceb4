"""Where a recording goes when it is whole: into the folder that recordings are read from, with a note of what it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from clearline.engine.events import Instant
from clearline.intake.siprec.wav import PART, mended

ARRIVING: Final = Path("recordings/arriving")  # in the home, while they are written
WHOLE: Final = Path("recordings/in")


class About(msgspec.Struct):
    """What is known of a recording beside its sound."""

    call: str
    source: str
    began: Instant
    channels: Sequence[str] = ()  # who is on each: agent, customer or unknown
    paused: Sequence[tuple[float, float]] = ()  # seconds from the beginning; the file has silence there


def announce(wav: Path, about: About) -> None:
    """Writes down what a recording is about, so that it is known also when its writer is killed."""
    wav.with_suffix(".json").write_bytes(msgspec.json.encode(about))


def arrived(home: Path, wav: Path, about: About) -> None:
    """Hands on a recording that is whole. Its note comes first, so that whoever finds the sound finds both."""
    folder = home / WHOLE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    announce(wav, about)
    for path in (wav.with_suffix(".json"), wav):
        path.rename(folder / path.name)


def recovered(home: Path) -> int:
    """Hands on what was being recorded when the house went down; how many recordings that were."""
    found = sorted((home / ARRIVING).glob(f"*.wav{PART}"))
    for part in found:
        wav = mended(part)
        arrived(home, wav, msgspec.json.decode(wav.with_suffix(".json").read_bytes(), type=About))
    return len(found)
