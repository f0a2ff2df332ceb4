"""The way of an officer: an audit is planned, drawn, worked with a colleague, concluded, corrected and handed over."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from tests.audits.conftest import RULE
from tests.browsing import Console
from tests.characters import Cast, logged_in
from tests.record.conftest import BAD, GOOD, Take, call
from tests.record.test_pages_in_browser import SMALL, WIDER
from tests.ui.reading import Reader

from clearline.audits.models import Action, Audit, Paper
from clearline.engine.events import SECOND
from clearline.evidence import clearline_verify
from clearline.people.models import Team
from clearline.record.days import day_of
from clearline.ui.clock import now

DAY = 86_400 * SECOND


@pytest.fixture
def lately(people: Cast, take: Take) -> Cast:
    """Calls of Ada's of the last days, one in ten of them bad."""
    at = now() - 3 * DAY
    for number in range(40):
        lines = BAD if number % 10 == 0 else GOOD
        take(call(*lines, name=f"l-{number:02d}", at=at + number * 60 * SECOND, agent="a-1"), at + DAY)
    return people


PLAN = {
    "title": "Codes on recordings",
    "rules": [RULE],
    "rate": "0.1",
    "confidence": "0.95",
    "accepts": "0",
}


def plan(people: Cast) -> Audit:
    days = {
        name: day_of(now() + ahead * DAY).isoformat()
        for name, ahead in (("since", -5), ("until", -1), ("due", 9))
    }
    made = logged_in(people.alice).post("/audits/plan/", PLAN | days, follow=True)
    assert Reader(made.content.decode()).faults() == []
    row = Audit.objects.get()
    logged_in(people.alice).post(
        f"/audits/{row.uid}/step/", {"do": "assign", "auditor": str(people.anna.uid)}
    )
    return row


@pytest.mark.django_db(transaction=True)
def test_an_audit_is_worked_concluded_and_handed_over_in_a_pack_that_verifies(
    lately: Cast, tmp_path: Path
) -> None:
    anna, alice, row = logged_in(lately.anna), logged_in(lately.alice), plan(lately)
    for step in ("seed", "draw"):
        anna.post(f"/audits/{row.uid}/step/", {"do": step})
    for paper in Paper.objects.order_by("place"):
        number = int(paper.call.removeprefix("l-"))
        told = (
            {"answer": "nonconforming", "note": "The code is heard."}
            if number % 10 == 0
            else {"answer": "conforming"}
        )
        answer = anna.post(f"/audits/{row.uid}/calls/{paper.call}/", told)
        assert answer.status_code == 302
    blamed = list(Paper.objects.filter(answer="nonconforming").values_list("call", flat=True))
    found = {
        "title": "Codes are heard on recordings",
        "grade": "major",
        "rule": RULE,
        "cause": "No pause.",
        "calls": blamed,
    }
    anna.post(f"/audits/{row.uid}/nonconformity/", found)
    anna.post(f"/audits/{row.uid}/step/", {"do": "conclude"})
    opened = {
        "title": "Pause before the code is asked",
        "owner": str(lately.bob.uid),
        "due": day_of(now() + 9 * DAY).isoformat(),
    }
    key = Audit.objects.get().nonconformities.get().pk
    alice.post(f"/audits/actions/open/?nonconformity={key}", opened | {"rule": RULE, "team": ""})
    page = alice.get(f"/audits/{row.uid}/").content.decode()
    assert Reader(page).faults() == []
    assert Action.objects.get().uid in page
    assert alice.get(f"/audits/{row.uid}/report/").content.startswith(b"%PDF-")
    sent = b"".join(alice.post(f"/audits/{row.uid}/pack/").streaming_content)  # type: ignore[attr-defined] # a file
    with zipfile.ZipFile(io.BytesIO(sent)) as pack:
        pack.extractall(tmp_path)
        names = set(pack.namelist())
    assert {
        "documents/report.pdf",
        "documents/poam.json",
        "documents/population.tsv",
        "clearline_verify.py",
    } <= names
    assert RULE in json.dumps(json.loads((tmp_path / "documents" / "assessment-results.json").read_text()))
    checked = clearline_verify.verify(tmp_path, clearline_verify.Asked(now() // SECOND))
    assert (checked.code, checked.faults) == (0, [])
    (tmp_path / "documents" / "population.tsv").write_bytes(b"other calls\n")
    assert clearline_verify.verify(tmp_path, clearline_verify.Asked(now() // SECOND)).code != 0


@pytest.mark.django_db(transaction=True)
def test_who_audits_their_own_team_is_told_so_and_does_not_get_it(lately: Cast) -> None:
    lately.anna.team = Team.objects.get(name="Tents")
    lately.anna.save()
    row = plan(lately)
    row.refresh_from_db()
    assert row.auditor is None
    told = logged_in(lately.alice).post(
        f"/audits/{row.uid}/step/", {"do": "assign", "auditor": str(lately.anna.uid)}, follow=True
    )
    assert "somebody else has to do it" in told.content.decode()


@pytest.mark.django_db
def test_an_agent_sees_their_own_actions_alone_and_an_auditor_changes_nothing(lately: Cast) -> None:
    assert logged_in(lately.ada).get("/audits/").status_code == 403
    assert "Nothing is under way" in logged_in(lately.ada).get("/audits/actions/").content.decode()
    assert logged_in(lately.audrey).get("/audits/plan/").status_code == 403
    assert logged_in(lately.audrey).get("/audits/").status_code == 200


def test_an_audit_fits_a_phone_and_is_answered_in_a_browser(console: Console, lately: Cast) -> None:
    row = plan(lately)
    page = console.entered(lately.anna, 390, "dark")
    page.goto(f"/audits/{row.uid}/")
    page.get_by_role("button", name="Log the seed").click()
    page.get_by_role("button", name="Draw the calls").click()
    page.get_by_role("link", name="Look at the next call").click()
    page.get_by_label("conforming", exact=True).check()
    page.get_by_role("button", name="Answer, and on to the next").click()
    page.get_by_text("1 of ").wait_for()
    for path in (
        "audits/",
        f"audits/{row.uid}/",
        f"audits/{row.uid}/nonconformity/",
        "audits/actions/",
        "audits/actions/open/",
    ):
        page.goto(f"/{path}")
        assert page.evaluate(WIDER) <= 0, path
        small = [one for one in page.evaluate(SMALL) if not one.startswith(("<summary", "<label"))]
        assert small == [], path
    assert console.complaints == []
