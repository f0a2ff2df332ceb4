"""From the agent's question to the recording that is paused, and to the panel that says so where it is not."""

import json
import time
from collections.abc import Callable

from asgiref.sync import sync_to_async
from tests.characters import AT, cast
from tests.live.conftest import Story, until
from tests.live.peers import HttpPeer
from tests.live.test_hub import STARTED, running

from clearline.engine.events import Event
from clearline.live.hub import Hub
from clearline.live.models import ConnectedSwitch
from clearline.live.switches.actions import connect
from clearline.live.switches.connected import Connected
from clearline.record.models import Event as Row
from clearline.record.models import Finding
from clearline.ui.clock import now

Tell = Callable[[Story], None]
Start = Callable[..., HttpPeer]
PCI = {"recording-pauses-for-card-data", "no-card-number-while-recording", "no-security-code-while-recording"}
RECORDED = (STARTED, "0 recording.started", "1 call.answered")


async def connected(hub: Hub, peer: HttpPeer) -> None:
    hub.switch = Connected(now)
    people = await sync_to_async(cast)()
    await sync_to_async(connect)(
        people.max,
        kind="webhook",
        address=f"{peer.address}/recorder",
        account="",
        secret="a secret of the tests",
        recording="",
        at=AT,
    )


async def types(call: str) -> list[str]:
    return [row.type async for row in Row.objects.filter(places__timeline__subject=call).order_by("at")]


async def broken() -> set[str]:
    return {row.rule async for row in Finding.objects.filter(withdrawn=None)} & PCI


def test_a_card_that_is_asked_for_is_read_on_a_recording_that_is_paused(tell: Tell, peer: Start) -> None:
    recorder = peer((200, {"recording": "paused"}), (200, {"recording": "resumed"}))

    async def story(hub: Hub) -> None:
        await connected(hub, recorder)
        await hub.take("token-1", "pbx", running("c-1", *RECORDED))
        await until(lambda: hub.calls["c-1"].picture is not None)
        begun = time.monotonic()
        await hub.take("token-1", "pbx", [], running("c-1", "8 agent: Your card number please", name="u"))
        await until(lambda: bool(recorder.asked))
        assert time.monotonic() - begun < 1
        live = hub.calls["c-1"]
        await until(lambda: live.picture is not None and live.picture.recording == "off")
        await hub.take("token-1", "pbx", running("c-1", "8 agent: Your card number, please?", name="u"))
        await hub.take("token-1", "pbx", running("c-1", "9 customer: It's 4111 1111 1111 1111.", name="v"))
        await hub.take("token-1", "pbx", running("c-1", "9 payment.authorised", name="w"))
        await until(lambda: live.picture is not None and live.picture.recording == "on")
        await hub.take("token-1", "pbx", running("c-1", "10 call.ended", name="x"))
        assert [json.loads(one.body)["deed"] for one in recorder.asked] == ["pause", "resume"]
        assert {"recording.paused", "recording.resumed"} <= set(await types("c-1"))
        assert await broken() == set()
        assert live.troubles == {}
        row = await ConnectedSwitch.objects.aget()
        assert (row.done, row.failed, row.trouble) == (2, 0, "")

    tell(story)


def test_a_switch_that_does_not_answer_is_shown_until_somebody_has_paused(tell: Tell, peer: Start) -> None:
    recorder = peer((200, {"recording": "paused"}), slow=4)

    async def story(hub: Hub) -> None:
        await connected(hub, recorder)
        await hub.take("token-1", "pbx", running("c-1", *RECORDED))
        await hub.take("token-1", "pbx", running("c-1", "8 agent: Your card number, please?", name="u"))
        live = hub.calls["c-1"]
        await until(lambda: "pause" in live.troubles)
        assert live.troubles["pause"] == (
            "The switch did not answer within 2 seconds. Pause the recording by hand, now."
        )
        row = await ConnectedSwitch.objects.aget()
        assert (row.done, row.failed) == (0, 1)
        await hub.take("token-1", "pbx", running("c-1", "9 recording.paused", name="v"))
        await until(lambda: "pause" not in live.troubles)

    tell(story)


def test_without_a_switch_the_agent_is_told_to_pause_by_hand(tell: Tell) -> None:
    async def story(hub: Hub) -> None:
        hub.switch = Connected(now)
        await hub.take("token-1", "pbx", running("c-1", *RECORDED))
        await hub.take("token-1", "pbx", running("c-1", "8 customer: I pay by card, it is 4111", name="u"))
        live = hub.calls["c-1"]
        await until(lambda: "No switch is connected." in live.troubles.get("pause", ""))

    tell(story)


def test_a_call_with_a_line_of_its_own_is_paused_over_it(tell: Tell, peer: Start) -> None:
    recorder = peer((200, {"recording": "paused"}))

    async def story(hub: Hub) -> None:
        await connected(hub, recorder)
        orders: list[str] = []

        async def order(deed: str) -> None:
            orders.append(deed)
            event = Event("p", "recording.paused", now(), {}, {"call": "c-1"})
            await hub.take("token-1", "genesys", [event])

        await hub.take("token-1", "pbx", running("c-1", *RECORDED))
        detach = hub.attach("c-1", order)
        await hub.take("token-1", "pbx", running("c-1", "8 agent: Your card number, please?", name="u"))
        live = hub.calls["c-1"]
        await until(lambda: live.picture is not None and live.picture.recording == "off")
        assert orders == ["pause"]
        assert recorder.asked == []
        assert live.troubles == {}
        detach()

    tell(story)


def test_a_free_offer_on_a_stored_account_is_never_paused(tell: Tell, peer: Start) -> None:
    recorder = peer((200, {"recording": "paused"}))

    async def story(hub: Hub) -> None:
        await connected(hub, recorder)
        started = '0 call.started recorded=true purpose="marketing" places=["US-OH"]'
        await hub.take("token-1", "pbx", running("c-1", started, *RECORDED[1:]))
        offer = "3 agent: We start you with a free trial on the card we have on file."
        await hub.take("token-1", "pbx", running("c-1", offer, name="t"))
        await hub.take("token-1", "pbx", running("c-1", "8 agent: What's the security code?", name="u"))
        live = hub.calls["c-1"]
        await until(lambda: "Keep the recording running" in str(live.picture and live.picture.guarded))
        assert recorder.asked == []

    tell(story)
