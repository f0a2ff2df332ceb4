"""`clearline evidence`, where it needs the database: export, check, rotate-key."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import typer
from django.conf import settings
from django.db import DatabaseError

from clearline.cli.saying import FINDINGS, refuse, tell
from clearline.evidence import actions, queries
from clearline.evidence.checking import check as check_log
from clearline.evidence.checking import readable
from clearline.evidence.errors import EvidenceError
from clearline.evidence.exporting import Order
from clearline.evidence.exporting import export as export_pack
from clearline.evidence.keys import Keys, open_keys
from clearline.evidence.witnesses import FILE, cosigned_now
from clearline.record import checking, openings
from clearline.reports.account import counted
from clearline.ui.clock import now

ACTOR: Final = "house"  # who acts when nobody is logged in
SHOWN: Final = 100


def export(path: Path, what: str, name: str, *, zipped: bool) -> None:
    """Writes a pack, and says what is in it."""
    at = now()
    try:
        order = Order(openings.chosen(what, name), path.absolute(), zipped, ACTOR)
        cosign = partial(cosigned_now, settings.HOME.path / FILE, at=at)
        done = export_pack(order, keys(), at, cosign)
    except (EvidenceError, DatabaseError, OSError) as error:
        refuse(str(error))
    tell(
        f"{path}: {done.entries:,} of {done.size:,} entries, {done.opened:,} with their content. "
        f"Check it with: clearline evidence verify {path}"
    )
    for entry in done.too_long:
        tell(f"entry {entry} is there without its content, which is too long for a pack")


def check() -> None:
    """Each fault one line, then how many there are."""
    count = 0
    try:
        for fault in faults():
            count += 1
            if count <= SHOWN:
                sys.stdout.write(f"FAULT {fault}\n")
        size = queries.head_size()
    except (EvidenceError, DatabaseError, OSError) as error:
        refuse(f"the log can't be checked: {error}")
    tell(f"Entries: {size:,}. {counted(count, 'fault')} found.")
    raise typer.Exit(FINDINGS if count else 0)


def faults() -> Iterator[str]:
    """Every fault of the log, and of what is in the record about it."""
    with readable():
        yield from check_log(keys(), checking.content())
        yield from checking.faults()


def rotate_key() -> None:
    """Makes the new key and shows it."""
    try:
        made = actions.rotate(keys(), ACTOR, now())
    except (EvidenceError, DatabaseError, OSError) as error:
        refuse(str(error))
    tell(f"From entry {made.ring.links[-1].since:,} on the log signs with {made.signer.verifier}")
    tell("Give log.vkey to its witnesses again, and publish the new key.")


def keys() -> Keys:
    return open_keys(settings.HOME.keys, settings.ORIGIN)
