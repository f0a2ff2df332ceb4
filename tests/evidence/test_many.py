"""Many rows are read and written as the ORM would, on whichever database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clearline.evidence import many
from clearline.evidence.models import Tile
from clearline.record.models import Contact

FIELDS = ("id", "subject", "name", "language", "places", "zones", "erased")
Stored = Callable[[int], None]


@pytest.fixture
def stored(db: Any) -> Stored:  # noqa: ARG001 # opens the database
    def stored(count: int) -> None:
        keys = many.keys(Contact, count)
        rows: list[many.Row] = [(key, f"c-{key}", "Ann", "", ["US-CA"], [], None) for key in keys]
        many.insert(Contact, FIELDS, rows)

    return stored


@pytest.mark.parametrize("count", [1, many.FEW - 1, many.FEW, 3 * many.FEW])
def test_what_is_inserted_is_what_the_orm_reads(stored: Stored, count: int) -> None:
    stored(count)
    rows = list(Contact.objects.order_by("pk"))
    assert len(rows) == count
    assert {(row.name, *row.places, row.erased) for row in rows} == {("Ann", "US-CA", None)}
    found = many.find(Contact, name="Ann", erased=None)
    assert sorted(found, key=lambda row: row.pk) == rows
    assert [row.places for row in found] == [["US-CA"]] * count
    assert not any(row._state.adding for row in found)


def test_keys_follow_those_that_are_taken(stored: Stored) -> None:
    stored(2)
    Contact.objects.create(subject="another")
    stored(2)
    assert Contact.objects.count() == 5
    assert many.keys(Contact, 0) == ()


def test_several_values_are_asked_for_in_parts(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(7)
    monkeypatch.setattr(many, "AT_ONCE", 3)
    subjects = {subject for (subject,) in many.select(Contact, ["subject"], name="Ann")}
    with CaptureQueriesContext(connection) as asked:
        found = many.select(Contact, ["subject"], subject=subjects, name="Ann")
    assert {subject for (subject,) in found} == subjects
    assert len(asked) == 3


def test_where_there_is_nothing_to_say_nothing_is_said(db: Any) -> None:  # noqa: ARG001
    with CaptureQueriesContext(connection) as asked:
        assert many.find(Contact, subject=[]) == []
        many.insert(Contact, FIELDS, [])
        many.update(Contact, ["name"], [])
    assert len(asked) == 0


def test_bytes_and_json_are_updated_as_they_are(stored: Stored) -> None:
    stored(1)
    (row,) = many.find(Contact, name="Ann")
    many.update(Contact, ["places", "name"], [(["DE", "FR"], "Bea", row.pk)])
    assert many.select(Contact, ["places", "name"], id=row.pk)[0][0] == ["DE", "FR"]
    many.insert(Tile, ["level", "number", "hashes"], [(0, 0, b"\0\xff")])
    ((key, hashes),) = many.select(Tile, ["id", "hashes"], level=0)
    assert bytes(hashes) == b"\0\xff"
    many.update(Tile, ["hashes"], [(b"\1", key)])
    assert bytes(Tile.objects.get().hashes) == b"\1"
