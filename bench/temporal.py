"""Sentences about time on event logs, beside pm4py and Declare4Py."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from bench.material import constraints, log_events, log_program, logs
from bench.measuring import Part, Seconds, goal, in_turns, table, timed
from bench.peers.asking import Peer, PeerError

from clearline.engine.columns import judge, timelines
from clearline.engine.monitor import replay_many

TITLE = "Temporal rules on event logs"
FEW = 300  # traces for what is slow
Broken = list[set[tuple[str, ...]]]
"""The broken constraints of each trace."""


def measure(*, quick: bool) -> Part:
    """20 constraints on 10,000 traces of 60 events."""
    traces, told = logs(100 if quick else 10_000), constraints()
    few, program = traces[:FEW], log_program(told)
    events = list(log_events(traces))
    columns = timelines(events)
    contenders = {
        "ours, columns": timed(lambda: judge(program, columns)),
        "ours, columns, events put in columns first": timed(lambda: judge(program, timelines(events))),
        "ours, replay of every trace": timed(
            lambda: [one.verdicts() for one in replay_many(program, events[:FEW])]
        ),
    }
    sizes = dict.fromkeys(contenders, len(traces)) | {"ours, replay of every trace": len(few)}
    ours = _broken(told, len(traces), judge(program, columns))
    notes = [_equal_to_replay(told, ours, program, events[:FEW])]
    peers: list[Peer] = []
    for name, peer, some, objects in (
        []
        if quick
        else [
            ("pm4py, table", "pm4py", traces, False),
            ("pm4py, event log", "pm4py", traces, True),
            ("Declare4Py, event log", "declare4py", few, True),
        ]
    ):
        try:
            prepared = Peer(peer, traces=some, constraints=told, objects=objects)
            _, found = prepared.measure()
        except PeerError as error:
            notes.append(f"**{error}.**")
            continue
        peers.append(prepared)
        contenders[name], sizes[name] = _asking(prepared), len(some)
        notes.append(_compared(name, some, ours, found))
    taken = in_turns(contenders, 1 if quick else 5)
    for prepared in peers:
        prepared.close()
    speed = {name: sizes[name] / seconds for name, seconds in taken.items()}
    fastest = speed["ours, columns"]
    rows = [(name, sizes[name], one, fastest / one) for name, one in speed.items()]
    goals = [
        goal(f"columns against {name}", wanted, fastest / speed[name])
        for name, wanted in (("pm4py, table", 30), ("pm4py, event log", 30), ("Declare4Py, event log", 200))
        if name in speed
    ]
    about = (
        f"{len(traces):,} random traces of 60 events, 20 constraints (4 each of response, precedence, chain response, "
        "existence, absence); CPU time, medians. Peers tell which constraints a trace breaks; ours also where first. "
        "What is slow was given fewer traces, and is told per trace."
    )
    text = "\n\n".join(
        [
            about,
            table(("", "traces", "traces/s", "columns are times faster"), rows),
            table(("goal", "wanted", "measured", ""), goals) if goals else "No peer was measured.",
            "\n".join(f"- {note}" for note in notes),
        ]
    )
    return Part("temporal", TITLE, text)


def _asking(peer: Peer) -> Callable[[], Seconds]:
    return lambda: peer.measure()[0]


def _broken(told: list[list[str]], size: int, columns: Any) -> Broken:
    found: Broken = [set() for _ in range(size)]
    for number, constraint in enumerate(told):
        for trace in (columns[str(number)].broken_at >= 0).nonzero()[0]:
            found[trace].add(tuple(constraint))
    return found


def _equal_to_replay(told: list[list[str]], ours: Broken, program: Any, events: Any) -> str:
    differing = sum(
        {tuple(told[int(one.rule.id)]) for one in judged.verdicts() if one.findings} != broken
        for judged, broken in zip(replay_many(program, events), ours, strict=False)
    )
    return f"Columns against replay: {differing} of {len(events)} traces differ."


def _compared(name: str, traces: list[list[str]], ours: Broken, found: list[list[list[str]]]) -> str:
    """How many verdicts differ, and how many of those because a trace ends right after B of `A next after B`."""
    differing: Counter[str] = Counter()
    weak = 0
    for trace, own, other in zip(traces, ours, found, strict=False):
        for template, *places in own ^ {tuple(one) for one in other}:
            differing[template] += 1
            weak += template == "chainresponse" and trace[-1] == places[0]
    told = ", ".join(f"{count:,} of {template}" for template, count in differing.most_common()) or "none"
    return (
        f"{name}: {sum(differing.values()):,} of {20 * len(found):,} verdicts differ ({told}); in {weak:,} of them the trace "
        "ends right after B of `A next after B`, which is kept with us and broken in Declare (docs/rule-forms.md, `next` is weak)."
    )
