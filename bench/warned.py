"""How early a running call would have been warned: python -m bench.warned FILE.jsonl.xz

Replays STAR's dialogues with their real times through monitors, as if they ran. A breach was *warned of* if, before the moment that broke the
rule, the rule stood as due or as a guard over that deed; the warning began when it last came to stand so. Measured are the seconds from
there to the breach, and whether at least one turn of somebody lay between.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench.lines import PACKS, json_lines
from bench.measuring import table
from bench.star import KIND, events

from clearline.engine.events import SECOND, UTTERANCE, Event, Instant
from clearline.engine.monitor import Monitor
from clearline.engine.rules import Rule
from clearline.rulebook.reading import load


class Warned(NamedTuple):
    """One breach: how long before it somebody could have been warned, and how many turns before."""

    rule: str
    seconds: float | None  # None: not at all
    turns: int = 0


class Watching:
    """Watches dialogues by the pack `star`."""

    def __init__(self) -> None:
        book = load(PACKS)
        self.known = book.known
        self.program = book.program(KIND, book.select(["star"]))

    def warned(self, standing: Sequence[Event]) -> Iterator[Warned]:
        """Every breach of a dialogue, with its warning."""
        monitor = Monitor(self.program, self.known)
        since: dict[
            Rule, tuple[Instant, int]
        ] = {}  # when a rule came to stand as due or guarded, in which turn
        turn = 0
        for event in standing:
            for at in self._deadlines(monitor, event.at):
                yield from self._broken(monitor.advance(at), since, turn)
                self._stand(monitor, at, turn, since)
            yield from self._broken(monitor.step(event), since, turn)
            turn += event.type == UTTERANCE
            self._stand(monitor, event.at, turn, since)

    def _deadlines(self, monitor: Monitor, until: Instant) -> Iterator[Instant]:
        """The deadlines that pass before an event, one by one."""
        while monitor.wakes is not None and monitor.wakes < until:
            yield monitor.wakes

    def _broken(
        self, changes: Iterable[Any], since: Mapping[Rule, tuple[Instant, int]], turn: int
    ) -> Iterator[Warned]:
        for change in changes:
            if change.what == "raised" and not change.finding.doubts:
                begun = since.get(change.rule)
                if begun is None:
                    yield Warned(change.rule.id, None)
                else:
                    yield Warned(
                        change.rule.id, (change.finding.breach.at - begun[0]) / SECOND, turn - begun[1]
                    )

    def _stand(
        self, monitor: Monitor, at: Instant, turn: int, since: dict[Rule, tuple[Instant, int]]
    ) -> None:
        standing = {duty.rule for duty in monitor.due(at) if not duty.overdue}
        standing |= {guard.rule for guard in monitor.guards(at)}
        for rule in since.keys() - standing:
            del since[rule]
        for rule in standing - since.keys():
            since[rule] = (at, turn)


def told(found: Iterable[Warned]) -> str:
    """A row a rule, and one for all."""
    by: dict[str, list[Warned]] = defaultdict(list)
    for one in found:
        by[one.rule].append(one)
        by["all"].append(one)
    rows = [
        (
            rule,
            len(some),
            f"{sum(one.seconds is not None for one in some) / len(some):.3f}",
            f"{sum(one.turns >= 1 for one in some) / len(some):.3f}",
            f"{median([one.seconds for one in some if one.seconds is not None] or [0]):.0f}",
        )
        for rule, some in sorted(by.items(), key=lambda one: (one[0] == "all", one[0]))
    ]
    return table(("rule", "breaches", "warned of", "a turn before", "median seconds before"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.warned", description="How early breaches were warned of.")
    parser.add_argument("file", type=Path, help="dialogues of STAR, one a line")
    watching = Watching()
    rows = json_lines(parser.parse_args().file)
    print(told(one for row in rows for one in watching.warned(events(row["Events"]))))


if __name__ == "__main__":
    main()
