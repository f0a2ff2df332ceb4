"""`clearline audits`: draw an audit's sample again, as anybody can."""

from typing import Annotated

import typer

from clearline.cli.console import Home, command

app = typer.Typer(help="Check the samples of audits.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def audits() -> None:
    """Check the samples of audits."""


@app.command()
def redraw(
    audit: Annotated[str, typer.Argument(help="Its number, as AU-2026-03.")], home: Home = None
) -> None:
    """Draw an audit's sample again, by the seed that was logged before the draw, and say whether it is the same."""
    command("redrawing", home).redraw(audit)
