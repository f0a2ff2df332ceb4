"""Which of all that is due an agent is told: few things, the worst and the nearest first, and what became of each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from clearline.engine.conditions import Truth
from clearline.engine.events import SECOND, Instant
from clearline.engine.rules import Rule
from clearline.engine.sentences import Form
from clearline.engine.verdicts import Duty
from clearline.live.wire import Line

AT_ONCE: Final = 3  # prompts that somebody can heed while talking
A_CALL: Final = 20  # rules that may prompt in one call; beyond that only critical ones do
WEIGHTS: Final[Mapping[str, float]] = {"critical": 9.0, "serious": 3.0, "minor": 1.0}
"""What is lost if it is ignored: a critical rule with 30 seconds left goes before a minor one with 5."""
NEAR: Final = 5 * SECOND  # all that is nearer is equally near
DOUBTFUL: Final = 0.4  # how much something counts of which nobody knows whether it applies
OPEN_END: Final = 120 * SECOND  # how near "before the call ends" is, as nobody knows the end


class Outcome(StrEnum):
    """What became of a prompt."""

    FOLLOWED = "followed"
    MISSED = "missed"  # its deadline passed
    WITHDRAWN = "withdrawn"  # what had caused it was not said after all
    SET_ASIDE = "set aside"  # the agent said that it does not apply here, and why
    LIFTED = "does not apply"  # as became known in the meantime
    ENDED_FIRST = "ended first"


class Turn(NamedTuple):
    """A prompt that appeared or, with an outcome, what became of it."""

    line: Line
    since: Instant
    perhaps: bool  # words that might still change had caused it
    outcome: Outcome | None = None


@dataclass(slots=True)
class Prompt:
    """One that an agent has seen in this call."""

    rule: Rule
    line: Line
    since: Instant
    tried: int  # how often its rule had come up by then
    perhaps: bool
    settled: bool = False  # what became of it is known

    def turn(self, outcome: Outcome | None = None) -> Turn:
        return Turn(self.line, self.since, self.perhaps, outcome)


@dataclass(slots=True)
class Prompts:
    """The prompts of one call; times are the call's."""

    tried: Callable[[Rule], int]
    applies: Callable[[Rule], Truth]
    missed: Callable[[Rule, Instant | None], bool]  # whether the rule was broken at a deadline
    standing: dict[str, Prompt] = field(default_factory=dict)  # due, and seen
    shown: tuple[Line, ...] = ()  # of these, those for which there is room; the most urgent first
    waiting: int = 0  # due, and beyond the room
    done: dict[str, Line] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def heed(self, duties: Iterable[Duty], now: Instant, *, perhaps: bool, ended: bool) -> list[Turn]:
        """Takes in all that is due; what appeared, and what became of what had."""
        due: dict[str, Duty] = {}
        for duty in () if ended else duties:
            if duty.rule.prompt and duty.rule.id not in self.aside:
                due.setdefault(duty.rule.id, duty)
        turns = [*self._settle(due, perhaps=perhaps, ended=ended)]
        ranked = sorted(due.values(), key=lambda one: self._urgency(one, now), reverse=True)
        room = [one for one in ranked if self._may_prompt(one)][:AT_ONCE]
        for duty in room:
            if duty.rule.id not in self.standing:
                prompt = Prompt(
                    duty.rule, _line(duty), now, self.tried(duty.rule), _is_perhaps(duty), duty.overdue
                )
                self.standing[duty.rule.id] = prompt
                self.done.pop(duty.rule.id, None)
                self.seen.add(duty.rule.id)
                turns += [] if duty.overdue else [prompt.turn()]
        self.shown = tuple(_line(one) for one in room)
        self.waiting = len(due) - len(room)
        return turns

    def set_aside(self, rule: str) -> Turn | None:
        """The agent says that it does not apply in this call."""
        self.aside.add(rule)
        prompt = self.standing.pop(rule, None)
        return prompt.turn(Outcome.SET_ASIDE) if prompt and not prompt.settled else None

    def _settle(self, due: Mapping[str, Duty], *, perhaps: bool, ended: bool) -> Iterator[Turn]:
        for name, prompt in [*self.standing.items()]:
            duty = due.get(name)
            if duty is not None and not duty.overdue:
                prompt.line = _line(duty)
                continue
            if duty is None and perhaps and not ended:
                continue  # it may have been done; when the words stay, it is known
            if duty is None:
                del self.standing[name]
            outcome = self._outcome(prompt, duty, ended=ended)
            if outcome is Outcome.FOLLOWED:
                self.done[name] = prompt.line
            if not prompt.settled:
                prompt.settled = True
                yield prompt.turn(outcome)

    def _outcome(self, prompt: Prompt, duty: Duty | None, *, ended: bool) -> Outcome:
        if self.tried(prompt.rule) < prompt.tried:
            return Outcome.WITHDRAWN
        if self.applies(prompt.rule) is False:
            return Outcome.LIFTED
        if duty is not None or self.missed(prompt.rule, prompt.line.deadline):
            return Outcome.MISSED
        return Outcome.ENDED_FIRST if ended else Outcome.FOLLOWED

    def _may_prompt(self, duty: Duty) -> bool:
        return len(self.seen) < A_CALL or duty.rule.id in self.seen or duty.rule.severity == "critical"

    def _urgency(self, duty: Duty, now: Instant) -> float:
        """What is lost, over the time that is left; what is on the screen stays where something else is hardly worse."""
        left = OPEN_END if duty.deadline is None or duty.overdue else max(NEAR, duty.deadline - now)
        left = NEAR if _is_next(duty) else left
        lost = WEIGHTS[duty.rule.severity] * (DOUBTFUL if duty.doubts else 1.0)
        stays = 1.2 if any(line.rule == duty.rule.id for line in self.shown) else 1.0
        return stays * lost / left


def _line(duty: Duty) -> Line:
    rule = duty.rule
    return Line(rule.id, rule.prompt, rule.severity, duty.deadline, duty.overdue, _is_next(duty))


def _is_perhaps(duty: Duty) -> bool:
    """Whether words that may still change have caused it."""
    return duty.trigger is not None and "~" in duty.trigger.event.id


def _is_next(duty: Duty) -> bool:
    """Whether it has to be done before something else happens, which may be any moment."""
    return duty.sentence.form is Form.NEXT
