"""Every call ends as evaluated, excluded, failed or due: the sum balances whatever is lost, doubled or contradicted."""

import os
import signal
from datetime import date, timedelta

import pytest
from django.conf import settings as django
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.characters import Cast, logged_in
from tests.record.conftest import LATER, NOON
from tests.ui.reading import Reader

from clearline.engine.events import SECOND, Instant
from clearline.formats.call_records import CallRecord
from clearline.record import jobs
from clearline.record.errors import RefusedError
from clearline.record.models import Call, Event, Timeline
from clearline.record.watching import Watches
from clearline.review.coverage import actions
from clearline.review.coverage.accounting import Became, account, bounds, day_of
from clearline.review.models import Statement, SwitchCall
from clearline.review.tasks import KINDS

pytestmark = pytest.mark.django_db
DAY = 86_400 * SECOND
TODAY = day_of(NOON)
STATES = [*Call.State.values, None]


def planted(name: str, at: Instant, state: str | None, switch: CallRecord | None) -> None:
    """A call as record and switch have it, if they do."""
    if state is not None:
        timeline = Timeline.objects.create(kind="call", subject=name, secret=b"0" * 32)
        ended = None if state == "running" else at + 60 * SECOND
        Call.objects.create(
            timeline=timeline,
            started=at,
            answered=at,
            ended=ended,
            state=state,
            reason="why" if state in {"excluded", "failed"} else "",
        )
    if switch is not None:
        actions.brought([switch], "switch", at)


def test_what_the_switch_had_and_nobody_delivered_is_due_and_then_failed() -> None:
    planted("lost", NOON, None, CallRecord("lost", NOON, 60, True, ""))
    planted("rang", NOON, None, CallRecord("rang", NOON, 0, False, ""))
    soon = {line.call: line for line in account(TODAY, NOON + 3_600 * SECOND).lines}
    assert (soon["lost"].became, soon["lost"].due) == (Became.DUE, NOON + DAY)
    late = {line.call: (line.became, line.reason) for line in account(TODAY, NOON + DAY).lines}
    assert late == {
        "lost": (Became.FAILED, "the switch had it, and its events never came"),
        "rang": (Became.EXCLUDED, "nobody answered: there was no conversation"),
    }


def test_what_switch_and_record_say_otherwise_is_shown_and_swallowed_by_neither() -> None:
    planted("long", NOON, "evaluated", CallRecord("long", NOON, 600, True, ""))
    planted("mute", NOON, "evaluated", CallRecord("mute", NOON, 60, False, ""))
    actions.brought([CallRecord("mute", NOON, 70, True, "")], "switch", NOON)
    found = {line.call: line.contradiction for line in account(TODAY, LATER).lines}
    assert found["long"] == "it lasted 600 s by the switch, 60 s here"
    assert "says it twice" in found["mute"]
    assert account(TODAY, LATER).counts["contradictions"] == 2


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    calls=st.lists(
        st.tuples(st.sampled_from(STATES), st.booleans(), st.integers(0, 3), st.integers(-200, 2_000)),
        max_size=12,
    ),
    later=st.integers(0, 3 * DAY),
)
def test_the_sum_balances_and_each_call_is_in_it_once(
    calls: list[tuple[str | None, bool, int, int]], later: Instant
) -> None:
    SwitchCall.objects.all().delete()
    Call.objects.all().delete()
    Timeline.objects.filter(kind="call").delete()
    known = set()
    for number, (state, answered, times, minutes) in enumerate(calls):
        name, at = f"p-{number}", NOON + minutes * 60 * SECOND
        switch = (
            CallRecord(name, NOON + (minutes + times) * 60 * SECOND, times, answered, "") if times else None
        )
        planted(name, at, state, switch)
        known |= {name} if state or switch else set()
    days = [TODAY + timedelta(days=ahead) for ahead in (-1, 0, 1, 2)]
    found = [line.call for day in days for line in account(day, NOON + later).lines]
    assert sorted(found) == sorted(known)
    for day in days:
        told = account(day, NOON + later).counts
        assert told["known"] == told["evaluated"] + told["excluded"] + told["failed"] + told["due"]


def test_a_day_is_stated_once_and_anew_when_it_has_changed(people: Cast, watches: Watches) -> None:
    assert people
    at = bounds(TODAY)[1] + DAY
    first = actions.stated(TODAY, at, watches)
    assert first is not None
    assert actions.stated(TODAY, at + 1, watches) is None
    actions.brought([CallRecord("late", NOON, 60, True, "")], "switch", at)
    second = actions.stated(TODAY, at + 2, watches)
    assert second is not None
    assert (second.number, second.counts["known"]) == (2, first.counts["known"] + 1)
    event = Event.objects.filter(type="coverage.stated").order_by("-entry")[0]
    assert event.places.get().timeline.kind == "organisation"
    with pytest.raises(RefusedError, match="not over"):
        actions.stated(TODAY, bounds(TODAY)[1] - 1, watches)


def test_days_have_23_and_25_hours_where_clocks_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django, "TIME_ZONE", "Europe/Berlin")
    days = [bounds(day) for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1))]
    assert [(ends - begins) // (3_600 * SECOND) for begins, ends in days] == [23, 25, 24]
    assert day_of(days[1][1] - 1) == date(2026, 10, 25)


def test_the_pages_tell_the_sum_and_a_file_is_taken(people: Cast) -> None:
    alice = logged_in(people.alice)
    file = SimpleUploadedFile(
        "cdr.csv", b"call_id,start,duration,status\nx-1,2026-09-21 12:00:00,60,ANSWERED\nx-2,never,1,BUSY\n"
    )
    told = alice.post("/review/coverage/add/", {"file": file, "zone": "UTC"}).content.decode()
    assert "never is no time" in told
    assert SwitchCall.objects.get().call == "x-1"
    for path in ("/review/coverage/", f"/review/coverage/{TODAY.isoformat()}/"):
        page = alice.get(path).content.decode()
        assert Reader(page).faults() == []
    assert logged_in(people.ada).get("/review/coverage/").status_code == 403
    assert alice.get("/review/coverage/tomorrow/").status_code == 404
    assert day_of(LATER) == TODAY


@pytest.mark.django_db(transaction=True)
def test_of_ten_thousand_calls_none_is_unaccounted_though_some_are_lost_doubled_and_the_job_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    count, records = 10_000, []
    timelines, rows = [], []
    for number in range(count):
        name, at = f"z-{number:05d}", NOON + (number % 2_880) * 60 * SECOND - DAY // 2
        if number % 7 != 3:  # the rest is lost on its way here
            timelines.append(Timeline(kind="call", subject=name, secret=b"0" * 32))
            state = ("evaluated", "excluded", "failed", "running")[number % 4]
            rows.append((at, None if state == "running" else at + 60 * SECOND, state))
        if number % 5 != 2:  # the rest the switch lost
            records.append(CallRecord(name, at, 60 + number % 50, number % 11 != 0, ""))
        if number % 13 == 0:
            records.append(CallRecord(name, at, 60, True, ""))
    made = Timeline.objects.bulk_create(timelines, 2_000)
    Call.objects.bulk_create(
        (
            Call(timeline=timeline, started=at, answered=at, ended=ended, state=state)
            for timeline, (at, ended, state) in zip(made, rows, strict=True)
        ),
        2_000,
    )
    actions.brought(records, "switch", LATER)
    at = NOON + 4 * DAY
    actions.begun(at)
    connection.close()
    child = os.fork()
    if child == 0:  # it dies between two statements
        told = actions.stated

        def stated(*args: object) -> Statement | None:
            made = told(*args)  # type: ignore[arg-type]
            os.kill(os.getpid(), signal.SIGKILL)
            return made

        monkeypatch.setattr(actions, "stated", stated)
        jobs.work(lambda: at, KINDS)
        os._exit(1)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert Statement.objects.count() == 1
    while jobs.work(lambda: at + jobs.LEASE + 1, KINDS):
        pass
    stated_ = Statement.objects.all()
    known = {one.call for one in records} | {timeline.subject for timeline in timelines}
    assert sum(one.counts["known"] for one in stated_) == len(known)
    assert sum(
        one.counts[name] for one in stated_ for name in ("evaluated", "excluded", "failed", "due")
    ) == len(known)
    assert {one.number for one in stated_} == {1}
