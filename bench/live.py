"""Running calls: from words to what the agent is told, with many calls open at once."""

import gc
import resource
import time
from statistics import quantiles

from bench.material import calls, phrase_rules, phrases, talk
from bench.measuring import Part, goal, table

from clearline.engine.events import SECOND, UTTERANCE, Event
from clearline.engine.monitor import Monitor
from clearline.engine.program import compile_rules
from clearline.engine.rules import Signal
from clearline.rulebook.reading import load

TITLE = "Running calls"
RULES = 100
MILLISECOND = 1e-3


def measure(*, quick: bool) -> Part:
    """1,000 calls by turns; each utterance is stepped, then everything due is asked for."""
    open_calls, turns = (10, 5) if quick else (1_000, 12)
    lines = talk()
    book = load()
    own = [rule.rule for rule in book.select() if rule.on == "call"]
    more = phrase_rules(RULES - len(own))
    made = phrases(lines, 10 * 2 * len(more))
    signals = {name: one for scope in book.scopes.values() for name, one in scope.signals.items()}
    states = {name: one for scope in book.scopes.values() for name, one in scope.states.items()}
    signals |= {
        f"s{n}": Signal(f"s{n}", phrases=tuple(made[n :: 2 * len(more)])) for n in range(2 * len(more))
    }
    program = compile_rules([*own, *more], signals, states, kind="call")
    talks = calls(lines, 20)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    monitors = [Monitor(program, book.known) for _ in range(open_calls)]
    for monitor in monitors:
        monitor.step(Event("0", "call.started", 0, {"recorded": True, "places": ["US-CA"]}))
        monitor.step(Event("1", "call.answered", 0, seq=1))
    taken = []
    for turn in range(turns):
        for number, monitor in enumerate(monitors):
            by, text = talks[number % len(talks)][turn]
            event = Event(
                f"u{turn}", UTTERANCE, (turn + 1) * 8 * SECOND, {"by": by, "text": text, "seconds": 5.0}
            )
            begun = time.process_time_ns()
            monitor.step(event)
            [duty.rule.prompt for duty in monitor.due(event.at + 5 * SECOND)]
            taken.append((time.process_time_ns() - begun) / 1e6)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / open_calls
    cuts = quantiles(taken, n=1000)
    rows = [(RULES, open_calls, cuts[499], cuts[989], cuts[998], max(taken), grown / 1000)]
    head = ("rules", "open calls", "p50 ms", "p99 ms", "p99.9 ms", "longest ms", "KB a call")
    about = (
        f"{len(taken):,} utterances of {lines.source}; CPU time of one core from the words to the prompts "
        f"({len(own)} rules of the shipped packs, {len(more)} with generated phrases), calls by turns."
    )
    average = sum(taken) / len(taken)
    text = "\n\n".join(
        [
            about,
            table(head, rows),
            table(
                ("goal", "wanted", "measured", ""),
                [goal("utterances at the p99 in 10 ms", 1, 10 / cuts[989])],
            ),
            f"One core does {1000 / average:,.0f} utterances a second: {8000 / average:,.0f} calls with one every 8 s.",
        ]
    )
    return Part("live", TITLE, text)
