"""`clearline coverage add` and `show`."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from django.conf import settings

from clearline.cli.saying import refuse, tell
from clearline.formats.call_records import read_call_records
from clearline.formats.errors import NotRead
from clearline.formats.moments import Order
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.review.coverage.accounting import account
from clearline.review.coverage.actions import brought
from clearline.ui.clock import now


def add(paths: Iterable[Path], zone: str, order: Order | None) -> None:
    """Adds each file; one that can't be read is said, and the command ends with 1."""
    zone = zone or settings.TIME_ZONE
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        refuse(f"there is no time zone {zone}: name it as in Europe/Berlin")
    bad = False
    for path in paths:
        try:
            records, faulty = read_call_records(path.read_bytes(), zone, order)
        except (OSError, NotRead) as error:
            tell(f"{path}: not read: {getattr(error, 'strerror', None) or error}")
            bad = True
            continue
        tell(f"{path}: {brought(records, path.name, now(), Watches(judging))}")
        for one in faulty[:20]:
            tell(f"{path}:{one.line}: not read: {one.reason}")
        bad = bad or bool(faulty)
    if bad:
        raise typer.Exit(1)


def show(day: str) -> None:
    """One line a call, then the sum."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        refuse("a day is written as 2026-11-30")
    found = account(asked, now())
    for line in found.lines:
        typer.echo("\t".join(filter(None, (line.call, line.became, line.reason, line.contradiction))))
    counts = found.counts
    tell(
        f"{counts['known']:,} known = {counts['evaluated']:,} evaluated + {counts['excluded']:,} excluded + {counts['failed']:,} failed + {counts['due']:,} due"
    )
