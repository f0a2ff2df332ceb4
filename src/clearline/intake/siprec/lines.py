"""The m-lines of a recording: which port each has, who is heard on it, and on which channel of the file."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from clearline.formats.rtp import Track
from clearline.formats.sdp import MediaLine
from clearline.formats.siprec import Metadata, Participant
from clearline.intake.siprec.ports import Port, Ports
from clearline.intake.siprec.settings import Settings

MOST: Final = 4  # that are recorded; more people than that share lines
UNKNOWN: Final = "unknown"


class Line:
    """One of them. It keeps its number also when it is closed (RFC 3264)."""

    def __init__(self, number: int, media: MediaLine) -> None:
        self.number, self.media = number, media
        self.port: Port | None = None
        self.track = Track(media.codecs)
        self.role = UNKNOWN
        self.channel: int | None = None  # until it is known who is heard


class Lines:
    """All of a recording."""

    def __init__(self, settings: Settings) -> None:
        self._speaking = settings.speaking
        self.every: list[Line] = []
        self._count = 0  # channels, once they are arranged
        self._caller = ""

    @property
    def open(self) -> list[Line]:
        return [line for line in self.every if line.port is not None]

    @property
    def sending(self) -> bool:
        """Whether anything is to come."""
        return any(line.media.sends for line in self.open)

    @property
    def ports(self) -> list[int]:
        return [line.port.number if line.port else 0 for line in self.every]

    async def offered(
        self, offered: Sequence[MediaLine], ports: Ports, hear: Callable[[Line, bytes, str], None]
    ) -> bool:
        """Opens what is new, closes what is gone; False where a port was missing, and then nothing new is open."""
        new = []
        for number, media in enumerate(offered):
            if number == len(self.every):
                self.every.append(Line(number, media))
            line = self.every[number]
            line.media = media
            if not media.fits and line.port is not None:
                line.port.close()
                line.port = None
            if media.fits and line.port is None and len(self.open) < MOST:
                line.port = await ports.open(partial(hear, line))
                new.append(line)
            line.track.codecs = media.codecs
        if any(line.port is None for line in new):
            for line in new:
                if line.port is not None:
                    line.port.close()
                    line.port = None
            return False
        return True

    def described(self, metadata: Metadata, caller: str) -> None:
        """Takes who is heard where. A label that no m-line has tells nothing."""
        self._caller = caller
        recorded = [line for line in self.every if line.media.kind == "audio"]
        here = [one for one in metadata.participants if not one.left]
        for number, line in enumerate(recorded):
            if line.port is not None:  # one that is closed keeps who was heard on it
                line.role = self._speaking.role(metadata.behind(line.media.label), number, here, caller)

    def people(self, metadata: Metadata) -> list[tuple[str, Participant]]:
        """Everybody, with their role where that can be told without knowing their line."""
        here = [one for one in metadata.participants if not one.left]
        return [(self._speaking.role(one, 0, here, self._caller), one) for one in here]

    def arrange(self) -> int:
        """Gives each line a channel: the customer's first, where both are known; else as they are offered.

        Lines that come later share the channels that there are. The number of channels is told.
        """
        if self._count:
            for line in self.open:
                if line.channel is None:
                    line.channel = self._channel(line)
            return self._count
        roles = [line.role for line in self.open]
        known = sorted(roles) == ["agent", "customer"]
        for number, line in enumerate(self.open):
            line.channel = ("customer", "agent").index(line.role) if known else number
        self._count = len(roles)
        return self._count

    def channels(self) -> list[str]:
        """Who is on each channel; unknown where several are."""
        found = []
        for channel in range(self._count):
            roles = {line.role for line in self.every if line.channel == channel}
            found.append(roles.pop() if len(roles) == 1 else UNKNOWN)
        return found

    def close(self) -> None:
        for line in self.every:
            if line.port is not None:
                line.port.close()
                line.port = None

    def _channel(self, line: Line) -> int:
        """The channel of a line that comes later: that of its role, else one that nobody uses, else the last."""
        roles, used = self.channels(), {one.channel for one in self.open if one is not line}
        if line.role != UNKNOWN and line.role in roles:
            return roles.index(line.role)
        return next((one for one in range(self._count) if one not in used), self._count - 1)
