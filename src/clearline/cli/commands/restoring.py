"""`clearline restore`: a backup into a new home, once everything in it has proved to be what it was."""

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from clearline.cli.commands.backing_up import FORM, HEAD, HOUSE, KEYS, MANIFEST, RING, listed
from clearline.cli.commands.copying import SQLITE, TABLES, copy_in, migrations
from clearline.cli.saying import refuse, tell
from clearline.engine.errors import ClearlineError
from clearline.evidence.checking import check
from clearline.evidence.keys import LAST, Keys, Last, sync
from clearline.evidence.models import Checkpoint
from clearline.evidence.queries import head_size, latest, moment, tree
from clearline.gate.lists import copying as lists
from clearline.record import checking
from clearline.record.recordings import copying as recordings
from clearline.seal import merkle
from clearline.seal.checkpoints import opened
from clearline.seal.errors import Unproven
from clearline.seal.keys import LOG, SignerKey
from clearline.seal.notes import parse
from clearline.seal.rings import Ring


class BackupError(ClearlineError):
    """The backup is not what it was, or can't go where it should."""


def restore(path: Path, since: Path | None) -> None:
    """Restores a backup into this home, which must be new; `since` is a checkpoint or log.last that was kept."""
    home = settings.HOME
    try:
        size, ring, signed, missing, silent = _restored(path, since)
    except (ClearlineError, Unproven, ValueError) as error:
        refuse(f"nothing was restored: {error}")
    except (OSError, DatabaseError) as error:
        refuse(f"nothing was restored: {type(error).__name__}: {getattr(error, 'strerror', '') or error}")
    tell(f"{home.path}: restored and verified, {size:,} entries of the log {ring.origin} and what came after")
    if signed:
        tell(
            f"What was erased or deleted after {moment(signed.at):%Y-%m-%d %H:%M} UTC is in it again, and requests for it are not: "
            "do it anew before anybody works with it"
        )
    if missing:
        tell(f"Load these lists again, which the backup does not hold whole: {', '.join(missing)}")
    if silent:
        tell(
            f"The backup does not hold the muted copies of {len(silent):,} recordings: {', '.join(silent[:5])}"
        )
    if not (home.keys / "log.key").exists():
        tell(f"Put the keys that you kept into {home.keys} before you start it")


def _restored(path: Path, since: Path | None) -> tuple[int, Ring, Checkpoint | None, list[str], list[str]]:
    """The size of the log in the backup, its keys, when it was last signed, the lists that have to be loaded again, and calls whose sound is missing."""
    home = settings.HOME
    if home.database.exists():
        raise BackupError(f"{home.path} has a record already: name a new home")
    size, ring = checked(path)
    _same_log(home.keys / RING, ring)
    _house(path)
    with _database(path):
        _prove(ring, size)
        if since is not None:
            _goes_on_from(since, ring)
        signed = latest()
        missing = lists.copy_in(path)
        silent = recordings.copy_in(path)
    return size, ring, signed, missing, silent


def checked(path: Path) -> tuple[int, Ring]:
    """The size of the log in a backup and its keys; BackupError where one bit of it is not what was signed."""
    if not (path / MANIFEST).is_file() or not (path / RING).is_file():
        raise BackupError(f"{path} is no backup: it has no {MANIFEST}")
    ring = Ring.parse((path / RING).read_text())
    note = parse((path / MANIFEST).read_bytes())
    note.signed_by(ring.keys[-1:])
    head, origin, size, *lines = note.text.splitlines()
    if (head, origin) != (HEAD, ring.origin):
        raise BackupError(f"{path / MANIFEST} is no list of a backup of the log {ring.origin}")
    told = {name: (int(count), digest) for count, digest, name in (line.split(" ", 2) for line in lines)}
    found = {name: (count, digest) for name, count, digest in listed(path)}
    wrong = sorted(name for name in told.keys() | found.keys() if told.get(name) != found.get(name))
    if wrong:
        raise BackupError(f"{', '.join(wrong[:5])} is not what the backup was made with; take another one")
    return int(size), ring


def _same_log(kept: Path, ring: Ring) -> None:
    """Where the home has keys already, the backup must be one of their log."""
    if kept.exists() and Ring.parse(kept.read_text()).links[0] != ring.links[0]:
        raise BackupError(f"the keys in {kept.parent} are those of another log than the backup's")


def _house(path: Path) -> None:
    home = settings.HOME.path
    for name in (*HOUSE, KEYS):
        source = path / name
        for one in [source] if source.is_file() else source.rglob("*"):
            to = home / one.relative_to(path)
            kept = name == KEYS and to.name != "django" and to.exists()  # newer than the backup, if anything
            if one.is_file() and not kept:
                to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copy(one, to)
                to.chmod(0o600)


@contextmanager
def _database(path: Path) -> Iterator[None]:
    """The backup's database, which becomes that of the home only if nothing is wrong with it."""
    if connection.vendor == "sqlite":
        if not (path / SQLITE).exists():
            raise BackupError("it was made of PostgreSQL: name an empty database with CLEARLINE_DATABASE_URL")
        unproven = settings.HOME.database.with_suffix(".unproven")
        shutil.copy(path / SQLITE, unproven)
        unproven.chmod(0o600)
        connection.settings_dict["NAME"] = unproven
        try:
            _sound()
            yield
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            unproven.rename(settings.HOME.database)
            sync(settings.HOME.path)
        finally:
            connection.close()
            for name in (unproven, *unproven.parent.glob(f"{unproven.name}-*")):
                name.unlink(missing_ok=True)
        return
    if not (path / TABLES).is_dir():
        raise BackupError("it was made of SQLite: take CLEARLINE_DATABASE_URL away")
    if connection.introspection.table_names():
        raise BackupError("the database has tables already: name an empty one")
    with transaction.atomic():
        call_command("migrate", verbosity=0)
        made = json.loads((path / FORM).read_text())["migrations"]
        if made != migrations():
            raise BackupError("it was made by another version of Clearline: restore it with that one")
        copy_in(path)
        yield


def _sound() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        found = [str(row[0]) for row in cursor.fetchall()]
    if found != ["ok"]:
        raise BackupError(f"the database is damaged: {found[0]}")


def _prove(ring: Ring, size: int) -> None:
    """The log is whole, signed, goes on from what was signed last, and all content is what was entered into it."""
    nobody = SignerKey(ring.origin, LOG, secrets.token_bytes(32))  # nothing is signed here
    keys = Keys(nobody, ring, Last(settings.HOME.keys / LAST))
    keys.last.follow(head_size(), lambda old: merkle.root(old, tree(head_size())))
    if not Checkpoint.objects.filter(size=size).exists() and size:
        raise BackupError(f"the checkpoint at {size:,} entries is missing")
    fault = next(check(keys, checking.content()), None)
    if fault is not None:
        raise BackupError(f"its record does not verify: {fault}")


def _goes_on_from(since: Path, ring: Ring) -> None:
    """A checkpoint that a witness or an auditor kept must be one of this log's past."""
    text = since.read_bytes()
    if text.count(b"\n") == 1:
        Last(since).follow(head_size(), lambda old: merkle.root(old, tree(head_size())))
        return
    kept = opened(text, ring.origin, ring.keys).checkpoint
    if kept.size > head_size():
        raise BackupError(
            f"the backup's log has {head_size():,} entries, {since} was signed at {kept.size:,}"
        )
    if merkle.root(kept.size, tree(head_size())) != kept.root:
        raise BackupError(f"the backup's log is not the one that {since} was signed for")
