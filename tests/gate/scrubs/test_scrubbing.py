"""A file that is gone through says of each lead what the gate says of it, and leaves everything else as it was."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.record.conftest import LATER, NOON, received

from clearline.engine.events import Event
from clearline.evidence.models import Entry
from clearline.gate.actions.deciding import LoggedGate
from clearline.gate.attempts import Answer, Attempt
from clearline.gate.dialled import in_full
from clearline.gate.lists import current
from clearline.gate.lists.loading import Brought, load
from clearline.gate.models import Snapshot
from clearline.gate.own_list.actions import Request, request
from clearline.gate.scrubs import columns, running
from clearline.gate.scrubs.judging import Columns, Judging, verdict
from clearline.gate.scrubs.leads import UnreadableLeads, defused
from clearline.gate.scrubs.report import page
from clearline.record.actions.append import append
from clearline.record.judging import judging
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db
SALES = Attempt(purpose="marketing", technology="human_manual", campaign="autumn")
DAY = 86_400_000_000
WRITTEN = ["{}", "+1{}", "1{}", "+1 {}", "({:.3}) {}", "{} ext 5", " {}", "{}.0", "+1-{}"]


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    current.forget()
    yield
    current.forget()


@pytest.fixture
def watches(tmp_path: Path) -> Watches:
    """A record with lists, contacts with consents and orders, and somebody on the own list."""
    watches = Watches(judging)
    for name, content in (
        ("us-national", b"202,5550143\n202,5550144\n415,5550111\n"),
        ("litigators", b"3035559999\n"),
        ("US-TX", b"2145550100\n"),
    ):
        (tmp_path / "list").write_bytes(content)
        load(
            Brought(name, tmp_path / "list", NOON - DAY, areas=(303, 214, 212) if name[:3] == "us-" else ()),
            NOON,
            watches,
        )
    events = [
        Event(
            "k-1",
            "contact.created",
            NOON,
            {"number": "+12025550143", "places": ["US-DC"]},
            {"contact": "k-1"},
        ),
        Event("k-2", "order.placed", NOON, {}, {"contact": "k-1", "order": "o-1"}),
        Event("k-3", "contact.created", NOON, {"number": "+14155550111"}, {"contact": "k-3"}),
        Event(
            "k-4",
            "consent.given",
            NOON,
            {"kind": "prior express written", "purpose": "marketing"},
            {"contact": "k-3"},
        ),
    ]
    append(received(events), NOON + 1, watches)
    request(Request(number="+12125550177"), "ada", NOON + 2, watches)
    return watches


NUMBERS = st.sampled_from(
    [
        2025550143,
        2025550144,
        2025550150,
        4155550111,
        4155550112,
        3035559999,
        2145550100,
        2125550177,
        9075550100,
        5005550100,
    ]
)
LEAD = st.tuples(
    st.builds(
        lambda form, number: form.format(str(number), str(number)[3:]), st.sampled_from(WRITTEN), NUMBERS
    )
    | st.sampled_from(["", "555", "+442079460958", "+4930901820", "nobody", "1" * 50]),
    st.sampled_from(["", "10001", "75001", "SW1A 1AA", "K1A 0B1", "xx", "00000"]),
    st.sampled_from(["", "US-TX", "US-FL", "GB", "US-ZZ", "us-ny", "DE", "FR-75"]),
    st.sampled_from(["", "k-1", "k-3", "k-9"]),
    st.sampled_from(["", "mobile", " Landline", "voip"]),
)
TEXTS = Attempt(purpose="marketing", technology="text")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(LEAD, min_size=1, max_size=20),
    st.sampled_from([SALES, TEXTS, Attempt(purpose="service", technology="text"), Attempt()]),
)
def test_leads_are_judged_as_one_by_one(
    watches: Watches, leads: list[tuple[str, str, str, str, str]], attempt: Attempt
) -> None:
    at = LATER + 30 * 60_000_000
    together = Judging(attempt, at, current.lists(), watches)
    numbers, postcodes, places, contacts, lines = (list(column) for column in zip(*leads, strict=True))
    found = [
        together.verdicts[one]
        for one in together.judge(Columns(numbers, postcodes, places, contacts, lines)).tolist()
    ]
    alone = []
    for number, postcode, place, contact, line in leads:
        one = Attempt(
            number=number,
            postcode=postcode,
            place=place,
            contact=contact,
            line=line,
            purpose=attempt.purpose,
            technology=attempt.technology,
            campaign=attempt.campaign,
        )
        alone += [verdict(told) for told in LoggedGate().foretell([one], at, Watches(judging))]
    assert found == alone


@given(st.lists(st.text("0123456789+-(). x,", max_size=24) | st.text(max_size=8), max_size=20))
def test_a_column_of_numbers_is_read_as_one_by_one(cells: list[str]) -> None:
    assert columns.numbers(cells).tolist() == [int(in_full(cell.strip()) or 0) for cell in cells]


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=4), max_size=6))
def test_no_cell_is_run_by_a_spreadsheet(rows: list[list[str]]) -> None:
    for row, told in zip(rows, defused(rows), strict=True):
        for before, after in zip(row, told, strict=True):
            assert after in (before, "'" + before)
            assert after[:1] not in set("=@\t\r")
            assert after[:1] not in "+-" or not after or re.fullmatch(r"[-+\d\s().]+", after)


def run(content: bytes, tmp_path: Path, watches: Watches) -> tuple[running.Summary, list[list[str]]]:
    (tmp_path / "leads.csv").write_bytes(content)
    wanted = running.Wanted(tmp_path / "leads.csv", SALES, tmp_path / "clean.csv")
    summary = running.run(wanted, LATER, watches)
    return summary, list(csv.reader(io.StringIO((tmp_path / "clean.csv").read_bytes().decode())))


def test_the_skipped_are_told_by_reason_and_the_rest_stays_as_it_was(
    tmp_path: Path, watches: Watches
) -> None:
    text = 'Name,Phone,ZIP\n"Kim, of the ""hill""",(202) 555-0150,20001\n=SUM(A1),2025550144,20001\nJo,555,\n'
    summary, clean = run(text.encode(), tmp_path, watches)
    assert (summary.total, summary.kept + summary.skipped) == (3, 3)
    assert sum(one.leads for one in summary.outcomes) == 3
    assert clean[0] == ["Name", "Phone", "ZIP"]
    assert Entry.objects.get(index=summary.entry).kind == "leads.scrubbed"
    told = page(summary)
    assert f"{summary.skipped} of 3 will be skipped" in told
    assert "us-national" in told
    assert "2025550144" not in told
    assert any(one.verdict.title == "The number can't be read" for one in summary.outcomes)


def test_every_verdict_is_the_same_in_any_encoding_and_with_any_separator(
    tmp_path: Path, watches: Watches
) -> None:
    text = "name;phone;zip\nJosé;2025550144;20001\nZoë;2125550177;10001\nBob;2025550150;20001\n"
    told = []
    for content in (
        text.encode(),
        text.encode("latin-1"),
        text.encode("utf-16"),
        text.encode("utf-8-sig"),
        text.replace("\n", "\r\n").replace(";", "\t").encode(),
        text.encode().replace("Zoë".encode(), b"Zo\xeb"),
    ):
        summary, clean = run(content, tmp_path, watches)
        told.append([(one.verdict, one.leads) for one in summary.outcomes])
        assert not any("\ufffd" in cell for row in clean for cell in row)
    assert all(one == told[0] for one in told)


def test_every_postcode_and_state_of_a_lead_counts(tmp_path: Path, watches: Watches) -> None:
    here, there = "3035550150", "80202"
    for more, cell in (("zip2", "96813"), ("shipping_zip", "96813"), ("Billing State", "HI")):
        text = f"phone,zip,{more}\n{here},{there},\n{here},{there},{cell}\n"
        summary, _ = run(text.encode(), tmp_path, watches)
        told = {one.verdict.answer: one.leads for one in summary.outcomes}
        assert told == {Answer.ALLOW: 1, Answer.NOT_BEFORE: 1}, more


def test_a_file_without_a_header_is_gone_through_by_its_first_number(
    tmp_path: Path, watches: Watches
) -> None:
    summary, _ = run(b"Kim,2025550144\nJo,2025550150\n", tmp_path, watches)
    assert summary.total == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"name,colour\nKim,red\n", "no column"),
        (b"phone\n", "no rows"),
        (b"phone,mobile\n2025550143,2025550144\n", "'phone', 'mobile' all hold numbers"),
        (b'phone,name\n2025550143,"' + b"x" * 300_000, "quote"),
    ],
)
def test_what_holds_no_leads_is_refused_and_leaves_nothing(
    content: bytes, reason: str, tmp_path: Path, watches: Watches
) -> None:
    with pytest.raises(UnreadableLeads, match=reason):
        run(content, tmp_path, watches)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leads.csv", "list"]


def test_who_asked_not_to_be_called_is_skipped_and_nothing_is_kept_of_the_question(
    tmp_path: Path, watches: Watches
) -> None:
    summary, clean = run(b"phone\n2125550177\n", tmp_path, watches)
    assert summary.skipped == 1
    assert summary.outcomes[0].verdict.answer is Answer.DENY
    assert clean == [["phone"]]


def test_leads_are_skipped_while_the_list_of_litigators_is_missing(tmp_path: Path, watches: Watches) -> None:
    row = Snapshot.objects.get(name="litigators")
    path = current.place(row.uid, row.name)
    away = path.rename(tmp_path / "away")
    summary, _ = run(b"phone\n3035550150\n", tmp_path, watches)
    assert [one.verdict.unknown for one in summary.outcomes] == ["on_litigator_list"]
    assert summary.skipped == 1
    away.rename(path)
    current.forget()
    assert run(b"phone\n3035550150\n", tmp_path, watches)[0].kept == 1
