"""The check of the database: a bit turned anywhere in what is evidence is reported, in bounded time."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from tests.record.conftest import LATER, Take
from tests.record.house import everything

from clearline.engine.events import SECOND
from clearline.evidence import actions
from clearline.evidence.checking import check, readable
from clearline.evidence.keys import Keys, open_keys
from clearline.evidence.models import Deed, Entry, Head, Tile
from clearline.people.models import Act
from clearline.record import checking, models
from clearline.record.judging import Judging

pytestmark = pytest.mark.django_db

FLIPS = 2_000 if os.environ.get("CLEARLINE_ORDEAL") else 150
# What is evidence. Not in it: row numbers, the time beside a checkpoint, and rows that are made anew from events.
COLUMNS = {
    "evidence_entry": ("index", "at", "kind", "actor", "commitment"),
    "evidence_tile": ("level", "number", "hashes"),
    "evidence_head": ("size",),
    "evidence_checkpoint": ("size", "note"),
    "evidence_deed": ("index", "key", "payload"),
    "record_event": ("source", "name", "type", "at", "seq", "body", "owner_id", "entry", "received"),
    "record_finding": (
        *("uid", "timeline_id", "rule", "version", "pack", "severity", "at", "agent", "body"),
        *("raised", "entry", "withdrawn", "withdrawn_entry"),
    ),
    "record_eventon": ("timeline_id", "event_id", "at"),
    "people_act": ("index", "at", "kind", "by_id", "about_id", "what"),
    "record_shopanswers": ("answers", "at", "by_id", "secret", "entry"),
    "record_retentionchoice": (
        *("klass", "area", "span", "overruled", "reason"),
        *("at", "by_id", "secret", "entry"),
    ),
    "record_hold": (
        *("uid", "scope", "timeline_id", "since", "until", "reason", "placed", "placed_by_id"),
        *("released", "released_by_id", "released_why", "secret", "entry", "released_entry"),
    ),
    "record_deletion": ("at", "by_id", "why", "secret", "entry"),
    "record_deleted": ("batch_id", "timeline_id", "klass", "bodies", "entry"),
}
TYPES = {
    "uid": "uuid",
    "answers": "jsonb",
    "overruled": "jsonb",
}  # of PostgreSQL; it shows others as they are


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path, "shop.example/log")


@pytest.fixture
def house(take: Take, keys: Keys, shop: Judging) -> Keys:
    """Everything was done in it; two checkpoints."""
    everything(take, keys, shop.rulebook)
    renewed = open_keys(keys.folder, "shop.example/log")
    actions.checkpoint(renewed, LATER + SECOND)
    return renewed


def faults(keys: Keys) -> list[str]:
    with readable():
        return [*check(keys, checking.content()), *checking.faults()]


def turned(value: Any, chance: random.Random) -> Any:
    """The value with one bit turned; bytes for a text that is none any more."""
    if isinstance(value, int):
        bit = chance.randrange(63)
        return value ^ 1 << bit
    data = bytearray(value.encode() if isinstance(value, str) else value)
    bit = chance.randrange(len(data) * 8)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def write(table: str, column: str, row: Any, old: Any, new: Any) -> None:
    """Turns the bit behind everybody's back."""
    place = "ctid = %s::tid" if connection.vendor == "postgresql" else "rowid = %s"
    value = "%s"
    if isinstance(old, str):
        value = (
            "CAST(%s AS TEXT)"
            if connection.vendor == "sqlite"
            else f"convert_from(%s, 'UTF8'){_type(table, column)}"
        )
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET "{column}" = {value} WHERE {place}', [new, row])
        assert cursor.rowcount == 1


def _type(table: str, column: str) -> str:
    """What a text has to become; findings have ids of their own making."""
    there = connection.vendor == "postgresql" and column in TYPES and table != "record_finding"
    return f"::{TYPES[column]}" if there else ""


def places() -> list[tuple[str, str, Any, Any]]:
    """Every value that is evidence."""
    row = "ctid::text" if connection.vendor == "postgresql" else "rowid"
    found = []
    with connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            for column in columns:
                shown = f'"{column}"' + ("::text" if _type(table, column) else "")
                cursor.execute(f'SELECT {row}, {shown} FROM {table} WHERE "{column}" IS NOT NULL')
                found += [
                    (table, column, at, bytes(old) if isinstance(old, memoryview) else old)
                    for at, old in cursor.fetchall()
                    if old not in ("", b"")
                ]
    return found


def test_a_bit_turned_anywhere_is_reported(house: Keys) -> None:
    assert faults(house) == []
    chance, began = random.Random("bits"), time.monotonic()
    values, tried, passed, seen = places(), 0, [], set()
    tables = sorted({place[0] for place in values})
    while tried < FLIPS:
        table = chance.choice(tables)
        _, column, row, old = chance.choice([place for place in values if place[0] == table])
        new = turned(old, chance)
        if column == "uid" and new.lower() == old.lower().encode():
            continue  # the same id in capitals
        try:
            with transaction.atomic():
                write(table, column, row, old, new)
                found = faults(house)
                transaction.set_rollback(True)
        except (IntegrityError, DataError, OperationalError):
            continue  # the database refuses such a value
        tried += 1
        seen.add((table, column))
        if not found:
            passed.append((table, column, old, new))
    assert passed == []
    assert faults(house) == []
    assert (time.monotonic() - began) / FLIPS < 1
    assert {table for table, _ in seen} == COLUMNS.keys()


def test_what_is_missing_added_or_swapped_is_reported(house: Keys) -> None:
    last = Entry.objects.count() - 1
    damage: dict[str, Callable[[], object]] = {
        "entry 3: it is missing": lambda: Entry.objects.filter(index=3).delete(),
        "head": lambda: Head.objects.all().delete(),
        "tile 0 of level 0": lambda: Tile.objects.filter(level=0).delete(),
        "tile 7 of level 3": lambda: Tile.objects.create(level=3, number=7, hashes=b"1" * 32),
        f"entry {last}": lambda: Entry.objects.filter(index=last).delete(),
        "event is not in the record": lambda: _delete(models.Event.objects.order_by("entry")[1]),
        "the finding that was raised is not": lambda: models.Finding.objects.all().delete(),
        "nobody erased it": lambda: models.Event.objects.filter(entry=2).update(body=None),
        "finding lost its content": lambda: models.Finding.objects.update(body=None),
        "key is gone": lambda: models.Timeline.objects.update(secret=None),
        "content is not what was entered": lambda: Deed.objects.update(payload=b"{}"),
        "what was done is not in the record": lambda: models.ShopAnswers.objects.all().delete(),
        "something else than the entry": lambda: models.RetentionChoice.objects.update(at=5),
        "its hold has a reason, and the key is gone": lambda: models.Hold.objects.update(secret=None),
        "lost its words": lambda: Act.objects.update(what=""),
        "with the log lost its content": lambda: Deed.objects.update(key=None),
        "half withdrawn": lambda: models.Finding.objects.update(withdrawn=5, withdrawn_entry=None),
    }
    for told, harm in damage.items():
        with transaction.atomic():
            harm()
            found = faults(house)
            transaction.set_rollback(True)
        assert any(told in fault for fault in found), (told, found)


def test_an_erased_call_is_no_fault(house: Keys) -> None:
    models.Event.objects.update(body=None)
    models.Finding.objects.update(body=None)
    models.Timeline.objects.update(secret=None, erased=LATER)
    assert faults(house) == []


def test_a_log_that_went_back_with_its_database_is_reported(house: Keys) -> None:
    house.last.keep(10_000, bytes(32))
    assert any("went back" in fault for fault in faults(house))
    house.last.keep(3, bytes(32))
    assert any("not those that were signed" in fault for fault in faults(house))


def _delete(event: models.Event) -> None:
    event.places.all().delete()
    event.delete()
