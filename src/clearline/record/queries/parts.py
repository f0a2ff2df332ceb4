"""Parts of long lists, one after the other: none costs more than a look through LOOKED rows, whatever is asked for."""

import re
from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, TypeVar

from django.db.models import Model, Q, QuerySet

from clearline.engine.events import Instant

SIZE: Final = 25
LOOKED: Final = 20_000  # rows that a part is looked for in, by time from where it begins
COUNTED: Final = 10_000  # rows that are counted exactly
_BEYOND: Final = 1 << 62
_CURSOR = re.compile(r"(-?\w+)\.(after|before)\.(-?\d{1,19})\.(\d{1,19})", re.ASCII)

Row = TypeVar("Row", bound=Model)


class Order(NamedTuple):
    """How a list is sorted: by a number that each row has, and then by its key; `time` is the number that is its time."""

    name: str  # as addresses write it; a minus in front: the largest first
    number: str
    time: str

    @property
    def down(self) -> bool:
        return self.name.startswith("-")

    @property
    def by_time(self) -> bool:
        return self.number == self.time


class Cursor(NamedTuple):
    """A place in a list: after or before the row with this number and this key."""

    back: bool
    number: int
    pk: int


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """Some rows in order, and the cursors of those before and after."""

    rows: list[Row]
    before: str = ""
    after: str = ""
    first: bool = True  # it begins where the list does
    count: int = 0  # of all that was asked for, on the first part; at most COUNTED + 1
    edge: Instant | None = None  # how far was looked, where that was not to the end


def cursor(text: str, order: Order) -> Cursor | None:
    """The place that an address names; None for the beginning, and for a place in another order."""
    found = _CURSOR.fullmatch(text)
    if found is None or found[1] != order.name:
        return None
    return Cursor(found[2] == "before", int(found[3]), int(found[4]))


def part(asked: QuerySet[Row], whole: QuerySet[Row], order: Order, at: Cursor | None) -> Part[Row]:
    """The part from a place on. `whole` holds all that is asked for and more, and an index has it by time."""
    back = at is not None and at.back
    edge = _edge(whole, order, at)
    rows = asked
    if edge is not None:
        later = order.down == back if order.by_time else False
        rows = rows.filter(**{f"{order.time}__{'lte' if later else 'gte'}": edge})
    count = rows[: COUNTED + 1].count() if at is None else 0
    if at is not None:
        rows = rows.filter(_past(order, at))
    way = "-" if order.down != back else ""
    in_order = rows.order_by(f"{way}{order.number}", f"{way}pk")
    # Sorted without all that hangs on the rows.
    keys = list(in_order.select_related(None).values_list("pk", flat=True)[: SIZE + 1])
    place = {pk: number for number, pk in enumerate(keys)}
    found = sorted(rows.filter(pk__in=keys), key=lambda row: place[row.pk])
    shown = found[:SIZE]
    ahead = _cursor(order, shown[-1], back=back) if len(found) > SIZE else ""
    if not ahead and edge is not None and order.by_time:
        ahead = f"{order.name}.{_word(back)}.{edge}.{0 if way else _BEYOND}"
    behind = _cursor(order, shown[0], back=not back) if at is not None and shown else ""
    if back:
        shown, ahead, behind = shown[::-1], behind, ahead
    return Part(shown, behind, ahead, first=at is None, count=count, edge=edge)


def _edge(whole: QuerySet[Row], order: Order, at: Cursor | None) -> Instant | None:
    """The time of the row that is the last to be looked at; None where there are not so many."""
    down = True
    if order.by_time:
        down = order.down != (at is not None and at.back)
        whole = whole if at is None else whole.filter(_past(order, at))
    times = whole.order_by(f"{'-' if down else ''}{order.time}").values_list(order.time, flat=True)
    return next(iter(times[LOOKED : LOOKED + 1]), None)


def _past(order: Order, at: Cursor) -> Q:
    """What lies behind a place; the first half is what an index is good for."""
    less = "lt" if order.down != at.back else "gt"
    tied = Q(**{order.number: at.number, f"pk__{less}": at.pk})
    return Q(**{f"{order.number}__{less}e": at.number}) & (Q(**{f"{order.number}__{less}": at.number}) | tied)


def _cursor(order: Order, row: Model, *, back: bool) -> str:
    return f"{order.name}.{_word(back)}.{getattr(row, order.number)}.{row.pk}"


def _word(back: bool) -> str:
    return "before" if back else "after"
