"""Work that must not end the thread that does it: what it raises is kept, so that it can be told."""

from types import TracebackType
from typing import Self

from django.db import connection


class Attempt:
    """A block whose error, whatever it is, is kept; the connection to the database is renewed after one."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = error
        if not connection.in_atomic_block:
            connection.close()
        return True
