"""What is wrong with a file of a pack, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from clearline.engine.errors import ClearlineError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it stands, and how to mend it; a warning may stay."""

    file: Path
    line: int
    column: int | None
    message: str
    mend: str = ""
    warning: bool = False

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Where the fault stands in a list of faults."""
        return (str(self.file), self.line, self.column or 0, self.message)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:" + (f"{self.column}:" if self.column is not None else "")
        words = [
            f"{part.rstrip('.?')}{'?' if part.endswith('?') else '.'}"
            for part in (self.message, self.mend)
            if part
        ]
        return f"{place} {'warning: ' if self.warning else ''}{' '.join(words)}"


class RulebookError(ClearlineError):
    """The rulebook has faults, or does not hold what was asked of it."""

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([message, *map(str, self.faults)]))


def meant(name: str, known: Iterable[str]) -> str:
    """`Did you mean ...?`, where a known name is near; else the known names."""
    known = sorted(known)
    near = get_close_matches(name, known, n=1)
    if near:
        return f"Did you mean `{near[0]}`?"
    return f"There are: {', '.join(known)}" if known else "There are none"
