"""Twilio: the running recording of a call, by its REST interface. The id of a call is Twilio's CallSid."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from clearline.live import wire
from clearline.live.switches.asking import LOOK, SwitchError, named
from clearline.live.switches.over_http import Answer, request

STATUS: Final = {"pause": "paused", "resume": "in-progress"}
BEHAVIOUR: Final = "silence"  # the file keeps its length, so that times in it stay right


@dataclass(frozen=True, slots=True)
class Twilio:
    """One account."""

    address: str
    account: str
    token: str = field(repr=False)

    async def act(self, deed: wire.Deed) -> None:
        call = quote(named("{call}", deed.call), safe="")
        form = {"Status": STATUS[deed.deed], "PauseBehavior": BEHAVIOUR}
        answer = await self._ask("POST", f"/Calls/{call}/Recordings/Twilio.CURRENT.json", form)
        if answer.told("status") != STATUS[deed.deed]:
            raise SwitchError("Twilio's answer does not say that it was done.")

    async def greet(self) -> None:
        await self._ask("GET", ".json", None)

    async def _ask(self, method: str, path: str, form: dict[str, str] | None) -> Answer:
        url = f"{self.address}/2010-04-01/Accounts/{quote(self.account, safe='')}{path}"
        answer = await request(method, url, account=(self.account, self.token), form=form)
        if answer.status in {401, 403}:
            raise SwitchError(f"Twilio does not take the account and its token: {LOOK}.")
        if answer.status == 404:
            raise SwitchError("Twilio knows of no recording of this call that runs.")
        if not 200 <= answer.status < 300:
            code = answer.told("code")
            more = f", error {code}" if isinstance(code, int) else ""
            raise SwitchError(f"Twilio refused (status {answer.status}{more}).")
        return answer
