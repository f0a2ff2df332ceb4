"""Every call ends as evaluated, excluded, failed or due: the sum balances whatever is lost, doubled or contradicted."""

import os
import signal
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings as django
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.characters import Cast, logged_in
from tests.record.conftest import LATER, NOON
from tests.ui.reading import Reader

from clearline.engine.events import SECOND, Instant
from clearline.formats.call_records import CallRecord
from clearline.people.tokens import make
from clearline.record import jobs
from clearline.record.days import bounds, day_of
from clearline.record.errors import RefusedError
from clearline.record.models import Call, Contact, ContactPoint, Event, Timeline
from clearline.record.watching import Watches, read
from clearline.review import room
from clearline.review.coverage import actions
from clearline.review.coverage.accounting import Became, account
from clearline.review.coverage.actions import Brought
from clearline.review.models import Statement, SwitchCall
from clearline.review.tasks import KINDS
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
DAY = 86_400 * SECOND
TODAY = day_of(NOON)
KIM, LEE = "+12025550143", "+12025550144"
Tell = Callable[..., Brought]
STATES = [*Call.State.values, None]


@pytest.fixture
def tell(watches: Watches) -> Tell:
    """What the switch says comes in."""

    def told(*records: CallRecord, at: Instant = LATER) -> Brought:
        return actions.brought(records, "switch", at, watches)

    return told


def planted(
    name: str, at: Instant, state: str | None, contact: Contact | None = None, direction: str = ""
) -> None:
    """A call as the record has it, if it does."""
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
            contact=contact,
            direction=direction,
        )


def person(number: str) -> Contact:
    """A contact who is reached at a number."""
    made = Contact.objects.create(subject=f"k-{number}")
    ContactPoint.objects.create(contact=made, kind="phone", value=number, since=0)
    return made


def test_what_the_switch_had_and_nobody_delivered_is_due_and_then_failed(tell: Tell) -> None:
    tell(CallRecord("lost", NOON, 60, True), CallRecord("rang", NOON, 0, False))
    soon = {line.call: line for line in account(TODAY, NOON + 3_600 * SECOND).lines}
    assert (soon["lost"].became, soon["lost"].due) == (Became.DUE, NOON + DAY)
    late = {line.call: (line.became, line.reason) for line in account(TODAY, NOON + DAY).lines}
    assert late == {
        "lost": (Became.FAILED, "the switch had it, and its events never came"),
        "rang": (Became.EXCLUDED, "nobody answered: there was no conversation"),
    }


def test_what_switch_and_record_say_otherwise_is_shown_and_swallowed_by_neither(tell: Tell) -> None:
    for name in ("long", "mute", "there", "twin"):
        planted(name, NOON, "evaluated", direction="inbound")
    tell(
        CallRecord("long", NOON, 600, True),
        CallRecord("mute", NOON, 60, False),
        CallRecord("there", NOON, 60, True, "", "outbound"),
        CallRecord("twin", NOON, 60, True),
        CallRecord("twin", NOON, 60, True),
    )
    assert tell(CallRecord("mute", NOON, 70, True)) == (0, 0, 1, 0, 0)
    found = {line.call: line.contradiction for line in account(TODAY, LATER).lines}
    assert found["long"] == "it lasted 600 s by the switch, 60 s here"
    assert "says it twice: 60 s, not answered, and 70 s, answered" in found["mute"]
    assert found["there"] == "it was outbound by the switch, inbound here"
    assert found["twin"] == "the switch has 2 records of it in one file"
    assert account(TODAY, LATER).counts["contradictions"] == 4


def test_a_call_under_another_id_is_known_by_number_and_time_or_named_and_never_guessed(tell: Tell) -> None:
    planted("c-1", NOON, "evaluated", person(KIM))
    planted("c-2", NOON + 300 * SECOND, "evaluated", person(LEE))
    planted("c-3", NOON + 310 * SECOND, "evaluated", Contact.objects.get(subject=f"k-{LEE}"))
    tell(
        CallRecord("s-1", NOON + 40 * SECOND, 60, True, numbers=(KIM,)),
        CallRecord("s-2", NOON + 302 * SECOND, 60, True, numbers=(LEE,)),
        CallRecord("s-3", NOON + 100 * SECOND, 60, True, numbers=(KIM,)),  # too late for c-1
    )
    found = {line.call: line for line in account(TODAY, LATER).lines}
    assert found.keys() == {"c-1", "c-2", "c-3", "s-2", "s-3"}
    assert (found["c-1"].switch, found["c-1"].contradiction) == ("s-1", "")
    assert found["s-2"].contradiction.startswith("it may be c-2 or c-3")
    assert found["s-3"].contradiction == ""
    assert KIM not in str(list(SwitchCall.objects.values_list("numbers", flat=True)))


def test_a_match_outlives_the_numbers_by_which_it_was_made(
    people: Cast, watches: Watches, tell: Tell
) -> None:
    assert people
    someone = person("+12025550177")
    planted("c-1", NOON, "evaluated", someone)
    tell(CallRecord("s-1", NOON, 60, True, numbers=("+12025550177",)))
    at = bounds(TODAY)[1] + DAY
    first = actions.stated(TODAY, at, watches)
    someone.points.all().delete()
    Call.objects.update(contact=None)
    assert actions.stated(TODAY, at + 1, watches) is None
    assert first is not None
    actions.stated_all(at + 40 * DAY, watches)
    assert SwitchCall.objects.get().numbers == ""
    assert account(TODAY, at).digest == first.digest


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    calls=st.lists(
        st.tuples(
            st.sampled_from(STATES),  # in the record
            st.sampled_from([None, "same", "other"]),  # the id that the switch gives it
            st.booleans(),
            st.sampled_from([KIM, LEE]),
            st.integers(-200, 2_000),  # minutes; close to midnight, too
            st.integers(-70, 70),  # seconds by which the switch is late
        ),
        max_size=12,
    ),
    later=st.integers(0, 3 * DAY),
)
def test_the_sum_balances_and_each_call_is_in_it_once(
    calls: list[tuple[str | None, str | None, bool, str, int, int]], later: Instant, tell: Tell
) -> None:
    for model in (SwitchCall, Call, ContactPoint, Contact):
        model.objects.all().delete()
    Timeline.objects.filter(kind="call").delete()
    whose = {number: person(number) for number in (KIM, LEE)}
    here, switch = set(), set()
    for number, (state, known, answered, phone, minutes, late) in enumerate(calls):
        name, at = f"p-{number}", NOON + minutes * 60 * SECOND
        if state is not None:
            planted(name, at, state, whose[phone])
            here.add(name)
        if known is not None:
            told = name if known == "same" else f"s-{number}"
            tell(CallRecord(told, at + late * SECOND, 60, answered, numbers=(phone,)), at=NOON + 3 * DAY)
            switch.add(told)
    days = [TODAY + timedelta(days=ahead) for ahead in (-1, 0, 1, 2)]
    lines = [line for day in days for line in account(day, NOON + later).lines]
    assert sorted(line.call for line in lines if line.here) == sorted(here)
    alone = [line.call for line in lines if not line.here]
    aliased = [line.switch for line in lines if line.switch]
    assert sorted(alone + aliased) == sorted(switch - here)
    for day in days:
        told_ = account(day, NOON + later).counts
        assert told_["known"] == told_["evaluated"] + told_["excluded"] + told_["failed"] + told_["due"]


def test_a_day_is_stated_once_and_anew_when_it_has_changed(
    people: Cast, watches: Watches, tell: Tell
) -> None:
    assert people
    at = bounds(TODAY)[1] + DAY
    first = actions.stated(TODAY, at, watches)
    assert first is not None
    assert actions.stated(TODAY, at + 1, watches) is None
    tell(CallRecord("late", NOON, 60, True), at=at)
    second = actions.stated(TODAY, at + 2, watches)
    assert second is not None
    assert (second.number, second.counts["known"]) == (2, first.counts["known"] + 1)
    event = Event.objects.filter(type="coverage.stated").order_by("-entry")[0]
    assert event.places.get().timeline.kind == "organisation"
    with pytest.raises(RefusedError, match="not over"):
        actions.stated(TODAY, bounds(TODAY)[1] - 1, watches)


def test_what_the_switch_tells_late_corrects_the_statement_of_an_old_day(
    people: Cast, watches: Watches, tell: Tell
) -> None:
    assert people
    at = bounds(TODAY)[1] + 90 * DAY
    assert len(actions.stated_all(at, watches)) == 91
    assert actions.stated_all(at + 1, watches) == []
    tell(CallRecord("old", NOON, 60, True), CallRecord("older", NOON - 500 * DAY, 60, True), at=at + 2)
    again = actions.stated_all(at + 3, watches)
    assert [(one.day, one.number) for one in again] == [(TODAY - timedelta(days=500), 1), (TODAY, 2)]
    assert actions.stated_all(at + 4, watches) == []


def test_records_are_in_the_log_by_their_hash_once_and_those_of_tomorrow_are_not_taken(
    people: Cast, tell: Tell
) -> None:
    assert people
    records = [CallRecord("a", NOON, 60, True), CallRecord("b", NOON + 30 * DAY, 60, True)]
    assert tell(*records) == (1, 0, 0, 0, 1)
    assert tell(*records) == (0, 1, 0, 0, 1)
    added = Event.objects.get(type="call_records.added")
    assert read(bytes(added.body or b"")).data["calls"] == 1
    assert added.places.get().timeline.kind == "organisation"


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
    day = f"/review/coverage/{TODAY.isoformat()}/"
    assert "x-1" in alice.get(day).content.decode()
    assert "x-1" not in alice.get(f"{day}?show=evaluated").content.decode()
    assert alice.get(f"{day}?show=all").status_code == 404
    for path in ("/review/coverage/", day, f"{day}?show=contradicted"):
        page = alice.get(path).content.decode()
        assert Reader(page).faults() == []
    assert logged_in(people.ada).get("/review/coverage/").status_code == 403
    assert alice.get("/review/coverage/tomorrow/").status_code == 404
    assert day_of(LATER) == TODAY


def test_a_switch_sends_its_records_with_a_token_and_the_days_are_told(
    people: Cast, watches: Watches
) -> None:
    _, words = make(
        people.alice, name="t", scopes=["coverage:write", "coverage:read"], expires=now() + DAY, at=now()
    )
    asks = Client(headers={"Authorization": f"Bearer {words}"})
    file = "call_id,start,duration\nx-1,2026-09-21 12:00:00,60\nx-2,03/04/2026 10:00,60\n"
    told = asks.post("/api/coverage/records?source=pbx", file, "text/csv").json()
    assert (told["new"], [each["line"] for each in told["faults"]]) == (1, [3])
    assert asks.post("/api/coverage/records?zone=Mars", file, "text/csv").status_code == 422
    assert asks.post("/api/coverage/records", "colour\nred\n", "text/csv").status_code == 422
    actions.stated(TODAY, bounds(TODAY)[1] + DAY, watches)
    assert (
        asks.get("/api/coverage/days").json()[0]["known"]
        == asks.get(f"/api/coverage/days/{TODAY.isoformat()}").json()["sum"]["known"]
    )
    assert asks.get("/api/coverage/days/2999-01-01").status_code == 404
    assert list(room.faults()) == []
    Statement.objects.update(digest="0" * 64)
    assert "says something else" in next(room.faults())


@pytest.mark.django_db(transaction=True)
def test_of_ten_thousand_calls_none_is_unaccounted_though_some_are_lost_doubled_and_the_job_is_killed(
    monkeypatch: pytest.MonkeyPatch, tell: Tell
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
    at = NOON + 4 * DAY
    tell(*records, at=at)
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
