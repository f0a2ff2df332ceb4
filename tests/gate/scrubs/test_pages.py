"""The page of scrubs and the command: a file is brought, gone through by a worker, and fetched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.characters import Cast, cast, logged_in

from clearline.evidence.models import Entry
from clearline.gate.models import Scrub
from clearline.gate.scrubs import tasks
from clearline.gate.tasks import KINDS
from clearline.people.models import Act
from clearline.record.jobs import work
from clearline.record.retention import holds
from clearline.ui.clock import now

LEADS = b"name,phone\nKim,2025550143\nJo,555\n=Bo,+12025550144\n"


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001 # opens the database
    return cast()


def bring(client: Client, content: bytes, **told: str) -> int:
    file = SimpleUploadedFile("leads.csv", content)
    asked = {"file": file, "campaign": "autumn", "purpose": "service", "technology": "human_manual", **told}
    return client.post(reverse("scrubs"), asked).status_code


def test_a_file_is_brought_gone_through_and_fetched(people: Cast) -> None:
    alice = logged_in(people.alice)
    assert "No file was gone through" in alice.get(reverse("scrubs")).content.decode()
    assert bring(alice, LEADS) == 302
    assert "hx-trigger" in alice.get(reverse("scrubs")).content.decode(), "it shows how far it is"
    assert work(now, KINDS)
    row = Scrub.objects.get()
    assert (row.state, row.total, row.counts["skipped"] >= 1) == ("done", 3, True)
    listed = alice.get(reverse("scrubs"), headers={"HX-Request": "true"}).content.decode()
    assert f"{row.counts['skipped']} of 3 will be skipped" in listed
    assert "hx-trigger" not in listed
    clean = b"".join(alice.get(reverse("scrub_file", args=[row.uid])).streaming_content)  # type: ignore[attr-defined] # a file's
    assert clean.startswith(b"name,phone\r\n")
    assert b"\n=" not in clean
    report = b"".join(alice.get(reverse("scrub_report", args=[row.uid])).streaming_content)  # type: ignore[attr-defined] # a file's
    assert b"will be skipped" in report
    assert Act.objects.filter(kind="look", what__contains=row.uid).exists()
    assert not tasks.place(row.uid, tasks.LEADS).exists()


def test_others_see_their_own_only(people: Cast) -> None:
    bring(logged_in(people.alice), LEADS)
    work(now, KINDS)
    row = Scrub.objects.get()
    bob = logged_in(people.bob)
    assert "leads.csv" not in bob.get(reverse("scrubs")).content.decode()
    assert bob.get(reverse("scrub_file", args=[row.uid])).status_code == 404
    for person in (people.ada, people.max, people.audrey):
        assert logged_in(person).get(reverse("scrubs")).status_code == 403


def test_what_holds_no_leads_is_told(people: Cast) -> None:
    alice = logged_in(people.alice)
    bring(alice, b"colour\nred\n")
    assert work(now, KINDS)
    assert not work(now, KINDS)
    assert "no column of the file" in alice.get(reverse("scrubs")).content.decode()
    assert bring(alice, LEADS, purpose="fun") == 400


def test_files_of_leads_are_gone_after_30_days_but_for_a_hold(people: Cast) -> None:
    alice = logged_in(people.alice)
    bring(alice, LEADS)
    assert work(now, KINDS)
    bring(alice, LEADS)  # and its worker never came
    done, waits = Scrub.objects.order_by("pk")
    hold = holds.placed(people.alice, "period", "", (done.at, done.at), "a lawsuit", done.at)
    early, later = done.at + tasks.KEPT - 1, waits.at + tasks.KEPT
    forget = {tasks.FORGET: KINDS[tasks.FORGET]}
    assert not work(lambda: early, forget)
    while work(lambda: later, forget):
        pass
    assert (tasks.place(done.uid, tasks.CLEAN).exists(), tasks.place(waits.uid, "").exists()) == (True, False)
    holds.released(people.alice, hold, "settled", later)
    assert work(lambda: later + tasks.DAY, forget)
    assert not tasks.place(done.uid, "").exists()
    assert Entry.objects.filter(kind="scrub.deleted").count() == 2
    listed = alice.get(reverse("scrubs")).content.decode()
    assert "deleted after 30 days" in listed
    assert reverse("scrub_file", args=[done.uid]) not in listed
    assert alice.get(reverse("scrub_file", args=[done.uid])).status_code == 404


def test_the_command_says_how_many_and_why(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_bytes(LEADS)
    environment = {name: value for name, value in os.environ.items() if name != "CLEARLINE_DATABASE_URL"}
    words = ["leads.csv", "--campaign", "autumn", "-o", "clean.csv", "--report", "report.html"]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("clearline"), "gate", "scrub", *words],
            env=environment | {"CLEARLINE_HOME": str(tmp_path / "home"), "COLUMNS": "160"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert "3 of 3 will be skipped" in done.stdout, "no registry is loaded: nobody knows who is on it"
    assert (tmp_path / "clean.csv").read_bytes() == b"name,phone\r\n"
    assert "3 of 3" in (tmp_path / "report.html").read_text()
    refused = run("nothing.csv", "-o", "clean.csv")
    assert (refused.returncode, "can't be opened" in refused.stderr) == (2, True)
    assert run("leads.csv", "-o", "clean.csv", "--purpose", "fun").returncode == 2
