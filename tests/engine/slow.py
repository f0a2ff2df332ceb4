"""A slow and obvious evaluator of the rule language, written from the table of the design and its eight rules.

It looks at the whole past again at every question, keeps nothing, and shares no code with the automata. Every
function reads as the sentence that defines the form. Times are the events' own; an index is an event's place.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clearline.engine.durations import Span
from clearline.engine.events import Event
from clearline.engine.sentences import (
    Form,
    Joined,
    Name,
    Sentence,
    StateFormula,
    StateName,
    Term,
    Where,
    without_conditions,
)

Truth = bool | None
World = Callable[[Term, Event], bool]


class Breach(NamedTuple):
    at: int
    how: str
    trigger: str | None
    deed: str | None


class Outcome(NamedTuple):
    breaches: list[Breach]
    status: str
    tried: int
    ended_first: int = 0


@dataclass(frozen=True)
class Interval:
    """A state of the tests: from one type of event to another, for as long as it lasts."""

    starts: str
    ends: str
    lasts: int | None = None
    before: str = "off"


@dataclass(frozen=True)
class Past:
    """What has been seen: the events, what the clock says, and whether the timeline has ended."""

    events: Sequence[Event]
    now: int
    through: bool  # whether the deadlines of `now` itself have passed
    end: Event | None
    is_true: World
    in_scope: Callable[[int], bool] = lambda _: True
    start: int | None = None  # of the timeline, where it is not the first event

    @property
    def begun(self) -> int:
        return self.events[0].at if self.start is None else self.start

    def passed(self, deadline: int) -> bool:
        return deadline <= self.end.at if self.end is not None else self.missed(deadline)

    def missed(self, deadline: int) -> bool:
        """For what can still be done after the end; the parts of the tests are deeds."""
        return deadline < self.now or (self.through and deadline == self.now)


def truth(term: Term, event: Event) -> Truth:
    """Whether a name happens at an event: its type is that name and its conditions (`data.x`) are true."""
    if isinstance(term, Name):
        return event.type == term.name
    assert isinstance(term, Where)
    inner = truth(term.term, event)
    value = event.data.get(term.condition.removeprefix("data."))
    if inner is False or value is False:
        return False
    return True if inner and value is True else None


def world(*, doubts_are: bool) -> World:
    """Every doubt decided in one way."""

    def is_true(term: Term, event: Event) -> bool:
        found = truth(term, event)
        return doubts_are if found is None else found

    return is_true


def happenings(term: Term, past: Past, is_true: World, start: int = -1) -> list[int]:
    """Where a term happens, counting only what comes after the place `start`."""
    found: list[int] = []
    while (place := first(term, past, is_true, start)) is not None:
        found.append(place)
        start = place
    return found


def first(term: Term, past: Past, is_true: World, start: int) -> int | None:
    """The first place after `start` at which the term happens, of parts that all come after `start`."""
    places = range(start + 1, len(past.events))
    if isinstance(term, Name | Where) and not _is_joined(term):
        return next((place for place in places if is_true(term, past.events[place])), None)
    assert isinstance(term, Joined)
    if term.word == "then":
        at: int | None = start
        for part in term.parts:
            at = first(part, past, is_true, at) if at is not None else None
        return at
    firsts = [first(part, past, is_true, start) for part in term.parts]
    if term.word == "or":
        return min((place for place in firsts if place is not None), default=None)
    return None if None in firsts else max(place for place in firsts if place is not None)


def _is_joined(term: Term) -> bool:
    return isinstance(term, Joined)


def judge(sentence: Sentence, past: Past, harm: World, help_: World) -> Outcome:
    """What the sentence says of the past, with harmful parts read in one world and helpful ones in another."""
    form = sentence.form
    if form in (Form.EXISTS, Form.AT_LEAST):
        return existence(sentence, past, help_)
    if form in (Form.AFTER, Form.WITHIN):
        return response(sentence, past, harm, help_)
    if form is Form.WITHIN_OF:
        return around(sentence, past, harm, help_)
    if form in (Form.BEFORE, Form.BEFORE_EACH):
        return precedence(sentence, past, harm, help_)
    if form is Form.EVERY:
        return recurrence(sentence, past, help_)
    if form is Form.FORBID:
        return absence(sentence, past, harm, help_)
    if form is Form.LIMIT:
        return limit(sentence, past, harm)
    if form is Form.SHARE:
        return (
            rolling_share(sentence, past, harm, help_)
            if sentence.rolling
            else share(sentence, past, harm, help_)
        )
    return place(sentence, past, harm, help_)


def at(past: Past, index: int) -> int:
    return past.events[index].at


def name(past: Past, index: int) -> str:
    return past.events[index].id


def length(span: Span | None) -> int:
    assert span is not None
    assert span.unit == "us"
    return span.amount


def status(past: Past, *, due: bool = False, kept: bool = False) -> str:
    if due:
        return "due"
    return "kept" if kept or past.end is not None else "open"


def existence(sentence: Sentence, past: Past, help_: World) -> Outcome:
    """A has to happen (N times) before the end."""
    done = len(happenings(sentence.a, past, help_)) >= max(1, sentence.count)
    missed = past.end is not None and not done
    breaches = [Breach(past.end.at, "never", None, None)] if missed and past.end else []
    return Outcome(breaches, status(past, due=not done and not missed, kept=done), 1)


def response(sentence: Sentence, past: Past, harm: World, help_: World) -> Outcome:
    """After the first unanswered B an A is due, within T if there is a T; one A answers every earlier B."""
    assert sentence.b is not None
    triggers = happenings(sentence.b, past, harm)
    breaches: list[Breach] = []
    ended_first, due, resume = 0, False, -1
    for trigger in triggers:
        if trigger < resume or due:
            continue  # it joined an earlier one
        answer = first(sentence.a, past, help_, trigger)
        if sentence.span is None:
            if answer is None:
                due = past.end is None
                if past.end is not None:
                    breaches.append(Breach(past.end.at, "never", name(past, trigger), None))
                break
            resume = answer
            continue
        deadline = at(past, trigger) + length(sentence.span)
        if answer is not None and at(past, answer) <= deadline:
            resume = answer
        elif past.missed(deadline):
            breaches.append(Breach(deadline, "missed", name(past, trigger), None))
            resume = next((i for i in range(len(past.events)) if at(past, i) > deadline), len(past.events))
        else:
            due = True  # the tests' parts are deeds: they can be done after the end
            break
    return Outcome(breaches, status(past, due=due), len(triggers), ended_first)


def around(sentence: Sentence, past: Past, harm: World, help_: World) -> Outcome:
    """As the response, but an A at most T before the B answers it too."""
    assert sentence.b is not None
    span = length(sentence.span)
    triggers, answers = happenings(sentence.b, past, harm), happenings(sentence.a, past, help_)
    breaches: list[Breach] = []
    due, resume = False, -1
    for trigger in triggers:
        moment = at(past, trigger)
        if trigger < resume or any(i <= trigger and moment - at(past, i) <= span for i in answers):
            continue
        later = [i for i in answers if i > trigger]
        if later and at(past, later[0]) <= moment + span:
            resume = later[0]
        elif past.missed(moment + span):
            breaches.append(Breach(moment + span, "missed", name(past, trigger), None))
            resume = next(
                (i for i in range(len(past.events)) if at(past, i) > moment + span), len(past.events)
            )
        else:
            due = True
            break
    return Outcome(breaches, status(past, due=due), len(triggers))


def precedence(sentence: Sentence, past: Past, harm: World, help_: World) -> Outcome:
    """No B without an earlier A; for `each`, none without an A since the last B."""
    assert sentence.b is not None
    deeds = happenings(sentence.b, past, harm)
    breaches, since = [], -1
    for deed in deeds:
        opened = first(sentence.a, past, help_, since)
        if opened is None or opened >= deed:
            breaches.append(
                Breach(at(past, deed), "done", _locked_by(sentence, past, deeds, deed), name(past, deed))
            )
        if sentence.form is Form.BEFORE_EACH:
            since = deed
    for_good = sentence.form is Form.BEFORE and first(sentence.a, past, help_, -1) is not None
    return Outcome(breaches, status(past, kept=for_good), len(deeds))


def _locked_by(sentence: Sentence, past: Past, deeds: list[int], deed: int) -> str | None:
    earlier = [one for one in deeds if one < deed] if sentence.form is Form.BEFORE_EACH else []
    return name(past, earlier[-1]) if earlier else None


def recurrence(sentence: Sentence, past: Past, help_: World) -> Outcome:
    """From the start and from every A on, the next A is due within T; each T without one is a miss."""
    span = length(sentence.span)
    turns = [(past.begun, None), *((at(past, i), name(past, i)) for i in happenings(sentence.a, past, help_))]
    breaches: list[Breach] = []
    fresh = True
    for (begun, by), following in itertools.zip_longest(turns, turns[1:]):
        deadline, misses = begun + span, 0
        while past.passed(deadline) and (following is None or following[0] > deadline):
            breaches.append(Breach(deadline, "missed", by, None))
            deadline, misses = deadline + span, misses + 1
        fresh = by is not None and misses == 0
    never = past.end is not None and not fresh and not (breaches and breaches[-1].trigger == turns[-1][1])
    return Outcome(breaches, status(past, due=not fresh and past.end is None), len(turns), int(never))


def absence(sentence: Sentence, past: Past, harm: World, help_: World) -> Outcome:
    """No A in the scope: after a B, until the first C after it or for T, while one state and unless another."""
    if sentence.b is None:
        deeds = happenings(sentence.a, past, harm)
        wrong = [Breach(at(past, i), "done", None, name(past, i)) for i in deeds if past.in_scope(i)]
        tried = happenings(without_conditions(sentence.a), past, harm)
        return Outcome(wrong, status(past), len(tried))
    locks = happenings(sentence.b, past, harm)
    breaches, opened = [], -1
    for group in _locked(locks, sentence, past, help_):
        begin, close = group[0], group[1]
        for deed in happenings(sentence.a, past, harm, begin):
            if deed > close:
                break
            latest = max(lock for lock in locks if lock < deed)
            if past.in_scope(deed) and (
                sentence.span is None or at(past, deed) <= at(past, latest) + length(sentence.span)
            ):
                breaches.append(Breach(at(past, deed), "done", name(past, latest), name(past, deed)))
        opened = close
    del opened
    return Outcome(breaches, status(past), len(locks))


def _locked(locks: list[int], sentence: Sentence, past: Past, help_: World) -> Iterator[tuple[int, int]]:
    """The stretches that are locked: from a B to the C after it, or for T after the last B of the stretch."""
    begin: int | None = None
    close = -1
    for lock in locks:
        if begin is not None and lock < close:
            if sentence.span is not None:
                close = max(close, _reaches(past, at(past, lock) + length(sentence.span)))
            continue
        if begin is not None:
            yield begin, close
        begin = lock
        if sentence.until is not None:
            close = _or_end(first(sentence.until, past, help_, lock), past)
        elif sentence.span is not None:
            close = _reaches(past, at(past, lock) + length(sentence.span))
        else:
            close = len(past.events)
    if begin is not None:
        yield begin, close


def _reaches(past: Past, until: int) -> int:
    return next((i - 1 for i in range(len(past.events)) if at(past, i) > until), len(past.events))


def _or_end(place_: int | None, past: Past) -> int:
    return len(past.events) if place_ is None else place_


def limit(sentence: Sentence, past: Past, harm: World) -> Outcome:
    """No more than N of A at once in the window that the latest of them closes."""
    deeds = happenings(sentence.a, past, harm)
    breaches = []
    for index, deed in enumerate(deeds):
        counted = [i for i in deeds[:index] if _same_window(sentence, past, i, deed)]
        if len(counted) >= sentence.count:
            breaches.append(Breach(at(past, deed), "done", None, name(past, deed)))
    return Outcome(breaches, status(past), len(deeds))


def _same_window(sentence: Sentence, past: Past, one: int, other: int) -> bool:
    if sentence.span is None:
        return True
    span, start = length(sentence.span), past.begun
    if sentence.rolling:
        return at(past, other) - at(past, one) <= span
    return window(at(past, one), start, span) == window(at(past, other), start, span)


def window(moment: int, start: int, span: int) -> int:
    """The successive window that a moment falls into: the first holds the start, each holds its own end."""
    return max(1, -((start - moment) // span))


def share(sentence: Sentence, past: Past, harm: World, help_: World) -> Outcome:
    """At most P % of the Bs of a window may be As, when it closes."""
    assert sentence.b is not None
    bad, all_ = happenings(sentence.a, past, harm), happenings(sentence.b, past, help_)
    start = past.begun
    numbers = [1]
    if sentence.span is not None:
        numbers = sorted({window(at(past, i), start, length(sentence.span)) for i in [*bad, *all_]})
    breaches, due = [], False
    for number in numbers:
        inside = [i for i in range(len(past.events)) if _in(sentence, past, i, number)]
        a, b = len(set(bad) & set(inside)), len(set(all_) & set(inside))
        close = start + number * length(sentence.span) if sentence.span is not None else None
        above = b > 0 and a * 100 > sentence.percent * b
        if close is not None and (past.passed(close) and (past.end is None or close < past.end.at)):
            breaches += [Breach(close, "share", None, None)] * above
        elif past.end is not None:
            breaches += [Breach(past.end.at, "share", None, None)] * above
        else:
            due = above
    return Outcome(breaches, status(past, due=due), len(all_))


def _in(sentence: Sentence, past: Past, index: int, number: int) -> bool:
    return sentence.span is None or window(at(past, index), past.begun, length(sentence.span)) == number


def rolling_share(sentence: Sentence, past: Past, harm: World, help_: World) -> Outcome:
    """At no time at least T after the start may more than P % of the Bs of the last T be As."""
    assert sentence.b is not None
    span, start = length(sentence.span), past.begun
    bad, all_ = happenings(sentence.a, past, harm), happenings(sentence.b, past, help_)

    def above(seen: int, since: int) -> bool:
        a = sum(since <= at(past, i) and i <= seen for i in bad)
        b = sum(since <= at(past, i) and i <= seen for i in all_)
        return b > 0 and a * 100 > sentence.percent * b

    # the share can change at an event, at the first full window, and right after an event has left
    points: list[tuple[int, int, int, int]] = [(at(past, i), 0, i, at(past, i) - span) for i in {*bad, *all_}]
    points += [(at(past, i) + span, 2, -1, at(past, i) + 1) for i in {*bad, *all_}]
    points.append((start + span, 1, -1, start))
    breaches, was = [], False
    for moment, kind, seen, since in sorted(points):
        if kind and not (past.passed(moment) and (past.end is None or moment < past.end.at)):
            continue
        latest = (
            seen
            if seen >= 0
            else max((i for i in range(len(past.events)) if at(past, i) <= moment), default=-1)
        )
        now = moment >= start + span and above(latest, since)
        if now and not was:
            breaches.append(Breach(moment, "share", None, name(past, seen) if seen >= 0 else None))
        was = now
    limit_ = past.now - span + (1 if past.through else 0)
    due = past.end is None and above(len(past.events), limit_)
    return Outcome(breaches, status(past, due=due), len(all_))


def place(sentence: Sentence, past: Past, harm: World, help_: World) -> Outcome:
    """The first, the last, or the next event of E has to be an A."""
    among = sentence.among
    every = [i for i, event in enumerate(past.events) if event is not past.end]
    right = {i for i in every if first(sentence.a, _only(past, i), help_, -1) is not None}
    members = [
        i
        for i in every
        if among is None
        or _any(among, past.events[i], harm)
        or (
            i in right and _any(among, past.events[i], help_)
        )  # with every doubt for the rule it is an A of E
    ]
    if sentence.form is Form.FIRST:
        wrong = [i for i in members[:1] if i not in right]
        breaches = [Breach(at(past, i), "out of place", None, name(past, i)) for i in wrong]
        return Outcome(breaches, status(past, kept=bool(members)), len(members[:1]))
    if sentence.form is Form.LAST:
        wrong = [i for i in members[-1:] if i not in right]
        breaches = [Breach(past.end.at, "out of place", None, name(past, i)) for i in wrong if past.end]
        return Outcome(breaches, status(past, due=bool(wrong) and past.end is None), len(members))
    assert sentence.b is not None
    triggers = happenings(sentence.b, past, harm)
    breaches, due = [], False
    for trigger in triggers:
        following = next((i for i in members if i > trigger), None)
        newer = next((i for i in triggers if i > trigger), None)
        if newer is not None and (following is None or newer < following):
            continue  # the later B takes its place
        due = following is None and past.end is None
        if following is not None and following not in right:
            breaches.append(
                Breach(at(past, following), "out of place", name(past, trigger), name(past, following))
            )
    return Outcome(breaches, status(past, due=due), len(triggers))


def _any(term: Term, event: Event, is_true: World) -> bool:
    if isinstance(term, Joined):
        return any(_any(part, event, is_true) for part in term.parts)
    return is_true(term, event)


def _only(past: Past, index: int) -> Past:
    return Past([past.events[index]], past.now, past.through, past.end, past.is_true)


def state_truth(interval: Interval, events: Sequence[Event], index: int) -> Truth:
    """Whether a state is on just before an event: decided for every way in which the doubtful ends may have been."""
    marks = [
        (i, kind, event.data.get("sure"))
        for i, event in enumerate(events[:index])
        for kind in ("starts", "ends")
        if event.type == getattr(interval, kind)
    ]
    doubtful = [i for i, _, sure in marks if sure is None]
    answers: set[bool] = set()
    for before in {"off": [False], "on": [True], "unknown": [False, True]}[interval.before]:
        for real in itertools.product([False, True], repeat=len(doubtful)):
            happened = dict(zip(doubtful, real, strict=True))
            since: float | None = float("inf") if before else None
            for i, kind, _ in marks:
                if happened.get(i, True):
                    since = events[i].at if kind == "starts" else None
            limit_ = float("inf") if interval.lasts is None else interval.lasts
            answers.add(since is not None and (since == float("inf") or events[index].at - since <= limit_))
    return None if len(answers) > 1 else answers.pop()


def formula_truth(formula: StateFormula, truths: dict[str, Truth]) -> Truth:
    if isinstance(formula, StateName):
        return truths[formula.name]
    parts = [formula_truth(part, truths) for part in formula.parts]
    if formula.word == "not":
        return None if parts[0] is None else not parts[0]
    decisive = formula.word == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive
