"""`clearline recordings add`: files into the record, each accounted for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import typer
from django.db import DatabaseError
from rich.progress import track

from clearline.cli.commands.serving import prepare
from clearline.cli.saying import FINDINGS, console, refuse, tell
from clearline.engine.errors import ClearlineError
from clearline.record.deeds import HOUSE
from clearline.record.receiving import Refusal
from clearline.record.recordings.bringing import bring
from clearline.record.recordings.intake import Wanted, asked
from clearline.speech import installed
from clearline.speech.errors import NotInstalled
from clearline.ui.clock import now

SHOWN = 20  # reasons


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
    for path in track(files, "Recordings", console=console(), transient=True):
        try:
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
        "The server hears what was taken: each call's page says how far it is"
    )
    if found["refused"]:
        raise typer.Exit(FINDINGS)


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
