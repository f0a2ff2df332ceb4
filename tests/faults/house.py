"""A real server with a home of its own, which is killed, starved and started again; and what is then asked of its record."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BROWSERS = (
    "DJANGO_ALLOW_ASYNC_UNSAFE"  # what tests with a browser set in this process is not for a house of its own
)
TOKEN = """
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.ui.clock import now
from clearline.people import tokens
from clearline.people.models import Person, Role
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER)
print(tokens.make(alice, name="telephony", scopes=["events:write"], expires=now() + 86_400_000_000, at=now())[1])
"""


class House:
    """One installation. `database` is a URL of PostgreSQL; without one it keeps its record in its home."""

    def __init__(self, home: Path, database: str = "", limit: tuple[str, ...] = ()) -> None:
        self.home, self.limit = home, limit
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != BROWSERS},
            "CLEARLINE_HOME": str(home),
            "CLEARLINE_DATABASE_URL": database,
            "CLEARLINE_PLAIN_HTTP": "yes",
            "CLEARLINE_PORTABLE": "yes",
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = Path(f"{home.parent}.{home.name}.log")
        self.token = self.run("-c", TOKEN).strip()
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str, check: bool = True) -> str:
        """What another Python says in this home."""
        done = subprocess.run(
            [sys.executable, *arguments],
            check=False,
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command `clearline` in this home."""
        clearline = str(Path(sys.executable).with_name("clearline"))
        return subprocess.run(
            [clearline, *arguments],
            check=False,
            env=self.environment,
            cwd=self.home.parent,
            capture_output=True,
            text=True,
        )

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        clearline = str(Path(sys.executable).with_name("clearline"))
        command = [*self.limit, clearline, "serve", "--plain-http", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        limit = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()[-3_000:]
            assert time.monotonic() < limit, self.log.read_text()[-3_000:]
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/events", timeout=5)
        except urllib.error.HTTPError:
            return True  # 405: events are posted
        except OSError:
            return False
        return True

    def kill(self, sent: signal.Signals = signal.SIGKILL) -> None:
        """Strikes the whole group of processes dead."""
        assert self.process is not None
        os.killpg(self.process.pid, sent)
        self.process.wait(30)
        while self.answers():
            time.sleep(0.01)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill(signal.SIGTERM)

    @property
    def worker(self) -> int:
        """The process that takes in events."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(child) for child in children)

    def audit(self) -> dict[str, Any]:
        """What stands in the record, read by a process of its own."""
        told: dict[str, Any] = json.loads(self.run("-m", "tests.faults.audit"))
        return told
