"""A voice bot asks before it speaks, by each of three ways, and hears what the rules of its call say."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent
from tests.alone import alone
from tests.characters import cast
from tests.record.conftest import call
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from clearline.engine.events import SECOND
from clearline.live.asking import MAY, MCP, TOO_OFTEN
from clearline.people import tokens
from clearline.people.models import Person
from clearline.reports.reviewing import rfc3339
from clearline.ui.clock import now

STARTED = (
    '0 call.started recorded=true places=["US-CA"]',
    "1 call.answered",
    "1 agent: This call is recorded.",
)
HARMLESS = "Your parcel is on its way."
FORBIDDEN = "And the PIN of your card, please?"


@dataclass
class Bot:
    """A bot in a running call."""

    client: httpx.Client
    call: str

    def asks(self, **question: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.post(MAY, json={"call": self.call, **question}).json()
        return found

    @property
    def socket(self) -> str:
        return str(self.client.base_url.join(MAY)).replace("http", "ws")

    def happens(self, *lines: str) -> None:
        for number, event in enumerate(call(*lines, at=now() - 5 * SECOND)):
            told = {
                "specversion": "1.0",
                "id": f"{self.call}-{event.type}-{number}",
                "source": "pbx",
                "type": event.type,
                "time": rfc3339(event.at),
                "call": self.call,
                "data": event.data,
            }
            assert self.client.post("/api/events", content=json.dumps(told)).status_code == 202


@pytest.fixture
def bot(living: str, transactional_db: None) -> Iterator[Bot]:  # noqa: ARG001 # the server commits
    alice = cast().alice
    scopes = ["live:ask", "events:write"]
    _, token = tokens.make(alice, name="bot", scopes=scopes, expires=now() + 10**11, at=now())
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    with httpx.Client(base_url=living, headers=headers, timeout=30) as client:
        bot = Bot(client, f"c-{secrets.token_hex(4)}")
        bot.happens(*STARTED)
        limit = time.monotonic() + 120
        while bot.asks(say=HARMLESS)["answer"] == "deny":  # until its workers have started
            assert time.monotonic() < limit
            time.sleep(0.1)
        yield bot
        bot.happens("0 call.ended")


def test_harmless_words_are_allowed_and_forbidden_ones_are_denied_with_their_rule(bot: Bot) -> None:
    assert bot.asks(say=HARMLESS) == {"answer": "allow"}
    answer = bot.asks(say=FORBIDDEN)
    assert answer["answer"] == "deny"
    assert [(one["rule"], one["unknown"]) for one in answer["reasons"]] == [("card-pin-never-asked", False)]


def test_in_doubt_it_may_not(bot: Bot) -> None:
    for question in (
        {"call": "c-9", "say": HARMLESS},
        {"call": "c-1"},
        {"call": "c-1", "say": "a", "do": "b"},
    ):
        answer = bot.client.post(MAY, json=question).json()
        assert (answer["answer"], bool(answer["why"])) == ("deny", True), question


def test_what_is_no_question_is_refused_with_a_reason(bot: Bot) -> None:
    assert bot.client.post(MAY, content=b"{").status_code == 400
    assert bot.client.post(MAY, content=b'{"cal": "c-1"}').status_code == 422
    assert bot.client.post(MAY, content=b"x" * 30_000).status_code == 413
    assert bot.client.get(MAY).status_code == 405
    assert httpx.post(bot.client.base_url.join(MAY), json={"call": bot.call, "say": "a"}).status_code == 401


def test_a_socket_answers_each_question_by_its_id(bot: Bot) -> None:
    with connect(
        bot.socket, additional_headers={"Authorization": bot.client.headers["authorization"]}
    ) as socket:
        for number, words in enumerate((HARMLESS, FORBIDDEN, HARMLESS)):
            socket.send(json.dumps({"id": number, "call": bot.call, "say": words}))
        answers = {one["id"]: one["answer"] for one in (json.loads(socket.recv()) for _ in range(3))}
        assert answers == {0: "allow", 1: "deny", 2: "allow"}
        socket.send("{")
        assert json.loads(socket.recv())["answer"] == "deny"
        socket.send("x" * 30_000)
        with pytest.raises(ConnectionClosedError):
            socket.recv()


def test_who_floods_is_denied_and_told_so_and_others_are_not(bot: Bot) -> None:
    _, token = tokens.make(
        Person.objects.get(name="Alice"), name="flood", scopes=["live:ask"], expires=now() + 10**11, at=now()
    )
    with connect(bot.socket, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        whys: list[str] = []
        for _ in range(2):
            for _ in range(300):  # all at once: a busy machine takes them in no slower than they may come
                socket.send(json.dumps({"call": "c-nobody-knows", "say": HARMLESS}))
            whys += [json.loads(socket.recv()).get("why", "") for _ in range(300)]
        assert 0 < whys.count(TOO_OFTEN) < len(whys)
    assert bot.asks(say=HARMLESS)["answer"] == "allow"


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}])
def test_a_socket_opens_for_nobody_without_a_token_nor_for_a_browser(
    bot: Bot, headers: dict[str, str]
) -> None:
    told = headers and headers | {"Authorization": bot.client.headers["authorization"]}
    with pytest.raises(InvalidStatus), connect(bot.socket, additional_headers=told):
        pass


def test_an_agent_of_another_house_finds_the_tool_and_uses_it(bot: Bot) -> None:
    async def talk() -> None:
        headers = {"authorization": bot.client.headers["authorization"]}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(str(bot.client.base_url.join(MCP)), http_client=http)) as client,
        ):
            (tool,) = (await client.list_tools()).tools
            assert tool.name == "may_say"
            for words, expected in ((HARMLESS, "allow"), (FORBIDDEN, "deny")):
                result = await client.call_tool("may_say", {"call": bot.call, "say": words})
                (content,) = result.content
                assert isinstance(content, TextContent)
                assert json.loads(content.text)["answer"] == expected

    alone(talk())
