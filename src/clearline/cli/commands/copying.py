"""The whole database out and in again: SQLite as one file, PostgreSQL as one table a file, each as of one moment."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from clearline.engine.errors import ClearlineError

SQLITE, TABLES = "record.sqlite3", "tables"
_BLOCK = 1 << 20


class CopyError(ClearlineError):
    """The database can't be copied, or the copy does not fit."""


def copy_out(folder: Path) -> None:
    """Writes the database as it stands into a folder, while others write to it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        target = sqlite3.connect(folder / SQLITE)
        try:
            connection.connection.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        finally:
            target.close()
        return
    (folder / TABLES).mkdir()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in _tables():
            told = f"COPY {connection.ops.quote_name(table)} TO STDOUT (FORMAT csv, HEADER)"
            with (folder / TABLES / f"{table}.csv").open("xb") as file, cursor.copy(told) as rows:
                for block in rows:
                    file.write(block)


def copy_in(folder: Path) -> None:
    """Fills the empty tables of this version with rows; call it in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for path in sorted((folder / TABLES).iterdir()):
            table = connection.ops.quote_name(path.stem)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours; what migrations put there
        for path in sorted((folder / TABLES).iterdir()):
            with path.open("rb") as file:
                names = file.readline().decode().strip().split(",")
                columns = ", ".join(map(connection.ops.quote_name, names))
                told = f"COPY {connection.ops.quote_name(path.stem)} ({columns}) FROM STDIN (FORMAT csv)"
                with connection.wrap_database_errors, cursor.copy(told) as rows:
                    while block := file.read(_BLOCK):
                        rows.write(block)
        for told in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(told)
    connection.check_constraints()


def migrations() -> list[str]:
    """What brought the database to its form."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _tables() -> Iterator[str]:
    with connection.cursor() as cursor:
        names = {table.name for table in connection.introspection.get_table_list(cursor)}
    yield from sorted(names)


def _models() -> list[type]:
    return list(connection.introspection.installed_models(connection.introspection.table_names()))
