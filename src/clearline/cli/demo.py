"""`clearline demo`: a made-up shop in the console, or its shipped calls in a report."""

import os
import shutil
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.console import Host, Port, command
from clearline.cli.judging import Order
from clearline.cli.options import day_of
from clearline.cli.review import Format, read_rules, run
from clearline.cli.saying import console
from clearline.cli.shop.shop import SIZES

CALLS = Path(str(files("clearline.cli") / "demo_calls"))
NEXT = """
The page is {page}: open it in a browser.
Then try:
{path}  clearline review your-calls/ --html report.html
  clearline rules list
  clearline rules explain no-card-number-while-recording
"""
Html = Annotated[Path, typer.Option(help="Where the page of --report is written.")]


def demo(
    home: Annotated[Path, typer.Option(help="Folder of the made-up shop.")] = Path("clearline-demo"),
    host: Host = "127.0.0.1",
    port: Port = 8000,
    size: Annotated[str, typer.Option(help=f"How large the shop is: {', '.join(SIZES)}.")] = "small",
    *,
    report: Annotated[
        bool, typer.Option(help="No console: review the shipped calls and write a page.")
    ] = False,
    load_only: Annotated[bool, typer.Option(help="Load the shop's history, and stop.")] = False,
    html: Html = Path("demo-report.html"),
) -> None:
    """Start the console with a made-up shop in it, and say where to log in as whom."""
    if report:
        write_report(html)
        return
    if size not in SIZES:
        raise typer.BadParameter(f"there is no size {size}; there are {', '.join(SIZES)}")
    os.environ.setdefault("CLEARLINE_DEMO", "yes")
    os.environ.setdefault("CLEARLINE_PLAIN_HTTP", "yes")
    command("living", home).live(home, host, port, size, load_only=load_only)


def write_report(html: Path) -> None:
    """Reviews the shipped calls, and writes a page about them."""
    now = datetime.now(UTC)
    order = Order(on=day_of("", now.date()), drawn=True)
    run(
        [str(CALLS)],
        order,
        read_rules([]),
        form=Format.TERMINAL,
        html=html,
        output=None,
        now=now,
        under=f"{CALLS}{os.sep}",
    )
    activate = Path(sys.argv[0]).parent / "activate"
    hidden = shutil.which("clearline") is None and activate.exists()
    told = f"  . {os.path.relpath(activate)}     # so that your shell finds clearline\n" if hidden else ""
    console().print(NEXT.format(page=html, path=told), end="", soft_wrap=True)
