"""Rows of one table, without what the ORM spends on each question and row: for the few tables that every event is about."""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

from django.db import connection
from django.db.models import JSONField, Model

Row = Sequence[Any]
Found = TypeVar("Found", bound=Model)

AT_ONCE: Final = 5_000  # values in a question
FEW: Final = 20  # rows up to which a statement for each is quicker than a stream of them
_SEVERAL: Final = (list, tuple, set, frozenset)


class _Shape(NamedTuple):
    """Some fields of a table, as statements name them, and what their values go through on the way, by their place."""

    table: str
    columns: tuple[str, ...]
    read: tuple[tuple[int, Callable[..., Any], Any], ...]
    written: tuple[tuple[int, Any], ...]  # all but JSON go there as they are


def select(model: type[Model], fields: Sequence[str], *, locked: bool = False, **where: Any) -> list[Row]:
    """Values of the rows in which every field is as told; where several values are told, one of them."""
    several = next((name for name, value in where.items() if isinstance(value, _SEVERAL)), "")
    if not several:
        return _asked(model, tuple(fields), where, locked=locked)
    values = list(where[several])
    parts = (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
    found = (_asked(model, tuple(fields), where | {several: part}, locked=locked) for part in parts)
    return [row for rows in found for row in rows]


def find(model: type[Found], *, locked: bool = False, **where: Any) -> list[Found]:
    """The same rows, as objects."""
    names = tuple(field.attname for field in model._meta.concrete_fields)  # noqa: SLF001 - Django's name
    return [
        model.from_db(connection.alias, names, row) for row in select(model, names, locked=locked, **where)
    ]


def keys(model: type[Model], count: int) -> Sequence[int]:
    """Primary keys for rows to come, in the caller's transaction, which alone inserts into this table."""
    if not count:
        return ()
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            last = row[0] if row else 0
            return range(last + 1, last + 1 + count)
        told = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(told, [table, count])
        return [key for (key,) in cursor.fetchall()]


def insert(model: type[Model], fields: Sequence[str], rows: Collection[Row]) -> None:
    """Inserts rows whose values stand as the fields do."""
    if not rows:
        return
    shape = _shape(model, tuple(fields))
    into = f"{shape.table} ({', '.join(shape.columns)})"
    rows = _written(shape, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite" or len(rows) < FEW:
            marks = ", ".join(["%s"] * len(shape.columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608 - names of ours
            return
        with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def update(model: type[Model], fields: Sequence[str], rows: Collection[Row]) -> None:
    """Updates rows by their primary key, which stands after the values of the fields."""
    if not rows:
        return
    shape = _shape(model, (*fields, "id"))
    *columns, key = (f"{column} = %s" for column in shape.columns)
    told = f"UPDATE {shape.table} SET {', '.join(columns)} WHERE {key}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(told, _written(shape, rows))


def _asked(model: type[Model], fields: tuple[str, ...], where: dict[str, Any], *, locked: bool) -> list[Row]:
    shape = _shape(model, fields)
    told, values = [], []
    for column, value in zip(_shape(model, tuple(where)).columns, where.values(), strict=True):
        if value is None:
            told.append(f"{column} IS NULL")
        elif not isinstance(value, _SEVERAL):
            told.append(f"{column} = %s")
            values.append(value)
        elif connection.vendor == "sqlite":
            told.append(f"{column} IN ({', '.join(['%s'] * len(value))})")
            values += value
        else:
            told.append(f"{column} = ANY(%s)")
            values.append(list(value))
    question = f"SELECT {', '.join(shape.columns)} FROM {shape.table} WHERE {' AND '.join(told)}"  # noqa: S608
    locks = " FOR UPDATE" if locked and connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(question + locks, values)
        found: list[Row] = cursor.fetchall()
    if not shape.read:
        return found
    rows = [list(row) for row in found]
    for place, converter, column in shape.read:
        for row in rows:
            row[place] = converter(row[place], column, connection)
    return list(rows)


def _written(shape: _Shape, rows: Collection[Row]) -> Sequence[Row]:
    if not shape.written:
        return list(rows)
    written = [list(row) for row in rows]
    for place, field in shape.written:
        for row in written:
            row[place] = field.get_db_prep_save(row[place], connection)
    return written


@cache
def _shape(model: type[Model], names: tuple[str, ...]) -> _Shape:
    meta = model._meta  # noqa: SLF001 - Django's name
    by_column = {field.attname: field for field in meta.concrete_fields}
    fields: list[Any] = [by_column.get(name) or meta.get_field(name) for name in names]
    columns = [field.get_col(meta.db_table) for field in fields]
    read = [
        (place, converter, column)
        for place, column in enumerate(columns)
        for converter in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    ]
    written = [(place, field) for place, field in enumerate(fields) if isinstance(field, JSONField)]
    quoted = [str(connection.ops.quote_name(field.column)) for field in fields]
    return _Shape(str(connection.ops.quote_name(meta.db_table)), tuple(quoted), tuple(read), tuple(written))
