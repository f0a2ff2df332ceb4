"""`clearline live`: a finished call played through the live path, in the terminal."""

import time
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from clearline.cli.options import OptionError, facts_of, speakers_of
from clearline.cli.review import read_rules
from clearline.cli.saying import console, refuse
from clearline.engine.events import SECOND, Event, Instant
from clearline.engine.explain import clock_from
from clearline.engine.monitor import replay as whole
from clearline.formats.errors import Excluded, Unreadable
from clearline.formats.reading import read
from clearline.live import wire
from clearline.live.replaying import Step, steps
from clearline.live.running import GONE, SHOWN, Rules, Running
from clearline.reports.masked import masked_text

app = typer.Typer(
    help="During the call: what is due, with the seconds left.", no_args_is_help=True, rich_markup_mode=None
)
BEAT = 0.1  # seconds between looks
TALK = 8  # lines of talk that are shown
TONES = {"critical": "bold red", "serious": "yellow", "minor": "blue"}


@app.callback()
def live() -> None:
    """During the call: what is due, with the seconds left."""


@app.command()
def replay(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A transcript or a conversation file.")],
    speed: Annotated[float, typer.Option(min=0.1, max=1000, help="How many times as fast as it was.")] = 1.0,
    pack: Annotated[list[str], typer.Option(help="Judge by this pack only; may be repeated.")] = [],  # noqa: B006
    rules: Annotated[list[Path], typer.Option(help="A folder with packs of your own.")] = [],  # noqa: B006
    fact: Annotated[list[str], typer.Option(help="What the file doesn't say, like call.places=US-CA.")] = [],  # noqa: B006
    speaker: Annotated[list[str], typer.Option(help="Who a speaker is, like 0=agent or Dana=agent.")] = [],  # noqa: B006
) -> None:
    """Play a finished call as if it ran now: what its agent would have been told, and when."""
    try:
        known, speakers = facts_of(fact), speakers_of(speaker)
    except OptionError as error:
        refuse(str(error))
    book = read_rules(rules, pack)
    program = book.program("call", book.select(pack or None), portable=True)
    by = Rules(book, program, {**book.known, **known})
    events = _call(path, speakers)
    played = Played(Running(events[0].subjects.get("call", path.stem), by), events[0].at)
    shown = console()
    if shown.is_terminal:
        with Live(console=shown, refresh_per_second=10, get_renderable=played.drawn):
            for step in _paced(steps(events), speed, played):
                played.take(step)
    else:
        for step in steps(events):
            played.take(step)
    shown.print(played.summary())
    verdicts = whole(program, events, by.known)
    missed = {one.rule.title for one in verdicts if one.findings}
    for title in sorted(missed):
        shown.print(f"[red]broken[/red] {title}")
    if not missed:
        shown.print("Nothing was broken.")


class Played:
    """The call as far as it has been played."""

    def __init__(self, running: Running, start: Instant) -> None:
        self.running = running
        self.at = start
        self.clock = clock_from(start)
        self.picture: wire.Picture | None = None
        self.talk: deque[wire.Spoken] = deque(maxlen=TALK)
        self.perhaps: tuple[wire.Spoken, ...] = ()
        self.counts: Counter[str] = Counter()
        self.warned: list[float] = []

    def take(self, step: Step) -> None:
        self.at = max(self.at, step.at)
        tell = self.running.perhaps if step.partial else self.running.happened
        tell(step.event, step.at)
        self.look()

    def tick(self, at: Instant) -> None:
        self.at = max(self.at, at)
        wakes = self.running.wakes
        if wakes is not None and wakes <= self.at:
            self.running.tick(self.at)
            self.look()

    def look(self) -> None:
        while self.running.reports:
            report = self.running.reports.popleft()
            if isinstance(report, wire.Shown):
                self._count(report.event)
        picture = self.running.picture(self.at)
        if picture is not None:
            self.picture = picture
            self.talk.extend(one for one in picture.talk if not one.partial)
            self.perhaps = tuple(one for one in picture.talk if one.partial)

    def _count(self, event: Event) -> None:
        self.counts[event.type if event.type == SHOWN else str(event.data.get("outcome"))] += 1
        if event.type == SHOWN and isinstance(left := event.data.get("left"), float):
            self.warned.append(left)

    def drawn(self) -> Group:
        """What there is to see now."""
        if self.picture is None:
            return Group(Text("…", style="dim"))
        table = Table(box=None, show_header=False, pad_edge=False)
        for line in self.picture.due:
            left = "before the end"
            if line.deadline is not None:
                left = "late" if line.late else f"{max(0, (line.deadline - self.at) / SECOND):.0f} s"
            table.add_row("to do", Text(line.text, style=TONES.get(line.severity, "")), left)
        for line in self.picture.guarded:
            table.add_row("mind", Text(line.text), "")
        for line in self.picture.done:
            table.add_row("done", Text(line.text, style="green"), "")
        for one in self.picture.broken:
            table.add_row("slipped", Text(one.title, style="red"), "")
        said = [Text(f"{one.by}: {masked_text(one.text)}") for one in self.talk]
        said += [Text(f"{one.by}: {masked_text(one.text)} …", style="dim italic") for one in self.perhaps]
        return Group(Text(self.clock(self.at), style="bold"), *said, Text(), table)

    def summary(self) -> str:
        counts = self.counts
        told = f"{counts[SHOWN]} prompts: " + ", ".join(
            f"{count} {name}" for name, count in sorted(counts.items()) if name not in {SHOWN, GONE}
        )
        if self.warned:
            told += f"; the first came with {max(self.warned):.0f} s left, the shortest with {min(self.warned):.0f} s"
        return told.removesuffix(": ")


def _call(path: Path, speakers: dict[str, str]) -> tuple[Event, ...]:
    """The events of the one call in a file."""
    try:
        conversations = read(path.read_bytes(), speakers=speakers)
    except (Excluded, Unreadable) as error:
        refuse(f"{path} can't be played: {masked_text(str(error))}")
    except OSError as error:
        refuse(f"{path} can't be read ({(error.strerror or '').lower()})")
    if len(conversations) != 1:
        refuse(f"{path} holds {len(conversations)} calls: name a file with one")
    return conversations[0].events


def _paced(coming: list[Step], speed: float, played: Played) -> Iterator[Step]:
    """Each step when its time has come; the clock goes on in between."""
    begun, first = time.monotonic(), coming[0].at
    for step in coming:
        while (at := first + round((time.monotonic() - begun) * speed * SECOND)) < step.at:
            played.tick(at)
            time.sleep(min(BEAT, (step.at - at) / SECOND / speed))
        yield step
