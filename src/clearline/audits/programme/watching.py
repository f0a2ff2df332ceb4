"""The watch list: obligations whose law changes on a date, by the register and by the dates in rules."""

from datetime import date, timedelta
from typing import Final, NamedTuple

from clearline.audits.programme.matrix import in_force
from clearline.record.judging import Judging

BACK: Final = timedelta(days=92)  # what has changed lately is still shown


class Change(NamedTuple):
    """Something that begins, ends or changes on a day."""

    on: date
    what: str
    obligations: tuple[tuple[str, str], ...]  # id and statement
    rule: str = ""


def changes(by: Judging, today: date) -> list[Change]:
    """Those that are to come or came lately, of what concerns the shop; the next one first."""
    found: list[Change] = []
    rules: dict[str, list[tuple[str, str]]] = {}
    for one in in_force(by):
        told = (one.row.id, one.row.statement)
        found += [Change(each.on, each.what, (told,)) for each in one.row.changes]
        for name in one.row.rules:
            rules.setdefault(name, []).append(told)
    for name, served in rules.items():
        rule = by.rulebook.rules.get(name)
        if rule is None:
            continue
        dates = ((rule.since, "begins to hold"), (rule.until, "holds no more"))
        found += [
            Change(day, f"{rule.title}: {word}.", tuple(served), name)
            for day, word in dates
            if day is not None
        ]
    return sorted((one for one in found if one.on >= today - BACK), key=lambda one: (one.on, one.what))
