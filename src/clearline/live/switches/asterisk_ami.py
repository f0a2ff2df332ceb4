"""Asterisk by its manager interface (AMI): blocks of lines over TCP, one connection for each deed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from clearline.live import wire
from clearline.live.switches.asking import LOOK, SwitchError, named

END: Final = b"\r\n\r\n"
LONGEST: Final = 1 << 16  # bytes of a block
MOST: Final = 5_000  # blocks of an answer; each running channel is one
Block = dict[str, str]


@dataclass(frozen=True, slots=True)
class AsteriskAmi:
    """One server. A call's id is the name of its channel, or the unique or linked id of its channels."""

    host: str
    port: int
    account: str
    secret: str = field(repr=False)
    monitor: bool = False  # recorded by Monitor(), which Asterisk had before version 21, not by MixMonitor()

    async def act(self, deed: wire.Deed) -> None:
        call = named("{call}", deed.call)
        async with self._session() as session:
            channels = [call] if "/" in call else await session.channels_of(call)
            if not channels:
                raise SwitchError("Asterisk knows of no channel of this call.")
            answers = [await session.ask(self._wish(deed.deed, channel)) for channel in channels]
        if not any(answer.get("Response") == "Success" for answer in answers):
            raise SwitchError("Asterisk says that this call is not being recorded.")

    async def greet(self) -> None:
        async with self._session() as session:
            answer = await session.ask({"Action": "Ping"})
        if answer.get("Response") != "Success":
            raise SwitchError("Asterisk does not answer a ping.")

    def _wish(self, deed: str, channel: str) -> Block:
        if self.monitor:
            return {"Action": "PauseMonitor" if deed == "pause" else "UnpauseMonitor", "Channel": channel}
        state = "1" if deed == "pause" else "0"
        return {"Action": "MixMonitorMute", "Channel": channel, "Direction": "both", "State": state}

    @asynccontextmanager
    async def _session(self) -> "AsyncIterator[_Session]":
        try:
            reader, writer = await asyncio.open_connection(self.host, self.port, limit=LONGEST)
        except OSError as error:
            raise SwitchError(f"The switch can't be reached ({type(error).__name__}).") from error
        try:
            session = _Session(reader, writer)
            await session.enter(self.account, self.secret)
            yield session
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            raise SwitchError(f"Asterisk's answer broke off ({type(error).__name__}).") from error
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


class _Session:
    """A connection; each action has a number, by which its answers are told from whatever else is said."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._count = 0

    async def enter(self, account: str, secret: str) -> None:
        banner = await self._reader.readline()
        if not banner.startswith(b"Asterisk Call Manager"):
            raise SwitchError("There is no manager interface of an Asterisk at this address.")
        wish = {"Action": "Login", "Username": account, "Secret": secret, "Events": "off"}
        if (await self.ask(wish)).get("Response") != "Success":
            raise SwitchError(f"Asterisk does not take the user and the secret: {LOOK}.")

    async def ask(self, wish: Block) -> Block:
        """The response to an action."""
        await self._send(wish)
        async for block in self._blocks():
            if "Response" in block:
                return block
        raise SwitchError("Asterisk did not answer.")

    async def channels_of(self, call: str) -> list[str]:
        """The channels that belong to a unique id; those that are it by themselves first."""
        await self._send({"Action": "CoreShowChannels"})
        own, linked = list[str](), list[str]()
        async for block in self._blocks():
            if block.get("Response") == "Error" or block.get("Event") == "CoreShowChannelsComplete":
                break
            if block.get("Uniqueid") == call:
                own.append(block.get("Channel", ""))
            elif block.get("Linkedid") == call:
                linked.append(block.get("Channel", ""))
        return own + linked

    async def _send(self, wish: Block) -> None:
        self._count += 1
        lines = [f"{name}: {value}" for name, value in {**wish, "ActionID": str(self._count)}.items()]
        self._writer.write("\r\n".join(lines).encode() + END)
        await self._writer.drain()

    async def _blocks(self) -> AsyncIterator[Block]:
        """What is said about the last action."""
        for _ in range(MOST):
            text = (await self._reader.readuntil(END)).decode(errors="replace")
            block = dict(line.split(": ", 1) for line in text.split("\r\n") if ": " in line)
            if block.get("ActionID") == str(self._count):
                yield block
