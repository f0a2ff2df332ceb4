"""Twilio, Asterisk's ARI and a webhook, each against a peer on a real socket."""

import hmac
import json
from base64 import b64decode
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from tests.alone import alone
from tests.live.peers import AT, HttpPeer, deed

from clearline.live import wire
from clearline.live.deeds import BY_HAND, Acted
from clearline.live.switches.asking import Peer, asked, told
from clearline.live.switches.asterisk_ari import AsteriskAri
from clearline.live.switches.twilio import Twilio
from clearline.live.switches.webhook import Webhook

Start = Callable[..., HttpPeer]
SECRET = "a secret of the tests"


def acted(one: Peer, what: wire.Deed) -> Acted:
    return alone(asked(one, what, "fake"))


def webhook(peer: HttpPeer) -> Webhook:
    return Webhook(f"{peer.address}/recorder", SECRET, lambda: AT)


def test_twilio_is_asked_to_pause_the_recording_that_runs(peer: Start) -> None:
    twilio = peer((200, {"sid": "RE1", "status": "paused"}))
    answer = acted(Twilio(twilio.address, "AC9", SECRET), deed())
    (request,) = twilio.asked
    assert request.method == "POST"
    assert request.path == "/2010-04-01/Accounts/AC9/Calls/CA0123/Recordings/Twilio.CURRENT.json"
    assert parse_qs(request.body.decode()) == {"Status": ["paused"], "PauseBehavior": ["silence"]}
    assert b64decode(request.headers["authorization"].removeprefix("Basic ")) == f"AC9:{SECRET}".encode()
    (event,) = answer.events
    assert (event.type, event.subjects, answer.trouble) == ("recording.paused", {"call": "CA0123"}, "")
    assert AT <= event.at < AT + 2_000_000


def test_twilio_is_asked_to_go_on(peer: Start) -> None:
    twilio = peer((200, {"status": "in-progress"}))
    (event,) = acted(Twilio(twilio.address, "AC9", SECRET), deed("resume")).events
    assert parse_qs(twilio.asked[0].body.decode())["Status"] == ["in-progress"]
    assert event.type == "recording.resumed"


@pytest.mark.parametrize(
    ("answer", "told_so"),
    [
        ((200, {"status": "in-progress"}), "does not say that it was done"),
        ((200, b"<html>"), "does not say that it was done"),
        ((200, [1]), "does not say that it was done"),
        ((401, {"code": 20003}), "does not take the account"),
        ((404, {"code": 20404}), "knows of no recording"),
        ((400, {"code": 21220, "message": "secret things"}), "status 400, error 21220"),
        ((503, b""), "status 503"),
        ((307, b""), "status 307"),
        ((200, b"x" * 100_000), "more than an answer"),
        ((0, b""), "can't be reached"),
    ],
)
def test_what_twilio_does_not_do_is_told_with_what_to_do_by_hand(
    peer: Start, answer: tuple[int, object], told_so: str
) -> None:
    twilio = peer(answer)
    got = acted(Twilio(twilio.address, "AC9", SECRET), deed())
    assert told_so in got.trouble
    assert got.trouble.endswith(BY_HAND["pause"])
    assert got.events == ()
    assert "secret" not in got.trouble.replace("its secret", "")


def test_a_redirect_is_not_followed(peer: Start) -> None:
    elsewhere = peer((200, {"status": "paused"}))
    twilio = peer((307, b""), headers={"location": f"{elsewhere.address}/away"})
    assert acted(Twilio(twilio.address, "AC9", SECRET), deed()).trouble
    assert elsewhere.asked == []


def test_a_switch_that_does_not_answer_is_waited_for_two_seconds(peer: Start) -> None:
    twilio = peer((200, {"status": "paused"}), slow=4.0)
    got = acted(Twilio(twilio.address, "AC9", SECRET), deed())
    assert got.trouble == f"The switch did not answer within 2 seconds. {BY_HAND['pause']}"


def test_nobody_at_the_address_is_told_at_once() -> None:
    assert "can't be reached" in acted(Twilio("http://127.0.0.1:9", "AC9", SECRET), deed()).trouble


@pytest.mark.parametrize("call", ["../../Other", "CA1?x=1", "a b", "CA1/..%2f"])
def test_the_id_of_a_call_can_not_lead_elsewhere(peer: Start, call: str) -> None:
    twilio = peer((200, {"status": "paused"}))
    acted(Twilio(twilio.address, "AC9", SECRET), deed(call=call))
    parts = twilio.asked[0].path.split("/")
    assert len(parts) == 8
    assert parts[-2:] == ["Recordings", "Twilio.CURRENT.json"]
    assert "?" not in twilio.asked[0].path


def test_a_call_whose_id_is_no_name_is_not_asked_for(peer: Start) -> None:
    twilio = peer((200, {"status": "paused"}))
    assert "can't be a name" in acted(Twilio(twilio.address, "AC9", SECRET), deed(call="a\r\nb")).trouble
    assert twilio.asked == []


def test_whether_twilio_knows_us_is_tried_without_a_call(peer: Start) -> None:
    twilio = peer((200, {"status": "active"}), (401, {}))
    assert alone(told(Twilio(twilio.address, "AC9", SECRET).greet)) == ""
    assert (twilio.asked[0].method, twilio.asked[0].path) == ("GET", "/2010-04-01/Accounts/AC9.json")
    assert "Settings, Switch" in alone(told(Twilio(twilio.address, "AC9", SECRET).greet))


def test_asterisk_pauses_a_live_recording_by_its_name(peer: Start) -> None:
    ari = peer((204, b""))
    one = AsteriskAri(ari.address, "clearline", SECRET, "calls-{call}")
    assert [event.type for event in acted(one, deed()).events] == ["recording.paused"]
    assert [event.type for event in acted(one, deed("resume")).events] == ["recording.resumed"]
    assert [(asked.method, asked.path) for asked in ari.asked] == [
        ("POST", "/ari/recordings/live/calls-CA0123/pause"),
        ("DELETE", "/ari/recordings/live/calls-CA0123/pause"),
    ]


@pytest.mark.parametrize(
    ("status", "told_so"),
    [
        (404, "no recording"),
        (409, "not in progress"),
        (401, "user and the password"),
        (200, "status 200"),
        (500, "500"),
    ],
)
def test_what_asterisk_does_not_do_is_told(peer: Start, status: int, told_so: str) -> None:
    ari = peer((status, {"message": "…"}))
    assert told_so in acted(AsteriskAri(ari.address, "clearline", SECRET), deed()).trouble


def test_whether_asterisk_is_there_is_tried_with_a_ping(peer: Start) -> None:
    ari = peer((200, {"ping": "pong"}), (200, {"hello": 1}))
    one = AsteriskAri(ari.address, "clearline", SECRET)
    assert alone(told(one.greet)) == ""
    assert "no Asterisk" in alone(told(one.greet))


def test_a_webhook_is_signed_and_says_what_is_to_be_done(peer: Start) -> None:
    recorder = peer((200, {"recording": "paused"}))
    assert [event.type for event in acted(webhook(recorder), deed()).events] == ["recording.paused"]
    (request,) = recorder.asked
    body = json.loads(request.body)
    assert {**body, "id": ""} == {
        "id": "",
        "deed": "pause",
        "call": "CA0123",
        "rule": "recording-pauses-for-card-data",
        "at": AT // 1_000_000,
    }
    seconds = AT // 1_000_000
    mac = hmac.digest(SECRET.encode(), f"{seconds}.".encode() + request.body, "sha256").hex()
    assert request.headers["clearline-signature"] == f"t={seconds},v1={mac}"


@pytest.mark.parametrize("first", [(500, b""), (0, b"")])
def test_a_webhook_that_failed_is_sent_once_more_under_the_same_id(
    peer: Start, first: tuple[int, bytes]
) -> None:
    recorder = peer(first, (204, b""))
    assert [event.type for event in acted(webhook(recorder), deed("resume")).events] == ["recording.resumed"]
    one, two = recorder.asked
    assert json.loads(one.body)["id"] == json.loads(two.body)["id"]


def test_a_webhook_is_not_sent_a_third_time(peer: Start) -> None:
    recorder = peer((500, b""))
    assert "status 500" in acted(webhook(recorder), deed()).trouble
    assert len(recorder.asked) == 2


@pytest.mark.parametrize(
    ("answer", "told_so"),
    [
        ((200, {"recording": "resumed"}), "does not say that the recording is paused"),
        ((200, b"ok"), "does not say that the recording is paused"),
        ((403, b""), "does not take our signature"),
        ((404, b""), "no recording of this call"),
        ((202, b""), "status 202"),
    ],
)
def test_what_a_webhook_does_not_say_is_not_believed(
    peer: Start, answer: tuple[int, object], told_so: str
) -> None:
    recorder = peer(answer)
    got = acted(webhook(recorder), deed())
    assert told_so in got.trouble
    assert got.events == ()
    assert len(recorder.asked) == 1
