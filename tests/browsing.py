"""A console that runs, and a real browser to look at it with; any room's tests may ask for them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:  # at run time only the tests that look at pages load all this
    from playwright.sync_api import Browser, BrowserContext, Page

    from clearline.people.models import Person

CHROMIUM = (
    os.environ.get("CLEARLINE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
PASSWORD = "quiet tools all day"


@dataclass
class Console:
    """The running console and somebody's window on it; what the browser complains of is kept."""

    url: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def window(self, width: int = 1400, theme: str = "light", height: int = 900) -> Page:
        """A fresh window of that width, light or dark."""
        scheme = "dark" if theme == "dark" else "light"
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type] # one of the two words
            base_url=self.url,
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def entered(self, who: Person, width: int = 1400, theme: str = "light") -> Page:
        """A window of somebody who has logged in before, with as many factors as their role needs."""
        from django.conf import settings
        from tests.characters import logged_in

        page = self.window(width, theme)
        (session,) = logged_in(who).cookies.values()
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": self.url}]
        )
        return page

    def logged_in(self, who: Person, width: int = 1400, theme: str = "light") -> Page:
        """A window of somebody who was invited with PASSWORD."""
        page = self.window(width, theme)
        page.goto("/account/login/?next=/style/display/")
        page.fill("#id_login", who.email)
        page.fill("#id_password", PASSWORD)
        page.click("button.primary")
        page.wait_for_url("**/style/display/")
        return page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once; the test is skipped, and says so, where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: install it, or name one with CLEARLINE_CHROMIUM")
    from playwright.sync_api import sync_playwright

    # Playwright's own event loop runs in this thread, in which Django would refuse to touch a database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def served(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: ARG001 # there has to be one
    """The address of the console, run by the server that it really has, on the tests' database."""
    with serving(tmp_path_factory.mktemp("served"), "asginl") as url:
        yield url


@pytest.fixture(scope="module")
def living(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: ARG001
    """The same with its writer and all else that goes on by itself; for a module alone, as it touches the database."""
    with serving(tmp_path_factory.mktemp("living"), "asgi") as url:
        yield url


@contextmanager
def serving(home: Path, interface: str) -> Iterator[str]:
    """The server in a process of its own; `asginl` is ASGI without what goes on by itself."""
    log = home / "server.log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = [sys.executable, "-m", "granian", "--interface", interface, "--port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*granian, "clearline.config.asgi:application"],
            env=environment(home),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    limit = monotonic() + 30
    while not _answers(url):
        assert server.poll() is None, log.read_text()
        assert monotonic() < limit, log.read_text()
        sleep(0.1)
    yield url
    server.terminate()
    server.wait(10)


@pytest.fixture
def console(browser: Browser, served: str, transactional_db: None) -> Iterator[Console]:  # noqa: ARG001 # the server commits
    """The console with an empty database; fails the test if the browser complained of anything."""
    with looked_at(served, browser) as running:
        yield running


@contextmanager
def looked_at(url: str, browser: Browser) -> Iterator[Console]:
    """A console whose windows are closed in the end, and in which nothing may go wrong."""
    running = Console(url, browser)
    yield running
    for context in running.contexts:
        context.close()
    assert running.complaints == []


def environment(home: Path) -> dict[str, str]:
    """A home whose database, keys and recordings are those of the tests."""
    from django.conf import settings
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    told = os.environ | {"CLEARLINE_HOME": str(home)}
    if url := os.environ.get("CLEARLINE_DATABASE_URL"):
        told["CLEARLINE_DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
    else:
        (home / settings.HOME.database.name).symlink_to(name)
    (home / settings.HOME.keys.name).symlink_to(settings.HOME.keys)
    sounds = settings.HOME.path / "recordings"
    sounds.mkdir(mode=0o700, exist_ok=True)
    (home / sounds.name).symlink_to(sounds)
    return told


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/static/ui/ui.css", timeout=5).close()
    except OSError:
        return False
    return True
