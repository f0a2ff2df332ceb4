"""`clearline gate lists`: what is loaded, and loading."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import typer
from django.db import DatabaseError
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from clearline.cli.commands.serving import prepare
from clearline.cli.saying import FINDINGS, console, refuse, tell
from clearline.engine.durations import instant_of
from clearline.engine.errors import ClearlineError
from clearline.engine.events import Instant
from clearline.gate.lists import loading
from clearline.gate.lists.current import lists
from clearline.gate.lists.loading import Brought
from clearline.gate.lists.queries import current, due
from clearline.gate.models import Snapshot
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.ui.clock import now
from clearline.ui.wording import until, written

COLUMNS = (TextColumn("Reading"), BarColumn(), TaskProgressColumn())
_DATE = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)")


def show() -> None:
    """A table; ends with 1 where a list can't be read or is too old."""
    prepare()
    at = now()
    rows = current()
    table = Table("List", "Numbers", "Fetched", "Refresh due", "Area codes", "Bad lines", "Subscription")
    for row in rows:
        needed = due(row)
        table.add_row(
            row.name,
            f"{row.numbers:,}",
            written(row.made),
            until(needed, at) if needed else "no law says",
            str(len(row.areas) or "all"),
            f"{row.bad:,}",
            row.subscription,
        )
    console(sys.stdout).print(table if rows else "No list is loaded: clearline gate lists load ftc FILE")
    faults = lists().faults
    for fault in faults:
        tell(fault)
    if faults or any((due(row) or at) < at for row in rows):
        raise typer.Exit(FINDINGS)


def load(
    name: str, path: Path, made: str, subscription: str, areas: tuple[int, ...], *, confirmed: bool
) -> None:
    """Reads the file while it shows how far it is, and says what became of it; ends with 1 where it is held."""
    prepare()
    try:
        brought = Brought(name, path, _made(made, path), subscription, areas, confirmed)
        with Progress(*COLUMNS, console=console(sys.stderr), transient=True) as bar:
            task = bar.add_task("", total=1.0)
            row = loading.load(
                brought, now(), Watches(judging), lambda done: bar.update(task, completed=done)
            )
    except (ClearlineError, DatabaseError, OSError) as error:
        refuse(str(error))
    tell(
        f"{row.name}: {row.numbers:,} numbers, {row.bad:,} bad lines, snapshot {row.uid}, entry {row.entry:,}"
    )
    if row.note:
        tell(row.note)
    if row.state == Snapshot.State.HELD:
        tell("It is held until a person confirms it: on the page of lists, or load it again with --confirm.")
        raise typer.Exit(FINDINGS)


def _made(told: str, path: Path) -> Instant:
    """When the list was fetched: as it was said, as the file is called, or as the disk says."""
    if told:
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            refuse(f"--made {told}: write a date or a time like 2026-11-20T06:00")
        return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    dated = _DATE.search(path.stem)
    if dated:
        try:
            return instant_of(datetime(*map(int, dated.groups()), tzinfo=UTC))  # type: ignore[misc, arg-type]
        except ValueError:
            tell(f"the name of {path.name} holds no date that there is; the file's own is taken")
    return int(path.stat().st_mtime * 1_000_000)
