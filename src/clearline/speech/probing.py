"""What a recording is, before it is decoded: its packets are counted, its header is only quoted."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_CUR, BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeAlias

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from clearline.speech import kinds
from clearline.speech.errors import (
    BadTracks,
    Broken,
    EmptyFile,
    NoSoundInside,
    NotSound,
    TooLong,
    UnknownCodec,
)
from clearline.speech.sound import Seconds

Source: TypeAlias = Path | bytes

LONGEST: Final = 12 * 3600.0  # seconds of the longest recording that is taken
MOST_CHANNELS: Final = 8
RATES: Final = (8_000, 48_000)
JITTER: Final = 0.05  # seconds by which times of packets may differ without anything being lost
FRAME: Final = 0.5  # seconds: recordings do not end where frames do
READ: Final = (
    "WAV (PCM, G.711, GSM), MP3, Ogg, Opus, FLAC, M4A, AAC, WebM, AMR and the sound of videos are read."
)

av.logging.set_level(None)  # what is wrong is told in notes and errors, not printed by the library


@dataclass(frozen=True, slots=True)
class About:
    """What a recording is. `seconds` are those that are there; `claimed` is what its header says, where it says it."""

    container: str
    codec: str
    rate: int
    channels: int
    seconds: Seconds
    claimed: Seconds | None
    tags: tuple[str, ...]  # names of metadata that no copy of ours carries; their values may be about people
    notes: tuple[str, ...]

    @property
    def missing(self) -> Seconds:
        """Seconds that the header promises and the file does not hold."""
        short = (self.claimed or 0.0) - self.seconds
        return short if short > FRAME else 0.0


class Line:
    """Where the next piece belongs, by its time stamp: pieces may leave gaps, and clocks may jump back."""

    def __init__(self) -> None:
        self.at: Seconds = 0.0  # up to where the recording is placed
        self.gaps: Seconds = 0.0
        self.jumps = 0
        self._origin: Seconds | None = None

    def gap(self, stamp: Seconds | None, slack: Seconds = JITTER) -> Seconds:
        """Seconds that are missing before a piece of this time."""
        if stamp is None:
            return 0.0
        if self._origin is None:
            self._origin = stamp
        late = stamp - self._origin - self.at
        if late < -JITTER:  # a clock that was set back: the pieces follow each other
            self._origin += late
            self.jumps += 1
        if late <= slack:
            return 0.0
        self.gaps += late
        return late

    def add(self, seconds: Seconds) -> None:
        self.at += seconds
        if self.at > LONGEST:
            raise TooLong(
                "the recording is longer than any that is taken",
                f"after {LONGEST / 3600:.0f} hours",
                "Cut it into its calls.",
            )


class _Wav(NamedTuple):
    """What the header of a WAV file says of its length, and whether the data go on after it."""

    claimed: Seconds | None = None
    outlived: bool = False


@contextmanager
def container(source: Source) -> Iterator[tuple[InputContainer, str, _Wav]]:
    """The opened recording, its kind, as its first bytes tell it, and what its header says of its length, if it is a WAV file."""
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        kind = _kind(file)
        header = _wav(file) if kind == "wav" else _Wav()
        # Larger packets are quicker, but not where each of them is first looked at for other codecs in it. A header that falls
        # short of its file is not believed.
        options = {"max_size": "65536", "probesize": "32768"} if kind == "wav" else {}
        if header.outlived:
            options["ignore_length"] = "1"
        try:
            opened = av.open(file, "r", format=kind, options=options, metadata_errors="replace")
        except av.FFmpegError as error:
            raise Broken(
                f"this begins as {kind}, and its header cannot be read",
                error.strerror or "header",
                "It may be cut off: some formats keep their index at the end. Export it again.",
            ) from error
        with opened:
            yield opened, kind, header


def track(opened: InputContainer) -> AudioStream:
    """The one track of sound in it, which can be decoded."""
    tracks = opened.streams.audio
    if not tracks:
        raise NoSoundInside(
            "there is no sound in it", "tracks", "If it is a video of a call, export it with its sound."
        )
    if len(tracks) > 1:
        raise BadTracks(
            f"there are {len(tracks)} tracks of sound",
            "tracks",
            "Which of them is the call is not guessed: export one, or put speakers on channels of one track.",
        )
    found = tracks[0]
    if found.codec_context is None:
        raise UnknownCodec("what it is coded with is not decoded", "track of sound", READ)
    lowest, highest = RATES
    if not lowest <= (found.rate or 0) <= highest:
        raise BadTracks(
            f"its rate is {found.rate or 0:,} Hz",
            "track of sound",
            f"Between {lowest:,} and {highest:,} Hz are heard.",
        )
    if not 1 <= found.channels <= MOST_CHANNELS:
        raise BadTracks(
            f"it has {found.channels} channels", "track of sound", f"At most {MOST_CHANNELS} are heard."
        )
    return found


def about(source: Source) -> About:
    """What the recording is. All of its packets are counted, none is decoded."""
    with container(source) as (opened, kind, header):
        sound = track(opened)
        tags = tuple(sorted({*opened.metadata, *sound.metadata}))
        claimed = _claimed(opened, sound, kind, header)
        notes = _notes(opened, sound)
        line = Line()
        try:
            for packet in opened.demux(sound):
                if packet.size:
                    stamp = None if packet.pts is None else float(packet.pts * packet.time_base)
                    length = float(packet.duration * packet.time_base) if packet.duration else 0.0
                    line.add(line.gap(stamp) + length)
        except av.FFmpegError as error:
            notes.append(f"reading stops after {line.at:,.1f} s: {error.strerror}")
        if claimed is not None and claimed - line.at > FRAME:
            notes.append(f"cut off: its header says {claimed:,.1f} s, {line.at:,.1f} s are there")
        if claimed is not None and line.at - claimed > FRAME:
            notes.append(f"its header says {claimed:,.1f} s, {line.at:,.1f} s are there: all of it is heard")
        return About(
            kind, sound.codec_context.name, sound.rate, sound.channels, line.at, claimed, tags, tuple(notes)
        )


def _kind(file: BinaryIO) -> str:
    head = file.read(kinds.HEAD)
    file.seek(0)
    if not head:
        raise EmptyFile("the file is empty", "byte 0", "Export it again.")
    if not head.strip(b"\x00"):
        raise NotSound(
            "the file begins with nothing but zeros", f"first {len(head):,} bytes", "Export it again."
        )
    if kind := kinds.recording(head):
        return kind
    what = kinds.other(head)
    if "archive" in what:
        raise NotSound(f"this is {what}", "first bytes", "Unpack it, and give the recordings in it.")
    raise NotSound(
        f"this is {what}",
        "first bytes",
        f"{READ} Samples without a header say neither their rate nor their kind.",
    )


def _notes(opened: InputContainer, sound: AudioStream) -> list[str]:
    notes = []
    if sound.channels > 2:
        notes.append(f"{sound.channels} channels: each is heard by itself")
    moving = [one for one in opened.streams.video if not one.disposition & Disposition.attached_pic]
    if moving:
        notes.append("a video: its sound is heard, what it shows is not looked at")
    elif opened.streams.video:
        notes.append("a picture in it is not looked at")
    return notes


def _claimed(opened: InputContainer, sound: AudioStream, kind: str, header: _Wav) -> Seconds | None:
    """What the header says; kinds that write none get an estimate from the library, which is no claim."""
    if kind == "wav":
        return header.claimed
    if kind not in {"mov", "matroska", "flac", "aiff", "au"}:
        return None
    if sound.duration and sound.time_base:
        return float(sound.duration * sound.time_base)
    return opened.duration / 1e6 if opened.duration else None


def _wav(file: BinaryIO) -> _Wav:
    """Recorders that were stopped hard leave a length of nothing, of everything, or of an early moment."""
    file.seek(12)
    a_second = 0
    try:
        while len(head := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", head)
            if name == b"fmt ":
                a_second = int.from_bytes(file.read(12)[8:], "little")
                file.seek(-12, SEEK_CUR)
            elif name == b"data":
                if size in (0, 0xFFFF_FFFF) or not a_second:
                    return _Wav()
                file.seek(size + size % 2, SEEK_CUR)
                after = file.read(4)
                chunk = after.isascii() and after.replace(b" ", b"").isalnum()
                return _Wav(size / a_second, len(after) == 4 and not chunk)
            file.seek(size + size % 2, SEEK_CUR)
        return _Wav()
    finally:
        file.seek(0)
