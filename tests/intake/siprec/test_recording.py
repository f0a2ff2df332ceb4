"""Recordings over SIPREC, from INVITE to file: what was sent is there, on its channel, at its place."""

import socket
import time
from pathlib import Path

import pytest
from tests.formats.recording_sessions import KIND, SDP, XML, draft, metadata, mixed, sdp
from tests.intake.siprec.caller import Caller, kept, tone
from tests.intake.siprec.conftest import Recorder

SLOW = 0.25  # seconds by which a busy machine may be late


def types(recording: Recorder, call: str) -> list[str]:
    return [one["type"] for one in recording.house.ended(call)]


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
def test_both_speakers_are_kept_each_on_their_channel_at_their_place(
    recording: Recorder, *, tcp: bool
) -> None:
    with Caller(recording.port, tcp=tcp) as caller:
        heard = caller.invite()
        assert (heard.status, heard.body.count(b"a=recvonly")) == (200, 2)
        assert [line for line in heard.body.decode().splitlines() if "label" in line] == [
            "a=label:1",
            "a=label:2",
        ]
        assert "+sip.srs" in heard.one("contact")
        silence = b"\xff" * 4_000
        caller.speak(tone(440, 0.5) + silence + tone(440, 0.5), silence + tone(1000, 0.5) + silence)
        assert caller.ask("BYE").status == 200
        assert caller.ask("BYE").status == 481
    told = recording.house.ended(caller.call)
    assert [one["type"] for one in told] == [
        "call.started",
        "recording.started",
        "call.answered",
        "recording.stopped",
        "call.ended",
    ]
    assert told[0]["subjects"]["agent"] == "2001", told[0]
    assert [one["by"] for one in told[0]["data"]["participants"]] == ["customer", "agent"]
    found = kept(recording.home, caller.call)
    assert found.speakers == ["customer", "agent"]
    (first, second), (other,) = found.loud(0), found.loud(1)
    pitches = [found.pitch(n, *at) for n, at in ((0, first), (0, second), (1, other))]
    assert pitches == pytest.approx([440, 440, 1000], abs=3)  # as fine as the spectrum of so short a tone is
    assert (other[0] - first[0], second[0] - first[0]) == pytest.approx((0.5, 1.0), abs=0.01)
    assert first[0] < SLOW
    assert (found.began, found.agent) == (told[0]["at"], "2001")


def test_no_sound_of_a_call_stays_in_the_clear(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.invite()
        caller.speak(tone(440, 0.2), tone(1000, 0.2))
        (clear,) = [one for one in files(recording) if one.name.endswith(".wav.part")]
        assert clear.read_bytes()[:4] == b"RIFF"
        assert clear.stat().st_mode & 0o077 == 0
        caller.ask("BYE")
    found = kept(recording.home, caller.call)
    some = found.samples[:, int(found.loud(0)[0][0] * 8000) :].T.tobytes()[:400]
    deadline = time.monotonic() + 10
    while any(path.parent.name == "arriving" for path in files(recording)):  # of the tests before, too
        assert time.monotonic() < deadline, files(recording)
        time.sleep(0.05)
    assert files(recording)
    assert [path for path in files(recording) if some in path.read_bytes()] == []
    assert recording.house.ended(caller.call)


def files(recording: Recorder) -> list[Path]:
    """All that the home holds."""
    return [path for path in recording.home.rglob("*") if path.is_file()]


def test_what_is_lost_is_silence_and_what_overtakes_is_put_right(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.invite(caller.body(formats="0"))
        sound = tone(500, 1)
        caller.speak(sound, skip=[10, 11, 30])
        caller.packet(0, 0, 30, sound[30 * 160 : 31 * 160])  # at last
        caller.ask("BYE")
    recording.house.ended(caller.call)
    before, after = kept(recording.home, caller.call).loud(0)
    assert (before[1] - before[0], after[0] - before[0], after[1] - before[0]) == pytest.approx(
        (0.2, 0.24, 1.0), abs=0.002
    )


def test_nothing_of_a_pause_is_kept_and_the_rest_stays_in_its_place(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.invite()
        begins = time.monotonic()
        caller.speak(tone(440, 0.4), tone(1000, 0.4))
        assert b"a=inactive" in caller.invite(caller.body(direction="inactive")).body
        paused = time.monotonic() - begins
        caller.speak(tone(700, 0.6), tone(700, 0.6))  # against what was agreed
        caller.invite(caller.body())
        resumed = time.monotonic() - begins
        caller.sent -= 30  # a sender whose clock stood still meanwhile
        caller.speak(tone(440, 0.4), tone(1000, 0.4))
        caller.ask("BYE")
    told = recording.house.ended(caller.call)
    assert [one["type"] for one in told][3:] == [
        "recording.paused",
        "recording.resumed",
        "recording.stopped",
        "call.ended",
    ]
    found = kept(recording.home, caller.call)
    off, on = ((one["at"] - found.began) / 1_000_000 for one in told[3:5])
    assert (off, on) == pytest.approx((paused, resumed), abs=SLOW)
    for channel, pitch in ((0, 440), (1, 1000)):
        before, after = found.loud(channel)
        assert before[1] <= off + 0.02
        assert after[0] >= on - 0.02
        assert after[0] == pytest.approx(on, abs=SLOW)
        assert [round(found.pitch(channel, *at), -1) for at in (before, after)] == [pitch, pitch]


def test_a_call_whose_bye_is_lost_ends_with_its_sound(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.invite()
        caller.speak(tone(440, 0.4))
        ended = caller.hear()  # 2 seconds later, as siprec.toml says
        assert (ended.method, ended.one("call-id")) == ("BYE", f"{caller.call}@sbc")
        caller.send(
            b"SIP/2.0 200 OK\r\n"
            + b"".join(
                f"{name}: {ended.one(name)}\r\n".encode() for name in ("via", "from", "to", "call-id", "cseq")
            )
            + b"\r\n"
        )
        with pytest.raises(TimeoutError):
            caller.hear()  # it was told once
    told = recording.house.ended(caller.call)
    assert told[-1]["at"] - told[0]["at"] < 1_500_000  # not when it was noticed
    assert kept(recording.home, caller.call).loud(0)[0][1] == pytest.approx(0.4, abs=SLOW)


def test_a_paused_call_of_a_sender_that_is_gone_waits_for_its_sign_of_life(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        heard = caller.invite(
            caller.body(direction="inactive"), Session_Expires="90;refresher=uac", Supported="timer"
        )
        assert (heard.one("session-expires"), heard.one("require")) == ("90;refresher=uac", "timer")
        time.sleep(3)
        assert caller.ask("UPDATE", Session_Expires="60").one("min-se") == "90"
        assert caller.ask("UPDATE", Session_Expires="90").status == 200
        assert caller.ask("BYE").status == 200
    assert types(recording, caller.call) == [
        "call.started",
        "recording.started",
        "recording.paused",
        "recording.stopped",
        "call.ended",
    ]


def test_keys_are_told_without_saying_which(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.invite()
        caller.speak(tone(440, 0.2), tone(1000, 0.2))
        for n in range(4):
            caller.packet(0, 101, 10 + n, bytes([7, 10, 0, 160]), clock=1600)
        caller.ask("BYE")
    (key,) = [one for one in recording.house.ended(caller.call) if one["type"] == "key.pressed"]
    assert key["data"] == {"by": "customer"}


@pytest.mark.parametrize(
    ("parts", "channels"),
    [
        ([(SDP, sdp()), (XML, draft("{}"))], ["customer", "agent"]),
        ([("application/rs-metadata", metadata(session="{}")), (SDP, sdp())], ["customer", "agent"]),
        ([(SDP, sdp()), (XML, metadata(session="{}", assoc=False))], ["unknown", "unknown"]),
        ([(SDP, sdp(labels=("8", "9"))), (XML, metadata(session="{}"))], ["unknown", "unknown"]),
        ([(SDP, sdp((40_000,), ("2",))), (XML, metadata(session="{}"))], ["agent"]),
    ],
    ids=["a draft", "without +xml, first", "no assoc", "other labels", "one line"],
)
def test_channels_are_named_as_far_as_the_metadata_tell(
    recording: Recorder, parts: list[tuple[str, bytes]], channels: list[str]
) -> None:
    with Caller(recording.port) as caller:
        told = mixed(*parts).replace(b"{}", caller.call.encode())
        assert caller.invite(told, Content_Type=f'{KIND}; charset="utf-8"').status == 200
        caller.speak(tone(440, 0.2))
        caller.ask("BYE")
    recording.house.ended(caller.call)
    found = kept(recording.home, caller.call)
    assert found.speakers == channels
    assert len(found.samples) == len(channels)


def test_who_joins_and_who_leaves_is_told_and_heard_on_the_right_channel(recording: Recorder) -> None:
    with Caller(recording.port) as caller:
        caller.invite()
        caller.speak(tone(440, 0.2), tone(1000, 0.2))
        news = metadata(session=caller.call, mode="<dataMode>partial</dataMode>", labels=("1", "3"))
        news = news.replace(b"p-agent", b"p-next").replace(b"2001", b"2002").replace(b"s-2", b"s-3")
        gone = b'<participantsessionassoc participant_id="p-agent"><disassociate-time>x</disassociate-time>'
        gone += b'</participantsessionassoc><participant participant_id="p-agent"/></recording>'
        offer = sdp((40_000, 0, 40_004), ("1", "2", "3"))
        caller.invite(mixed((SDP, offer), (XML, news.replace(b"</recording>", gone))))
        assert caller.ports[1] == 0
        caller.packet(2, 0, 0, tone(1500, 0.02))
        for n in range(1, 20):
            caller.packet(2, 0, n, tone(1500, 0.02))
            time.sleep(0.02)
        caller.ask("BYE")
    told = [(one["type"], one["data"]) for one in recording.house.ended(caller.call)]
    assert ("call.party_joined", {"party": "2002@pbx.example"}) in told
    assert [one for one, _ in told].count("call.party_left") == 1
    found = kept(recording.home, caller.call)
    assert found.speakers == ["customer", "agent"]
    assert round(found.pitch(1, found.loud(1)[-1][0], found.loud(1)[-1][1]), -2) == 1500


def test_two_recordings_of_a_call_end_it_together(recording: Recorder) -> None:
    with Caller(recording.port) as one, Caller(recording.port) as other:
        one.invite()
        other.invite(mixed((SDP, sdp()), (XML, metadata(session=one.call))))
        one.ask("BYE")
        recording.house.until(
            one.call, lambda told: any(each["type"] == "recording.stopped" for each in told)
        )
        assert not [each for each in recording.house.stored(one.call) if each["type"] == "call.ended"]
        other.ask("BYE")
    assert types(recording, one.call).count("call.ended") == 1


def test_sound_from_elsewhere_is_not_taken(recording: Recorder) -> None:
    with Caller(recording.port) as caller, socket.socket(type=socket.SOCK_DGRAM) as junk:
        caller.invite()
        for garbage in (b"", b"x", b"\x80" * 2_000, bytes(12), b"\x80\xc8" + bytes(40)):
            junk.sendto(garbage, ("127.0.0.1", caller.ports[0]))
        caller.speak(tone(440, 0.2))
        caller.ask("BYE")
    recording.house.ended(caller.call)
    assert len(kept(recording.home, caller.call).loud(0)) == 1
