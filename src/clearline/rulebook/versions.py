"""Versions of rules and courses: the number of each and the hash of what it means, locked in versions.toml."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from clearline.rulebook.documents import Document
from clearline.rulebook.entries import SHOWN
from clearline.rulebook.faults import Fault, RulebookError
from clearline.rulebook.locked import COURSE, Locked, of_course
from clearline.rulebook.rulebook import Rulebook

LOCK = "versions.toml"
HEAD = "# The version of every rule and course and the hash of what it means; `clearline rules lock` writes this file.\n\n"
MEND = "Run `clearline rules lock`"


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock of one folder of packs."""

    document: Document
    rules: dict[str, Locked]
    faults: list[Fault]
    there: bool


class Renewal(NamedTuple):
    """A rule or course whose version was raised, from 0 if it is new, to 0 if it is gone."""

    rule: str
    before: int
    after: int


def read_lock(root: Path) -> Lock:
    """The lock of a folder of packs; a folder without one locks nothing."""
    there = (root / LOCK).exists()
    document = Document(root / LOCK)
    rules = {}
    for name, table in document.tables.items():
        if not isinstance(table, dict):
            document.fault(f"`{name}` holds no version", MEND, name)
        elif (locked := document.shaped(table, Locked, name)) is not None:
            rules[name] = locked
    return Lock(document, rules, document.faults if there else [], there)


class Lockable(NamedTuple):
    """What has a version, by its name in the lock."""

    name: str
    hash: str


def check_lock(rulebook: Rulebook, root: Path, *, needed: bool) -> list[Fault]:
    """What in a folder's lock is not current; a lock that is not needed may be missing altogether."""
    lock = read_lock(root)
    document = lock.document
    entries = _entries(rulebook, root)
    if not lock.there:
        return [Fault(document.path, 1, None, "the lock is missing", MEND)] if needed and entries else []
    faults = []
    for entry in entries:
        locked = lock.rules.get(entry.name)
        if locked is None:
            faults.append(document.noted(f"`{entry.name}` has no version yet", MEND))
        elif locked.hash != entry.hash:
            told = f"`{entry.name}` has changed since version {locked.version} ({locked.hash[:SHOWN]})"
            faults.append(document.noted(told, f"{MEND}, which raises its version", entry.name))
    there = {path.stem for path in rulebook.documents}
    there |= {of_course(path.parent.name) for path in rulebook.beside}
    gone = sorted(set(lock.rules) - there)
    faults += [document.noted(f"there is no {_told(name)} any more", MEND, name) for name in gone]
    return faults


def renew(rulebook: Rulebook, root: Path) -> list[Renewal]:
    """Raises the version of each changed rule and writes the lock of the folder; what was raised.

    RulebookError where a rule can't be read: its version must not be lost.
    """
    faults = [fault for fault in rulebook.faults if not fault.warning and fault.file != root / LOCK]
    if faults:
        raise RulebookError("nothing is locked while there are faults", faults)
    before = read_lock(root).rules
    after: dict[str, Locked] = {}
    for entry in _entries(rulebook, root):
        locked = before.get(entry.name)
        changed = locked is None or locked.hash != entry.hash
        after[entry.name] = Locked((locked.version if locked else 0) + changed, entry.hash)
    lines = [
        f'{_key(name)} = {{ version = {one.version}, hash = "{one.hash}" }}\n' for name, one in after.items()
    ]
    (root / LOCK).write_text(HEAD + "".join(lines), encoding="utf-8")
    return [
        Renewal(
            name, before[name].version if name in before else 0, after[name].version if name in after else 0
        )
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _entries(rulebook: Rulebook, root: Path) -> list[Lockable]:
    rules = [Lockable(one.id, one.hash) for one in rulebook.select() if rulebook.packs[one.pack].root == root]
    courses = sorted(rulebook.courses.values(), key=lambda one: (one.pack, one.id))
    return rules + [
        Lockable(of_course(one.id), one.hash) for one in courses if rulebook.packs[one.pack].root == root
    ]


def _key(name: str) -> str:
    return json.dumps(name) if COURSE in name else name


def _told(name: str) -> str:
    return f"course `{name.removeprefix(COURSE)}`" if COURSE in name else f"rule `{name}`"
