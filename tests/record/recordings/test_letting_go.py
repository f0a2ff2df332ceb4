"""Retention, holds, erasure and backups reach the files of recordings, muted copies and sealed originals alike."""

from pathlib import Path
from typing import Any

import pytest
from tests.characters import AT, Cast
from tests.record.conftest import LATER, NOON, Take, call, proofs_hold
from tests.record.recordings.conftest import Add, Hear

from clearline.engine.durations import Calendar, parse_span, reach
from clearline.engine.events import SECOND
from clearline.evidence.models import Entry
from clearline.record import jobs
from clearline.record.checking import faults
from clearline.record.judging import Judging
from clearline.record.models import Contact, Deleted, Recording, Timeline
from clearline.record.recordings import actions, copying, places
from clearline.record.recordings.strays import strays
from clearline.record.retention import actions as retention
from clearline.record.retention import holds
from clearline.record.retention.classes import classes
from clearline.record.retention.keepers import all_keepings
from clearline.record.retention.keeping import Schedule
from clearline.record.retention.originals import kept_until, letting_go
from clearline.record.rights.erasing import erased, plan

pytestmark = pytest.mark.django_db
DAY = 86_400 * SECOND
State, Original = Recording.State, Recording.Original
LINES = (
    '0 call.started direction=inbound purpose=service places=["FR"] recorded=true',
    "1 call.answered",
    "3 agent: Hello.",
    "20 call.ended",
)


@pytest.fixture(autouse=True)
def _committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Files go when a transaction is committed; a test's own never is."""
    with django_capture_on_commit_callbacks(execute=True):
        yield


@pytest.fixture
def kept(people: Cast, add: Add, hear: Hear, take: Take) -> Recording:
    """The recording of a call from France, whose original is sealed for thirty days."""
    del people
    take(call(*LINES, name="paris", agent="a-1", contact="k-7"))
    row = hear(add("paris"), until=LATER + 30 * DAY)
    assert row.original == Original.SEALED
    return row


def decide(people: Cast, shop: Judging, klass: str, area: str, span: str, *overruled: str) -> None:
    told: dict[str, Any] = {"klass": klass, "area": area, "span": span, "overruled": overruled, "reason": "x"}
    retention.decided(people.alice, shop.rulebook, **told, at=AT)


@pytest.fixture
def run(django_capture_on_commit_callbacks: Any) -> Any:
    def run(at: int, kind: str, deed: jobs.Kind) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            while jobs.work(lambda: at, {kind: deed}):
                pass

    return run


def test_nobody_keeps_an_original_before_it_was_decided(people: Cast, shop: Judging, take: Take) -> None:
    take(call(*LINES, name="paris", agent="a-1"))
    assert kept_until("paris", AT) is None
    decide(people, shop, "originals", "EU", "30d", *(one.id for one in classes()["originals"].limits))
    assert kept_until("paris", AT) == reach(AT, parse_span("30d"), Calendar())
    assert kept_until("nowhere", AT) is None


def test_an_original_goes_by_itself_on_its_day(kept: Recording, run: Any) -> None:
    run(LATER + 29 * DAY, actions.LET_GO, letting_go)
    kept.refresh_from_db()
    assert kept.original == Original.SEALED
    run(LATER + 30 * DAY, actions.LET_GO, letting_go)
    kept.refresh_from_db()
    assert (kept.original, kept.key, kept.state) == (Original.NOT_KEPT, None, State.HEARD)
    assert not places.sealed(kept.uid).exists()
    assert places.muted(kept.uid).exists()
    assert Entry.objects.filter(kind="recording.original_destroyed").count() == 1


def test_a_hold_on_the_call_keeps_it_until_it_is_released(
    kept: Recording, people: Cast, shop: Judging, run: Any
) -> None:
    hold = holds.placed(people.alice, "call", "paris", None, "Doe v. Shop", AT)
    run(LATER + 31 * DAY, actions.LET_GO, letting_go)
    kept.refresh_from_db()
    assert kept.original == Original.SEALED
    schedule = Schedule(shop.rulebook)
    (found,) = all_keepings(schedule, LATER + 31 * DAY, classes()["originals"])
    assert found.state(LATER + 31 * DAY) == "held"
    holds.released(people.alice, hold, "settled", AT + 1)
    run(LATER + 32 * DAY, actions.LET_GO, letting_go)
    kept.refresh_from_db()
    assert kept.original == Original.NOT_KEPT


def test_when_recordings_are_due_their_sound_goes(
    kept: Recording, people: Cast, shop: Judging, run: Any
) -> None:
    decide(people, shop, "recordings", "EU", "6mo", *(one.id for one in classes()["recordings"].limits))
    late = NOON + 400 * DAY
    retention.asked_to_delete(people.alice, late, late)
    run(late, retention.DELETE, retention.deleting(lambda: shop.rulebook))
    kept.refresh_from_db()
    assert (kept.state, kept.waveform, kept.muted, kept.hidden) == (State.GONE, None, "", [])
    assert not places.muted(kept.uid).exists()
    assert not places.sealed(kept.uid).exists()
    assert Deleted.objects.filter(timeline__subject="paris", klass="recordings").exists()
    assert Entry.objects.filter(kind="recording.deleted").count() == 1
    proofs_hold()
    assert list(faults()) == []


def test_an_erasure_takes_sound_and_original_along(
    kept: Recording, people: Cast, shop: Judging, django_capture_on_commit_callbacks: Any
) -> None:
    contact = Contact.objects.get(subject="k-7")
    with django_capture_on_commit_callbacks(execute=True):
        erased(people.alice, contact, shop.rulebook, ["EU-FR"], AT)
    kept.refresh_from_db()
    assert (kept.state, kept.original) == (State.GONE, Original.NOT_KEPT)
    assert not places.muted(kept.uid).exists()
    assert not places.sealed(kept.uid).exists()


def test_a_hold_keeps_both_from_an_erasure_and_the_answer_says_so(
    kept: Recording, people: Cast, shop: Judging, django_capture_on_commit_callbacks: Any
) -> None:
    contact = Contact.objects.get(subject="k-7")
    holds.placed(people.alice, "call", "paris", None, "Doe v. Shop", AT)
    planned = plan(contact, shop.rulebook, ["EU-FR"], AT)
    assert "recordings" in {one.part.klass.id for one in planned.kept}
    with django_capture_on_commit_callbacks(execute=True):
        erased(people.alice, contact, shop.rulebook, ["EU-FR"], AT)
    kept.refresh_from_db()
    assert (kept.state, kept.original) == (State.HEARD, Original.SEALED)
    assert places.muted(kept.uid).exists()
    assert places.sealed(kept.uid).exists()


def test_a_backup_has_the_muted_copies_and_no_original(kept: Recording, tmp_path: Path) -> None:
    copying.copy_out(tmp_path)
    copying.copy_out(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{kept.uid}.wav"]
    whole = places.muted(kept.uid).read_bytes()
    places.muted(kept.uid).unlink()
    assert copying.copy_in(tmp_path) == []
    assert places.muted(kept.uid).read_bytes() == whole
    assert places.muted(kept.uid).stat().st_mode & 0o777 == 0o600


def test_a_copy_that_is_not_what_was_released_is_not_restored(kept: Recording, tmp_path: Path) -> None:
    copying.copy_out(tmp_path)
    (found,) = tmp_path.rglob("*.wav")
    found.write_bytes(found.read_bytes()[:-2] + b"xx")
    places.muted(kept.uid).unlink()
    assert copying.copy_in(tmp_path) == ["paris"]
    assert not places.muted(kept.uid).exists()


def test_files_that_outlived_their_rows_are_swept_a_day_later(kept: Recording) -> None:
    stray = places.muted("nobody")
    stray.write_bytes(b"RIFF")
    written = int(stray.stat().st_mtime * SECOND)
    assert list(strays(written)) == []
    assert set(strays(written + 2 * DAY)) & {
        stray,
        places.muted(kept.uid),
        places.sealed(kept.uid),
    } == {stray}
    stray.unlink()
    assert Timeline.objects.filter(subject="paris").exists()
