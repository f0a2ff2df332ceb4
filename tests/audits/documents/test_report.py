"""The report says all of an audit, as PDF/A, and takes what people typed as words."""

from dataclasses import replace
from io import BytesIO

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.audits.documents.conftest import TOLD

from clearline.audits.documents.paper import pdf
from clearline.audits.documents.report import paper
from clearline.audits.documents.told import Audit


def words(audit: Audit) -> str:
    pages = PdfReader(BytesIO(pdf(paper(audit), TOLD))).pages
    return " ".join("".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def test_it_tells_what_was_looked_at_what_was_found_and_what_can_be_claimed(audit: Audit) -> None:
    told = words(audit)
    for one in (
        "Of 4,120 calls 3 were drawn, and 2 looked at: 1 did not conform",
        "1.0 %, and with 95 % confidence between 0.1 % and 3.4 %",
        "That fewer than 1 % are in breach was not shown.",
        "Cal. Penal Code 632.7",
        "waits for counsel",
        "NC-1 · The notice is missing",
        "Put the notice back",
        "no legal advice",
    ):
        assert one in told


def test_what_people_typed_is_never_read_as_markup(audit: Audit) -> None:
    assert 'It was left out. #panic("no") *bold* $x$ \\ [ ] <b> "quoted" Grüße' in words(audit)


def test_hashes_stand_whole_so_that_they_can_be_compared(audit: Audit) -> None:
    told = words(audit).replace(" ", "")
    assert "ab" * 32 in told
    assert "9f" * 32 in told


def test_it_says_of_itself_that_it_is_pdf_a_and_can_be_read_aloud(audit: Audit) -> None:
    made = pdf(paper(audit), TOLD)
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert str(PdfReader(BytesIO(made)).root_object["/Lang"]) == "en"


def test_the_same_audit_gives_the_same_bytes(audit: Audit) -> None:
    assert pdf(paper(audit), TOLD) == pdf(paper(audit), TOLD)


def test_an_audit_that_was_only_planned_claims_nothing(bare: Audit) -> None:
    told = words(bare)
    assert "the audit is not closed" in told
    assert "It claims nothing about the calls that were not looked at." in told
    assert "No sample was drawn." in told
    assert "No nonconformity was established." in told


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1))
@example("日本語 и عربى")
@example("\u202e\x07\u0358\ufeff")
@example("a" * 4_000)
def test_no_text_stops_a_report(audit: Audit, text: str) -> None:
    assert pdf(paper(replace(audit, scope=text, title=text)), TOLD).startswith(b"%PDF-")


def test_letters_that_cannot_be_set_stand_as_their_numbers(audit: Audit) -> None:
    assert "[U+65E5]" in words(replace(audit, scope="日"))
