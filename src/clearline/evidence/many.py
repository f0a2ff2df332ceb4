"""Many rows of one table, without what the ORM spends on each: for the few tables that every event writes to."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

Row = Sequence[Any]


def keys(model: type[Model], count: int) -> Sequence[int]:
    """Primary keys for rows to come, in the caller's transaction, which alone inserts into this table."""
    table = model._meta.db_table  # noqa: SLF001 - Django's name
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            last = row[0] if row else 0
            return range(last + 1, last + 1 + count)
        told = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(told, [table, count])
        return [key for (key,) in cursor.fetchall()]


def insert(model: type[Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Inserts rows whose values stand as the fields do."""
    columns = _columns(model, fields)
    into = f"{_quoted(model._meta.db_table)} ({', '.join(columns)})"  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", list(rows))  # noqa: S608 - names of ours
            return
        with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def update(model: type[Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Updates rows by their primary key, which stands after the values of the fields."""
    found = _fields(model, [*fields, "id"])
    prepared = [
        [field.get_db_prep_save(value, connection) for field, value in zip(found, row, strict=True)]
        for row in rows
    ]
    *columns, key = _columns(model, [*fields, "id"])
    told = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        where = f"UPDATE {_quoted(model._meta.db_table)} SET {told} WHERE {key} = %s"  # noqa: S608, SLF001
        cursor.executemany(where, prepared)


def _columns(model: type[Model], fields: Sequence[str]) -> list[str]:
    return [_quoted(field.column) for field in _fields(model, fields)]


def _fields(model: type[Model], names: Sequence[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]  # noqa: SLF001


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
