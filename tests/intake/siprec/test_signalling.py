"""What is not of the protocol, not allowed, or too much is answered with a reason; what comes again is answered again."""

import hashlib
import re
import socket
import time

import pytest
from tests.formats.recording_sessions import SDP, XML, metadata, mixed, sdp
from tests.intake.siprec.caller import Caller, kept, tone
from tests.intake.siprec.conftest import Recorder

from clearline.formats.sip import Message, datagram_of


@pytest.mark.parametrize(
    ("status", "body", "more"),
    [
        (420, b"", {"Require": "siprec, no-such-thing"}),
        (415, b"<x/>", {"Content_Type": "text/xml"}),
        (415, b"", {"Content_Type": ""}),
        (400, b"", {"Content_Type": "multipart/mixed"}),
        (400, mixed((XML, metadata())), {}),
        (400, mixed((SDP, b"v=1"), (XML, metadata())), {}),
        (400, mixed((SDP, sdp()), (XML, b"<!DOCTYPE x [<!ENTITY a 'b'>]><recording/>")), {}),
        (400, mixed((SDP, sdp()), (XML, metadata()), last=""), {}),
        (400, mixed((SDP, sdp()), (XML, metadata(session="a b"))), {}),
        (421, sdp(), {"Content_Type": SDP, "Require": ""}),
        (422, b"", {"Session_Expires": "30"}),
        (488, mixed((SDP, sdp(formats="9 18")), (XML, metadata())), {}),
        (488, mixed((SDP, sdp().replace(b"RTP/AVP", b"RTP/SAVP")), (XML, metadata())), {}),
    ],
)
def test_an_invite_that_can_t_be_taken_is_told_why(
    recording: Recorder, status: int, body: bytes, more: dict[str, str]
) -> None:
    with Caller(recording.port) as caller:
        heard = caller.invite(body, **more)
        assert heard.status == status
        assert any(map(heard.one, ("warning", "unsupported", "min-se")))
        caller.ack()
        assert recording.house.stored(caller.call) == []
        assert caller.ask("OPTIONS").status == 200  # nothing is broken


@pytest.mark.parametrize(
    ("method", "status"), [("OPTIONS", 200), ("BYE", 481), ("UPDATE", 481), ("INFO", 405), ("FOO", 501)]
)
def test_what_belongs_to_no_recording_is_answered(recording: Recorder, method: str, status: int) -> None:
    with Caller(recording.port) as caller:
        heard = caller.ask(method)
        assert heard.status == status
        if status != 481:
            assert "INVITE" in heard.one("allow")
        caller.number += 1
        caller.send(caller.written("CANCEL"))
        assert caller.hear().status == 481


def test_what_is_sent_again_is_answered_again_and_done_once(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.number = 1
        invite = caller.written("INVITE", caller.body())
        answers = list[Message]()
        for _ in range(3):
            caller.send(invite)
            while (heard := caller.hear()).status < 200:
                pass
            answers.append(heard)
        assert len({(one.status, one.one("to"), one.body) for one in answers}) == 1
        heard = answers[0]
        assert caller.hear().one("to") == heard.one("to")  # sent until it is acknowledged
        caller.to = ";" + heard.one("to").split(";", 1)[1]
        caller.ack()
        caller.heard.clear()
        bye = caller.written("BYE", number=2)
        for _ in range(2):
            caller.send(bye)
            while (heard := caller.hear()).cseq[1] != "BYE":
                pass
            assert heard.status == 200
    assert [one["type"] for one in recording.house.ended(caller.call)].count("call.started") == 1


def test_an_invite_that_comes_on_two_ways_is_taken_once(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.invite()
        caller.to = ""
        assert caller.ask("INVITE", caller.body()).status == 482


def test_requests_of_a_recording_are_taken_in_their_order(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.invite()
        caller.number = 9
        assert caller.ask("UPDATE").status == 200
        caller.number = 4
        assert caller.ask("BYE").status == 500
        caller.number = 10
        assert caller.invite(caller.body(ports=(40_000,), labels=("1",))).status == 488  # a line left out
        caller.ack()
        assert caller.ask("BYE").status == 200


def test_garbage_stops_nothing(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        for garbage in (
            b"",
            b"\r\n\r\n",
            b"\0" * 100,
            b"GET / HTTP/1.1\r\n\r\n",
            b"INVITE x SIP/2.0\r\n\r\n",
        ):
            caller.send(garbage)
        assert caller.ask("OPTIONS").status == 200
    for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"x" * 70_000, b"INVITE sip:x SIP/2.0\r\nl: 99999999\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", recording.port), 5) as line:
            line.sendall(garbage)
            try:
                assert line.recv(10) == b""
            except ConnectionResetError:
                continue


def test_over_tcp_a_sign_of_life_is_answered_and_a_request_may_come_in_pieces(recording: Recorder) -> None:
    with Caller(recording.port, tcp=True) as caller:
        caller.send(b"\r\n\r\n")
        assert caller.line.recv(10) == b"\r\n"
        caller.number = 1
        told = caller.written("OPTIONS")
        for n in range(0, len(told), 100):
            caller.send(told[n : n + 100])
            time.sleep(0.01)
        assert caller.hear().status == 200


def test_a_recording_that_nobody_acknowledges_is_sent_for_again(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        assert caller.ask("INVITE", caller.body()).status == 200
        begins = time.monotonic()
        assert (caller.hear().status, caller.hear().status) == (200, 200)
        assert 1.0 < time.monotonic() - begins < 3


def answered(challenge: str, password: str, *, name: str = "md5") -> str:
    told = dict(re.findall(r'(\w+)="?([^",]+)', challenge))

    def made(text: str) -> str:
        return hashlib.new(name, text.encode()).hexdigest()

    first, second = made(f"sbc:{told['realm']}:{password}"), made("INVITE:sip:srs@clearline.example")
    response = made(f"{first}:{told['nonce']}:00000001:abc:auth:{second}")
    return (
        f'Digest username="sbc", realm="{told["realm"]}", nonce="{told["nonce"]}", uri="sip:srs@clearline.example", '
        f'algorithm={told["algorithm"]}, qop=auth, nc=00000001, cnonce="abc", response="{response}"'
    )


@pytest.mark.parametrize("algorithm", ["SHA-256", "MD5"])
def test_who_knows_the_password_may_record_and_a_question_is_good_for_one_answer(
    strict: Recorder, algorithm: str
) -> None:
    with Caller(strict.port) as caller:

        def challenge() -> str:
            heard = caller.invite()
            caller.ack()
            assert heard.status == 401
            return next(one for one in heard.all("www-authenticate") if f"={algorithm}" in one)

        name = algorithm.lower().replace("-", "")
        wrong = answered(challenge(), "a guess", name=name)
        assert caller.invite(Authorization=wrong).status == 401
        caller.ack()
        right = answered(challenge(), "a password of the tests", name=name)
        assert caller.invite(Authorization=right, X_Call=f"x-{caller.call}").status == 200
        caller.speak(tone(440, 0.1))
        assert caller.ask("BYE").status == 200
        caller.to = ""
        assert caller.invite(Authorization=right).status == 401  # said once more
    strict.house.ended(f"x-{caller.call}")
    assert len(kept(strict.home, f"x-{caller.call}").loud(0)) == 1


def test_more_recordings_than_there_is_room_for_are_refused(strict: Recorder) -> None:
    def opened(caller: Caller) -> int:
        told = answered(caller.invite().one("www-authenticate"), "a password of the tests", name="sha256")
        caller.ack()
        return caller.invite(Authorization=told).status

    with Caller(strict.port) as one, Caller(strict.port) as two, Caller(strict.port) as three:
        assert [opened(one), opened(two), opened(three)] == [200, 200, 503]
        three.ack()
        one.ask("BYE")
        assert opened(three) == 200
        for caller in (two, three):
            assert caller.ask("BYE").status == 200


def test_an_answer_finds_its_way_back_without_rport(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.number = 1
        caller.send(caller.written("OPTIONS").replace(b";rport", b""))
        assert datagram_of(caller.line.recv(65_536)).one("via").endswith(";received=127.0.0.1")
