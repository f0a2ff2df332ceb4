"""Where the command speaks: reports to standard output or a file, everything else to standard error."""

import sys
from typing import IO, NoReturn

import typer
from rich.console import Console

FINDINGS, UNREADABLE = 1, 2  # exit codes


def console(file: IO[str] | None = None) -> Console:
    """A console that prints text as it is."""
    return Console(file=file, markup=False, highlight=False, emoji=False)


def tell(line: str) -> None:
    """One line to standard error."""
    print(line, file=sys.stderr)  # noqa: T201 - this is the place that does


def refuse(reason: str) -> NoReturn:
    """Ends the command: it was asked for something that can't be done."""
    tell(f"clearline: {reason}")
    raise typer.Exit(UNREADABLE)
