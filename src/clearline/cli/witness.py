"""`clearline witness`: watches logs of others and cosigns what continues them. Needs neither Django nor a database."""

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.saying import refuse, tell
from clearline.evidence.errors import EvidenceError
from clearline.evidence.witness import Witness
from clearline.evidence.witness_server import HOME

app = typer.Typer(
    help="Watch logs of others, and cosign what continues them.", no_args_is_help=True, rich_markup_mode=None
)
Folder = Annotated[Path, typer.Option("--home", help="Folder of its key and of all that it has seen.")]
Name = Annotated[str, typer.Option(help="Its name, when its key is made; like your.example/witness.")]


@app.command()
def serve(
    home: Folder,
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8100,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    name: Name = "",
) -> None:
    """Start the witness; its key is made when there is none."""
    tell(f'[[witness]]\nurl = "http://{host}:{port}"\nvkey = "{_open(home, name).signer.verifier}"')
    try:
        granian, constants = import_module("granian"), import_module("granian.constants")
    except ModuleNotFoundError:
        refuse("the server's libraries are not installed: pip install 'clearline[server]'")
    os.environ[HOME] = str(home.absolute())
    granian.Granian(
        "clearline.evidence.witness_server:application",
        factory=True,
        address=host,
        port=port,
        interface=constants.Interfaces.ASGINL,
        loop=constants.Loops.asyncio,
        workers=1,
        log_access=False,
        websockets=False,
    ).serve()


@app.command()
def trust(
    home: Folder,
    keys: Annotated[
        Path, typer.Argument(metavar="LOG.VKEY", help="The keys of a log, as it publishes them.")
    ],
    name: Name = "",
) -> None:
    """Take in the keys of a log; again after it has got a new one."""
    try:
        tell(f"This witness watches {_open(home, name).trust(keys.read_text(encoding='utf-8'))}")
    except (EvidenceError, OSError, UnicodeDecodeError) as error:
        refuse(str(error))


def _open(home: Path, name: str) -> Witness:
    try:
        return Witness(home, name)
    except OSError as error:
        refuse(f"{home} can't be the home of a witness: {error.strerror}")
