"""`… for each KEY`: one automaton for every value of a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar
from clearline.engine.events import Instant
from clearline.engine.forms.form import Form, Guarded, Mark, Pending, State, Tally, worst


class Instances(NamedTuple):
    """The living instances, and the one that has seen only what bears no key: new ones begin as its copy."""

    template: Any
    living: dict[Any, Any]


@dataclass(frozen=True, slots=True)
class NoKey:
    """What happens without a key happens to every instance."""


NO_KEY = NoKey()


class ForEach:
    """Steps the instance of the mark's key; an instance that is as good as new is forgotten.

    The template stands for the key that nobody knows: a deed without a key may be anybody's.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self.helpful = form.helpful
        self.fulfilling = form.fulfilling
        self.selfstarting = form.selfstarting

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Instances:  # noqa: ARG002
        return Instances(self.form.begin(at, calendar, Tally()), {})

    def step(self, state: Instances, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Instances:
        if mark.key is NO_KEY:
            return self._step_all(state, bits, mark, calendar, tally)
        living = dict(state.living)
        before = living.get(mark.key, state.template)
        if mark.key not in living and self.selfstarting:
            tally.tried += 1
        own = Tally()
        after = self.form.step(before, bits, mark, calendar, own)
        _add(tally, own, mark.key)
        living[mark.key] = after
        if after == state.template:
            del living[mark.key]
        return Instances(state.template, living)

    def _step_all(
        self, state: Instances, bits: int, mark: Mark, calendar: Calendar, tally: Tally
    ) -> Instances:
        """Whosever it is, it is one happening: it is counted once, and breaks once."""
        own = Tally()
        template = self.form.step(state.template, bits, mark, calendar, own)
        living = {}
        for key, one in state.living.items():
            also = Tally()
            after = self.form.step(one, bits, mark, calendar, also)
            own.breaches.extend(breach for breach in also.breaches if breach not in own.breaches)
            if after != template:
                living[key] = after
        _add(tally, own, None)
        return Instances(template, living)

    def mild(self, bits: int, perhaps: int) -> int:
        return self.form.mild(bits, perhaps)

    def deadline(self, state: Instances) -> Instant | None:
        deadlines = [self.form.deadline(one) for _, one in self._real(state)]
        return min((at for at in deadlines if at is not None), default=None)

    def expire(self, state: Instances, calendar: Calendar, tally: Tally) -> Instances:
        at = self.deadline(state)
        return self._each(state, tally, lambda one, own: self.form.expire(one, calendar, own), at)

    def finish(self, state: Instances, mark: Mark, tally: Tally) -> Instances:
        return self._each(state, tally, lambda one, own: self.form.finish(one, mark, own))

    def _each(
        self, state: Instances, tally: Tally, change: Callable[[Any, Tally], Any], at: Instant | None = None
    ) -> Instances:
        """Changes every instance, or those whose deadline is `at`."""
        changed = {None: state.template, **state.living}
        for key, one in self._real(state):
            if at is None or self.form.deadline(one) == at:
                own = Tally()
                changed[key] = change(one, own)
                _add(tally, own, key)
        return Instances(changed.pop(None), changed)

    def _real(self, state: Instances) -> Iterable[tuple[Any, Any]]:
        """The living instances; the template is one where a deed without a key may have started it."""
        if not self.selfstarting:
            yield None, state.template
        yield from state.living.items()

    def status(self, state: Instances) -> State:
        return worst([State.OPEN, *(self.form.status(one) for _, one in self._real(state))])

    def pending(self, state: Instances) -> Iterable[Pending]:
        for key, one in self._real(state):
            for pending in self.form.pending(one):
                yield pending._replace(key=key)

    def guarded(self, state: Instances, at: Instant) -> Iterable[Guarded]:
        for key, one in self._real(state):
            for guarded in self.form.guarded(one, at):
                yield guarded._replace(key=key)


def _add(tally: Tally, own: Tally, key: Any) -> None:
    tally.tried += own.tried
    tally.ended_first += own.ended_first
    tally.breaches.extend(breach._replace(key=key) for breach in own.breaches)
