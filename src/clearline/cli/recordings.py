"""`clearline recordings`: recordings of calls into the record."""

from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.console import Home, command

app = typer.Typer(
    help="Bring recordings of calls: they are heard, muted, and played in the console.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def recordings() -> None:
    """Bring recordings of calls: they are heard, muted, and played in the console."""


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Recordings, or folders of them.")],
    home: Home = None,
    call: Annotated[
        str,
        typer.Option(
            help="The call's id, for one recording; by default the name of the file without its end."
        ),
    ] = "",
    speakers: Annotated[
        str, typer.Option(metavar="CHANNELS", help="Who is on which channel, as 0:agent,1:customer.")
    ] = "",
    started: Annotated[
        str,
        typer.Option(
            metavar="TIME", help="When it began, with its zone; by default as the call's events say."
        ),
    ] = "",
    agent: Annotated[str, typer.Option(help="The telephony's id of the agent, where no event says it.")] = "",
) -> None:
    """Bring recordings; the server hears them, one after the other."""
    command("adding", home).add(paths, call, speakers, started, agent)
