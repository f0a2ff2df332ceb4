"""The registers say what was decided and what is kept, as PDF that opens anywhere, to those who may take it along."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.audits.conftest import planned
from tests.characters import Cast, logged_in
from tests.record.conftest import LATER
from tests.ui.reading import Reader

from clearline.audits.registers import decisions
from clearline.engine.events import SECOND
from clearline.record.models import Event, Finding
from clearline.record.watching import Watches
from clearline.review.triage import actions as triage
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
WHY = "The words were said, a moment later."


def words(client: object, path: str) -> str:
    answer = client.get(path)  # type: ignore[attr-defined] # a client of Django's
    assert answer.status_code == 200
    told = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())
    return told.replace("- ", "")  # words that were hyphenated


def test_what_was_decided_stands_with_who_and_why(people: Cast, watches: Watches) -> None:
    row = Finding.objects.filter(timeline__subject="bad", severity="serious").order_by("pk")[0]
    triage.dismissed(people.alice, row, WHY, now() - SECOND, watches)
    alice = logged_in(people.alice)
    page = alice.get("/audits/registers/").content.decode()
    assert Reader(page).faults() == []
    assert WHY in page
    told = words(alice, "/audits/registers/decisions/")
    assert "A finding was dismissed" in told
    assert f"{Event.objects.get(type='finding.dismissed').entry:,}" in told


def test_what_was_erased_says_no_more_why(people: Cast, watches: Watches) -> None:
    row = Finding.objects.filter(timeline__subject="bad", severity="serious").order_by("pk")[0]
    triage.dismissed(people.alice, row, WHY, LATER, watches)
    Event.objects.filter(type="finding.dismissed").update(body=None)
    ((told),) = decisions(LATER - SECOND, LATER + SECOND)
    assert (told.about, told.why) == ("erased", "")


def test_what_is_kept_stands_by_class_and_what_the_shop_has_to_add_is_said(
    people: Cast, watches: Watches
) -> None:
    planned(people, LATER, watches)
    told = words(logged_in(people.audrey), "/audits/registers/processing/")
    assert "Do-not-call requests" in told
    assert "to be named by the shop" in told
    assert "Nobody is connected." in told
    assert logged_in(people.bob).get("/audits/registers/processing/").status_code == 403
