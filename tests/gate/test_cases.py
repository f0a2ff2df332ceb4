"""Files of attempts: each line is answered as of its own time, and one that can't be read is a no that says why."""

import io
import re

import pytest

from clearline.gate.attempts import Answer, Decision
from clearline.gate.cases import Cases, Line, decided
from clearline.gate.library import Gate
from clearline.gate.scrubs.leads import UnreadableLeads

CLEAR = {
    "number": "+15035550123",
    "at": "2026-11-23T20:00Z",
    "purpose": "marketing",
    "technology": "human_manual",
    "consent": "none",
    "on_registry": "false",
    "on_state_list": "no",
    "registry_loaded": "2026-11-23",
}


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.open()


def answer(gate: Gate, **cells: str) -> Decision:
    line = {name: cell for name, cell in {**CLEAR, **cells}.items() if cell}
    return decided(gate, Line(line))


def test_a_line_that_says_enough_is_allowed(gate: Gate) -> None:
    assert answer(gate).answer is Answer.ALLOW


@pytest.mark.parametrize("name", sorted(CLEAR.keys() - {"consent"}))
def test_each_fact_that_is_left_out_of_a_sales_call_is_a_no(gate: Gate, name: str) -> None:
    assert answer(gate, **{name: ""}).answer is Answer.DENY


def test_consent_counts_where_a_list_has_the_number(gate: Gate) -> None:
    assert answer(gate, on_registry="true", consent="").answer is Answer.DENY
    assert answer(gate, on_registry="true", consent="written").answer is Answer.ALLOW


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        *[
            ("at", text)
            for text in ("today", "2026-11-23", "2026-13-01T10:00Z", "9" * 40, "2026-02-30T10:00Z")
        ],
        ("at", "1850-01-01T10:00Z"),
        ("consent", "maybe"),
        ("on_registry", "unclear"),
        ("abandoned_share", "nan"),
        ("abandoned_share", "130"),
        ("registry_loaded", "yesterday"),
        ("number", "=cmd|' /C calc'!A0"),
        ("number", "2125550123e9"),
        ("reassigned", "perhaps"),
        ("state", "Texas or so"),
    ],
)
def test_what_cant_be_understood_is_a_no(gate: Gate, name: str, cell: str) -> None:
    found = answer(gate, **{name: cell})
    assert found.answer is Answer.DENY
    assert found.reasons[0].title


def test_conflicting_addresses_both_count(gate: Gate) -> None:
    found = answer(gate, at="2026-11-24T01:30Z", postcode="33101", state="OR")
    assert found.answer is Answer.NOT_BEFORE
    assert {"US-FL", "US-OR"} <= set(found.facts["places"])


def test_what_was_bought_and_tried_before_counts(gate: Gate) -> None:
    assert answer(gate, on_registry="true").answer is Answer.DENY
    assert answer(gate, on_registry="true", last_purchase="2025-06-01").answer is Answer.ALLOW
    before = "2026-11-23T15:00Z; 2026-11-23T16:00Z; 2026-11-23T17:00Z"
    found = answer(gate, number="+13055550123", attempts=before)
    assert found.answer is Answer.NOT_BEFORE
    assert "florida-three-a-day" in {one.rule for one in found.reasons}
    asked = answer(gate, dnc_requested="2026-11-20")
    assert asked.reasons[0].rule == "no-marketing-after-opt-out"


def test_files_may_name_columns_otherwise_and_have_more_of_them() -> None:
    file = b"\xef\xbb\xbfPhone;At_UTC;ZIP;Shoe size\r\n+15035550123;2026-11-23T20:00Z;97201;\r\n"
    cases = Cases(io.BytesIO(file))
    assert cases.strange == ["shoe size"]
    told = {"number": "+15035550123", "at": "2026-11-23T20:00Z", "postcode": "97201"}
    assert list(cases) == [Line(told)]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("number,at,zip,postcode", "'zip', 'postcode' say the same thing"),
        ("number,at,purpose,Purpose", "'purpose', 'purpose' say the same thing"),
        ("number,at,time", "'at', 'time' say the same thing"),
        ("number,phone,at", "'number', 'phone' all hold numbers"),
        ("number,at,purpos", "if it is purpose"),
        ("number,at,zip code", "if it is postcode"),
        ("number,at,on registry", "if it is on_registry"),
        ("number,at,Consents", "if it is consent"),
        ("number,at,billing_zip", "if it is postcode"),
        ("phone number,at", "if it is number"),
        ("number,at,dnc_request", "if it is dnc_requested"),
        ("+15035550123,2026-11-23T20:00Z", "names no columns"),
    ],
)
def test_columns_that_can_be_mistaken_are_refused(header: str, told: str) -> None:
    with pytest.raises(UnreadableLeads, match=re.escape(told)):
        Cases(io.BytesIO(f"{header}\n".encode()))


@pytest.mark.parametrize("name", ["shoe size", "date of birth", "city", "name", "e-mail", "notes", ""])
def test_a_column_that_is_like_no_other_stays_without_meaning(name: str) -> None:
    assert Cases(io.BytesIO(f"number,at,{name}\n".encode())).strange == [name]


@pytest.mark.parametrize(
    "row", ["+15035550123", "+15035550123,2026-11-23T20:00Z,Kim, of the hill,service,text"]
)
def test_a_row_with_other_cells_than_columns_is_a_no_that_says_so(gate: Gate, row: str) -> None:
    whole = "+15035550123,2026-11-23T20:00Z,Kim,service,text"
    cases = Cases(io.BytesIO(f"number,at,name,purpose,technology\n{whole}\n{row}\n{whole}\n".encode()))
    first, ragged, last = (decided(gate, line) for line in cases)
    assert (first.answer, last.answer) == (Answer.ALLOW, Answer.ALLOW)
    assert ragged.answer is Answer.DENY
    assert re.search(r"it has \d cells? under 5 columns", ragged.reasons[0].title)


def test_a_state_counts_beside_its_country_only(gate: Gate) -> None:
    assert answer(gate, state="OR", place="US").answer is Answer.ALLOW
    found = answer(gate, state="DE", place="DE")
    assert found.answer is Answer.DENY
    assert "state says US-DE, and place or country DE" in found.reasons[0].title
