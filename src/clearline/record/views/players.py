"""Recordings as a call's page shows them: drawn, with what is muted, and with findings where they lie."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND
from clearline.engine.masking import plain
from clearline.record.models import Recording
from clearline.record.queries.call import Remembered
from clearline.record.recordings import waves
from clearline.reports.drawing import Said
from clearline.reports.summary import spoken_seconds

WIDTH, HEIGHT = waves.PEAKS, 40
NARROWEST: Final = 4  # of 800; what is shorter is drawn so wide
LETTERS_A_SECOND: Final = 15


class Muted(NamedTuple):
    """A stretch that is not to be heard."""

    x: float
    width: float
    told: str


class Track(NamedTuple):
    """A channel: who is on it, its outline, and what of it is muted."""

    name: str
    outline: str
    muted: list[Muted]


class Mark(NamedTuple):
    """A finding on the time line."""

    x: float
    seconds: str
    kind: str
    told: str
    finding: int


class Player(NamedTuple):
    """A recording that can be played."""

    row: Recording
    began: str  # seconds since 1970
    tracks: list[Track]
    marks: list[Mark]
    hidden: list[str]  # what is muted, in words


def players(rows: Iterable[Recording], shown: Remembered) -> list[Player]:
    """Those whose muted copy was released."""
    return [_player(row, shown) for row in rows if row.muted]


def spoken(shown: Remembered) -> dict[str, tuple[str, str]]:
    """When each row of the talk is said, from and until, in seconds since 1970."""
    if shown.card is None:
        return {}
    start = _start(shown)
    return {
        f"c{shown.card.number}-e{n}": (
            f"{start + said.at:.3f}",
            f"{start + said.at + (said.lasts or len(said.text) / LETTERS_A_SECOND):.3f}",
        )
        for n, said in enumerate(shown.card.drawing.events)
        if isinstance(said, Said)
    }


def _player(row: Recording, shown: Remembered) -> Player:
    began = (row.began or 0) / SECOND
    channels = list(waves.channels(bytes(row.waveform or b"")))
    tracks = [
        Track(_name(row, number), _outline(held), list(_muted(row, number)))
        for number, held in enumerate(channels)
    ]
    told = [f"{track.name}: {one.told}" for track in tracks for one in track.muted]
    return Player(row, f"{began:.3f}", tracks, list(_marks(row, shown, began)), told)


def _name(row: Recording, channel: int) -> str:
    if row.channels == 1:
        return row.speakers[0] if row.speakers and row.speakers[0] != "unknown" else "everybody"
    return row.speakers[channel] if channel < len(row.speakers) else f"channel {channel + 1}"


def _outline(held: bytes) -> str:
    """A stroke for each peak, as high as it is loud beside the loudest of the channel."""
    loudest, middle = max(held, default=0) or 1, HEIGHT / 2
    strokes = ((x, round(max(0.5, (middle - 1) * peak / loudest), 1)) for x, peak in enumerate(held))
    return "".join(f"M{x}.5 {middle - half:g}v{2 * half:g}" for x, half in strokes)


def _muted(row: Recording, channel: int) -> Iterator[Muted]:
    for number, start, end, kind in row.hidden:
        if number == channel and row.seconds:
            x, width = WIDTH * start / row.seconds, WIDTH * (end - start) / row.seconds
            told = f"{plain(kind)} muted, {spoken_seconds(start)} to {spoken_seconds(end)}"
            yield Muted(round(x, 1), round(max(width, NARROWEST), 1), told)


def _marks(row: Recording, shown: Remembered, began: float) -> Iterator[Mark]:
    if shown.card is None or not row.seconds:
        return
    shift = _start(shown) - began
    for one in shown.card.findings:
        at = one.finding.seconds + shift
        if 0 <= at <= row.seconds:
            kind = "question" if one.question else "breach"
            told = f"{kind} at {one.time}: {one.finding.title}"
            yield Mark(round(100 * at / row.seconds, 2), f"{at:.3f}", kind, told, one.number)


def _start(shown: Remembered) -> float:
    """When the first event of the talk was, in seconds since 1970."""
    assert shown.card is not None
    return instant_of(datetime.fromisoformat(shown.card.line.started)) / SECOND
