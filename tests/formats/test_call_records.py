"""Call records of switches are read by what their columns are called, and each line that can't be read is named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND
from clearline.formats.call_records import CallRecord, read_call_records
from clearline.formats.errors import NotRead

NOON = instant_of(datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC))
ASTERISK = (
    '"","2025550143","100","from-internal","""Kim"" <2025550143>","SIP/kim-1","SIP/100-2","Dial","SIP/100","2026-11-20 12:00:00",'
    '"2026-11-20 12:00:05","2026-11-20 12:01:05","65","60","ANSWERED","DOCUMENTATION","1700000000.1",""\n'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ASTERISK, CallRecord("1700000000.1", NOON, 60, True, "SIP/100-2")),
        (
            "uniqueid,call_date,phone_number_dialed,status,user,length_in_sec\nv-1,2026-11-20 12:00:00,2025550143,SALE,dana,61\n",
            CallRecord("v-1", NOON, 61, True, "dana"),
        ),
        (
            "Call Sid;Start Time;From;To;Duration;Status\nCA1;2026-11-20T12:00:00Z;+12025550143;+12025550199;0;no-answer\n",
            CallRecord("CA1", NOON, 0, False, ""),
        ),
        (
            '{"ContactId": "c-1", "InitiationTimestamp": "2026-11-20T12:00:00Z", "DisconnectTimestamp": "2026-11-20T12:01:00Z", "Agent": {"Username": "dana"}}',
            CallRecord("c-1", NOON, 60, True, "dana"),
        ),
    ],
)
def test_the_switches_words_are_known(text: str, expected: CallRecord) -> None:
    assert read_call_records(text.encode()) == ([expected], [])


def test_times_without_a_zone_are_those_of_the_switch_also_on_the_day_clocks_change() -> None:
    text = "call_id,start\na,2026-10-25 01:30:00\nb,2026-10-25 03:30:00\n"
    (first, second), _ = read_call_records(text.encode(), "Europe/Berlin")
    assert second.at - first.at == 3 * 3_600 * SECOND


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
@given(st.binary(max_size=300))
def test_whatever_the_bytes_nothing_else_happens(data: bytes) -> None:
    try:
        found, faulty = read_call_records(data)
    except NotRead:
        return
    assert all(isinstance(one, CallRecord) for one in found)
    assert all(one.reason for one in faulty)
