"""Versions of rules: the number of each and the hash of what it means, locked in versions.toml."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from clearline.rulebook.documents import Document
from clearline.rulebook.entries import SHOWN, RuleEntry
from clearline.rulebook.faults import Fault, RulebookError
from clearline.rulebook.rulebook import Rulebook

LOCK = "versions.toml"
HEAD = (
    "# The version of every rule and the hash of what it means; `clearline rules lock` writes this file.\n\n"
)
MEND = "Run `clearline rules lock`"


class Locked(msgspec.Struct, forbid_unknown_fields=True):
    """What the lock holds of a rule."""

    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock of one folder of packs."""

    document: Document
    rules: dict[str, Locked]
    faults: list[Fault]
    there: bool


class Renewal(NamedTuple):
    """A rule whose version was raised, from 0 if it is new, to 0 if it is gone."""

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


def check_lock(rulebook: Rulebook, root: Path, *, needed: bool) -> list[Fault]:
    """What in a folder's lock is not current; a lock that is not needed may be missing altogether."""
    lock = read_lock(root)
    document = lock.document
    entries = _entries(rulebook, root)
    if not lock.there:
        return [Fault(document.path, 1, None, "the lock is missing", MEND)] if needed and entries else []
    faults = []
    for entry in entries:
        locked = lock.rules.get(entry.id)
        if locked is None:
            faults.append(document.noted(f"`{entry.id}` has no version yet", MEND))
        elif locked.hash != entry.hash:
            told = f"`{entry.id}` has changed since version {locked.version} ({locked.hash[:SHOWN]})"
            faults.append(document.noted(told, f"{MEND}, which raises its version", entry.id))
    gone = set(lock.rules) - {path.stem for path in rulebook.documents}
    faults += [document.noted(f"there is no rule `{name}` any more", MEND, name) for name in sorted(gone)]
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
        locked = before.get(entry.id)
        changed = locked is None or locked.hash != entry.hash
        after[entry.id] = Locked((locked.version if locked else 0) + changed, entry.hash)
    lines = [f'{name} = {{ version = {one.version}, hash = "{one.hash}" }}\n' for name, one in after.items()]
    (root / LOCK).write_text(HEAD + "".join(lines), encoding="utf-8")
    return [
        Renewal(
            name, before[name].version if name in before else 0, after[name].version if name in after else 0
        )
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _entries(rulebook: Rulebook, root: Path) -> list[RuleEntry]:
    return [entry for entry in rulebook.select() if rulebook.packs[entry.pack].root == root]
