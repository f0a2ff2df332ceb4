"""`clearline recordings add`: files into the record, each accounted for."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import typer
from django.conf import settings
from django.db import DatabaseError
from rich.progress import track

from clearline.cli.commands.serving import prepare
from clearline.cli.saying import FINDINGS, console, refuse, tell
from clearline.engine.errors import ClearlineError
from clearline.record.deeds import HOUSE
from clearline.record.receiving import Refusal
from clearline.record.recordings.bringing import bring
from clearline.record.recordings.intake import Wanted, asked
from clearline.speech import installed, kinds
from clearline.speech.errors import NotInstalled
from clearline.ui.clock import now

SHOWN = 20  # reasons


class NoRecordingError(ClearlineError):
    """A file that nobody could hear."""


class NotOneCallError(ClearlineError):
    """Several recordings of one name: they would be one call, which they need not be."""

    def __init__(self) -> None:
        super().__init__(
            "another of these files has the same name, and names are ids of calls. Bring it by itself, with --call"
        )


def add(paths: Sequence[Path], call: str, speakers: str, started: str, agent: str) -> None:
    """Takes each file in, and says what became of all of them."""
    try:
        installed.require()
    except NotInstalled as error:
        refuse(str(error))
    absent_paths = [str(path) for path in paths if not path.exists()]
    if absent_paths:
        refuse(f"there is no {absent_paths[0]}")
    files = list(_files(paths))
    if not files:
        refuse("there is no file in it")
    if call and len(files) > 1:
        refuse(f"--call names one call, and these are {len(files):,} recordings")
    prepare()
    found: Counter[str] = Counter()
    unclear = set() if call else set(_unclear(files))
    for path in track(files, "Recordings", console=console(), transient=True):
        try:
            if path.stem in unclear:
                raise NotOneCallError
            _must_be_recording(path)
            told = {"call": call or path.stem, "speakers": speakers, "started": started, "agent": agent}
            query = urlencode({name: value for name, value in told.items() if value})
            found["taken" if _added(path, asked(query.encode())) else "known"] += 1
        except (ClearlineError, Refusal, OSError, DatabaseError) as error:
            found["refused"] += 1
            if found["refused"] <= SHOWN:
                reason = getattr(error, "strerror", "") or str(error) or type(error).__name__
                tell(f"{path}: {reason}")
    tell(
        f"{len(files):,} files: {found['taken']:,} taken, {found['known']:,} here before, {found['refused']:,} refused. "
        f"The server of {settings.HOME.path} hears what was taken; the calls' pages, and the list of calls, say what came of it"
    )
    if found["refused"]:
        raise typer.Exit(FINDINGS)


def _unclear(files: Sequence[Path]) -> Iterator[str]:
    """The names under which several recordings come; one that lies there twice is one."""
    named: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        named[path.stem].append(path)
    for name, some in named.items():
        if len(some) > 1 and len(set(map(_digest, some))) > 1:
            yield name


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""  # it is told when its turn comes


def _must_be_recording(path: Path) -> None:
    """By its first bytes, before it is sealed; what is empty is told where it is read."""
    with path.open("rb") as file:
        head = file.read(kinds.HEAD)
    if head and not kinds.recording(head):
        raise NoRecordingError(f"it is no recording but {kinds.other(head)}")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.is_file() and not one.name.startswith(".")
            )
        else:
            yield path


def _added(path: Path, wanted: Wanted) -> bool:
    _, new = bring(
        path,
        wanted.call,
        began=wanted.began,
        speakers=wanted.speakers,
        agent=wanted.agent,
        actor=HOUSE,
        at=now(),
    )
    return new
