"""`clearline coverage`: call records of the switch into the record, and the account of a day."""

from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.console import Home, command
from clearline.formats.moments import Order

app = typer.Typer(
    help="Account for every call that the switch knows.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def coverage() -> None:
    """Account for every call that the switch knows."""


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Call records of the switch.")],
    home: Home = None,
    zone: Annotated[
        str, typer.Option(help="Time zone of times that name none; the shop's if not said.")
    ] = "",
    order: Annotated[
        Order | None,
        typer.Option(help="What comes first in dates such as 03/04/2026, where no other date shows it."),
    ] = None,
) -> None:
    """Add call records: CSV of Asterisk, VICIdial, Twilio and their like, or Contact Lens."""
    command("accounting", home).add(paths, zone, order)


@app.command()
def show(
    day: Annotated[str, typer.Argument(metavar="DAY", help="As in 2026-11-30.")], home: Home = None
) -> None:
    """What became of each call of a day."""
    command("accounting", home).show(day)
