"""The server's application, with little patience."""

from clearline.config.starting import start

start()

from clearline.config.asgi import Application  # noqa: E402
from clearline.intake.streams import line  # noqa: E402
from clearline.intake.streams.endpoints import Streams  # noqa: E402
from clearline.ui.clock import now  # noqa: E402

line.GRACE = 0.5  # type: ignore[misc] # the test's
application = Application()
application.streams = Streams(application.streams.hub, now, silence=1.0)
