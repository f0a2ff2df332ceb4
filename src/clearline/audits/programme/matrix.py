"""The gap matrix: obligations by the kinds of controls, and how each stands by what there is to show."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from clearline.audits.programme.controls import KINDS, Control, Needed, needed, spans
from clearline.audits.programme.evidence import Evidence, Fired, Proof, gathered, lasting
from clearline.audits.programme.trying import WINDOW
from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.judging import Judging
from clearline.reports.account import SEVERITIES, counted

DAY: Final = 86_400 * SECOND
WINDOW_DAYS: Final = WINDOW // DAY


class Standing(StrEnum):
    """How a control stands; the worst comes first."""

    BROKEN = "broken"
    MISSING = "missing"
    STALE = "stale"
    IN_PLACE = "in place"
    NOT_NEEDED = "not needed"


WORST: Final = list(Standing)


class Shown(NamedTuple):
    """One control, how it stands and what shows it."""

    control: Control
    standing: Standing
    told: str
    proof: Proof | None = None
    agents: tuple[tuple[str, Standing, str, int | None], ...] = ()  # of a training: name, state, words, entry
    fired: Fired = Fired()


class Cell(NamedTuple):
    """All controls of a kind, as the worst of them stands."""

    kind: str
    standing: Standing
    shown: tuple[Shown, ...]

    @property
    def told(self) -> str:
        """In a few words."""
        if not self.shown:
            return ""
        bad = sum(one.standing == self.standing for one in self.shown)
        if len(self.shown) == 1:
            return self.shown[0].told
        return f"{bad} of {len(self.shown)}"


class Row(NamedTuple):
    """An obligation and its cells, in the order of KINDS."""

    needed: Needed
    cells: tuple[Cell, ...]

    @property
    def standing(self) -> Standing:
        return min((cell.standing for cell in self.cells), key=WORST.index)


class Asked(NamedTuple):
    """What the matrix is narrowed to; an empty word narrows nothing."""

    jurisdiction: str = ""
    pack: str = ""
    severity: str = ""
    standing: str = ""

    def fits(self, row: Row) -> bool:
        return (
            self.jurisdiction in {"", row.needed.row.jurisdiction}
            and (not self.pack or self.pack in row.needed.packs)
            and self.severity in {"", row.needed.severity}
            and (not self.standing or any(cell.standing == self.standing for cell in row.cells))
        )


def matrix(who: Person, by: Judging, at: Instant) -> list[Row]:
    """All obligations in force for the shop, for whoever may see the programme; what is worst first."""
    if not may(who, "see programme"):
        return []
    found = in_force(by)
    evidence = gathered(spans(by.rulebook), at)
    rows = [row(one, evidence, by) for one in found]
    return sorted(rows, key=lambda each: (WORST.index(each.standing), SEVERITIES.index(each.needed.severity)))


def obligation(who: Person, by: Judging, name: str, at: Instant) -> Row | None:
    """One of them; None where there is none of that name."""
    if not may(who, "see programme"):
        return None
    one = next((each for each in in_force(by) if each.row.id == name), None)
    return row(one, gathered(spans(by.rulebook), at), by) if one else None


def in_force(by: Judging) -> list[Needed]:
    """The obligations that concern the shop, by its answers; all of them before it answered anything."""
    found = needed(by.rulebook)
    if by.packs is None:
        return found
    here = {one.id for one in by.consequences(by.answers).obligations}
    known = {one.row.id for one in found if one.row.rules and one.packs & by.packs}
    register = {one.row.id for one in found if one.row.jurisdiction != "own policy"}
    return [one for one in found if one.row.id in here or (one.row.id in known - register)]


def counts(rows: Iterable[Row]) -> dict[Standing, int]:
    """How many cells stand in each way."""
    found = Counter(cell.standing for row in rows for cell in row.cells)
    return {one: found[one] for one in Standing}


def row(one: Needed, evidence: Evidence, by: Judging) -> Row:
    return Row(one, tuple(_cell(kind, one.controls[kind], evidence, by) for kind in KINDS))


def _cell(kind: str, controls: Iterable[Control], evidence: Evidence, by: Judging) -> Cell:
    ways = {"rule": _rule, "training": training, "document": given, "person": given}
    shown = tuple(ways[kind](one, evidence) for one in controls if kind != "rule" or _judged(one, by))
    worst = min((one.standing for one in shown), key=WORST.index, default=Standing.NOT_NEEDED)
    return Cell(kind, worst, tuple(sorted(shown, key=lambda each: WORST.index(each.standing))))


def _judged(control: Control, by: Judging) -> bool:
    rule = by.rulebook.rules[control.id]
    return by.packs is None or rule.pack in by.packs


def _rule(control: Control, evidence: Evidence) -> Shown:
    """A rule shows something by having come up and been judged."""
    fired, trial = evidence.fired.get(control.id, Fired()), evidence.trials.get(control.id)
    if fired.findings:
        told = f"{counted(fired.findings, 'finding')} in {WINDOW_DAYS} days"
        return Shown(control, Standing.BROKEN, told, fired=fired)
    if trial is None:
        return Shown(control, Standing.MISSING, "not looked at yet: it is counted each night", fired=fired)
    if trial.tried:
        told = f"came up in {trial.tried:,} of {trial.looked:,} looked at"
        return Shown(control, Standing.IN_PLACE, told, fired=fired)
    if trial.last is None:
        return Shown(control, Standing.MISSING, "never came up", fired=fired)
    return Shown(control, Standing.STALE, f"last came up {days(evidence.at - trial.last)} ago", fired=fired)


def given(control: Control, evidence: Evidence) -> Shown:
    """A document, or somebody who answers for a task: the newest evidence of it."""
    found = evidence.given.get(control.id, [])
    if control.id in evidence.withdrawn:
        ago = days(evidence.at - evidence.withdrawn[control.id])
        return Shown(control, Standing.MISSING, f"withdrawn {ago} ago", found[-1] if found else None)
    if not found:
        return Shown(control, Standing.MISSING, "nothing to show")
    newest = found[-1]
    if newest.left:
        return Shown(control, Standing.BROKEN, f"{newest.who} works here no more", newest)
    if newest.until < evidence.at:
        return Shown(control, Standing.STALE, f"too old for {days(evidence.at - newest.until)}", newest)
    return Shown(control, Standing.IN_PLACE, f"{days(evidence.at - newest.at)} old", newest)


def training(control: Control, evidence: Evidence) -> Shown:
    """A course: everybody who takes calls has passed it, and not too long ago."""
    passed = evidence.passed.get(control.course, {})
    agents = tuple(sorted(_agents(control, evidence, passed), key=lambda one: WORST.index(one[1])))
    held = sum(one[1] is Standing.IN_PLACE for one in agents)
    worst = min((one[1] for one in agents), key=WORST.index, default=Standing.NOT_NEEDED)
    if not agents:
        return Shown(control, worst, "nobody takes calls")
    return Shown(control, worst, f"{held} of {counted(len(agents), 'agent')}", agents=agents)


def _agents(
    control: Control, evidence: Evidence, passed: Mapping[str, list[tuple[Instant, int]]]
) -> Iterable[tuple[str, Standing, str, int | None]]:
    for agent, (name, _) in evidence.agents.items():
        if agent not in passed:
            yield name, Standing.MISSING, "not passed", None
            continue
        at, entry = passed[agent][-1]
        until = lasting(at, control.lasts)
        if until < evidence.at:
            yield name, Standing.STALE, f"too old for {days(evidence.at - until)}", entry
        else:
            yield name, Standing.IN_PLACE, f"{days(evidence.at - at)} old", entry


def days(span: int) -> str:
    """A length of time, in whole days."""
    return counted(span // DAY, "day") if span >= DAY else "less than a day"
