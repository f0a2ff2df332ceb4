"""The server's application: events go straight to the writer, everything else to Django."""

import gc
import logging
import sys
from collections.abc import Sequence
from threading import Thread

from clearline.config.starting import start

start()

from django.conf import settings  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import connection  # noqa: E402

from clearline.audits.tasks import KINDS as AUDITS  # noqa: E402
from clearline.culture.speakup.emptying import begun as emptied  # noqa: E402
from clearline.culture.speakup.unseen import PLACE as SPEAK_UP  # noqa: E402
from clearline.culture.speakup.unseen import Door  # noqa: E402
from clearline.culture.tasks import KINDS as CULTURE  # noqa: E402
from clearline.engine.events import Instant  # noqa: E402
from clearline.evidence.actions import keep  # noqa: E402
from clearline.evidence.asking import Asking  # noqa: E402
from clearline.evidence.models import Checkpoint  # noqa: E402
from clearline.evidence.sealing import Sealing  # noqa: E402
from clearline.evidence.witnesses import FILE  # noqa: E402
from clearline.gate.actions.deciding import gate  # noqa: E402
from clearline.gate.asking import Gatekeeper, concerns  # noqa: E402
from clearline.gate.own_list.spreading import Spreading  # noqa: E402
from clearline.gate.tasks import KINDS as GATE  # noqa: E402
from clearline.intake.siprec.server import SiprecServer  # noqa: E402
from clearline.intake.siprec.settings import FILE as SIPREC  # noqa: E402
from clearline.intake.siprec.settings import settings_of  # noqa: E402
from clearline.intake.streams.audiosocket import AudioSocketServer  # noqa: E402
from clearline.intake.streams.endpoints import Streams  # noqa: E402
from clearline.intake.streams.protocols import PLACE as LIVE  # noqa: E402
from clearline.intake.webhooks import PLACE, Webhooks  # noqa: E402
from clearline.live import here  # noqa: E402
from clearline.live.asking import MAY, MCP  # noqa: E402
from clearline.live.asking import Asking as Bots  # noqa: E402
from clearline.live.hub import Hub  # noqa: E402
from clearline.live.switches.connected import Connected  # noqa: E402
from clearline.record.attempts import Attempt  # noqa: E402
from clearline.record.ingest import Ingest  # noqa: E402
from clearline.record.jobs import Worker  # noqa: E402
from clearline.record.judging import judging  # noqa: E402
from clearline.record.receiving import Receive, Scope, Send  # noqa: E402
from clearline.record.recordings.intake import PLACE as RECORDINGS  # noqa: E402
from clearline.record.recordings.intake import Intake  # noqa: E402
from clearline.record.tasks import KINDS as RECORD  # noqa: E402
from clearline.record.tasks import LONG  # noqa: E402
from clearline.record.watching import Watches  # noqa: E402
from clearline.record.writer import Writer  # noqa: E402
from clearline.review.coverage.actions import begun  # noqa: E402
from clearline.review.tasks import KINDS as REVIEW  # noqa: E402
from clearline.training.tasks import KINDS as TRAINING  # noqa: E402
from clearline.ui.clock import now  # noqa: E402

EVENTS = "/api/events"
SHARE = 0.0005  # seconds that a thread keeps the interpreter to itself; the writer gives it away with every statement
_LOG = logging.getLogger(__name__)


class Application:
    """Starts the writer and a worker with the server, and stops them when all that waits is written."""

    def __init__(self) -> None:
        self.console = get_asgi_application()
        self.speak_up = Door()
        home = settings.HOME
        self.writer = Writer(judging, now)
        self.sealing = Sealing(home.keys, settings.ORIGIN, now, self._signed)
        self.witnesses = Asking(home.path / FILE, now)
        self.worker = Worker(now, {**RECORD, **GATE, **REVIEW, **AUDITS, **TRAINING, **CULTURE})
        self.hearing = Worker(now, LONG)
        self.own_list = Spreading(now)
        self.events = Ingest(self.writer)
        self.recordings = Intake(now)
        self.deliveries = Webhooks(self.writer)
        self.attempts = Gatekeeper(self.writer, gate())
        self.hub = Hub(self.writer, now, Connected(now))
        self.bots = Bots(self.hub)
        self.streams = Streams(self.hub)
        self.audiosocket = AudioSocketServer(self.streams, now, settings.AUDIOSOCKET)
        self.siprec = SiprecServer(self.streams, now, home.path, settings_of(home.path / SIPREC))

    def _signed(self, made: Checkpoint) -> Checkpoint:
        """A checkpoint waits for no disk of its own: it is written with what waits just then."""
        (stored,) = self.writer.submit([made], _keep).result()
        return stored

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == EVENTS:
            await self.events(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == RECORDINGS:
            await self.recordings(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(PLACE):
            await self.deliveries(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(SPEAK_UP):
            await self.speak_up(scope, receive, send)  # type: ignore[arg-type]
        elif scope["type"] in {"http", "websocket"} and scope["path"] in {MAY, MCP}:
            await self.bots(scope, receive, send)
        elif scope["type"] == "websocket" or scope["path"].startswith(LIVE):
            await self.streams(scope, receive, send)
        elif scope["type"] == "http" and concerns(scope):
            await self.attempts(scope, receive, send)
        else:
            await self.console(scope, receive, send)  # type: ignore[arg-type] # its types are narrower

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                Thread(target=settle, name="clearline-settling", daemon=True).start()
                self.writer.start()
                self.sealing.start()
                self.witnesses.start()
                self.worker.start()
                self.hearing.start()
                self.own_list.start()
                await self.hub.start()
                here.serve(self.hub)
                await self.audiosocket.start()
                await self.siprec.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.siprec.stop()
                await self.audiosocket.stop()
                await self.streams.stop()
                here.serve(None)
                await self.hub.stop()
                self.own_list.stop()
                await self.deliveries.stop()
                self.hearing.stop(1)  # what it hears it hears again
                self.worker.stop()
                self.sealing.stop()
                self.writer.stop()
                self.witnesses.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _keep(made: Sequence[Checkpoint], _at: Instant, _watches: Watches) -> list[Checkpoint]:
    return [keep(one) for one in made]


def settle() -> None:
    """Makes ready what the first who asks would wait for. What is loaded by then stays, so the collector may leave it out.

    It looks for cycles seldom: to look through the watchers in hand takes a sixth of a second.
    """
    with Attempt() as attempt:
        judging().prepare()
        begun(now())
        emptied(now())
    if attempt.error:
        _LOG.error("the rules are not ready: %s", type(attempt.error).__name__)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 50)
    sys.setswitchinterval(SHARE)
    connection.close()


application = Application()
