"""`clearline demo`: the made-up shop is loaded, the console served, and the shop goes on living."""

import os
import secrets
import signal
import subprocess
import sys
import time
import webbrowser
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from clearline.cli.commands.checking_up import audit_and_correct
from clearline.cli.commands.dialling import OVERFLOW_AT, Dialer
from clearline.cli.commands.governing import account, triage, write_rules
from clearline.cli.commands.listing import ask_for_an_override, bring_a_shrunken_one, bring_lists
from clearline.cli.commands.playing import Phones
from clearline.cli.commands.serving import address, prepare
from clearline.cli.saying import console
from clearline.cli.shop import overflow
from clearline.cli.shop.contacts import world_once
from clearline.cli.shop.graded import grade_calls
from clearline.cli.shop.learning import teach
from clearline.cli.shop.programmed import keep_programme
from clearline.cli.shop.shop import SIZES, Shop
from clearline.cli.shop.speaking import speak_up
from clearline.cli.shop.staff import Worker, workers
from clearline.engine.events import SECOND, Event, Instant
from clearline.people import tokens
from clearline.people.models import Person, Role, Team
from clearline.record.actions.append import Answer, Outcome, Received, append
from clearline.record.actions.ticking import tick
from clearline.record.answers.facts import newest
from clearline.record.deeds import HOUSE
from clearline.record.judging import judging
from clearline.record.models import Event as Stored
from clearline.record.recordings.bringing import bring
from clearline.record.shop.actions import answered
from clearline.record.watching import Watches
from clearline.speech import installed
from clearline.ui.clock import now

SEED = 1
SOURCE = "shop"
RECENT = 8  # days that are there before the console opens
SETTLED = 3  # of these, until it is known to what the people who are called have agreed
AT_ONCE = 8_000  # events in a transaction, while nobody else writes
BEHIND = 400  # the same beside a console that is open,
PATIENCE = 5  # times that it is tried, of 20 seconds each
RESTS = 0.2  # and seconds that are left to it after each: SQLite lets one write at a time, and not in turns
DAY = 86_400 * SECOND
ON_THE_PHONE = 5  # agents, each in one call after the other
TALK = ("call.", "recording.", "utterance", "payment.", "hold.")  # what is passed on of a call
COLUMNS = (TextColumn("The shop's days"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
SPOKEN = Path(__file__).parents[1] / "shop" / "spoken.flac"  # tests/speech/material says what it is
SPEAKS = "Dana"  # the agent who is heard in it
AGO = 2 * 3600 * SECOND
PACE = 2.0  # seconds between looks at what has happened in the shop
DEEDS = (  # of the shop's people, in this order
    bring_a_shrunken_one,
    ask_for_an_override,
    grade_calls,
    write_rules,
    triage,
    account,
    audit_and_correct,
    keep_programme,
    teach,
    speak_up,
)
FIRST = (Role.OFFICER, Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR)


def live(home: Path, host: str, port: int, size: str, *, load_only: bool) -> None:
    """Loads, serves and goes on until it is told to stop."""
    for ends in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # else the console outlives a closed terminal
        signal.signal(ends, signal.default_int_handler)  # and a background job does not hear the first
    shown = console()
    prepare()
    midnight = now() // DAY * DAY + DAY - 1
    shop = Shop(SEED, until=midnight, **SIZES[size])
    password = _people(workers(SIZES[size]["agents"]))
    _answer()
    watches = Watches(judging)
    days = shop.newest_first()
    recent, older = days[:RECENT], days[RECENT:]
    dialer = Dialer(watches, recent[0], partial(_load, watches=watches))
    if size != "small":
        recent, older = sorted(days), []  # a long history is quickest from its beginning
    with Progress(*COLUMNS, console=shown, transient=True) as bar:
        task = bar.add_task("", total=len(recent) + 1)
        _load(shop.opening().events, watches)
        bar.advance(task)
        if size == "small":
            bring_lists(recent[0] * DAY, watches)
            _load(list(overflow.before(recent[0], shop.last)), watches)
        for day in recent:
            events = shop.day(day).events
            if size == "small" and day >= recent[SETTLED]:  # asking for a year would take too long
                _dial(dialer, day, events)
            else:
                _load(events, watches)
            bar.advance(task)
        if size == "small":
            for deed in DEEDS:
                deed(now(), watches)
    tick(now(), watches)
    if load_only:
        shown.print(f"{Stored.objects.count():,} events stand in {home}.")
        return
    agents = [one.agent for one in workers(SIZES[size]["agents"]) if one.agent][:ON_THE_PHONE]
    phones = Phones(address(host, port), _token(), _talks(size, midnight), agents)
    _record()
    with _served(host, port), phones.ringing():
        _invite(shown, address(host, port), password)
        _go_on(shop, older, watches, shown, dialer)


def _record() -> None:
    """A call that came as a recording; the console hears it while it is looked at, where what hears is installed."""
    if installed.missing():
        return
    at = now()
    agent = Person.objects.filter(role=Role.AGENT, name__startswith=SPEAKS).values_list("agent", flat=True)[0]
    bring(
        SPOKEN,
        "spoken",
        began=at - AGO,
        speakers=("agent", "customer"),
        agent=agent or "",
        actor=HOUSE,
        at=at,
    )


def _talks(size: str, midnight: Instant) -> Iterator[list[Event]]:
    """Calls that come in, for ever: as in a shop that went otherwise, and with nobody's name, so that no contact has them."""
    shop = Shop(SEED + 1, until=midnight, **SIZES[size])
    for day in cycle(shop.newest_first()):
        calls: dict[str, list[Event]] = defaultdict(list)
        for event in shop.day(day).events:
            if "call" in event.subjects:
                calls[event.subjects["call"]].append(event)
        for events in calls.values():
            begun = next((one.data for one in events if one.type == "call.started"), {})
            if begun.get("direction") == "inbound" and begun.get("agent_kind") == "human":
                yield [one for one in events if one.type.startswith(TALK)]


def _token() -> str:
    """The telephony's key to this console, for as long as it is open."""
    officer = Person.objects.filter(role=Role.OFFICER)[0]
    _, token = tokens.make(
        officer, name="the demo's phones", scopes=["events:write"], expires=now() + DAY, at=now()
    )
    return token


def _dial(dialer: Dialer, day: int, events: Sequence[Event]) -> None:
    """A day on which the gate is asked before each call."""
    past, noon = [event for event in events if event.at <= now()], day * DAY + OVERFLOW_AT
    dialer.plan(events)
    dialer.go([event for event in past if event.at < noon])
    dialer.overflow(day, now())
    dialer.go([event for event in past if event.at >= noon])


def _load(events: Sequence[Event], watches: Watches, *, behind: bool = False) -> None:
    """Takes events in as they happened; what is to come stays out."""
    past = [event for event in events if event.at <= now()]
    for some in _batches(past, BEHIND if behind else AT_ONCE):
        refused = [
            one for one in _stored(some, watches) if one.outcome in {Outcome.REFUSED, Outcome.CONFLICT}
        ]
        if refused:
            raise RuntimeError(f"the record refused {len(refused)} events of the demo: {refused[0].reason}")
        if behind:
            time.sleep(RESTS)


def _stored(events: Sequence[Event], watches: Watches) -> list[Answer]:
    """Stores them, however long the console keeps the record busy: what came twice is known."""
    for _ in range(PATIENCE):
        at = min(now(), max(event.at for event in events) + SECOND)
        try:
            return append([Received(SOURCE, event, "demo") for event in events], at, watches)
        except OperationalError:
            connection.close()
            time.sleep(RESTS)
    raise RuntimeError("the record is busy all the time: is another demo running in this folder?")


def _batches(events: Sequence[Event], count: int) -> Iterator[Sequence[Event]]:
    return (events[at : at + count] for at in range(0, len(events), count))


def _go_on(shop: Shop, older: list[int], watches: Watches, shown: Console, dialer: Dialer) -> None:
    """Older weeks fill in behind, and today goes on, until somebody stops it."""
    today = shop.last
    coming = [event for event in shop.day(today).events if event.at > now()]
    weeks = [older[at : at + 7] for at in range(0, len(older), 7)]
    try:
        for number, week in enumerate(weeks, 1):
            for day in week:
                _load(shop.day(day).events, watches, behind=True)
                coming = _happen(coming, dialer)
            shown.print(f"Week {number} of {len(weeks)} before last week is there.", style="dim")
        while True:
            coming = _happen(coming, dialer)
            time.sleep(PACE)
    except KeyboardInterrupt:
        connection.close()  # it may have begun to write, and the console waits for whoever writes before it ends
        shown.print("The shop is closed; start it again with the same command.")


def _happen(coming: list[Event], dialer: Dialer) -> list[Event]:
    """Takes in what has happened by now; what is still to come."""
    at = now()
    dialer.go([event for event in coming if event.at <= at])
    dialer.overflow(at // DAY, at)
    return [event for event in coming if event.at > at]


def _people(staff: Iterable[Worker]) -> str:
    """Logins for everybody, all with one password, which is made once and kept with the keys."""
    path = settings.HOME.keys / "demo-password"
    if path.exists():
        return path.read_text(encoding="ascii")
    password = "-".join(secrets.choice(WORDS) for _ in range(4))
    for one in staff:
        team = Team.objects.get_or_create(name=one.team)[0] if one.team else None
        person = Person.objects.invited(
            email=one.email,
            name=one.name,
            role=one.role,
            team=team,
            agent=one.agent or None,
            password=password,
        )
        person.leads.set(Team.objects.get_or_create(name=name)[0] for name in one.leads)
    settings.HOME.make()
    path.write_text(password, encoding="ascii")
    path.chmod(0o600)
    return password


def _answer() -> None:
    """The officer says what the shop does, before anything is judged."""
    if newest() is None:
        answered(Person.objects.filter(role=Role.OFFICER)[0], world_once()["answers"], now(), after=None)


WORDS = [
    "amber",
    "birch",
    "cedar",
    "cliff",
    "cloud",
    "coral",
    "delta",
    "ember",
    "fern",
    "field",
    "fjord",
    "frost",
    "glade",
    "grove",
    "harbor",
    "hazel",
    "heath",
    "heron",
    "island",
    "ivory",
    "juniper",
    "lagoon",
    "larch",
    "maple",
    "marsh",
    "meadow",
    "mist",
    "moss",
    "oasis",
    "ocean",
    "orchid",
    "pebble",
    "pine",
    "plain",
    "prairie",
    "quartz",
    "reef",
    "ridge",
    "river",
    "sage",
    "shore",
    "sierra",
    "slate",
    "spruce",
    "stone",
    "summit",
    "tide",
    "timber",
    "valley",
    "willow",
]


@contextmanager
def _served(host: str, port: int) -> Iterator[None]:
    """The console in a process of its own."""
    program = [sys.executable, "-m", "clearline.cli.main", "serve", "--plain-http"]
    environment = {**os.environ, "CLEARLINE_HOME": str(settings.HOME.path)}
    with subprocess.Popen([*program, "--host", host, "--port", str(port)], env=environment) as process:  # noqa: S603
        try:
            yield
        finally:
            process.terminate()


def _invite(shown: Console, at: str, password: str) -> None:
    """Says where to log in as whom, and opens the page."""
    table = Table("Who", "Role", "Log in with", title=f"Open {at} and log in; the password is {password}")
    known = Person.objects.select_related("team")
    for role in (*FIRST, Role.AGENT):
        for person in known.filter(role=role).order_by("pk")[: 2 if role == Role.AGENT else 1]:
            team = f", team {person.team}" if person.team else ""
            table.add_row(person.name, f"{role}{team}", person.email)
    shown.print(table)
    receipt = settings.HOME.keys / "demo-receipt"
    if receipt.exists():
        shown.print(
            f"Somebody spoke up at {at}speak-up/ and reads the answer with {receipt.read_text(encoding='ascii')}."
        )
    shown.print("Older weeks fill in behind. Stop with Ctrl-C.")
    if sys.stdout.isatty() and os.environ.get("DISPLAY"):
        webbrowser.open(at)
