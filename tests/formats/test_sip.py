"""Messages of SIP: read in every cut, refused by name, answered so that the sender knows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.formats.errors import LargeFrameError, StreamError
from clearline.formats.sip import LARGEST, Incoming, address_of, datagram_of, parameter, response

HEAD = (
    b"INVITE sip:rec@10.0.0.5 SIP/2.0\r\nv: SIP/2.0/TCP sbc.example:5070;branch=z9hG4bK1;rport, SIP/2.0/UDP x;branch=z2\r\n"
    b'f: "Sbc; tag=no" <sip:sbc@a.example;tag=no>;tag=t-1\r\nTo: <sip:rec@10.0.0.5>\r\ni: c-1@sbc\r\nCSeq: 7 INVITE\r\n'
    b"Require: siprec,\r\n  timer\r\nRequire: x\r\n"
)


def whole(body: bytes = b"hello") -> bytes:
    return HEAD + f"l: {len(body)}\r\n\r\n".encode() + body


def test_headers_are_found_in_short_and_in_full_over_several_lines() -> None:
    told = datagram_of(whole())
    assert (told.method, told.uri, told.cseq) == ("INVITE", "sip:rec@10.0.0.5", (7, "INVITE"))
    assert told.tokens("require") == ["siprec", "timer", "x"]
    assert told.branch == ("z9hG4bK1", "sbc.example:5070")
    assert (parameter(told.one("from"), "tag"), address_of(told.one("from"))) == (
        "t-1",
        "sip:sbc@a.example;tag=no",
    )
    assert (told.body, told.whole) == (b"hello", True)


def test_a_body_that_is_cut_is_known_and_what_comes_after_it_is_left() -> None:
    assert datagram_of(whole() + b"rest").body == b"hello"
    assert not datagram_of(whole()[:-1]).whole


@given(st.lists(st.integers(1, 60), max_size=40))
def test_a_stream_is_read_however_it_is_cut(cuts: list[int]) -> None:
    stream, incoming, found = whole() + b"\r\n\r\n" + whole(b"") + whole(b"a\r\n\r\nb"), Incoming(), []
    for cut in [*cuts, len(stream)]:
        found += incoming.hear(stream[:cut])
        stream = stream[cut:]
    assert [one.body for one in found] == [b"hello", b"", b"a\r\n\r\nb"]


def test_what_is_too_large_is_not_kept() -> None:
    with pytest.raises(LargeFrameError):
        datagram_of(b"x" * (LARGEST + 1))
    with pytest.raises(LargeFrameError):
        Incoming().hear(HEAD + b"l: 70000\r\n\r\n")
    incoming = Incoming()
    assert incoming.hear(b"X-Y: z\r\n" * 8_000) == []
    with pytest.raises(LargeFrameError):
        incoming.hear(b"X-Y: z\r\n" * 1_000)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"INVITE sip:x SIP/2.0\r\n\r\n",
        whole().replace(b"CSeq: 7 INVITE", b"CSeq: 7 BYE"),
        whole().replace(b"CSeq: 7 INVITE", b"CSeq: seven INVITE"),
        whole().replace(b"l: 5", b"l: -5"),
        whole().replace(b"To: ", b"To\0: "),
        whole().replace(b"To: ", b"To "),
        whole().replace(b"Sbc", b"\xff\xfe"),
        HEAD + b"X: y\r\n" * 300 + b"\r\n",
    ],
)
def test_what_is_no_message_is_refused(told: bytes) -> None:
    with pytest.raises(StreamError):
        datagram_of(told)


@given(st.binary(max_size=400))
def test_garbage_is_refused_by_name(garbage: bytes) -> None:
    for told in (garbage, HEAD + garbage, HEAD[: len(garbage)] + garbage):
        try:
            answered = response(datagram_of(told), "200 OK", came=("10.0.0.1", 5070))
        except StreamError:
            continue
        assert answered.startswith(b"SIP/2.0 200 OK\r\n")


def test_an_answer_carries_whence_the_request_came_and_our_tag() -> None:
    answered = datagram_of(response(datagram_of(whole()), "200 OK", came=("10.0.0.9", 6000), tag="ours"))
    assert answered.status == 200
    assert answered.one("via") == (
        "SIP/2.0/TCP sbc.example:5070;branch=z9hG4bK1;rport=6000;received=10.0.0.9, SIP/2.0/UDP x;branch=z2"
    )
    assert parameter(answered.one("to"), "tag") == "ours"
