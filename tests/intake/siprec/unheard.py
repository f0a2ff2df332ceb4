"""The server's application, in which nobody hears: recordings wait sealed, as they came."""

from clearline.config.asgi import Application
from clearline.record.jobs import Worker
from clearline.ui.clock import now

application = Application()
application.hearing = Worker(now, {})
