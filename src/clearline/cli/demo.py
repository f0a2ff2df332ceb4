"""`clearline demo`: reviews the calls that are shipped with it."""

import os
import shutil
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.judging import Order
from clearline.cli.options import day_of
from clearline.cli.review import Format, read_rules, run
from clearline.cli.saying import console

CALLS = Path(str(files("clearline.cli") / "demo_calls"))
NEXT = """
The page is {page}: open it in a browser.
Then try:
{path}  clearline review your-calls/ --html report.html
  clearline rules list
  clearline rules explain no-card-number-while-recording
"""


def demo(
    html: Annotated[Path, typer.Option(help="Where the page is written.")] = Path("demo-report.html"),
) -> None:
    """Review the shipped calls of a made-up shop, and write a page about them."""
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
