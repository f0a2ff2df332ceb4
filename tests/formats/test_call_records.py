"""Call records of switches are read by what their columns are called, and each line that can't be read is named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.engine.durations import instant_of, moment_of
from clearline.engine.events import SECOND
from clearline.formats.call_records import CallRecord, read_call_records
from clearline.formats.errors import NotRead
from clearline.formats.moments import Order

NOON = instant_of(datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC))
KIM = "+12025550143"
ASTERISK = (
    '"","2025550143","100","from-internal","""Kim"" <2025550143>","SIP/kim-1","SIP/100-2","Dial","SIP/100","2026-11-20 12:00:00",'
    '"2026-11-20 12:00:05","2026-11-20 12:01:05","65","60","ANSWERED","DOCUMENTATION","1700000000.1",""\n'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ASTERISK, CallRecord("1700000000.1", NOON, 60, True, "SIP/100-2", "", (KIM,))),
        (
            "uniqueid,call_date,phone_number_dialed,status,user,length_in_sec\nv-1,2026-11-20 12:00:00,2025550143,SALE,dana,61\n",
            CallRecord("v-1", NOON, 61, True, "dana", "", (KIM,)),
        ),
        (
            "Call Sid;Start Time;From;To;Duration;Status;Direction\nCA1;2026-11-20T12:00:00Z;+12025550143;+12025550199;0;no-answer;outbound-api\n",
            CallRecord("CA1", NOON, 0, False, "", "outbound", (KIM, "+12025550199")),
        ),
        (
            '{"calls": [{"sid": "CA2", "start_time": "Fri, 20 Nov 2026 12:00:00 +0000", "from": "+12025550143", "duration": "60", "status": "completed", "direction": "inbound"}]}',
            CallRecord("CA2", NOON, 60, True, "", "inbound", (KIM,)),
        ),
        (
            '{"ContactId": "c-1", "InitiationTimestamp": "2026-11-20T12:00:00Z", "DisconnectTimestamp": "2026-11-20T12:01:00Z", "Agent": {"Username": "dana"}, "InitiationMethod": "INBOUND", "CustomerEndpoint": {"Address": "+12025550143"}}',
            CallRecord("c-1", NOON, 60, True, "dana", "inbound", (KIM,)),
        ),
    ],
)
def test_the_switches_words_are_known(text: str, expected: CallRecord) -> None:
    assert read_call_records(text.encode()) == ([expected], [])


def test_times_without_a_zone_are_those_of_the_switch_also_on_the_day_clocks_change() -> None:
    text = "call_id,start\na,2026-10-25 01:30:00\nb,2026-10-25 03:30:00\n"
    (first, second), _ = read_call_records(text.encode(), "Europe/Berlin")
    assert second.at - first.at == 3 * 3_600 * SECOND


def times(*told: str, order: Order | None = None) -> tuple[list[str], list[str]]:
    found, faulty = read_call_records(
        "\n".join(["call_id;start", *(f"c-{number};{one}" for number, one in enumerate(told))]).encode(),
        order=order,
    )
    return [moment_of(one.at).isoformat()[:16] for one in found], [one.reason for one in faulty]


def test_days_and_months_are_told_apart_by_the_other_dates_of_the_file_and_never_guessed() -> None:
    assert times("03/04/2026 1:05 PM", "03/14/2026 12:05 AM") == (
        ["2026-03-04T13:05", "2026-03-14T00:05"],
        [],
    )
    assert times("03/04/2026 13:05", "14/03/2026 13:05") == (["2026-04-03T13:05", "2026-03-14T13:05"], [])
    assert times("03.04.2026 13:05")[0] == ["2026-04-03T13:05"]
    for told in (
        times("03/04/2026 13:05"),
        times("03/04/2026 13:05", "14/03/2026 13:05", "03/14/2026 13:05"),
    ):
        assert "nobody can tell whether 03/04/2026" in told[1][0]
    assert times("03/04/2026 13:05", order=Order.MONTH)[0] == ["2026-03-04T13:05"]


@pytest.mark.parametrize("told", ["1792238400", "1792238400000", "1792238400.25"])
def test_counts_since_1970_are_times(told: str) -> None:
    assert times(told) == (["2026-10-17T12:00"], [])


@pytest.mark.parametrize(
    "told",
    [
        "1970-01-01 00:00:00",
        "13:05",
        "2026-02-30 10:00:00",
        "02/30/2026 10:00",
        "99999999999999",
        "13/14/2026 1:00",
    ],
)
def test_what_is_no_time_of_a_call_is_named(told: str) -> None:
    assert times(told, order=Order.MONTH)[1] != []


def test_what_a_fault_quotes_holds_no_number() -> None:
    _, (faulty,) = read_call_records(b"call_id,start,duration\na,2026-11-20 12:00:00,4111111111111111x\n")
    assert "4111" not in faulty.reason
    with pytest.raises(NotRead) as refused:
        read_call_records(b"+12025550143,kim\n")
    assert "5550143" not in str(refused.value)


def test_a_line_that_is_none_is_named_and_the_others_are_taken() -> None:
    text = "call_id,start,duration\na,2026-11-20 12:00:00,5\n,2026-11-20 12:00:00,5\nc,yesterday,5\nd,2026-11-20 12:00:00,long\n"
    found, faulty = read_call_records(text.encode())
    assert [one.call for one in found] == ["a"]
    assert [one.line for one in faulty] == [3, 4, 5]


@pytest.mark.parametrize("text", ["", "\n\n", "name,colour\nkim,red\n", "{", "[1"])
def test_what_holds_no_calls_is_refused_in_words(text: str) -> None:
    with pytest.raises(NotRead):
        read_call_records(text.encode())


@settings(max_examples=60)
@given(
    st.binary(max_size=300)
    | st.text(alphabet='call_id,start;1290/:-.{}[]"\\n AP', max_size=200).map(
        lambda told: b"call_id,start\n" + told.encode()
    )
)
def test_whatever_the_bytes_nothing_else_happens(data: bytes) -> None:
    try:
        found, faulty = read_call_records(data)
    except NotRead:
        return
    assert all(isinstance(one, CallRecord) for one in found)
    assert all(one.reason for one in faulty)
