"""Workers that die or sleep: their jobs are taken again, and whoever comes back too late changes nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.faults.conftest import Build
from tests.faults.house import ROOT, House

WORKER = """
import json, sys, time
from clearline.config.starting import start
start()
from clearline.ui.clock import now
from clearline.evidence.actions import Entered, append
from clearline.record import jobs
jobs.LEASE = 1_500_000
name, seconds = sys.argv[1], float(sys.argv[2])

def slow(work):
    print("began", flush=True)
    time.sleep(seconds)
    with work.holding():
        append([Entered(now(), "job.done", name, bytes(32))])
    print("wrote", flush=True)

while not jobs.work(now, {"slow": slow}):
    time.sleep(0.05)
print("ended", flush=True)
"""
LEAVE = """
from clearline.config.starting import start
start()
from clearline.ui.clock import now
from clearline.record import jobs
jobs.ask("slow", {}, now())
"""
LOOK = """
import json
from clearline.config.starting import start
start()
from clearline.evidence.models import Entry
from clearline.record.models import Job
job = Job.objects.get()
actors = list(Entry.objects.filter(kind="job.done").values_list("actor", flat=True))
print(json.dumps({"actors": actors, "done": job.done is not None, "attempts": job.attempts, "error": job.error}))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, build: Build) -> House:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    return build(url)


@contextmanager
def worker(house: House, name: str, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own, who takes one job and needs so long for it."""
    command = [sys.executable, "-c", WORKER, name, str(seconds)]
    with subprocess.Popen(
        command, env=house.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_killed_workers_job_is_taken_again_when_its_lease_is_over(house: House) -> None:
    house.run("-c", LEAVE)
    with worker(house, "first", 60) as first:
        assert said(first) == "began"
        first.kill()
        struck = time.monotonic()
        with worker(house, "second", 0) as second:
            assert said(second) == "began"
            assert time.monotonic() - struck < 1.5 + 10
            assert said(second) == "wrote"
            assert said(second) == "ended"
    told = json.loads(house.run("-c", LOOK))
    assert told == {"actors": ["second"], "done": True, "attempts": 2, "error": ""}


def test_a_worker_who_slept_through_its_lease_cannot_overwrite(house: House) -> None:
    house.run("-c", LEAVE)
    with worker(house, "ghost", 0.5) as ghost:
        assert said(ghost) == "began"
        os.kill(ghost.pid, signal.SIGSTOP)
        with worker(house, "second", 0) as second:
            assert [said(second) for _ in range(3)] == ["began", "wrote", "ended"]
        os.kill(ghost.pid, signal.SIGCONT)
        assert said(ghost) == "ended"  # and wrote nothing
    told = json.loads(house.run("-c", LOOK))
    assert told == {"actors": ["second"], "done": True, "attempts": 2, "error": ""}
