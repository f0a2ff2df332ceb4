"""What all timelines of a review say together: findings by rule, open questions, duties."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from clearline.engine.events import SECOND
from clearline.engine.explain import clock_from
from clearline.reports.account import SEVERITIES, counted
from clearline.reports.reviewed import Duty, Finding, Reviewed

DAY = 86_400  # seconds
_FROM_ZERO = clock_from(0)


class RuleCount(NamedTuple):
    """How often a rule was broken, and on how many timelines."""

    rule: str
    title: str
    severity: str
    pack: str
    findings: int
    timelines: int


class Waiting(NamedTuple):
    """Rules that could be judged if some facts were known."""

    facts: tuple[str, ...]
    rules: int
    timelines: int

    @property
    def options(self) -> str:
        """The options that would tell; empty where no option can."""
        if not all("." in fact and " " not in fact for fact in self.facts):
            return ""
        return " ".join(f"--fact {fact}={EXAMPLES.get(fact, '…')}" for fact in self.facts)


class StillDue(NamedTuple):
    """A duty, and the file that it comes from."""

    file: str
    duty: Duty


EXAMPLES = {
    "call.places": "US-CA,US-NV",
    "order.places": "US-CA",
    "call.direction": "outbound",
    "call.purpose": "marketing",
    "call.recorded": "true",
    "call.agent_kind": "human",
}


class Summary:
    """Adds up lines as they come; of the talk it keeps nothing."""

    def __init__(self) -> None:
        self._findings: Counter[str] = Counter()
        self._timelines: Counter[str] = Counter()
        self._told: dict[str, Finding] = {}
        self._waiting: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._waited: Counter[tuple[str, ...]] = Counter()
        self.doubts: Counter[str] = Counter()
        self.doubtful = 0
        self.strange = 0  # timelines in which it is not always known who speaks
        self.duties: list[StillDue] = []
        self.spoken_of: set[str] = set()  # rules of findings, questions and duties

    def add(self, line: Reviewed) -> None:
        for finding in line.findings:
            self._told.setdefault(finding.rule, finding)
            self._findings[finding.rule] += 1
        self._timelines.update({finding.rule for finding in line.findings})
        missing = {one.rule: tuple(one.missing) for one in line.rules if one.missing}
        for rule, facts in missing.items():
            self._waiting[facts].add(rule)
        self._waited.update(set(missing.values()))
        self.strange += bool(line.strangers)
        self.doubtful += len(line.doubtful)
        for question in line.doubtful:
            self.doubts.update(question.doubts)
        self.spoken_of.update(one.rule for one in (*line.findings, *line.questions))
        self.spoken_of.update(duty.rule for duty in line.duties)
        self.duties += [StillDue(line.file, duty) for duty in line.certain_duties]

    def rules(self) -> list[RuleCount]:
        """The rules that were broken, the gravest first, then the most frequent."""
        counts = [
            RuleCount(rule, one.title, one.severity, one.pack, self._findings[rule], self._timelines[rule])
            for rule, one in self._told.items()
        ]
        return sorted(counts, key=lambda one: (SEVERITIES.index(one.severity), -one.findings, one.rule))

    def waiting(self) -> list[Waiting]:
        """What facts would let more rules be judged, those of most rules first."""
        found = [Waiting(facts, len(rules), self._waited[facts]) for facts, rules in self._waiting.items()]
        return sorted(found, key=lambda one: (-one.rules, one.facts))

    def due(self) -> list[StillDue]:
        """What is still to be done, the nearest deadline first."""
        return sorted(self.duties, key=lambda one: (one.duty.deadline or "~", one.file))


def unheard(timelines: int) -> str:
    """What it means that speakers are not known."""
    where = counted(timelines, "timeline")
    return (
        f"{where} with words of which nobody knows who spoke them: no rule for agents or customers saw these"
    )


def listing(words: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def spoken_seconds(seconds: float) -> str:
    """A time in a call: 1:04."""
    return _FROM_ZERO(round(seconds * SECOND))


def spoken_length(line: Reviewed) -> str:
    """How long a timeline is: 4:12, or 30 days."""
    seconds = lasting(line)
    days = round(seconds / DAY)
    return spoken_seconds(round(seconds)) if seconds < DAY else f"{days} day{'' if days == 1 else 's'}"


def spoken_time(line: Reviewed, at: str, seconds: float) -> str:
    """When something was: minutes and seconds in a call, the date on a longer timeline."""
    return spoken_seconds(round(seconds)) if lasting(line) < DAY else at[:10]


def lasting(line: Reviewed) -> float:
    """Seconds from the start of a timeline to its end."""
    return (datetime.fromisoformat(line.ended) - datetime.fromisoformat(line.started)).total_seconds()


def severities(findings: Iterable[Finding]) -> list[tuple[str, int]]:
    """How many findings there are of each severity, the gravest first."""
    counts: Counter[str] = Counter(finding.severity for finding in findings)
    return [(name, counts[name]) for name in SEVERITIES if counts[name]]
