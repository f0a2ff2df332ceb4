"""What stands in the bodies of recording sessions, in the forms of several senders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.recording_sessions import BOUNDARY, KIND, NEW, OLD, SDP, XML, draft, metadata, mixed, sdp

from clearline.formats.errors import StreamError, UnsupportedError
from clearline.formats.sdp import answer, offer_of
from clearline.formats.siprec import (
    Metadata,
    Participant,
    metadata_of,
    parts_of,
    plain_address,
    speaking,
)

CUSTOMER, AGENT = "+15125550100@carrier.example", "2001@pbx.example"


def heard(told: Metadata, label: str) -> str:
    who = told.behind(label)
    return who.address if who else ""


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (KIND, mixed((SDP, sdp()), (XML, metadata()))),
        (KIND, mixed((SDP, sdp()), (XML, metadata(namespace=OLD)))),
        (KIND, mixed((SDP, sdp()), ("application/rs-metadata", metadata()))),
        (KIND, mixed((XML, metadata()), (SDP, sdp()))),
        (KIND, mixed((SDP, sdp()), (XML, metadata(mode="<dataMode>Complete</dataMode>")))),
        (KIND, mixed((SDP, sdp()), (XML, draft()))),
        (KIND, mixed((SDP, sdp()), ("text/plain", b"--not-the-edge"), (XML, metadata()), ("a/b", b"\0\xff"))),
        (KIND, mixed((SDP, sdp()), (XML, metadata()), end="\n")),
        (
            f'Multipart/Mixed; boundary="{BOUNDARY}"',
            b"preamble\r\n" + mixed((SDP, sdp()), (XML, metadata())) + b"after",
        ),
        (KIND, mixed((SDP + ";charset=utf-8", sdp()), (XML, b"\r\n" + metadata()))),
        (KIND, mixed((SDP, sdp()), (XML, metadata(more='<v:x xmlns:v="urn:v"><participant/>&lt;</v:x>')))),
    ],
    ids=[
        "the RFC",
        "older namespace",
        "without +xml",
        "metadata first",
        "dataMode",
        "a draft",
        "extra parts",
        "bare line feeds",
        "quoted boundary, text around",
        "parameters, blank line",
        "a vendor's elements",
    ],
)
def test_every_known_form_tells_the_same(kind: str, body: bytes) -> None:
    parts = parts_of(kind, body)
    assert parts.sdp is not None
    assert [line.label for line in offer_of(parts.sdp)] == ["1", "2"]
    told = parts.metadata
    assert told is not None
    assert (told.session, told.partial) == ("c-1", False)
    assert (heard(told, "1"), heard(told, "2")) == (CUSTOMER, AGENT)
    assert told.participants[0].name == "Pat"
    assert len(told.participants) == 2


def test_who_speaks_is_not_guessed_where_nothing_tells_it() -> None:
    told = metadata_of(metadata(assoc=False))
    assert [one.address for one in told.participants] == [CUSTOMER, AGENT]
    assert told.behind("1") is None
    others = metadata_of(metadata(labels=("96", "97")))
    assert (others.behind("1"), heard(others, "96")) == (None, CUSTOMER)
    twice = metadata_of(metadata(labels=("1", "1")))
    assert twice.behind("1") is None
    both = '<participantstreamassoc participant_id="p-agent"><send>s-1</send></participantstreamassoc>'
    assert metadata_of(metadata(more=both)).behind("1") is None


def test_one_part_alone_is_enough() -> None:
    assert parts_of(SDP, sdp()).metadata is None
    assert parts_of(f"{XML}; x=y", metadata()).sdp is None


def test_news_are_added_to_what_was_known() -> None:
    before = metadata_of(metadata())
    news = metadata_of(
        f"""<recording xmlns='{NEW}'><datamode>partial</datamode><session session_id="c-1"/>
        <participant participant_id="p-new"><nameID aor="sip:2002@pbx.example"/></participant>
        <participant participant_id="p-agent"><nameID aor="sip:2001@pbx.example"/></participant>
        <participantsessionassoc participant_id="p-agent" session_id="c-1">
          <disassociate-time>2026-11-01T10:05:00Z</disassociate-time></participantsessionassoc>
        <participantstreamassoc participant_id="p-new"><send>s-2</send></participantstreamassoc></recording>""".encode()
    )
    now = news.after(before)
    assert (heard(now, "1"), heard(now, "2")) == (CUSTOMER, "2002@pbx.example")
    assert {one.key: one.left for one in now.participants} == {
        "p-cust": False,
        "p-agent": True,
        "p-new": False,
    }
    assert before.after(now) == before


@pytest.mark.parametrize(
    ("kind", "body", "fault"),
    [
        ("text/html", b"", UnsupportedError),
        ("", b"", UnsupportedError),
        ("multipart/mixed", b"", StreamError),
        (KIND, b"", StreamError),
        (KIND, mixed((SDP, sdp()), last=""), StreamError),
        (KIND, mixed((SDP, sdp()), (SDP, sdp())), StreamError),
        (KIND, mixed(*[("a/b", b"")] * 30), StreamError),
        (KIND, f"--{BOUNDARY}\r\nContent-Type: {SDP}\r\n--{BOUNDARY}--".encode(), StreamError),
        (KIND, mixed((f"{XML}\r\nContent-Transfer-Encoding: base64", b"AAAA")), UnsupportedError),
        (XML, b"", StreamError),
        (XML, b"<recording", StreamError),
        (XML, b"<session/>", StreamError),
        (XML, b"<recording>" + b"<a>" * 40 + b"</a>" * 40 + b"</recording>", StreamError),
        (XML, b"<recording>" + b"<a/>" * 6_000 + b"</recording>", StreamError),
        (XML, b'<?xml version="1.0" encoding="utf-7"?><recording/>', StreamError),
        (XML, b'<?xml version="1.0" encoding="gb18030"?><recording/>', StreamError),
        (XML, b'<?xml version="1.0" encoding="no-such"?><recording/>', StreamError),
    ],
)
def test_what_is_wrong_is_said(kind: str, body: bytes, fault: type[StreamError]) -> None:
    with pytest.raises(fault) as told:
        parts_of(kind, body)
    assert type(told.value) is fault


@pytest.mark.parametrize(
    "begin",
    [
        '<!DOCTYPE recording [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE recording [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE recording SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE recording [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    ],
)
def test_metadata_bring_no_entities_and_no_document_type(begin: str) -> None:
    with pytest.raises(StreamError, match="document type"):
        metadata_of(metadata(begin=begin))


@given(st.binary(max_size=300))
def test_garbage_is_refused_by_name(garbage: bytes) -> None:
    for kind in (XML, SDP, KIND):
        for body in (garbage, mixed((SDP, sdp()), (XML, garbage))):
            try:
                parts = parts_of(kind, body)
                if parts.sdp is not None:
                    offer_of(parts.sdp)
            except StreamError:
                continue
            assert isinstance(parts.sdp, bytes | None)


@given(st.data())
def test_a_body_that_was_cut_or_changed_is_read_or_refused(data: st.DataObject) -> None:
    body = bytearray(mixed((SDP, sdp()), (XML, metadata())))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(body) - 2))
        body[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    try:
        parts = parts_of(KIND, bytes(body))
        lines = offer_of(parts.sdp or b"")
    except StreamError:
        return
    assert answer(lines, [0] * len(lines), "127.0.0.1", 1).startswith(b"v=0")


def test_agents_are_known_by_their_addresses() -> None:
    told = speaking(["2???@pbx.example"], [], "unknown")
    people = metadata_of(metadata()).participants
    assert [told.role(one, n, people, "") for n, one in enumerate(people)] == ["customer", "agent"]
    assert speaking(["9*"], [], "unknown").role(people[0], 0, people, "") == "unknown"
    assert speaking(["200?"], [], "unknown").role(people[1], 1, people, "") == "agent"


def test_whoever_called_is_known_where_the_shop_says_who_calls() -> None:
    told, people = speaking([], [], "customer"), metadata_of(metadata()).participants
    assert [told.role(one, 0, people, CUSTOMER) for one in people] == ["customer", "agent"]
    assert [told.role(one, 0, people, AGENT) for one in people] == ["agent", "customer"]
    assert [told.role(one, 0, people, "recorder@sbc") for one in people] == ["unknown", "unknown"]
    third = [*people, Participant("p-3", "x@y")]
    assert told.role(people[0], 0, third, CUSTOMER) == "unknown"


def test_lines_are_told_by_their_order_only_where_nothing_else_tells_them() -> None:
    told = speaking(["2*"], ["agent", "customer"], "unknown")
    people = metadata_of(metadata()).participants
    assert [told.role(None, n, people, "") for n in range(3)] == ["agent", "customer", "unknown"]
    assert told.role(people[0], 0, people, "") == "customer"
    with pytest.raises(ValueError, match="boss"):
        speaking([], ["boss"], "unknown")


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("sip:2001@PBX.example:5061;user=phone", "2001@pbx.example"),
        ("SIPS:Dana@a.example?x=y", "Dana@a.example"),
        ("tel:+15125550100", "+15125550100"),
        ("dana", "dana"),
        ("", ""),
    ],
)
def test_addresses_are_compared_without_what_does_not_matter(address: str, plain: str) -> None:
    assert plain_address(address) == plain
