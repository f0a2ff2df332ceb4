"""`clearline gate scrub`: a file of leads gone through, with progress."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from django.db import DatabaseError
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from clearline.cli.commands.serving import prepare
from clearline.cli.saying import console, refuse, tell
from clearline.engine.durations import instant_of
from clearline.engine.errors import ClearlineError
from clearline.engine.events import Instant
from clearline.gate.attempts import PURPOSES, TECHNOLOGIES, Answer, Attempt
from clearline.gate.scrubs.report import page
from clearline.gate.scrubs.running import Summary, Wanted, run
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.ui.clock import now

COLUMNS = (TextColumn("Going through the leads"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())


def scrub(leads: Path, clean: Path, report: Path | None, told: tuple[str, str, str], at: str) -> None:
    """Writes both files and says how many will be skipped, by reason."""
    campaign, purpose, technology = told
    if purpose not in PURPOSES or technology not in TECHNOLOGIES:
        refuse(
            f"--purpose is one of {', '.join(sorted(PURPOSES))}; --technology of {', '.join(sorted(TECHNOLOGIES))}"
        )
    prepare()
    attempt = Attempt(campaign=campaign, purpose=purpose, technology=technology)
    try:
        with Progress(*COLUMNS, console=console(sys.stderr), transient=True) as bar:
            task = bar.add_task("", total=1.0)
            wanted = Wanted(leads, attempt, clean)
            summary = run(
                wanted, _moment(at), Watches(judging), lambda done: bar.update(task, completed=done)
            )
        if report is not None:
            report.write_text(page(summary), encoding="utf-8")
    except (ClearlineError, DatabaseError, OSError) as error:
        refuse(str(error))
    console(sys.stdout).print(_table(summary))
    tell(f"{summary.kept:,} leads are in {clean}; entry {summary.entry:,} of the evidence log")


def _table(summary: Summary) -> Table:
    table = Table("Leads", "Why", title=f"{summary.skipped:,} of {summary.total:,} will be skipped")
    for one in summary.outcomes:
        later = "later only: " if one.verdict.answer is Answer.NOT_BEFORE else ""
        if one.verdict.answer is not Answer.ALLOW:
            table.add_row(f"{one.leads:,}", later + one.verdict.title)
    return table


def _moment(told: str) -> Instant:
    if not told:
        return now()
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        refuse(f"--at {told}: write a time like 2026-11-24T15:00")
    return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
