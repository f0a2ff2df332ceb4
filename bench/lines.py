"""From verdicts to one line a conversation: ok, violated or na for each rule, and where."""

import gzip
import json
import lzma
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from clearline.engine.events import SECOND, Event
from clearline.engine.forms.form import Breach, State
from clearline.engine.monitor import replay
from clearline.engine.program import Program
from clearline.engine.verdicts import Verdict
from clearline.rulebook.reading import SHIPPED, read

PACKS = Path(__file__).parent / "packs"
OPENERS = {".xz": lzma.open, ".gz": gzip.open}


class Status(NamedTuple):
    """What a rule says of a conversation, and at which message it was first broken."""

    status: str  # ok, violated, na (it never came up) or unknown
    at: int | None = None


class Judge:
    """Judges conversations by some rules; the events' seconds are places, not times."""

    def __init__(self, packs: Iterable[str], others: Iterable[str] = ()) -> None:
        book = read(SHIPPED, PACKS)
        rules = [*book.select(packs), *(book.rules[other] for other in others)]
        self.known = book.known
        self.names = {rule.id: name(rule.id) for rule in rules}
        self.program: Program = book.program("call", rules)

    def judge(self, events: Sequence[Event]) -> dict[str, Status]:
        """The status of every rule by name."""
        found = {verdict.rule.id: verdict for verdict in replay(self.program, events, self.known)}
        return {spoken: status(found.get(rule)) for rule, spoken in self.names.items()}


def name(rule: str) -> str:
    """A rule's id as tables of results write it: t-auth-first is T_AUTH_FIRST."""
    return rule.upper().replace("-", "_")


def second(breach: Breach) -> int:
    """The place of a breach where event n is at second n."""
    return breach.at // SECOND


def status(verdict: Verdict | None, place: Callable[[Breach], int] = second) -> Status:
    """A rule with a `when` came up where it applies; any other where it was tried."""
    if verdict is None:
        return Status("na")
    if verdict.findings:
        return Status("violated", place(verdict.findings[0].breach))
    if verdict.questions or verdict.state is State.UNKNOWN:
        return Status("unknown")
    return Status("ok" if verdict.tried or verdict.rule.when else "na")


def json_lines(path: Path) -> Iterator[Any]:
    """The values of a file of JSON lines, plain, .gz or .xz."""
    with opened(path) as file:
        for line in file:
            yield json.loads(line)


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked."""
    opener: Any = OPENERS.get(path.suffix, open)
    found: IO[bytes] = opener(path, "rb")
    return found


def write(judged: Iterable[tuple[str, Mapping[str, Status]]], out: IO[str], told: IO[str]) -> None:
    """A line for each conversation to `out`; how often each rule was kept or broken, and the pace, to `told`."""
    counts: dict[str, Counter[str]] = {}
    number, begun = 0, time.perf_counter()
    for number, (one, rules) in enumerate(judged, 1):  # noqa: B007 - the count is what is wanted
        shown = {}
        for rule, found in rules.items():
            counts.setdefault(rule, Counter())[found.status] += 1
            shown[rule] = {"status": found.status} | ({} if found.at is None else {"at": found.at})
        out.write(json.dumps({"id": one, "rules": shown}, ensure_ascii=False) + "\n")
    pace = number / max(time.perf_counter() - begun, 1e-9)
    print(f"{number} judged, {pace:,.0f} a second", file=told)
    for rule, tally in counts.items():
        parts = ", ".join(
            f"{tally[word]} {word}" for word in ("violated", "ok", "na", "unknown") if tally[word]
        )
        print(f"{rule:24} {parts}", file=told)


def arguments(usage: str, count: int) -> list[str]:
    """What was written after the command; how to use it where that is not `count` words."""
    if len(sys.argv) - 1 != count:
        sys.exit(usage)
    return sys.argv[1:]
