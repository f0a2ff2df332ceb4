"""Asterisk by its REST interface (ARI): a live recording by its name."""

from dataclasses import dataclass, field
from urllib.parse import quote

from clearline.live import wire
from clearline.live.switches.asking import LOOK, SwitchError, named
from clearline.live.switches.over_http import Answer, request


@dataclass(frozen=True, slots=True)
class AsteriskAri:
    """One server. `recording` is the name that its dialplan or application gives to a call's recording."""

    address: str
    account: str
    password: str = field(repr=False)
    recording: str = "{call}"

    async def act(self, deed: wire.Deed) -> None:
        name = quote(named(self.recording, deed.call), safe="")
        method = "POST" if deed.deed == "pause" else "DELETE"
        answer = await self._ask(method, f"/ari/recordings/live/{name}/pause")
        if answer.status == 404:
            raise SwitchError("Asterisk knows of no recording of this call that runs.")
        if answer.status == 409:
            raise SwitchError("Asterisk says that the recording is not in progress.")
        if answer.status != 204:
            raise SwitchError(f"Asterisk refused (status {answer.status}).")

    async def greet(self) -> None:
        answer = await self._ask("GET", "/ari/asterisk/ping")
        if answer.status != 200 or answer.told("ping") != "pong":
            raise SwitchError(f"There is no Asterisk at this address (status {answer.status}).")

    async def _ask(self, method: str, path: str) -> Answer:
        answer = await request(method, f"{self.address}{path}", account=(self.account, self.password))
        if answer.status in {401, 403}:
            raise SwitchError(f"Asterisk does not take the user and the password: {LOOK}.")
        return answer
