"""Traces as the table of events that process-mining tools read."""

import pandas as pd


def event_table(traces: list[list[str]]) -> pd.DataFrame:
    """A row an event, one second apart."""
    rows = [
        (f"{number:05}", activity, 1_700_000_000 + at)
        for number, trace in enumerate(traces)
        for at, activity in enumerate(trace)
    ]
    table = pd.DataFrame(rows, columns=["case:concept:name", "concept:name", "time:timestamp"])
    table["time:timestamp"] = pd.to_datetime(table["time:timestamp"], unit="s", utc=True)
    return table
