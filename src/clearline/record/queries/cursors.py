"""Places in lists that are too long to be counted: the next part begins after the last row that was shown."""

import re
from typing import NamedTuple, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
_WRITTEN = re.compile(r"(-?\d{1,18})\.(\d{1,18})", re.ASCII)


class Cursor(NamedTuple):
    """A row's place: what the list is sorted by (an instant), and its number among equals."""

    at: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at}.{self.pk}"


def read_cursor(text: str) -> Cursor | None:
    """A place as `str` writes it; None for anything else."""
    found = _WRITTEN.fullmatch(text)
    return Cursor(int(found[1]), int(found[2])) if found else None


def newest(rows: QuerySet[Row], field: str, after: Cursor | None) -> QuerySet[Row]:
    """The rows from the newest on, those after a place in that order."""
    ordered = rows.order_by(f"-{field}", "-pk")
    if after is None:
        return ordered
    return ordered.filter(**{f"{field}__lte": after.at}).exclude(**{field: after.at, "pk__gte": after.pk})


def soonest(rows: QuerySet[Row], field: str, after: Cursor | None) -> QuerySet[Row]:
    """The rows from the soonest on, those after a place in that order."""
    ordered = rows.order_by(field, "pk")
    if after is None:
        return ordered
    return ordered.filter(**{f"{field}__gte": after.at}).exclude(**{field: after.at, "pk__lte": after.pk})
