"""The player as a browser has it: in step with the transcript, by mouse and by keyboard, wide and narrow, light and dark."""

from time import monotonic, sleep

import pytest
from playwright.sync_api import Page, expect
from tests.browsing import PASSWORD, Console
from tests.record.conftest import LATER, NOON, call, received
from tests.record.recordings.conftest import Add, Hear
from tests.record.test_pages_in_browser import SMALL, WIDER

from clearline.people.acts import LOOK
from clearline.people.models import Act, Person, Role
from clearline.record.actions.append import append
from clearline.record.models import Recording
from clearline.record.watching import Watches

LINES = (
    '0 call.started direction=inbound purpose=service recorded=true places=["US-CA"]',
    "0 recording.started",
    "0 call.answered",
    "1 agent: Thank you for calling Northwind, how can I help?",
    "5 customer: Where is my tent?",
    "8 agent: I refund you twenty dollars today.",
    "11 customer: Take my card, 4242 4242 4242 4242, and the code is 737.",
    "12 call.ended",
)
AT = "document.querySelector('audio').currentTime"


@pytest.fixture
def ada(console: Console, watches: Watches) -> Person:  # noqa: ARG001 # opens the database
    append(received(call(*LINES, name="told", agent="a-1")), LATER, watches)
    return Person.objects.invited(
        email="ada@shop.example", password=PASSWORD, name="Ada Moreno", role=Role.AGENT, agent="a-1"
    )


@pytest.fixture
def recording(ada: Person, add: Add, hear: Hear) -> Recording:  # noqa: ARG001 # comes after her call
    return hear(add("told", began=NOON))


def opened(console: Console, ada: Person, width: int = 1400, theme: str = "light") -> Page:
    page = console.logged_in(ada, width, theme)
    page.goto("/calls/told/")
    return page


def comes_true(page: Page, told: str) -> None:
    """Waits for it; Playwright's own way to would be an eval, which our policy refuses."""
    limit = monotonic() + 20
    while not page.evaluate(told):
        assert monotonic() < limit, told
        sleep(0.05)


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (360, "dark"), (1600, "light"), (1600, "dark")])
def test_it_fits_its_window_and_breaks_no_policy(
    console: Console, ada: Person, recording: Recording, width: int, theme: str
) -> None:
    del recording
    page = opened(console, ada, width, theme)
    assert page.evaluate(WIDER) <= 0
    assert page.evaluate(SMALL) == []
    assert page.locator("svg.wave").count() == 2
    assert page.locator(".mute rect").count() == 1
    assert page.locator("audio").is_hidden()


def test_without_a_script_the_browser_plays_it(console: Console, ada: Person, recording: Recording) -> None:
    page = console.logged_in(ada)
    page.route("**/player.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/calls/told/")
    assert page.locator("audio[controls]").is_visible()
    assert page.locator("[data-controls]").is_hidden()
    assert page.locator("audio").get_attribute("src") == f"/recordings/{recording.uid}/muted.wav"


def test_a_click_on_words_plays_them_and_marks_them(
    console: Console, ada: Person, recording: Recording
) -> None:
    page = opened(console, ada)
    assert not Act.objects.filter(what=f"recording {recording.uid}").exists()  # nothing was fetched yet
    page.get_by_text("Where is my tent?").click()
    expect(page.locator(".row.playing")).to_contain_text("Where is my tent?")
    assert page.locator("[aria-current=true].row").count() == 1
    comes_true(page, f"{AT} >= 5")
    assert page.locator("[data-play]").inner_text() == "Pause"
    assert Act.objects.filter(kind=LOOK, what=f"recording {recording.uid}", by=ada).count() == 1


def test_the_words_follow_the_sound(console: Console, ada: Person, recording: Recording) -> None:
    del recording
    page = opened(console, ada)
    page.locator("[data-speed='2']").click()
    page.get_by_role("button", name="Play from 0:05").click()
    expect(page.locator(".row.playing")).to_contain_text("I refund you", timeout=20_000)
    assert page.evaluate("document.querySelector('audio').playbackRate") == 2
    assert page.locator("[data-speed='2']").get_attribute("aria-pressed") == "true"
    assert float(page.locator(".head").first.get_attribute("x1") or 0) > 500


def test_a_mark_leads_to_its_time(console: Console, ada: Person, recording: Recording) -> None:
    del recording
    page = opened(console, ada)
    mark = page.locator(".marks a").last
    seconds = float(mark.get_attribute("data-seek") or 0)
    mark.press("Enter")
    comes_true(page, f"{AT} >= {seconds} - 0.01")
    assert "#" not in page.url


def test_keys_play_pause_and_move(console: Console, ada: Person, recording: Recording) -> None:
    del recording
    page = opened(console, ada)
    page.locator("[data-position]").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-play]")).to_have_text("Pause")
    comes_true(page, f"{AT} > 0")
    page.keyboard.press("Space")
    expect(page.locator("[data-play]")).to_have_text("Play")
    before = page.evaluate(AT)
    page.keyboard.press("ArrowRight")
    comes_true(page, f"Math.abs({AT} - {before} - 5) < 0.2")
    page.keyboard.press("ArrowLeft")
    comes_true(page, f"Math.abs({AT} - {before}) < 0.2")
    told = page.locator("[data-position]").get_attribute("aria-valuetext")
    assert told is not None
    assert told.endswith("of 0:12")


def test_a_click_on_the_drawing_moves_there(console: Console, ada: Person, recording: Recording) -> None:
    del recording
    page = opened(console, ada)
    box = page.locator("svg.wave").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2 + 4, box["y"] + 20)
    expect(page.locator("[data-clock]")).to_have_text("0:06 of 0:12")
    comes_true(page, f"Math.abs({AT} - 6) < 0.2")
