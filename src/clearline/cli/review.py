"""`clearline review`: judges files and writes the reports."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from clearline.cli.expecting import FEW_FILES, Waits, expected
from clearline.cli.files import STDIN, Task, find
from clearline.cli.judging import Order, Outcome, judged
from clearline.cli.options import OptionError, channels_of, day_of, facts_of, listed_in, speakers_of
from clearline.cli.saying import FINDINGS, UNREADABLE, console, refuse, tell
from clearline.formats.text import SIZE_LIMIT
from clearline.reports.account import Ledger, spoken
from clearline.reports.drawing import Review
from clearline.reports.page import Page
from clearline.reports.reviewed import Account, NotReviewed, Recording
from clearline.reports.summary import Summary
from clearline.reports.terminal import TerminalReport
from clearline.rulebook.faults import RulebookError
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook


class Format(StrEnum):
    TERMINAL = "terminal"
    JSONL = "jsonl"


def review(
    paths: Annotated[
        list[str],
        typer.Argument(help="Transcripts, conversation files, recordings, folders of them, or - for stdin."),
    ],
    pack: Annotated[list[str], typer.Option(help="Judge by this pack only; may be repeated.")] = [],  # noqa: B006
    rules: Annotated[list[Path], typer.Option(help="A folder with packs of your own.")] = [],  # noqa: B006
    fact: Annotated[
        list[str], typer.Option(help="What the files don't say, like call.places=US-CA,US-NV.")
    ] = [],  # noqa: B006
    speaker: Annotated[list[str], typer.Option(help="Who a speaker is, like 0=agent or Dana=agent.")] = [],  # noqa: B006
    channels: Annotated[
        str, typer.Option(help="Who is on which channel of recordings: agent,customer or customer,agent.")
    ] = "",
    muted: Annotated[
        Path | None, typer.Option(help="A folder for copies of recordings without card data and codes.")
    ] = None,
    hide: Annotated[
        Path | None,
        typer.Option(help="A file of names and addresses to hide as well, one a line or as CSV."),
    ] = None,
    on: Annotated[str, typer.Option(help="The date of calls whose files have none.  [default: today]")] = "",
    form: Annotated[
        Format, typer.Option("--format", help="For people, or one JSON object a line for machines.")
    ] = Format.TERMINAL,
    html: Annotated[Path | None, typer.Option(help="Also write a page that needs no network.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write the report to this file.")] = None,
) -> None:
    """Review calls: what was kept, what was broken, by which words, and what is still to be done.

    Ends with 0 if nothing was found, 1 with findings, 2 if something could not be read or a muted copy was withheld.
    """
    now = datetime.now(UTC)
    try:
        order = Order(
            rules=tuple(map(str, rules)),
            packs=tuple(pack) or None,
            facts=facts_of(fact),
            speakers=speakers_of(speaker),
            on=day_of(on, now.date()),
            drawn=html is not None,
            channels=channels_of(channels),
            muted=str(muted or ""),
            listed=listed_in(hide),
        )
    except OptionError as error:
        refuse(str(error))
    rulebook = read_rules(rules, pack)
    account, withheld = run(paths, order, rulebook, form=form, html=html, output=output, now=now)
    raise typer.Exit(UNREADABLE if withheld else exit_code(account))


def read_rules(folders: Sequence[Path], packs: Sequence[str] = ()) -> Rulebook:
    """The rulebook; ends the command where nothing can be judged by it."""
    rulebook = load(*folders)
    try:
        rulebook.program("call", [])
        rulebook.select(packs or None)
    except RulebookError as error:
        refuse(str(error))
    return rulebook


def run(
    paths: Sequence[str],
    order: Order,
    rulebook: Rulebook,
    *,
    form: Format,
    html: Path | None,
    output: Path | None,
    now: datetime,
    under: str = "",
) -> tuple[Account, int]:
    """Judges all files and writes the reports; the account says what became of each, the number how many copies were withheld."""
    own = [path for path in (html, output) if path is not None]
    found = list(_with_stdin(find([path for path in paths if path != STDIN], own, under=under), paths))
    if not found:
        refuse("there are no files in what was given. Name files, or folders that hold some")
    tasks = [one for one in found if isinstance(one, Task)]
    with ExitStack() as stack:
        page = stack.enter_context(Page(rulebook)) if html is not None else None
        file = stack.enter_context(_opened(output)) if output is not None else sys.stdout
        reports = Reports(form, file, page, clean_too=len(tasks) <= FEW_FILES)
        for one in found:
            if isinstance(one, NotReviewed):
                reports.take([one])
        shown = reports.console if form is Format.TERMINAL and file.isatty() else Console(stderr=True)
        waits = expected(tasks, twice=bool(order.muted))
        if waits.told:
            tell(waits.told)
        with _progress(shown, waits) as step:
            for task, outcome in judged(order, rulebook, tasks):
                reports.take(outcome)
                step(waits.of(task))
        account = reports.end()
        if page is not None and html is not None:
            with _opened(html) as written:
                page.write(written, account, f"{now:%Y-%m-%d %H:%M} UTC")
    return account, reports.withheld


def exit_code(account: Account) -> int:
    """2 if something could not be read, else 1 with findings, else 0."""
    return UNREADABLE if account.failed else FINDINGS if account.findings else 0


class Reports:
    """Hands each line to all reports that were asked for, and to the ledger."""

    def __init__(self, form: Format, file: IO[str], page: Page | None, *, clean_too: bool) -> None:
        self.form = form
        self.file = file
        self.page = page
        self.console = console(file)
        self.terminal = TerminalReport(self.console, clean_too=clean_too)
        self.ledger = Ledger()
        self.summary = Summary()
        self.copies = self.withheld = 0  # of recordings, where they were asked for

    def take(self, outcome: Outcome) -> None:
        """Everything that came of one file."""
        self.ledger.file([one.line if isinstance(one, Review) else one for one in outcome])
        for one in outcome:
            if self.form is Format.JSONL:
                self._write(one.line if isinstance(one, Review) else one)
            if isinstance(one, NotReviewed):
                if one.outcome == "failed":
                    tell(one.told)
                if self.page is not None:
                    self.page.leave(one)
                continue
            self.summary.add(one.line)
            if one.line.recording is not None:
                self._recording(one.line.file, one.line.recording)
            if self.form is Format.TERMINAL:
                self.terminal.timeline(one.line)
            if self.page is not None:
                self.page.add(one)

    def end(self) -> Account:
        account = self.ledger.account()
        if self.form is Format.JSONL:
            self._write(account)
            tell(spoken(account))
        else:
            self.terminal.end(account, self.summary)
        self.file.flush()
        if self.copies or self.withheld:
            tell(
                f"{self.copies:,} muted {'copy' if self.copies == 1 else 'copies'} written, {self.withheld:,} withheld."
            )
        return account

    def _recording(self, file: str, told: Recording) -> None:
        self.copies += bool(told.muted)
        if told.withheld:
            self.withheld += 1
            tell(f"{file}: no muted copy. {'; '.join(told.withheld)}")
        if told.keeps_no_original:
            tell(
                f"{file}: a security code or PIN may be heard in it; the original may not be kept (PCI DSS 3.3.1)"
            )

    def _write(self, line: msgspec.Struct) -> None:
        self.file.write(msgspec.json.encode(line).decode() + "\n")


def _with_stdin(found: Iterator[Task | NotReviewed], paths: Sequence[str]) -> Iterator[Task | NotReviewed]:
    if STDIN in paths:
        data = sys.stdin.buffer.read(SIZE_LIMIT + 1)
        yield Task("standard input", STDIN, len(data), data, "stdin")
    yield from found


@contextmanager
def _progress(shown: Console, waits: Waits) -> Iterator[Callable[[float], None]]:
    columns = (TextColumn("reviewing"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    hidden = not shown.is_terminal or not waits.long
    bar = Progress(
        *columns, console=shown, transient=True, redirect_stdout=False, redirect_stderr=False, disable=hidden
    )
    with bar:
        task = bar.add_task("", total=waits.whole)
        yield lambda done: bar.advance(task, done)


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        refuse(f"{path} can't be written ({(error.strerror or '').lower()})")
