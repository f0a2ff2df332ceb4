"""A sample is drawn, two people grade it with the keyboard without seeing each other's answers, and their agreement is shown."""

from playwright.sync_api import Page
from tests.browsing import Console
from tests.characters import cast
from tests.record.conftest import Take
from tests.record.test_pages_in_browser import WIDER
from tests.review.grading.conftest import DAY, talk

from clearline.engine.events import Instant
from clearline.review.models import Grade

CLOSING = "How clearly did the agent say what happens next?"


def graded(page: Page, keys: str) -> None:
    """Answers each question with one key, from the first on, and saves."""
    page.locator(".question input").first.focus()
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("Enter")


def test_two_graders_go_from_the_draw_to_their_agreement(console: Console, take: Take, at: Instant) -> None:
    people = cast()
    take(talk("c-0", at - DAY, held=True), at)
    anna, alice = console.entered(people.anna), console.entered(people.alice, 360, "dark")
    anna.goto("/review/samples/new/")
    anna.fill("#id_size", "1")
    anna.fill("#id_twice", "1")
    anna.fill("#id_until", anna.input_value("#id_due"))
    for name in ("Anna", "Alice"):
        anna.get_by_label(name, exact=True).check()
    anna.get_by_role("button", name="Log the seed, and draw").click()
    anna.get_by_text("1 of 1 calls", exact=False).first.wait_for()
    for page, closing in ((anna, "1"), (alice, "3")):
        page.goto("/review/queue/")
        page.locator("main th a").click()
        page.get_by_text("Where is my parcel?").wait_for()
        assert page.get_by_text("The rule answers").count() == 0
        assert page.evaluate(WIDER) <= 0
        graded(page, f"y3yynya{closing}")
        page.get_by_text("entered into the log").wait_for()
    assert "not" in alice.locator("tr.differs", has_text=CLOSING).inner_text()
    assert alice.evaluate(WIDER) <= 0
    assert Grade.objects.get().done is not None
    alice.goto("/review/agreement/")
    row = alice.locator("tr", has_text=CLOSING)
    assert "0.0 %" in row.inner_text()
    assert "1 call is little" in alice.locator("main").inner_text()
    assert alice.evaluate(WIDER) <= 0
