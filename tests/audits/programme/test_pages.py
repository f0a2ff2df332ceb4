"""The programme's pages: from a red cell to the calls and to what is done about it, in a browser too."""

import re

import pytest
from django.urls import reverse
from tests.audits.programme.conftest import Give
from tests.browsing import Console
from tests.characters import Cast, logged_in
from tests.record.conftest import BAD, Take, call
from tests.record.test_pages_in_browser import SMALL, WIDER
from tests.ui.reading import Reader

from clearline.audits.models import Action
from clearline.engine.events import SECOND
from clearline.record.days import day_of
from clearline.record.models import Event
from clearline.ui.clock import now

DAY = 86_400 * SECOND
YEARLY = "us-ussg-eccp-yardstick"
CARDS = "pci-3.3.1-no-sad"


@pytest.fixture
def lately(people: Cast, take: Take) -> Cast:
    """A bad call of yesterday."""
    take(call(*BAD, name="yesterday", at=now() - DAY, agent="a-1"), now() - DAY // 2)
    return people


@pytest.mark.django_db
def test_every_page_reads_well_and_says_what_is_missing(lately: Cast, give: Give) -> None:
    give("dnc-procedures", at=now(), link="https://papers.example/dnc")
    alice = logged_in(lately.alice)
    for path in (
        "",
        f"{YEARLY}/",
        f"{CARDS}/",
        "harbour/",
        "changes/",
        "controls/self-assessment/",
        "controls/opting-out-course/",
    ):
        answer = alice.get(f"/audits/programme/{path}")
        assert answer.status_code == 200, path
        assert Reader(answer.content.decode()).faults() == [], path
    told = alice.get("/audits/programme/harbour/").content.decode()
    assert "Lost" in told
    assert "0 of 2 agents hold the course" in told
    assert alice.get("/audits/programme/no-such-obligation/").status_code == 404
    assert alice.get("/audits/programme/controls/no-such-control/").status_code == 404


@pytest.mark.django_db
def test_cells_lead_to_their_proof_and_filters_narrow(lately: Cast, give: Give) -> None:
    give("self-assessment", at=now())
    alice = logged_in(lately.alice)
    entry = Event.objects.get(type="document.adopted").entry
    told = alice.get("/audits/programme/?jurisdiction=US").content.decode()
    assert (
        f'<a href="{reverse("evidence_entry", args=[entry])}" aria-label="Document: in place, less than a day old">'
        in told
    )
    broken = alice.get("/audits/programme/?standing=broken&pack=pci-dss").content.decode()
    assert CARDS in broken
    assert YEARLY not in broken
    assert "No obligation fits" in alice.get("/audits/programme/?jurisdiction=Mars").content.decode()
    page = alice.get(f"/audits/programme/{CARDS}/").content.decode()
    found = re.search(r'href="(/findings/\?rule=no-security-code-while-recording[^"]*)"', page)
    assert found
    assert "yesterday" in alice.get(found[1].replace("&amp;", "&")).content.decode()


@pytest.mark.django_db
def test_a_day_to_come_and_a_reason_that_says_nothing_are_refused_in_words(people: Cast, give: Give) -> None:
    give("self-assessment", at=now())
    alice = logged_in(people.alice)
    day = day_of(now() + 2 * DAY).isoformat()
    answer = alice.post("/audits/programme/controls/self-assessment/", {"on": day, "title": "Soon"})
    assert answer.status_code == 400
    assert "has not come yet" in answer.content.decode()
    out = {"do": "withdraw", "reason": "old"}
    answer = alice.post("/audits/programme/controls/self-assessment/", out)
    assert answer.status_code == 400
    assert Event.objects.filter(type="document.withdrawn").count() == 0
    out["reason"] = "It names people who have left."
    assert alice.post("/audits/programme/controls/self-assessment/", out).status_code == 302
    assert Event.objects.filter(type="document.withdrawn").count() == 1


def test_from_a_red_cell_to_the_calls_and_a_corrective_action_and_a_gap_that_closes(
    console: Console, lately: Cast
) -> None:
    page = console.entered(lately.alice)
    page.goto("/audits/programme/?standing=broken&pack=pci-dss")
    page.locator("tr", has=page.locator(f'a[href$="/{CARDS}/"]')).get_by_label("Rule: broken").click()
    page.wait_for_url(f"**/{CARDS}/#rule")
    page.get_by_role("link", name="the calls").first.click()
    page.locator('a[href="/calls/yesterday/"]').first.wait_for()
    page.go_back()
    page.locator("article").first.get_by_role("link", name="Open a corrective action").click()
    page.get_by_label("What is done").fill("Pause the recorder before the code is asked")
    page.get_by_label("Owner").select_option(label="Bob")
    page.get_by_role("button", name="Open it").click()
    page.get_by_text("is open. Its day is a duty").wait_for()
    row = Action.objects.get()
    assert (row.obligation, row.owner) == (CARDS, lately.bob)
    assert row.rule
    page.goto("/audits/programme/controls/self-assessment/")
    page.get_by_label("What it is called").fill("Assessment of this year")
    page.get_by_role("button", name="Enter it into the log").click()
    page.get_by_text("Entered into the log").wait_for()
    page.goto("/audits/programme/?jurisdiction=US")
    page.locator("tr", has=page.locator(f'a[href$="/{YEARLY}/"]')).get_by_label(
        "Document: in place"
    ).wait_for()


def test_the_programme_fits_a_phone(console: Console, lately: Cast) -> None:
    page = console.entered(lately.alice, 360, "dark")
    for path in ("", f"{CARDS}/", "harbour/", "changes/", "controls/self-assessment/"):
        page.goto(f"/audits/programme/{path}")
        assert page.evaluate(WIDER) <= 0, path
        small = [one for one in page.evaluate(SMALL) if not one.startswith(("<summary", "<label"))]
        assert small == [], path
