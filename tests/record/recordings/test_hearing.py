"""A recording is heard once, whoever dies meanwhile: words into the record, the muted copy, the fate of the original."""

import errno
import os
import signal
import subprocess
import sys
import wave
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tests.browsing import environment
from tests.record.conftest import LATER, NOON, Take, call, proofs_hold
from tests.record.recordings.conftest import Add, Hear, ears, heard, wav

from clearline.engine.events import SECOND
from clearline.engine.monitor import in_order
from clearline.evidence.models import Deed, Entry
from clearline.formats.turns import Turn
from clearline.record import jobs
from clearline.record.checking import faults
from clearline.record.models import Call, Event, Finding, Job, Recording
from clearline.record.recordings import actions, places, waves
from clearline.record.recordings.ears import Unheard
from clearline.record.recordings.hearing import TRIES, WORDS_THERE, hearing
from clearline.record.recordings.superseding import HEARD_LIVE, SPOKEN
from clearline.record.retention.originals import kept_until
from clearline.record.watching import read
from clearline.seal.commitments import check
from clearline.speech.secrets import UNKEEPABLE

pytestmark = pytest.mark.django_db
State, Original = Recording.State, Recording.Original
DAY = 86_400 * SECOND


def kinds() -> list[str]:
    return list(
        Entry.objects.filter(kind__startswith="recording.").order_by("index").values_list("kind", flat=True)
    )


def test_its_words_become_the_call_of_which_nothing_was_known(add: Add, hear: Hear) -> None:
    row = hear(add())
    assert (row.state, row.words, row.engine) == (State.HEARD, 3, "tones 1")
    found = Call.objects.get(timeline__subject="c-1")
    assert (found.agent, found.recorded, found.state) == ("a-1", True, Call.State.EVALUATED)
    assert found.started == NOON
    said = Event.objects.filter(type="utterance", source="recording").order_by("at")
    assert [one.at - NOON for one in said] == [SECOND, 5 * SECOND, 8 * SECOND]


def test_its_words_join_a_call_whose_words_nobody_sent(add: Add, hear: Hear, take: Take) -> None:
    take(
        call("0 call.started direction=inbound", "2 call.answered", "20 call.ended", name="c-1", agent="a-1")
    )
    row = hear(add(began=None))
    assert row.began == NOON + 2 * SECOND
    assert Event.objects.filter(type="call.ended").count() == 1
    assert Event.objects.filter(type="utterance", places__timeline__subject="c-1").count() == 3


def test_words_are_not_added_twice_to_a_call_that_has_a_transcript(add: Add, hear: Hear, take: Take) -> None:
    take(
        call("0 call.started", "1 call.answered", "3 agent: Hello.", "20 call.ended", name="c-1", agent="a-1")
    )
    row = hear(add())
    assert row.state == State.HEARD
    assert row.words == 0
    assert WORDS_THERE in row.notes
    assert Event.objects.filter(type="utterance").count() == 1


LIVE = ["3 agent: Hello.", "4.5 words.unheard by=agent seconds=2", "30 agent: Bye.", "40 call.ended"]


def test_its_words_stand_in_place_of_those_that_were_heard_while_the_call_lasted(
    add: Add, hear: Hear, take: Take
) -> None:
    take(call("0 call.started", "1 call.answered", name="c-1", agent="a-1"))
    take(call(*LIVE, name="c-1"), source=HEARD_LIVE)
    row = hear(add())
    assert (row.words, WORDS_THERE in row.notes) == (3, False)
    assert standing() == [
        "recording",
        "recording",
        "recording",
        HEARD_LIVE,
    ]  # what the file does not hold stays
    assert Event.objects.filter(source=HEARD_LIVE, type__in=SPOKEN).count() == 3  # and all is still there
    assert list(faults()) == []
    proofs_hold()


def test_a_notice_that_was_heard_wrongly_and_lost_is_judged_by_the_recording(
    add: Add, hear: Hear, take: Take
) -> None:
    about = "0 call.started recorded=true places=US-CA"
    take(call(about, "1 call.answered", "40 call.ended", name="c-1", agent="a-1"))
    take(call("3 agent: The score is cordoned.", name="c-1"), source=HEARD_LIVE)
    assert Finding.objects.filter(rule="recording-notice-us", withdrawn=None).count() == 1
    told = [Turn("This call is recorded.", ("agent",), 3.0, 5.0), Turn("Fine.", ("customer",), 6.0, 7.0)]
    hear(add(), heard(told))
    assert Finding.objects.filter(rule="recording-notice-us", withdrawn=None).count() == 0


def test_words_that_were_heard_in_a_pause_of_the_recorder_stay(add: Add, hear: Hear, take: Take) -> None:
    take(call("0 call.started", "1 call.answered", "40 call.ended", name="c-1", agent="a-1"))
    take(call("3 agent: Hello.", "4.5 agent: One moment.", name="c-1"), source=HEARD_LIVE)
    hear(add(), heard(happenings=PAUSED))
    assert standing().count(HEARD_LIVE) == 1


def test_a_recording_that_does_not_tell_who_speaks_supersedes_nothing_that_does(
    add: Add, hear: Hear, take: Take
) -> None:
    take(call("0 call.started", "1 call.answered", "40 call.ended", name="c-1", agent="a-1"))
    take(call("3 agent: Hello.", name="c-1"), source=HEARD_LIVE)
    row = hear(add(), heard([Turn("Hello.", ("channel 1",), 3.0, 4.0)]))
    assert (row.words, standing()) == (0, [HEARD_LIVE])
    assert WORDS_THERE in row.notes


def test_a_second_recording_does_not_supersede_the_first(add: Add, hear: Hear, take: Take) -> None:
    take(call("0 call.started", "1 call.answered", "40 call.ended", name="c-1", agent="a-1"))
    hear(add())
    row = hear(add(data=wav() + b"LIST"))
    assert (row.words, len(standing())) == (0, 3)


def standing() -> list[str]:
    """The sources of the words that stand."""
    rows = Event.objects.filter(places__timeline__subject="c-1", places__timeline__kind="call")
    events = in_order([read(bytes(row.body or b"")) for row in rows.distinct()])
    return [event.id.split("/")[0] for event in events if event.type in SPOKEN]


PAUSED = (("recording.started", 0.0), ("recording.paused", 4.2), ("recording.resumed", 4.8))


def test_a_pause_that_the_file_shows_is_told_where_nobody_told_of_the_recorder(
    add: Add, hear: Hear, take: Take
) -> None:
    take(call("0 call.started", "1 call.answered", "20 call.ended", name="c-1", agent="a-1"))
    hear(add(), heard(happenings=PAUSED))
    assert Event.objects.filter(type="recording.paused", source="recording").count() == 1


@pytest.mark.parametrize("told", [[], ["3 recording.paused"], ["3 recording.paused", "6 recording.resumed"]])
def test_a_pause_that_the_file_shows_is_not_told_where_telephony_tells_of_the_recorder(
    add: Add, hear: Hear, take: Take, told: list[str]
) -> None:
    lines = ["0 call.started", "0 recording.started", "1 call.answered", *told, "20 call.ended"]
    take(call(*lines, name="c-1", agent="a-1"))
    row = hear(add(), heard(happenings=PAUSED))
    found = Event.objects.filter(type__startswith="recording.").order_by("at").values_list("type", flat=True)
    assert list(found) == ["recording.started", *(one.split()[1] for one in told)]
    assert row.words == 3


def test_the_muted_copy_is_a_plain_wav_and_its_outline_is_silent_where_it_is_muted(
    add: Add, hear: Hear
) -> None:
    row = hear(add())
    with wave.open(str(places.muted(row.uid))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 8_000, 96_000)
    assert places.muted(row.uid).stat().st_mode & 0o077 == 0
    agent, customer = waves.channels(bytes(row.waveform or b""))
    assert max(agent) > 100
    assert set(customer[int(800 * 5.6 / 12) : int(800 * 6.4 / 12)]) == {0}
    assert row.hidden == [[1, 5.5, 6.5, "payment_card"]]


def test_each_step_has_its_entry_which_opens(add: Add, hear: Hear) -> None:
    hear(add())
    assert kinds() == [
        "recording.received",
        "recording.heard",
        "recording.released",
        "recording.original_destroyed",
    ]
    for entry in Entry.objects.filter(kind__startswith="recording."):
        deed = Deed.objects.get(index=entry.index)
        check(bytes(entry.commitment), bytes(deed.key or b""), bytes(deed.payload or b""))
    proofs_hold()
    assert list(faults()) == []


def test_by_itself_no_original_is_kept(add: Add, hear: Hear, django_capture_on_commit_callbacks: Any) -> None:
    row = add()
    assert places.sealed(row.uid).is_file()
    with django_capture_on_commit_callbacks(execute=True):
        hear(row, until=kept_until("c-1", LATER))
    assert (row.original, row.key) == (Original.NOT_KEPT, None)
    assert not places.sealed(row.uid).exists()
    assert not list(places.strays())


def test_where_an_officer_decided_so_it_is_sealed_until_a_day(add: Add, hear: Hear) -> None:
    row = hear(add(), until=LATER + 30 * DAY)
    assert (row.original, row.sealed_until) == (Original.SEALED, LATER + 30 * DAY)
    assert places.sealed(row.uid).is_file()
    assert Job.objects.get(kind=actions.LET_GO).run_after == LATER + 30 * DAY


@pytest.mark.parametrize("kind", sorted(UNKEEPABLE))
def test_with_a_code_or_a_pin_in_it_no_original_is_kept_whatever_was_decided(
    add: Add, hear: Hear, django_capture_on_commit_callbacks: Any, kind: str
) -> None:
    row = add()
    with django_capture_on_commit_callbacks(execute=True):
        hear(row, heard(kinds=["payment_card", kind]), until=LATER + 30 * DAY)
    assert (row.state, row.original, row.key) == (State.HEARD, Original.DESTROYED, None)
    assert not places.sealed(row.uid).exists()


def test_what_could_not_be_muted_is_not_released(add: Add, hear: Hear) -> None:
    row = hear(add(), heard(blocked="pin: it cannot be located"))
    assert (row.state, row.muted, row.waveform) == (State.BLOCKED, "", None)
    assert "cannot be located" in row.reason
    assert not places.muted(row.uid).exists()
    assert "recording.blocked" in kinds()


def test_what_cannot_be_heard_has_failed_and_says_why(add: Add) -> None:
    row = add(data=b"%PDF-1.7")

    def deaf(_path: Path, _speakers: object) -> Any:
        raise Unheard("the file is no recording (%PDF). Send the recording itself")

    assert jobs.work(lambda: LATER, {actions.HEAR: hearing(deaf, lambda *_: None)})
    row.refresh_from_db()
    assert (row.state, row.key) == (State.FAILED, None)
    assert "no recording" in row.reason
    assert Job.objects.get().error == ""


def test_where_nothing_that_hears_is_installed_it_says_what_to_install(
    add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearline.record.recordings import ears as real
    from clearline.speech import installed

    monkeypatch.setattr(installed, "NEEDED", ("av_that_nobody_installed",))
    row = add()
    assert jobs.work(lambda: LATER, {actions.HEAR: hearing(real.hear, kept_until)})
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert "pip install 'clearline[speech]'" in row.reason


def test_a_file_that_is_gone_or_damaged_has_failed_and_says_so(add: Add) -> None:
    for call_name, damage in (("c-1", Path.unlink), ("c-2", lambda path: path.write_bytes(bytes(40)))):
        row = add(call_name)
        damage(places.sealed(row.uid))
        assert jobs.work(lambda: LATER, {actions.HEAR: hearing(ears(heard()), kept_until)})
        row.refresh_from_db()
        assert row.state == State.FAILED
        assert "send it again" in row.reason


def test_a_full_disk_is_said_and_it_is_tried_again(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    row, full = add(), True

    def write(sound: Any, file: Any) -> None:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(sound, file)

    real = waves.write
    monkeypatch.setattr(waves, "write", write)
    kind = {actions.HEAR: hearing(ears(heard()), kept_until)}
    assert jobs.work(lambda: LATER, kind)
    row.refresh_from_db()
    assert (row.state, row.reason) == (
        State.FAILED,
        "the disk refuses: No space left on device; it is tried again",
    )
    assert not Event.objects.exists()
    assert not places.muted(row.uid).exists()
    full = False
    assert jobs.work(lambda: LATER + 3_600 * SECOND, kind)
    row.refresh_from_db()
    assert (row.state, row.reason, row.words) == (State.HEARD, "", 3)


def test_heard_again_it_changes_nothing(add: Add, hear: Hear) -> None:
    row = hear(add())
    entries, events = Entry.objects.count(), Event.objects.count()
    jobs.ask(actions.HEAR, {"uid": row.uid}, LATER)
    hear(row)
    assert (Entry.objects.count(), Event.objects.count()) == (entries, events)


def test_whoever_lost_the_lease_writes_nothing_and_the_next_one_does(add: Add) -> None:
    row = add()
    clock = [LATER]
    kind = {actions.HEAR: hearing(ears(heard()), kept_until)}

    def slow(_path: Path, _speakers: Any) -> Any:
        clock[0] += jobs.LEASE
        assert jobs.work(lambda: clock[0], kind)  # another worker takes it, and is done
        return heard()

    assert jobs.work(lambda: clock[0], {actions.HEAR: hearing(slow, kept_until)})
    row.refresh_from_db()
    assert (row.state, row.words) == (State.HEARD, 3)
    assert kinds().count("recording.heard") == 1
    assert Event.objects.filter(type="utterance").count() == 3


def test_one_that_kills_whoever_hears_it_is_given_up(add: Add) -> None:
    row = add()
    Recording.objects.update(state=State.HEARING)
    Job.objects.update(attempts=TRIES)
    assert jobs.work(lambda: LATER, {actions.HEAR: hearing(ears(heard()), kept_until)})
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert "died" in row.reason


KILLED = """
    import sys, time
    from clearline.config.starting import start
    start()
    from clearline.record import jobs
    from clearline.record.recordings.actions import HEAR
    from clearline.record.recordings.hearing import hearing

    def endless(path, speakers):
        print(path.stat().st_size, flush=True)
        time.sleep(600)

    jobs.work(lambda: int(sys.argv[1]), {HEAR: hearing(endless, lambda call, at: None)})
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_while_it_hears_leaves_a_job_that_is_taken_up_once(
    add: Add, hear: Hear, tmp_path: Path
) -> None:
    row = add()
    told = environment(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", dedent(KILLED), str(LATER)], env=told, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout
        assert int(worker.stdout.readline()) == len(wav())
        worker.send_signal(signal.SIGKILL)
    row.refresh_from_db()
    assert row.state == State.HEARING
    assert list(places.strays())
    assert not jobs.work(lambda: LATER + SECOND, {actions.HEAR: hearing(ears(heard()), kept_until)})
    hear(row, at=LATER + jobs.LEASE)
    assert (row.state, row.words) == (State.HEARD, 3)
    assert not list(places.strays())
    assert Job.objects.get(kind=actions.HEAR).attempts == 2


def test_a_call_that_was_deleted_meanwhile_takes_its_recording_with_it(
    add: Add, hear: Hear, take: Take, people: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from clearline.record.models import Timeline
    from clearline.record.retention.classes import classes
    from clearline.record.retention.scrubbing import Part, scrub

    del take
    row = add("good")
    timeline = Timeline.objects.get(kind="call", subject="good")
    with django_capture_on_commit_callbacks(execute=True):
        scrub([Part(timeline, classes()["words"])], people.alice, "erasure", LATER)
        hear(row)
    assert row.state == State.GONE
    assert not places.sealed(row.uid).exists()
