"""`clearline evidence`: hand the log out, check it, give it a new key. To check a pack the plain install is enough."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.console import Home, command
from clearline.cli.fetching import fetched
from clearline.cli.saying import refuse
from clearline.evidence import clearline_verify
from clearline.evidence.errors import EvidenceError

app = typer.Typer(
    help="Hand the evidence log out, check it, give it a new key.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
LARGEST = 4_000  # megabytes that are fetched before it is too much


@app.command()
def export(
    path: Annotated[Path, typer.Argument(help="Where the pack is written; nothing may be there yet.")],
    home: Home = None,
    call: Annotated[str, typer.Option(metavar="ID", help="Only what is about this call.")] = "",
    contact: Annotated[str, typer.Option(metavar="ID", help="Only what is about this contact.")] = "",
    finding: Annotated[
        str, typer.Option(metavar="UID", help="Only this finding, and the events of its timeline.")
    ] = "",
    since: Annotated[
        str, typer.Option(metavar="DATE", help="Only what was entered since this day or time (UTC).")
    ] = "",
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="The whole log with all content that is still there.")
    ] = False,
    zipped: Annotated[bool, typer.Option("--zip", help="As one file instead of a folder.")] = False,
) -> None:
    """Write a pack that a stranger can check: the whole log without content, or a part of it with its content."""
    asked = {"call": call, "contact": contact, "finding": finding, "since": since}
    chosen = [(what, name) for what, name in asked.items() if name] + [("all", "")] * everything
    if len(chosen) > 1:
        refuse(
            f"ask for one part at a time, not for {' and '.join(f'--{what}' for what, _ in chosen)} together"
        )
    what, name = chosen[0] if chosen else ("log", "")
    if what == "since":
        name = str(_moment(name))
    command("evidence", home).export(path, what, name, zipped=zipped)


@app.command()
def verify(
    source: Annotated[
        str,
        typer.Argument(
            metavar="PATH|URL", help="A pack, or the folder of a log; fetched first if it is a URL."
        ),
    ],
    key: Annotated[
        str, typer.Option(metavar="VKEY", help="The log's key, as the shop has published it.")
    ] = "",
    witness: Annotated[list[str], typer.Option(metavar="VKEY", help="Who must have cosigned.")] = [],  # noqa: B006
    since: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An older checkpoint of this log that you kept.")
    ] = None,
    most: Annotated[int, typer.Option(metavar="MB", help="How much is fetched at most.")] = LARGEST,
) -> None:
    """Check a pack or a log offline; ends with 0 if all is well, 1 if there are faults, 2 if nothing can be read."""
    options = [*(["--key", key] if key else []), *(part for one in witness for part in ("--witness", one))]
    options += ["--since", str(since)] if since else []
    try:
        with fetched(source, most * 1_000_000) as path:
            code = clearline_verify.main([*options, "--", str(path)])
    except EvidenceError as error:
        refuse(str(error))
    raise typer.Exit(code)


@app.command()
def check(home: Home = None) -> None:
    """Compute the log anew from the database: each fault one line; ends with 1 if there are any."""
    command("evidence", home).check()


@app.command("rotate-key")
def rotate_key(home: Home = None) -> None:
    """Give the log a new key; the old one vouches for it, and the log tells of it."""
    command("evidence", home).rotate_key()


def _moment(text: str) -> int:
    """Microseconds since 1970."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"--since {text} is no day like 2026-11-23 and no time like 2026-11-23T10:00")
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
