"""An example of a rule, step by step: what the rule says after each event, and the same as a strip to be drawn."""

from typing import NamedTuple

import msgspec

from clearline.engine.events import UTTERANCE, Event, Instant
from clearline.engine.explain import Clock, explain, explain_duty
from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.engine.verdicts import Verdict
from clearline.rulebook.entries import Example
from clearline.rulebook.examples import spoken_outcome
from clearline.rulebook.lines import begin, read_events, spoken_time
from clearline.rulebook.rulebook import Rulebook

WIDTH = 1_000  # of a strip


class Step(NamedTuple):
    """A line of the example, who or what it is (agent, customer, system, unknown, event), and what the rule says after it."""

    line: str
    event: Event
    by: str
    state: str
    told: str


class Stretch(NamedTuple):
    """A part of the strip in one state."""

    left: int
    width: int
    state: str


class Dot(NamedTuple):
    """An event on the strip."""

    left: int
    by: str


class Walk(NamedTuple):
    """All steps, the facts that were known (`call.recorded = True`), and what the rule says in the end."""

    steps: list[Step]
    known: list[str]
    outcome: str
    breaches: list[Instant]

    @property
    def dots(self) -> list[Dot]:
        place = self._place
        return [Dot(place(step.event.at), step.by) for step in self.steps]

    @property
    def stretches(self) -> list[Stretch]:
        """What the rule said from event to event; where it broke in between, from there on that."""
        found: list[Stretch] = []
        ends = [*(step.event.at for step in self.steps[1:]), self._end]
        for step, end in zip(self.steps, ends, strict=True):
            at, state = step.event.at, step.state
            for breach in self.breaches:
                if at < breach < end:
                    found.append(self._stretch(at, breach, state))
                    at, state = breach, "broken"
            found.append(self._stretch(at, end, state))
        return [one for one in found if one.width]

    @property
    def _end(self) -> Instant:
        return max([self.steps[-1].event.at, *self.breaches])

    def _place(self, at: Instant) -> int:
        start = self.steps[0].event.at
        return WIDTH * (at - start) // max(self._end - start, 1)

    def _stretch(self, since: Instant, until: Instant, state: str) -> Stretch:
        left = self._place(since)
        return Stretch(left, self._place(until) - left, state)


def walk(rulebook: Rulebook, program: Program, example: Example) -> Walk:
    """Goes through an example with a program that holds its rule alone."""
    monitor = Monitor(program, {**rulebook.known, **msgspec.to_builtins(example.facts)})
    start = begin(example.events[0])
    steps: list[Step] = []
    verdict: Verdict | None = None
    before = ""
    for line, event in zip(example.events, read_events(example.events), strict=True):
        monitor.step(event)
        verdict = next(iter(monitor.verdicts()), None)
        state = "no rule" if verdict is None else verdict.state.value
        told = _told(verdict, lambda at: spoken_time(at, start))
        by = str(event.data["by"]) if event.type == UTTERANCE else "event"
        steps.append(Step(line, event, by, state, told if told != before else ""))
        before = told
    known = [
        f"{area}.{name} = {value}" for area, facts in example.facts.items() for name, value in facts.items()
    ]
    breaches = sorted(one.breach.at for one in verdict.findings) if verdict else []
    return Walk(steps, known, spoken_outcome(verdict, start), breaches)


def _told(verdict: Verdict | None, clock: Clock) -> str:
    if verdict is None:
        return ""
    told = [explain(one, clock) for one in (*verdict.findings, *verdict.questions)]
    return " ".join([*told, *(explain_duty(one, clock) for one in verdict.duties)])
