"""Texts as they are searched by their beginning, the same on both databases, and quickly, because an index holds them."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func
from django.db.models.sql.compiler import SQLCompiler

BEYOND = "\U0010ffff"  # stands after every text


class Folded(Func):
    """A text in small letters, compared byte by byte."""

    template = "LOWER(%(expressions)s)"
    output_field = CharField()
    arity = 1

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template=f'({self.template} COLLATE "C")', **more)


class Surname(Folded):
    """What follows the first word of a text, in the same way."""

    # No parameters: SQLite knows the expression of an index again by its letters.
    template = "LOWER(SUBSTR(%(expressions)s, INSTR(%(expressions)s, ' ') + 1))"

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, Any]:
        template = "(LOWER(SUBSTR(%(expressions)s, STRPOS(%(expressions)s, ' ') + 1)) COLLATE \"C\")"
        return self.as_sql(compiler, connection, template=template, **more)
