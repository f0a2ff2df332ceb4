"""A draft as a rule that can be tried: read with all packs of this installation, its faults and examples told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from clearline.engine.program import Program
from clearline.engine.touching import Known
from clearline.review.policy.writing import PACK, Said, files
from clearline.rulebook.entries import RuleEntry
from clearline.rulebook.examples import Trial, tried, trying
from clearline.rulebook.faults import Fault
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a draft: its rule where it can be read, the faults where it can't, and what its examples say."""

    rulebook: Rulebook
    rule: RuleEntry | None
    faults: tuple[Fault, ...]
    trials: tuple[Trial, ...]

    @property
    def sound(self) -> bool:
        """Whether it could go into force as it stands."""
        return self.rule is not None and not self.faults and not any(one.complaint for one in self.trials)

    def program(self) -> Program:
        """The rule alone, in force at all times."""
        if self.rule is None:
            raise ValueError("a draft with faults judges nothing: mend it first")
        return trying(self.rulebook, [self.rule])

    @property
    def known(self) -> Known:
        return self.rulebook.known


def trial_of(said: Said, others: Iterable[Said] = (), folders: Sequence[Path] = ()) -> Tried:
    """Reads a draft beside the shop's other rules, and the packs in these folders, as it would stand among them."""
    rules = [*(one for one in others if one.slug != said.slug), said]
    with TemporaryDirectory(prefix="clearline-draft-") as folder:
        write(Path(folder), rules)
        book = load(*(one for one in folders if one.is_dir()), Path(folder))
        rule = book.rules.get(said.slug)
        faults = tuple(
            fault for fault in book.faults if not fault.warning and Path(folder) in fault.file.parents
        )
        trials = tuple(tried(book, rule)) if rule and not faults else ()
    return Tried(book, rule, faults, trials)


def write(folder: Path, rules: Iterable[Said]) -> None:
    """Writes the pack of these rules into a folder of packs; each file is whole or is not there."""
    pack = folder / PACK
    (pack / "rules").mkdir(parents=True, exist_ok=True)
    told = files(rules)
    for path, text in told.items():
        place = pack / path
        beside = place.with_name(f".{place.name}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(place)
    for old in (pack / "rules").glob("*.toml"):
        if f"rules/{old.name}" not in told:
            old.unlink()
