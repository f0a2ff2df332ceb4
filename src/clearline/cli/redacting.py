"""What `clearline redact` does with each recording; imported only where what hears recordings is installed."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from clearline.cli.saying import refuse
from clearline.engine.listed import NOBODY, Listed
from clearline.reports.listening import listen
from clearline.reports.masked import masked_name, masked_text
from clearline.speech import engines, kinds
from clearline.speech.decoding import opened
from clearline.speech.errors import NotHeard
from clearline.speech.measuring import Tally, Truth, Written
from clearline.speech.muting import Filling, write
from clearline.speech.recognising import Recogniser
from clearline.speech.redacting import Redaction, redacted
from clearline.speech.secrets import CONTACTS, KINDS
from clearline.speech.sound import Sound, Span


class Muted(msgspec.Struct, frozen=True):
    """A span that was muted in a channel, in seconds."""

    channel: int
    start: float
    end: float


class Left(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a recording is not released, and where; without times where that is not known."""

    reason: str
    kind: str
    channel: int
    start: float | None = None
    end: float | None = None


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one recording: a line of the report. It holds no words."""

    recording: str
    outcome: str  # released, blocked, or failed
    reason: str = ""
    written: str = ""
    seconds: float = 0.0
    channels: int = 0
    kinds: list[str] = []
    keeps_no_original: bool = False
    muted: list[Muted] = []
    blocked: list[Left] = []
    hearings: int = 0
    heard_by: str = ""


class Redactor:
    """Takes recordings one after the other, with the recogniser in memory."""

    def __init__(
        self,
        recogniser: Recogniser | None = None,
        *,
        silence: bool = False,
        contacts: bool = False,
        listed: Listed = NOBODY,
    ) -> None:
        self._recogniser = engines.recogniser() if recogniser is None else recogniser
        self._filling = Filling.SILENCE if silence else Filling.TONE
        self._kinds = KINDS | CONTACTS if contacts else KINDS
        self._listed = listed

    def redact(self, path: Path, out: Path) -> Line:
        """The line of a recording, of which a muted copy was written if it is released."""
        shown = masked_name(str(path))
        if out.exists():
            reason = "a file of that name is there already, and nothing is overwritten"
            return Line(shown, "failed", f"{masked_name(str(out))}: {reason}. Choose another folder.")
        try:
            sound, done = self.hear(path)
        except NotHeard as error:
            return Line(shown, "failed", masked_text(str(error)))
        if done.sound is not None and (reason := saved(done.sound, out)):
            return Line(shown, "failed", reason)
        return self._line(shown, out, sound, done)

    def hear(self, path: Path) -> tuple[Sound, Redaction]:
        """The recording and what comes of it."""
        told = listen(opened(path), self._recogniser)
        return told.sound, redacted(
            told.sound,
            self._recogniser,
            told.said,
            tones=told.keys,
            filling=self._filling,
            kinds=self._kinds,
            listed=self._listed,
        )

    def _line(self, shown: str, out: Path, sound: Sound, done: Redaction) -> Line:
        return Line(
            shown,
            "released" if done.released else "blocked",
            written=masked_name(str(out)) if done.released else "",
            seconds=round(sound.seconds, 3),
            channels=sound.channels,
            kinds=sorted(done.kinds),
            keeps_no_original=done.keeps_no_original,
            muted=[Muted(number, *_rounded(span)) for number, some in enumerate(done.spans) for span in some],
            blocked=[
                Left(one.reason, one.kind, one.channel, *(_rounded(one.span) if one.span else ()))
                for one in done.blocked
            ],
            hearings=done.hearings,
            heard_by=self._recogniser.name,
        )


@contextmanager
def heard() -> Iterator[None]:
    """Ends the command where nothing can be heard, with the reason."""
    try:
        yield
    except NotHeard as error:
        refuse(masked_text(str(error)))


def recordings(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Every recording with its place under the folder that was named; in a folder, by what is in the files."""
    for path in paths:
        if not path.is_dir():
            yield path, Path(path.name)
            continue
        for folder, below, names in os.walk(path):
            below[:] = sorted(one for one in below if not one.startswith("."))
            for name in sorted(names):
                one = Path(folder, name)
                if not name.startswith(".") and _is_recording(one):
                    yield one, one.relative_to(path)


def named(place: Path, *, flac: bool) -> Path:
    """The name of a muted copy: without what a name may tell, and one for each recording."""
    parts = [masked_name(part) for part in (*place.parts[:-1], place.name)]
    return Path(*parts[:-1], f"{parts[-1]}.muted.{'flac' if flac else 'wav'}")


def saved(sound: Sound, path: Path) -> str:
    """Writes a muted copy into a folder that is made where it is missing; why it can't be, where that is so."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(sound, path)
    except OSError as error:
        return f"{masked_name(str(path))} can't be written ({(error.strerror or '').lower()})"
    return ""


def measured(folder: Path, redactor: Redactor | None) -> Tally:
    """Counts all that is labelled in a folder; without a redactor, texts alone."""
    tally = Tally()
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            if line.strip():
                tally.text(msgspec.json.decode(line, type=Written))
    if redactor is None:
        return tally
    for path, _ in recordings([folder]):
        beside = path.with_suffix(".json")
        if beside.is_file():
            truth = msgspec.json.decode(beside.read_bytes(), type=Truth)
            sound, done = redactor.hear(path)
            tally.recording(truth, done.spans, sound.seconds, released=done.released)
    return tally


def _is_recording(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return bool(kinds.recording(file.read(kinds.HEAD)))
    except OSError:
        return True  # it is named among those that can't be read


def _rounded(span: Span) -> tuple[float, float]:
    return round(float(span.start), 3), round(float(span.end), 3)
