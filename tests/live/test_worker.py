"""The worker: what waits for what, and that one call's nonsense ends the watching of that call alone."""

import gc
from weakref import ref

from tests.live.conftest import NOON, end_of
from tests.record.conftest import call

from clearline.engine.events import SECOND, Event
from clearline.live import wire
from clearline.live.running import Rules
from clearline.live.worker import Worker

STARTED = ('0 call.started recorded=true places=["US-CA"]', "1 call.answered")


def test_what_nobody_can_judge_ends_the_watching_of_one_call_alone(rules: Rules) -> None:
    worker = Worker(rules)
    done(worker, *happened("bad", *STARTED), *happened("good", *STARTED))
    (endless,) = call("3 agent: This call is recorded.", name="u")
    data = {**endless.data, "seconds": 1e305}
    worker.reports.clear()
    done(worker, wire.Happened("bad", Event("u", endless.type, endless.at, data, {"call": "bad"}), NOON))
    assert [type(one) for one in worker.reports] == [wire.Lost]
    done(worker, *happened("bad", "4 call.ended"), *happened("good", "4 agent: This call is recorded."))
    assert {one.call for one in worker.reports if isinstance(one, wire.Picture)} == {"good"}


def test_a_call_is_judged_by_all_that_is_known_of_it_or_not_at_all(rules: Rules) -> None:
    worker = Worker(rules)
    done(worker, *happened("c-1", "9 customer: Please stop calling me."), say("c-1"))
    assert worker.reports == [wire.Said(1, known=False)]
    before = [one.event for one in happened("c-1", *STARTED)]
    worker.reports.clear()
    done(worker, wire.Known("c-1", tuple(before)))
    done(worker, say("c-1"))
    pictures = [one for one in worker.reports if isinstance(one, wire.Picture)]
    assert [one.text for one in pictures[-1].talk] == ["Please stop calling me."]
    assert wire.Said(1) in worker.reports


def test_a_call_that_is_known_anew_loses_nothing_that_comes_meanwhile(rules: Rules) -> None:
    worker = Worker(rules)
    first = happened("c-1", *STARTED)
    done(worker, *first, wire.Forget("c-1", awaits=True))
    done(worker, *first, *happened("c-1", "3 agent: This call is recorded."))
    done(worker, wire.Known("c-1", tuple(one.event for one in first)))
    assert [one.type for one in worker.calls["c-1"].monitor.events][-1] == "utterance"


def test_what_is_told_at_once_is_done_in_its_order(rules: Rules) -> None:
    worker = Worker(rules)
    events = tuple(one.event for one in happened("c-1", *STARTED))
    done(worker, wire.Forget("c-1", awaits=True), wire.Known("c-1", events))
    assert [one.type for one in worker.calls["c-1"].monitor.events] == ["call.started", "call.answered"]


def test_a_call_that_is_over_leaves_nothing_behind(rules: Rules) -> None:
    worker = Worker(rules)
    (partial,) = call("3 agent: This call", name="u")
    done(worker, *happened("c-1", *STARTED))
    worker.take(wire.Perhaps("c-1", partial, NOON + 4 * SECOND))
    worker.take(wire.Known("c-1"))
    worker.reports.clear()
    done(worker, wire.Forget("c-1"))
    assert (worker.calls, worker.reports) == ({}, [])


def test_a_call_that_is_over_needs_no_search_for_garbage(rules: Rules) -> None:
    worker = Worker(rules)
    (partial,) = call("3 agent: This call", name="u")
    done(worker, *happened("c-1", *STARTED, "2 customer: Please stop calling me."))
    done(worker, wire.Perhaps("c-1", partial, NOON + 4 * SECOND), say("c-1"))
    known = wire.Known("c-2", tuple(worker.calls["c-1"].monitor.events))
    done(worker, wire.Forget("c-2", awaits=True), known)
    held = [ref(running.monitor) for running in worker.calls.values()]
    gc.collect()
    gc.disable()
    try:
        done(worker, wire.Forget("c-1"), wire.Forget("c-2"))
        del known
        worker.reports.clear()
        assert [one() for one in held] == [None, None]
    finally:
        gc.enable()


def test_of_partial_words_only_the_newest_are_looked_at(rules: Rules) -> None:
    worker = Worker(rules)
    done(worker, *happened("c-1", *STARTED))
    for text in ("This", "This call", "This call is recorded"):
        (partial,) = call(f"3 agent: {text}", name="u")
        worker.take(wire.Perhaps("c-1", partial, NOON + 4 * SECOND))
    worker.reports.clear()
    done(worker)
    (picture,) = [one for one in worker.reports if isinstance(one, wire.Picture)]
    assert [one.text for one in picture.talk] == ["This call is recorded"]


def happened(name: str, *lines: str) -> list[wire.Happened]:
    return [wire.Happened(name, event, end_of(event)) for event in call(*lines, name=f"{name}-{len(lines)}")]


def say(name: str) -> wire.Say:
    asked = Event("asked", "utterance", 0, {"by": "agent", "text": "It is on its way."}, {"call": name})
    return wire.Say(1, name, asked)


def done(worker: Worker, *orders: wire.Order) -> None:
    """Gives orders, and lets all be done."""
    for order in orders:
        worker.take(order)
    while worker.work(NOON + 10 * SECOND):
        pass
