"""The commands of the server. Its libraries are read when one of them is called: the plain install has none."""

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from clearline.cli.saying import refuse

Home = Annotated[
    Path | None,
    typer.Option(help="Folder of the database and the keys; by default CLEARLINE_HOME, or ./clearline-home."),
]
Host = Annotated[str, typer.Option(help="Address to listen at.")]
Port = Annotated[int, typer.Option(help="Port to listen at.")]
PlainHttp = Annotated[
    bool, typer.Option("--plain-http", help="Without TLS before it: for a try on this machine.")
]


def serve(
    home: Home = None, host: Host = "127.0.0.1", port: Port = 8000, *, plain_http: PlainHttp = False
) -> None:
    """Start the console and take in events."""
    if plain_http:
        os.environ["CLEARLINE_PLAIN_HTTP"] = "yes"
    command("serving", home).serve(host, port)


def invite(
    email: Annotated[str, typer.Argument(help="Address to log in with.")],
    name: Annotated[str, typer.Option(help="What they are called.")] = "",
    role: Annotated[str, typer.Option(help="What they are here for.")] = "administrator",
    home: Home = None,
) -> None:
    """Let the first administrator in, or somebody in again who lost the way."""
    command("inviting", home).invite(email, name, role)


def backup(
    path: Annotated[Path, typer.Argument(help="Folder to be made: better on another disk.")],
    home: Home = None,
    *,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="The keys, too: whoever has it can then sign as this log.")
    ] = False,
) -> None:
    """Copy the record while it is in use, with a signed list of what is in it."""
    command("backing_up", home).backup(path, with_keys=with_keys)


def restore(
    path: Annotated[Path, typer.Argument(help="A folder that `clearline backup` made.")],
    home: Annotated[Path, typer.Option(help="Folder of the new home; it may have keys, and no record.")],
    since: Annotated[
        Path | None,
        typer.Option(help="A checkpoint or log.last that was kept: the backup must go on from it."),
    ] = None,
) -> None:
    """Verify a backup to the last bit, and make a home of it."""
    command("restoring", home).restore(path, since)


def doctor(home: Home = None) -> None:
    """Say what is missing or unsafe, and how to mend it; ends with 1 where something is unsafe."""
    command("doctor", home).doctor()


def command(name: str, home: Path | None) -> Any:
    """The module of a command, with Django started for this home."""
    if home is not None:
        os.environ["CLEARLINE_HOME"] = str(home)
    _imported("clearline.config.starting").start()
    return homeless(name)


def homeless(name: str) -> Any:
    """The module of a command that needs the server's libraries, and neither a home nor Django."""
    return _imported(f"clearline.cli.commands.{name}")


def _imported(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("clearline"):
            raise
        refuse(
            f"the server's libraries are not installed ({missing.name} is missing): pip install 'clearline[server]'"
        )
