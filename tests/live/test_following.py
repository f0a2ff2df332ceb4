"""A call from its first word to its finding, as its agent, a supervisor and somebody else see it in a browser."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect
from tests.browsing import Console, looked_at
from tests.characters import Cast, cast
from tests.record.conftest import call

from clearline.engine.events import SECOND
from clearline.people import tokens
from clearline.record.models import Event
from clearline.reports.reviewing import rfc3339
from clearline.ui.clock import now

Send = Callable[..., None]


@pytest.fixture
def console(browser: Browser, living: str, transactional_db: None) -> Iterator[Console]:  # noqa: ARG001 # it commits
    with looked_at(living, browser) as running:
        yield running


@pytest.fixture
def people(console: Console) -> Cast:  # noqa: ARG001 # its database
    return cast()


@pytest.fixture
def send(console: Console, people: Cast) -> Iterator[Send]:
    """Posts what happens in a call, as the telephony does; in the end every call is over."""
    _, token = tokens.make(
        people.alice, name="pbx", scopes=["events:write"], expires=now() + 10**11, at=now()
    )
    running: dict[str, int] = {}
    with httpx.Client(
        timeout=30, base_url=console.url, headers={"authorization": f"Bearer {token}"}
    ) as client:

        def send(name: str, *lines: str, agent: str = "a-1") -> None:
            for event in call(*(f"0 {line}" for line in lines), name=name, at=now() - SECOND):
                running[name] = running.get(name, 0) + 1
                told: dict[str, Any] = {
                    "specversion": "1.0",
                    "id": f"{name}-{running[name]}",
                    "source": "pbx",
                    "type": event.type,
                    "time": rfc3339(event.at),
                    "call": name,
                    "agent": agent,
                    "seq": running[name],
                    "data": event.data,
                }
                answer = client.post(
                    "/api/events",
                    content=json.dumps(told),
                    headers={"content-type": "application/cloudevents+json"},
                )
                assert answer.status_code == 202, answer.text

        yield send
        for name in [*running]:
            send(name, "call.ended")


STARTED = ('call.started recorded=true places=["US-CA"]', "recording.started", "call.answered")


def test_a_call_is_followed_from_the_first_word_to_the_finding(
    console: Console, people: Cast, send: Send
) -> None:
    panel, wall = console.entered(people.ada, 400), console.entered(people.bob, 1400)
    panel.goto("/live/")
    expect(panel.get_by_text("No call of yours runs")).to_be_visible()
    wall.goto("/live/")
    send("c-1", *STARTED)
    due = panel.locator(".line.due", has_text="Say that this call is recorded.")
    expect(due.locator(".left")).to_have_text(re.compile(r"^\d+ s$"))
    card = wall.locator("#wall > li", has_text="Ada")
    expect(card.locator(".line.due")).to_contain_text("Say that this call is recorded.")
    card.get_by_role("link").click()
    wall.wait_for_url("**/live/calls/c-1/")
    send("c-1", "agent: This call is recorded. How can I help?", "customer: Pay with 5555 5555 5555 4444.")
    expect(wall.locator("#talk")).to_contain_text("This call is recorded. How can I help?")
    expect(wall.locator("#talk")).to_contain_text("Pay with xxxx xxxx xxxx xxxx.")
    expect(wall.locator("#states .finding")).to_contain_text("Keep card numbers out of the recording")
    expect(panel.locator(".line.done")).to_contain_text("Say that this call is recorded.")
    expect(panel.locator(".line.slipped")).to_contain_text("Keep card numbers out of the recording")
    assert "5555" not in wall.content() + panel.content()


def test_where_nothing_can_pause_the_recording_the_panel_says_so_until_it_is_paused(
    console: Console, people: Cast, send: Send
) -> None:
    panel = console.entered(people.ada, 400)
    panel.goto("/live/panel/")
    send("c-5", *STARTED, "agent: Your card number, please?")
    expect(panel.locator(".line.trouble")).to_contain_text("Pause the recording by hand, now.")
    due = panel.locator(".line.due", has_text="Pause the recording before the card is read.")
    expect(due.locator(".left")).to_have_text("now")
    send("c-5", "recording.paused")
    expect(panel.locator(".line.trouble")).to_have_count(0)
    expect(panel.locator(".line.done", has_text="Pause the recording")).to_have_count(1)


def test_a_supervisors_note_is_on_the_agents_panel(console: Console, people: Cast, send: Send) -> None:
    panel, page = console.entered(people.ada, 400), console.entered(people.bob, 1400)
    send("c-2", *STARTED)
    panel.goto("/live/panel/")
    page.goto("/live/calls/c-2/")
    page.get_by_label("Note to the agent").fill("Offer the later date")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Sent.")).to_be_visible()
    expect(panel.locator(".line.note")).to_contain_text("Offer the later date")


def test_an_agent_says_why_a_prompt_does_not_apply(console: Console, people: Cast, send: Send) -> None:
    panel = console.entered(people.ada, 400)
    send("c-3", *STARTED)
    panel.goto("/live/panel/")
    due = panel.locator(".line.due", has_text="Say that this call is recorded.")
    due.get_by_text("Not here").click()
    send("c-3", "customer: Hello?")  # what comes meanwhile folds nothing up
    expect(due.get_by_label("Why not?")).to_be_visible()
    panel.wait_for_timeout(500)
    due.get_by_label("Why not?").fill("This line is not recorded")
    due.get_by_role("button", name="Set aside").click()
    expect(due).to_have_count(0)
    (row,) = Event.objects.filter(type="prompt.set_aside")
    assert b"This line is not recorded" in bytes(row.body or b"")


def test_calls_of_others_are_on_nobodys_page(console: Console, people: Cast, send: Send) -> None:
    send("c-4", *STARTED, "agent: The badger is in the attic.")
    charlie = console.entered(people.charlie, 1000)
    for page in ("/live/panel/", "/live/wall/"):
        charlie.goto(page)
        expect(charlie.locator("[data-stream]")).to_be_visible()
        charlie.wait_for_timeout(500)
        assert "c-4" not in charlie.content()
    for address in ("/live/calls/c-4/", "/live/calls/c-4/stream/"):
        answer = charlie.request.get(address, max_redirects=0)
        assert answer.status in {302, 404}
        assert "badger" not in answer.text()
