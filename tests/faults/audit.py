"""Reads a record from the outside and says in JSON what is wrong with it: python -m tests.faults.audit."""

from clearline.config.starting import start

start()

import json  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402

from clearline.evidence import models as log  # noqa: E402
from clearline.evidence.actions import checkpoint  # noqa: E402
from clearline.evidence.clearline_verify import Asked, verify  # noqa: E402
from clearline.evidence.keys import open_keys  # noqa: E402
from clearline.evidence.queries import head_size, leaf  # noqa: E402
from clearline.record.actions.ticking import tick  # noqa: E402
from clearline.record.judging import judging  # noqa: E402
from clearline.record.models import Event, Finding, Timeline  # noqa: E402
from clearline.record.watching import Watches, stored  # noqa: E402
from clearline.seal import commitments, tiles  # noqa: E402
from clearline.seal.commitments import entry_key  # noqa: E402
from clearline.seal.errors import NotVerified  # noqa: E402
from clearline.ui.clock import now  # noqa: E402


def faults() -> Iterator[str]:
    """Everything that is not as it should be."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            yield from (str(row[0]) for row in cursor.fetchall() if row[0] != "ok")
            cursor.execute("PRAGMA foreign_key_check")
            yield from (f"nothing stands behind {row}" for row in cursor.fetchall())
    indices = list(log.Entry.objects.order_by("index").values_list("index", flat=True))
    if indices != list(range(head_size())):
        yield f"the log has {len(indices)} entries under a head of {head_size()}"
    for name, count in Counter(Event.objects.values_list("source", "name")).items():
        if count > 1:
            yield f"{name} stands {count} times"
    yield from unproven()
    yield from misjudged()
    yield from unverified()


def unproven() -> Iterator[str]:
    """Events that their entry does not prove."""
    committed = dict(log.Entry.objects.values_list("index", "commitment"))
    for row in Event.objects.select_related("owner"):
        key = entry_key(bytes(row.owner.secret or b""), f"event {row.source}/{row.name}")
        try:
            commitments.check(bytes(committed[row.entry]), key, bytes(row.body or b""))
        except (NotVerified, KeyError) as fault:
            yield f"event {row.name}: {fault!r}"


def misjudged() -> Iterator[str]:
    """Timelines whose findings are not those of a clean replay."""
    at = now()
    tick(at, Watches(judging))
    shown = Counter(Finding.objects.filter(withdrawn=None).values_list("timeline", "uid"))
    for timeline in Timeline.objects.all():
        events = stored(timeline)
        watch = Watches(judging).of(timeline)
        watch.advance(at)
        had = {uid: count for (pk, uid), count in shown.items() if pk == timeline.pk}
        if had != dict.fromkeys(watch.findings, 1):
            yield f"{timeline}: {len(had)} findings where a replay has {len(watch.findings)}"
        if timeline.length != len(events):
            yield f"{timeline}: its length is {timeline.length}, and it has {len(events)} events"


def unverified() -> Iterator[str]:
    """What a verifier that shares no code with the house says of the log, signed as it stands."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = open_keys(settings.HOME.keys)
        signed = checkpoint(keys, now())
        rows = log.Entry.objects.order_by("index")
        told = folder / "log"
        files = {
            "checkpoint": signed.note.encode(),
            "log.vkey": str(keys.ring).encode(),
            "entries.jsonl": b"".join(leaf(row) + b"\n" for row in rows),
        }
        held = {(one.level, one.number): bytes(one.hashes) for one in log.Tile.objects.all()}
        files |= {one.path: held.get((one.level, one.index), b"") for one in tiles.tiles(signed.size)}
        for path, data in files.items():
            (told / path).parent.mkdir(parents=True, exist_ok=True)
            (told / path).write_bytes(data)
        yield from verify(told, Asked(now() // 1_000_000)).faults


if __name__ == "__main__":
    found = list(faults())
    stored_events = dict(Event.objects.annotate(place=F("entry")).values_list("name", "place"))
    json.dump({"faults": found, "events": stored_events, "findings": Finding.objects.count()}, sys.stdout)
