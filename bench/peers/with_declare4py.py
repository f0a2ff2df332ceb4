"""Declare4Py's `MPDeclareAnalyzer` over an event log."""

from collections.abc import Callable

import pm4py
from bench.peers.answering import Request, answer
from bench.peers.event_table import event_table
from Declare4Py.D4PyEventLog import D4PyEventLog
from Declare4Py.ProcessMiningTasks.ConformanceChecking.MPDeclareAnalyzer import MPDeclareAnalyzer
from Declare4Py.ProcessModels.DeclareModel import DeclareModel

TEMPLATES = {
    "response": "Response",
    "precedence": "Precedence",
    "chainresponse": "Chain Response",
    "existence": "Existence",
    "absence": "Absence",
}


def prepare(request: Request) -> Callable[[Request], list[list[list[str]]]]:
    """The broken `constraints` of each of `traces`."""
    constraints = request["constraints"]
    activities = sorted({one for _, *places in constraints for one in places})
    lines = [
        *(f"activity {one}" for one in activities),
        *(f"{TEMPLATES[name]}[{', '.join(places)}] |{' |' * len(places)}" for name, *places in constraints),
    ]
    log = pm4py.convert_to_event_log(event_table(request["traces"]))
    log.properties["pm4py:param:timestamp_key"] = "time:timestamp"
    log.properties["pm4py:param:activity_key"] = "concept:name"
    analyzer = MPDeclareAnalyzer(
        log=D4PyEventLog("case:concept:name", log),
        declare_model=DeclareModel().parse_from_string("\n".join(lines)),
        consider_vacuity=True,
    )

    def run(_: Request) -> list[list[list[str]]]:
        states = analyzer.run().get_metric("state").to_numpy()
        return [[one for one, state in zip(constraints, row, strict=True) if state != 1] for row in states]

    return run


if __name__ == "__main__":
    answer(prepare)
