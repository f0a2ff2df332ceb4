"""Asterisk's manager interface, against one that speaks it over TCP."""

import asyncio

import pytest
from tests.alone import alone
from tests.live.peers import Manager, deed

from clearline.live.deeds import Acted
from clearline.live.switches.asking import asked, told
from clearline.live.switches.asterisk_ami import AsteriskAmi

SECRET = "a secret of tests"
CHANNELS = {
    "PJSIP/trunk-00000001": ("1700.1", "1700.1"),
    "PJSIP/dana-00000002": ("1700.2", "1700.1"),
    "PJSIP/other-00000003": ("1700.3", "1700.3"),
}


def spoken(
    manager: Manager, call: str = "1700.1", what: str = "pause", secret: str = SECRET, **more: bool
) -> Acted:
    async def work() -> Acted:
        server = await asyncio.start_server(manager.serve, "127.0.0.1", 0)
        async with server:
            manager.port = server.sockets[0].getsockname()[1]
            one = AsteriskAmi("127.0.0.1", manager.port, "clearline", secret, **more)
            return await asked(one, deed(what, call), "ami")

    return alone(work())


def wishes(manager: Manager) -> list[tuple[str, ...]]:
    return [
        tuple(
            value for name, value in wish.items() if name not in {"ActionID", "Secret", "Username", "Events"}
        )
        for wish in manager.asked
    ]


def test_the_channels_of_a_call_are_muted_in_its_recording() -> None:
    manager = Manager(CHANNELS, recorded=("PJSIP/dana-00000002",))
    (event,) = spoken(manager).events
    assert event.type == "recording.paused"
    assert wishes(manager) == [
        ("Login",),
        ("CoreShowChannels",),
        ("MixMonitorMute", "PJSIP/trunk-00000001", "both", "1"),
        ("MixMonitorMute", "PJSIP/dana-00000002", "both", "1"),
    ]


def test_a_call_that_is_named_by_its_channel_is_not_looked_up() -> None:
    manager = Manager(recorded=("PJSIP/dana-00000002",))
    (event,) = spoken(manager, "PJSIP/dana-00000002", "resume").events
    assert event.type == "recording.resumed"
    assert wishes(manager)[1:] == [("MixMonitorMute", "PJSIP/dana-00000002", "both", "0")]


@pytest.mark.parametrize(("what", "action"), [("pause", "PauseMonitor"), ("resume", "UnpauseMonitor")])
def test_an_older_asterisk_pauses_its_monitor(what: str, action: str) -> None:
    manager = Manager(recorded=("SIP/dana-1",))
    assert spoken(manager, "SIP/dana-1", what, monitor=True).events
    assert wishes(manager)[1:] == [(action, "SIP/dana-1")]


def test_a_call_that_is_not_there_or_not_recorded_is_told() -> None:
    assert "no channel of this call" in spoken(Manager(CHANNELS), "1699.9").trouble
    assert "not being recorded" in spoken(Manager(CHANNELS)).trouble


def test_a_wrong_secret_is_told() -> None:
    manager = Manager(CHANNELS)
    assert "does not take the user" in spoken(manager, secret="another secret").trouble
    assert wishes(manager) == [("Login",)]


def test_an_interface_that_says_nothing_is_waited_for_two_seconds() -> None:
    manager = Manager(CHANNELS)
    manager.silent = True
    assert "within 2 seconds" in spoken(manager).trouble


@pytest.mark.parametrize("call", ["x\r\nAction: Originate", "PJSIP/a\nAction: Command", ""])
def test_no_action_can_be_hidden_in_the_id_of_a_call(call: str) -> None:
    manager = Manager(CHANNELS)
    assert "can't be a name" in spoken(manager, call).trouble
    assert manager.asked == []


@pytest.mark.parametrize(
    "said", [b"SSH-2.0\r\n", b"", b"Asterisk Call Manager/9\r\nResponse: Succ", b"x" * 200_000]
)
def test_whatever_else_listens_there_is_no_asterisk(said: bytes) -> None:
    async def work() -> str:
        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(said)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            one = AsteriskAmi("127.0.0.1", server.sockets[0].getsockname()[1], "clearline", SECRET)
            return await told(one.greet)

    assert alone(work())
