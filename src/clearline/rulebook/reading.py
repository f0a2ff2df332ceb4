"""Reads folders of packs into a rulebook, and notes every fault of every file."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from clearline.rulebook.courses import Course, CourseReader
from clearline.rulebook.definitions import FILES, Definitions, define
from clearline.rulebook.documents import Document
from clearline.rulebook.faults import Fault, meant
from clearline.rulebook.locked import Locked
from clearline.rulebook.rule_files import RuleReader
from clearline.rulebook.rulebook import Rulebook
from clearline.rulebook.scopes import scopes
from clearline.rulebook.scorecards import Scorecard, read_scorecard
from clearline.rulebook.versions import read_lock

if TYPE_CHECKING:
    from clearline.rulebook.entries import RuleEntry

SHIPPED = Path(str(files("clearline") / "packs"))


def load(*folders: Path) -> Rulebook:
    """The shipped packs and those of these folders; what is wrong with them stands in `faults`."""
    return read(SHIPPED, *folders)


def read(*folders: Path) -> Rulebook:
    """The packs of these folders alone."""
    reader = Reader()
    for root in folders:
        reader.root(root)
    return reader.rulebook(folders)


class Reader:
    """Reads all definitions first, since rules may use those of other packs; then all rules, and what speaks of them."""

    def __init__(self) -> None:
        self.stray: list[Fault] = []
        self.packs: dict[str, Definitions] = {}
        self.documents: dict[Path, Document] = {}
        self.beside: dict[Path, Document] = {}
        self.rules: dict[str, RuleEntry] = {}

    def root(self, root: Path) -> None:
        if not root.is_dir():
            self.stray.append(
                Fault(root, 1, None, "there is no such folder", "Give a folder that holds packs")
            )
            return
        if (root / "pack.toml").exists():
            told = f"Give the folder that holds it, {root.parent}"
            self.stray.append(Fault(root, 1, None, "this is a pack, not a folder of packs", told))
            return
        for folder in sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] not in "._"):
            if not any(folder.rglob("*.toml")):
                continue  # nothing is there to be lost
            if folder.name in self.packs:
                told = f"there is a pack `{folder.name}` in {self.packs[folder.name].pack.root}"
                self.stray.append(Fault(folder, 1, None, told, "Rename this folder"))
                continue
            self.packs[folder.name] = define(root, folder.name)
            self._strays(folder)

    def rulebook(self, roots: tuple[Path, ...]) -> Rulebook:
        found = scopes(self.packs)
        tables = {name: table for one in self.packs.values() for name, table in one.pack.tables.items()}
        locks = {root: read_lock(root) for root in roots}
        ids: dict[str, Path] = {}
        for name, one in self.packs.items():
            for path in sorted((one.pack.path / "rules").glob("*.toml")):
                document = self.documents[path] = Document(path)
                entry = RuleReader(document, one.pack, found[name]).entry(tables, locks[one.pack.root].rules)
                first = ids.setdefault(path.stem, path)
                if first != path:
                    document.fault(f"the id `{path.stem}` is taken by {first}", "Rename this file")
                elif entry is not None:
                    self.rules[path.stem] = entry
        courses = dict(self._courses({root: lock.rules for root, lock in locks.items()}))
        stray = (*self.stray, *(fault for lock in locks.values() for fault in lock.faults))
        cards = dict(self._scorecards())
        return Rulebook(
            roots, self.packs, found, self.rules, self.documents, stray, cards, self.beside, courses
        )

    def _scorecards(self) -> Iterator[tuple[str, Scorecard]]:
        """Those of all packs, once all rules are known."""
        ids: dict[str, Path] = {}
        for one in self.packs.values():
            for path in sorted((one.pack.path / "scorecards").glob("*.toml")):
                document = self.beside[path] = Document(path)
                card = read_scorecard(document, one.pack, self.rules)
                first = ids.setdefault(path.stem, path)
                if first != path:
                    document.fault(f"the id `{path.stem}` is taken by {first}", "Rename this file")
                elif card is not None:
                    yield path.stem, card

    def _courses(self, locks: Mapping[Path, Mapping[str, Locked]]) -> Iterator[tuple[str, Course]]:
        """Those of all packs; one of a later folder stands in place of one with its name."""
        packs = {name: one.pack for name, one in self.packs.items()}
        ids: dict[str, Path] = {}
        for one in self.packs.values():
            for folder in sorted(path for path in (one.pack.path / "courses").glob("[!.]*") if path.is_dir()):
                reader = CourseReader(folder, one.pack)
                self.beside |= reader.documents
                course = reader.course(packs, self.rules, locks[one.pack.root])
                first = ids.get(folder.name)
                if first is not None and first.is_relative_to(one.pack.root):
                    reader.document.fault(f"the id `{folder.name}` is taken by {first}", "Rename this folder")
                    continue
                ids[folder.name] = folder
                self.stray += reader.faults
                if course is not None:
                    yield folder.name, course

    def _strays(self, folder: Path) -> None:
        """Files that look as if they were read, and are not."""
        for path in sorted(folder.glob("*.toml")):
            if path.name not in FILES:
                told = meant(path.name, FILES)
                self.stray.append(Fault(path, 1, None, "nobody reads this file", told))
        for path in sorted((folder / "courses").glob("[!.]*")):
            if not path.is_dir():
                told = "A course is a folder: courses/<slug>/course.toml"
                self.stray.append(Fault(path, 1, None, "nobody reads this file", told))
        for what in ("rules", "scorecards"):
            for path in sorted((folder / what).glob("*")):
                if path.suffix != ".toml" and not path.name.startswith("."):
                    told = f"{what.capitalize()} are files called <slug>.toml"
                    self.stray.append(Fault(path, 1, None, "nobody reads this file", told))
