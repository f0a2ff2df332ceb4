"""`clearline backup`: a folder with the record, the packs and what shows that none of it was changed."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from clearline.cli.commands.copying import copy_out, migrations
from clearline.cli.saying import refuse, tell
from clearline.engine.errors import ClearlineError
from clearline.evidence.actions import checkpoint
from clearline.evidence.folders import unseen
from clearline.evidence.keys import LAST, open_keys, sync, write
from clearline.gate.lists import copying as lists
from clearline.record.recordings import copying as recordings
from clearline.seal.notes import sign
from clearline.ui.clock import now

HEAD = "clearline/backup/v1"
MANIFEST, RING, KEYS, FORM = "manifest", "log.vkey", "keys", "form.json"
TIMES = "last-backup"  # in the home: when the last one was made
HOUSE = ("packs", "policy", "login.toml", "witnesses.toml")  # what else makes a home


def backup(path: Path, *, with_keys: bool) -> None:
    """Writes a backup while the server runs, and signs a list of what is in it."""
    path = path.resolve()
    at = now()
    try:
        size, count = _written(path, at, with_keys=with_keys)
        write(settings.HOME.path / TIMES, f"{at}\n")
    except ClearlineError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"the backup can't be written to {path}: {error.strerror}")
    except DatabaseError as error:
        refuse(f"the record can't be read ({type(error).__name__}); nothing was written")
    tell(f"{path}: {count} files, the log at {size:,} entries; readable by you only, and not encrypted")
    if not with_keys:
        tell(
            f"Its keys are not in it. Keep a copy of {settings.HOME.keys} at another place: "
            "without it sessions, second factors and the signing of the log end"
        )


def _written(path: Path, at: int, *, with_keys: bool) -> tuple[int, int]:
    """The size of the log in the backup, and how many files there are."""
    keys = open_keys(settings.HOME.keys)
    with unseen(path) as unfinished:
        folder = unfinished.path
        folder.chmod(0o700)
        signed = checkpoint(keys, at)
        last = keys.last.path.read_bytes()  # the server signs on; what is copied now may not reach as far
        for files in (lists, recordings):
            files.copy_out(folder)
        copy_out(folder)
        for files in (lists, recordings):
            files.copy_out(folder)
        (folder / FORM).write_text(json.dumps({"at": at, "migrations": migrations()}))
        (folder / RING).write_text(str(open_keys(settings.HOME.keys).ring))
        for name in (*HOUSE, *((KEYS,) if with_keys else ())):
            _copy(settings.HOME.path / name, folder / name)
        if with_keys:
            (folder / KEYS / LAST).write_bytes(last)
        lines = [f"{size} {digest} {name}\n" for name, size, digest in listed(folder)]
        text = f"{HEAD}\n{keys.ring.origin}\n{signed.size}\n{''.join(lines)}"
        (folder / MANIFEST).write_text(str(sign(text, open_keys(settings.HOME.keys).signer)))
        for one in folder.rglob("*"):
            one.chmod(0o700 if one.is_dir() else 0o600)
        os.sync()
        folder.rename(path)
        sync(path.parent)
    return signed.size, len(lines)


def listed(folder: Path) -> list[tuple[str, int, str]]:
    """Every file under a folder but the manifest: its name, bytes and SHA-256."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != MANIFEST:
            with path.open("rb") as file:
                found.append((name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()))
    return found


def _copy(source: Path, to: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, to)
    elif source.exists():
        shutil.copy(source, to)
