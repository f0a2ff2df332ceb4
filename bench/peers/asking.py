"""The peers that we are measured beside: each in a process and an environment of its own, spoken to in JSON lines."""

import json
import subprocess
from pathlib import Path
from typing import Any

from bench.measuring import Seconds

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-peers/bin/python"


class PeerError(Exception):
    """A peer is not there or does not answer; the message says why."""


class Peer:
    """A peer that was prepared with what does not count, and is measured as often as it is asked."""

    def __init__(self, name: str, **prepare: Any) -> None:
        if not PYTHON.exists():
            raise PeerError(f"{name} is not installed: run `make peers`")
        self.name = name
        self._process = subprocess.Popen(
            [PYTHON, "-m", f"bench.peers.with_{name}"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._ask(prepare)

    def measure(self, **request: Any) -> tuple[Seconds, Any]:
        """Its own CPU seconds, and what it found."""
        answer = self._ask(request)
        return answer["seconds"], answer["found"]

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise PeerError(f"{self.name} failed: it ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Lets it go."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
