"""`clearline programme`: evidence of the compliance programme into the record."""

from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.console import Home, command

app = typer.Typer(
    help="Keep the compliance programme: courses, documents and people, as evidence with its age.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def programme() -> None:
    """Keep the compliance programme: courses, documents and people, as evidence with its age."""


@app.command()
def add(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Columns: control, on; and of who, until, title, version, link those that are needed.",
        ),
    ],
    home: Home = None,
) -> None:
    """Enter evidence from a file: all of it, or nothing and each fault with its line."""
    command("programme", home).add(path)


@app.command()
def controls(home: Home = None) -> None:
    """Print the controls that a file may name, as CSV."""
    command("programme", home).controls()
