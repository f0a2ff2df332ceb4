"""The gate's pages as a browser shows them: widths, themes, an answer; any complaint of the browser is a failure."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from playwright.sync_api import Page
from tests.browsing import PASSWORD, Console
from tests.characters import logged_in
from tests.gate.pages.conftest import DAY
from tests.record.conftest import Take
from tests.record.test_pages_in_browser import SMALL, WIDER

from clearline.engine.events import Event, Instant
from clearline.people.models import Person, Role


@pytest.fixture
def alice(console: Console, take: Take, at: Instant) -> Person:  # noqa: ARG001 # opens the database
    """An officer, and a campaign that comes near its limit."""
    kinds = ["call.answered"] * 100 + ["call.abandoned"] * 3
    told = {"name": "Autumn tents", "purpose": "marketing"}
    take([Event("m-0", "campaign.started", at - 3 * DAY, told, {"campaign": "m-1"})], at)
    take([Event(f"d{n}", kind, at - DAY, {}, {"campaign": "m-1"}, n) for n, kind in enumerate(kinds)], at)
    person = Person.objects.invited(
        email="alice@shop.example", password=PASSWORD, name="Alice Renner", role=Role.OFFICER
    )
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    return person


def window(console: Console, person: Person, width: int, theme: str = "light") -> Page:
    """A window of somebody who has shown both their factors."""
    page = console.window(width, theme)
    session = logged_in(person).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": console.url}])
    return page


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (820, "dark"), (1400, "light")])
def test_pages_fit_their_window_and_break_no_policy(
    console: Console, alice: Person, width: int, theme: str
) -> None:
    page = window(console, alice, width, theme)
    for path in ("", "decisions/", "campaigns/", "campaigns/m-1/", "consents/", "overrides/"):
        page.goto(f"/gate/{path}")
        assert page.evaluate(WIDER) <= 0, path
        small = [one for one in page.evaluate(SMALL) if not one.startswith("<summary")]
        assert small == [], path
        assert page.locator("h1").count() == 1


def test_a_number_is_checked_and_the_answer_is_large(console: Console, alice: Person) -> None:
    page = window(console, alice, 820)
    page.goto("/gate/")
    page.fill("#id_number", "+1 212 555 0143")
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_url("**/gate/decisions/**")
    answer = page.locator(".answer .word")
    assert answer.bounding_box()["height"] > 24  # type: ignore[index] # it is shown
    assert page.evaluate(WIDER) <= 0
    page.get_by_role("link", name="Ask for an override").click()
    page.wait_for_url("**/overrides/new/**")
