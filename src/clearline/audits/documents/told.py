"""An audit as its documents tell it: all of it, at one moment, in plain data. Paper, OSCAL and pack are made of this and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from clearline.engine.events import SECOND, Instant
from clearline.statistics.intervals import Estimate


@dataclass(frozen=True, slots=True)
class Criterion:
    """An obligation that the audit looks at: what it asks, where that stands, whether the source was read."""

    id: str
    statement: str
    citation: str
    checked: bool
    rules: Sequence[str]


@dataclass(frozen=True, slots=True)
class Draw:
    """How the sample came about; enough to draw it again."""

    population: int
    digest: str  # SHA-256 of the population's ids, one a line, in their order
    seed: str  # hexadecimal
    seeded: Instant
    drawn: Instant
    size: int
    how: str  # simple, stratified by team, weighted by risk
    rate: float
    confidence: float
    accepts: int


@dataclass(frozen=True, slots=True)
class Looked:
    """One call of the sample and what the auditor says of it; empty: not looked at yet."""

    call: str
    team: str
    answer: str
    note: str
    at: Instant | None


@dataclass(frozen=True, slots=True)
class Action:
    """What is done so that it does not come back."""

    uid: str
    title: str
    owner: str
    due: Instant
    state: str
    effect: str
    completed: Instant | None


@dataclass(frozen=True, slots=True)
class Nonconformity:
    """What the audit established."""

    number: int
    title: str
    grade: str
    criterion: str
    cause: str
    calls: Sequence[str]
    found: Instant
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the log stood when this was told."""

    origin: str
    size: int
    root: str  # hexadecimal


@dataclass(frozen=True, slots=True)
class Audit:
    """The whole."""

    uid: str
    title: str
    state: str
    period: tuple[Instant, Instant]
    scope: str
    teams: Sequence[str]
    auditors: Sequence[tuple[str, str]]  # uid and name
    due: Instant
    closed: Instant | None
    criteria: Sequence[Criterion]
    draw: Draw | None
    sample: Sequence[Looked]
    estimate: Estimate | None
    claim: str
    nonconformities: Sequence[Nonconformity]
    proof: Proof | None
    version: str  # of the rulebook
    told: Instant  # when all this was so


def moment(at: Instant) -> datetime:
    """An instant as documents write it: to the second, in UTC."""
    return datetime.fromtimestamp(at // SECOND, UTC)
