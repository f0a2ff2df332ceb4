"""A file of a million leads gone through with all rules, all lists and a record that knows some of the leads."""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from bench.measuring import Part, goal, table

TITLE = "A file of leads"
LEADS, LISTED = 1_000_000, 20_000_000


def measure(*, quick: bool) -> Part:
    """Seconds for all of it: read, judged, written; for strangers only, and for a file in which the record knows some."""
    leads, listed = (20_000, 400_000) if quick else (LEADS, LISTED)
    with tempfile.TemporaryDirectory() as folder:
        told = os.environ | {"CLEARLINE_HOME": folder, "DJANGO_SETTINGS_MODULE": "clearline.config.settings"}
        told.pop("CLEARLINE_DATABASE_URL", None)
        words = [sys.executable, "-m", "bench.scrub_run", folder, str(leads), str(listed)]
        done = subprocess.run(words, env=told, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    rows = [
        (
            one["file"],
            leads,
            one["known"],
            one["decided"],
            one["skipped"],
            one["seconds"],
            one["cpu"],
            leads / one["seconds"],
            one["resident"] / 1e6,
        )
        for one in found
    ]
    head = (
        "file",
        "leads",
        "known to the record",
        "decisions",
        "skipped",
        "seconds",
        "of CPU",
        "leads/s",
        "resident at most, MB",
    )
    text = (
        f"{leads:,} leads with name, number, postcode and state, in any notation; a registry of {listed:,} numbers, a state list and a "
        "list of litigators; all shipped packs, on SQLite. Wall time of everything from opening the file to the entry in the log, "
        "one round. Leads of which the same is known share a decision; those whom the record knows get their own.\n\n"
        f"{table(head, rows)}\n\n{table(('goal', 'wanted', 'measured', ''), [goal('10 seconds over the time for a million', 1, 10 / (found[0]['seconds'] * LEADS / leads))])}"
    )
    return Part("scrub", TITLE, text)
