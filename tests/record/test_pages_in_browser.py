"""The record's pages as a browser shows them: widths, themes, filters; any complaint of the browser is a failure."""

import pytest
from playwright.sync_api import Page
from tests.browsing import PASSWORD, Console
from tests.record.conftest import BAD, GOOD, LATER, NOON, call, received

from clearline.engine.events import SECOND
from clearline.people.models import Person, Role
from clearline.record.actions.append import append
from clearline.record.models import Finding
from clearline.record.watching import Watches

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll('main a, main button, main summary, main input, main select')].filter(e => {
  const box = e.getBoundingClientRect();
  const inText = e.tagName === 'A' && getComputedStyle(e).display === 'inline';
  return box.width && !inText && !e.closest('svg, .unseen') && (box.height < 24 || box.width < 24) && !e.labels?.length;
}).map(e => e.outerHTML)"""


@pytest.fixture
def ada(console: Console, watches: Watches) -> Person:  # noqa: ARG001 # opens the database
    """An agent with two calls, one of them bad."""
    append(received(call(*BAD, name="bad", agent="a-1", contact="k-1")), LATER, watches)
    append(received(call(*GOOD, name="good", at=NOON + 600 * SECOND, agent="a-1")), LATER, watches)
    return Person.objects.invited(
        email="ada@shop.example", password=PASSWORD, name="Ada Moreno", role=Role.AGENT, agent="a-1"
    )


def window(console: Console, ada: Person, width: int, theme: str = "light") -> Page:
    return console.logged_in(ada, width, theme)


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (800, "dark"), (1400, "light"), (1400, "dark")])
def test_pages_fit_their_window_and_break_no_policy(
    console: Console, ada: Person, width: int, theme: str
) -> None:
    page = window(console, ada, width, theme)
    finding = Finding.objects.filter(question=False)[0]
    for path in ("/", "/calls/", "/calls/bad/", "/findings/", f"/findings/{finding.uid}/", "/duties/"):
        page.goto(path)
        assert page.evaluate(WIDER) <= 0, path
        assert page.evaluate(SMALL) == [], path
        assert page.locator("h1").count() == 1


def test_a_filter_swaps_the_list_and_the_address_follows(console: Console, ada: Person) -> None:
    page = window(console, ada, 1400)
    page.goto("/calls/")
    page.evaluate("window.same = true")
    page.select_option("#id_found", "findings")
    page.wait_for_url("**found=findings**")
    page.locator("#listed").get_by_text("1 call", exact=True).wait_for()
    assert page.locator("#listed tbody tr").count() == 1
    assert page.evaluate("window.same")


def test_a_mark_leads_to_its_finding_and_back(console: Console, ada: Person) -> None:
    page = window(console, ada, 1400)
    page.goto("/calls/bad/")
    first = page.locator(".found .finding").first
    first.locator(".badges a").click()
    assert "#c0-" in page.url
    assert page.locator(":target").is_visible()
    page.locator(".course .lane a[href^='#f']").first.click()
    assert page.locator(".found .finding:target").is_visible()


def test_what_is_drawn_has_its_colours(console: Console, ada: Person) -> None:
    page = window(console, ada, 1400)
    page.goto("/calls/bad/")
    fill = "getComputedStyle(document.querySelector('path.breach')).fill"
    assert page.evaluate(fill) == "rgb(157, 22, 32)"
