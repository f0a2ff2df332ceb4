"""`clearline doctor`: what is missing or unsafe in this installation, a line each, with how to mend it."""

import resource
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from zoneinfo import available_timezones

import typer
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, Min

from clearline.cli.commands.backing_up import TIMES
from clearline.cli.saying import FINDINGS, tell
from clearline.engine.errors import ClearlineError
from clearline.engine.events import SECOND
from clearline.evidence.keys import RING, open_keys
from clearline.evidence.models import Entry, Witness
from clearline.evidence.queries import head_size, latest, tree
from clearline.evidence.witnesses import FILE, configured
from clearline.intake.models import Connection
from clearline.intake.siprec.arriving import ARRIVING
from clearline.intake.siprec.settings import FILE as SIPREC
from clearline.intake.siprec.settings import settings_of
from clearline.people.models import Person, Role
from clearline.record.judging import judging
from clearline.record.models import Job, Recording
from clearline.record.recordings.places import muted
from clearline.seal import merkle
from clearline.speech import installed
from clearline.ui.clock import now

DAY = 86_400 * SECOND
LYING, NAMED = 3_600 * SECOND, 3  # how long one may arrive after its last sound; files that are named
UNSIGNED, BACKUP = 600 * SECOND, 7 * DAY  # how old the newest may be
FREE, FILES = 1 << 30, 4_096  # bytes of disk, files that may be open at once
CORRUPTING = ((3, 7, 0), (3, 51, 2))  # SQLite's write-ahead log could lose pages: fixed in 3.51.3


SOUND = (Connection.Kind.TWILIO, Connection.Kind.AUDIOHOOK)  # connections that send it


class Told(NamedTuple):
    """One thing that was found, and what to do about it."""

    unsafe: bool
    text: str


def doctor() -> None:
    """Looks at everything; ends with 1 where something is unsafe."""
    found = [told for look in AROUND for told in _seen(look)]
    form = list(_seen(_form))
    found += form or [told for look in WITHIN for told in _seen(look)]
    for told in sorted(found, key=lambda told: not told.unsafe):
        tell(f"{'UNSAFE' if told.unsafe else 'note  '} {told.text}")
    unsafe = sum(told.unsafe for told in found)
    tell(f"{unsafe} unsafe, {len(found) - unsafe} to note" if found else "nothing is missing or unsafe")
    if unsafe:
        raise typer.Exit(FINDINGS)


def _seen(look: Callable[[], Iterator[Told]]) -> Iterator[Told]:
    """What a look finds, and that it could not look."""
    try:
        yield from look()
    except (ClearlineError, OSError, DatabaseError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        yield Told(True, f"{(look.__doc__ or '').rstrip('.')}: can't be looked at ({told})")


def _sqlite() -> Iterator[Told]:
    """The database on disk."""
    if connection.vendor != "sqlite":
        return
    version = connection.Database.sqlite_version_info  # type: ignore[attr-defined]
    if CORRUPTING[0] <= version <= CORRUPTING[1]:
        yield Told(True, f"SQLite {'.'.join(map(str, version))} can lose pages: pip install -U pysqlite3")
    for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {pragma}")
            (held,) = cursor.fetchone()
        if held != wanted:
            yield Told(True, f"SQLite's {pragma} is {held}, not {wanted}: take changes of DATABASES back")


def _postgresql() -> Iterator[Told]:
    """The settings of PostgreSQL."""
    if connection.vendor != "postgresql":
        return
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        with connection.cursor() as cursor:
            cursor.execute(f"SHOW {name}")
            (held,) = cursor.fetchone()
        if held == "off":
            yield Told(True, f"PostgreSQL's {name} is {held}: acknowledged rows are lost at a power cut")


def _form() -> Iterator[Told]:
    """The form of the database."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Told(True, f"{len(waiting)} migrations are pending: clearline serve makes them when it starts")


def _home() -> Iterator[Told]:
    """The home and its keys."""
    home = settings.HOME
    for path in (home.path, home.keys, *sorted(home.keys.iterdir())):
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            mode = "700" if path.is_dir() else "600"
            yield Told(True, f"{path} can be read by others: chmod {mode} {path}")
    free = shutil.disk_usage(home.path).free
    if free < FREE:
        yield Told(True, f"{free >> 20:,} MB are free at {home.path}: make room, or events are refused")


def _settings() -> Iterator[Told]:
    """How the console is reached."""
    if not settings.SECURE:
        yield Told(True, "plain HTTP: put TLS before it and start without --plain-http")
    hosts = set(settings.ALLOWED_HOSTS)
    if any(host.startswith(("*", ".")) for host in hosts):
        yield Told(True, f"CLEARLINE_HOSTS allows {', '.join(sorted(hosts))}: name each host")
    elif hosts <= {"localhost", "127.0.0.1", "[::1]"}:
        yield Told(False, "only this machine may reach it: name your hosts in CLEARLINE_HOSTS")
    if settings.DEMO:
        yield Told(True, "it is a demonstration (CLEARLINE_DEMO): a password alone opens it")
    plain = set() if settings.SECURE else {f"security.W{n:03}" for n in (4, 5, 8, 12, 16, 21)}
    for found in run_checks(include_deployment_checks=True):
        if found.level >= WARNING and found.id not in plain:
            yield Told(True, f"{found.id}: {found.msg.splitlines()[0]} {found.hint or ''}".rstrip())


def _packs() -> Iterator[Told]:
    """The packs of rules."""
    for fault in judging().rulebook.faults:
        yield Told(not fault.warning, " ".join(str(fault).split()))


def _clock() -> Iterator[Told]:
    """The clock and its time zones."""
    newest = Entry.objects.order_by("-index").values_list("at", flat=True).first()
    if newest is not None and newest > now() + 5 * SECOND:
        yield Told(True, f"the clock went back by {(newest - now()) // SECOND:,} s: set it by NTP")
    if len(available_timezones()) < 400:
        yield Told(True, "time zones are missing: pip install tzdata")


def _limits() -> Iterator[Told]:
    """The limits of the process."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < FILES:
        yield Told(False, f"{files:,} files may be open at once: ulimit -n {FILES} (LimitNOFILE in systemd)")


def _log() -> Iterator[Told]:
    """The evidence log."""
    size, signed = head_size(), latest()
    ends = Entry.objects.aggregate(first=Min("index"), last=Max("index"))
    if size != Entry.objects.count() or (size and (ends["first"], ends["last"]) != (0, size - 1)):
        yield Told(True, f"the log tells of {size:,} entries and has others: clearline evidence check")
        return
    if size and (signed is None or (signed.size < size and now() - signed.at > UNSIGNED)):
        yield Told(True, "the log has not been signed for ten minutes: look at the server's messages")
    if (settings.HOME.keys / RING).exists():
        keys = open_keys(settings.HOME.keys)
        keys.last.follow(size, lambda old: merkle.root(old, tree(size)))


def _witnesses() -> Iterator[Told]:
    """The witnesses of the log."""
    if not configured(settings.HOME.path / FILE):
        yield Told(False, f"no witness cosigns the log: name one in {settings.HOME.path / FILE}")
    for row in Witness.objects.exclude(failure=""):
        yield Told(True, f"the witness {row.vkey.partition('+')[0]} does not cosign: {row.failure}")


def _people() -> Iterator[Told]:
    """Who may administer."""
    people = Person.objects.filter(role__in=(Role.ADMINISTRATOR, Role.OFFICER), is_active=True)
    if not people.filter(role=Role.ADMINISTRATOR).exists():
        yield Told(False, "there is no administrator: nobody can invite people; run clearline invite ADDRESS")
    safe = Authenticator.objects.values_list("user", flat=True)
    for person in people.exclude(pk__in=safe).order_by("email"):
        yield Told(True, f"{person.email} ({person.role}) has no second factor: log in and add one")


def _backups() -> Iterator[Told]:
    """The backups."""
    path: Path = settings.HOME.path / TIMES
    age = now() - int(path.read_text()) if path.exists() else None
    if age is None:
        yield Told(True, "there is no backup: clearline backup PATH, each night, to another disk")
    elif age > BACKUP:
        yield Told(True, f"the newest backup is {age // DAY} days old: clearline backup PATH")


def _siprec() -> Iterator[Told]:
    """The recording server."""
    file: Path = settings.HOME.path / SIPREC
    told = settings_of(file)
    if told is None:
        return
    if told.lets_anybody_in and not told.password:
        yield Told(True, f"anybody may send recordings: name the addresses of `senders` in {file}")
    if told.password and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Told(True, f"{file} holds a password and can be read by others: chmod 600 {file}")
    if not told.is_local:
        yield Told(False, f"{file}: SIP and sound come in the clear, keep them on a network of their own")


def _arriving() -> Iterator[Told]:
    """Recordings that arrive."""
    left = sorted(one for one in (settings.HOME.path / ARRIVING).glob("*.wav*") if _age(one) > LYING)
    if left:
        names = ", ".join(map(str, left[:NAMED])) + (", …" if len(left) > NAMED else "")
        told = f"{len(left):,} recordings lie in the clear and are not in the record: {names}. The server's log says why"
        yield Told(True, f"{told}; what it refuses for good, bring with `clearline recordings add` or delete")


def _age(path: Path) -> int:
    """Microseconds since a file was written last."""
    return now() - int(path.stat().st_mtime * SECOND)


def _sound() -> Iterator[Told]:
    """The sound of running calls."""
    sends = (
        settings.AUDIOSOCKET
        or (settings.HOME.path / SIPREC).exists()
        or Connection.objects.filter(kind__in=SOUND).exists()
    )
    if settings.HEAR and sends and (absent := installed.missing(installed.LIVE)):
        told = f"the sound of running calls is not heard, {', '.join(absent)} is missing: {installed.INSTALL}"
        yield Told(False, f"{told}; or say that it need not be: CLEARLINE_HEAR=no")


def _jobs() -> Iterator[Told]:
    """Work behind the scenes."""
    for job in Job.objects.exclude(done=None).exclude(error="").order_by("pk")[:20]:
        yield Told(
            False, f"job {job.pk} ({job.kind}) was given up after {job.attempts} attempts: {job.error}"
        )


def _recordings() -> Iterator[Told]:
    """Recordings."""
    rows = Recording.objects.all()
    if (absent := installed.missing()) and (rows.exists() or (settings.HOME.path / SIPREC).exists()):
        yield Told(True, f"recordings can't be heard, {', '.join(absent)} is missing: {installed.INSTALL}")
    failed = rows.filter(state=Recording.State.FAILED).count()
    if failed:
        yield Told(
            False,
            f"{failed:,} recordings could not be heard: the call's page says why or, where it has none, the list of calls",
        )
    waiting = rows.filter(state=Recording.State.WAITING, received__lt=now() - DAY).count()
    if waiting:
        yield Told(True, f"{waiting:,} recordings wait for more than a day: the machine hears too slowly")
    silent = [uid for uid in rows.exclude(muted="").values_list("uid", flat=True) if not muted(uid).is_file()]
    if silent:
        yield Told(
            True, f"{len(silent):,} muted copies are not on the disk, as {muted(silent[0])}: restore them"
        )


AROUND = (_sqlite, _postgresql, _home, _settings, _limits, _backups, _siprec, _arriving)
WITHIN = (
    _packs,
    _clock,
    _log,
    _witnesses,
    _people,
    _jobs,
    _recordings,
    _sound,
)  # they need the database in this version's form
