"""`clearline serve`: the database made ready, then the server."""

import socket

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError
from granian import Granian
from granian.constants import Interfaces, Loops

from clearline.audits.programme.trying import ask as ask_to_try
from clearline.cli.saying import refuse, tell
from clearline.engine.events import SECOND
from clearline.intake.siprec.settings import FILE as SIPREC
from clearline.intake.siprec.settings import SiprecError, settings_of
from clearline.record.judging import judging
from clearline.speech import installed
from clearline.speech.errors import NotInstalled
from clearline.training.tasks import ask as ask_to_train
from clearline.ui.clock import now

SETTLED = 60 * SECOND  # after that nobody waits for what the server makes ready


def prepare() -> None:
    """Brings the database to the form that this version needs."""
    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        refuse(f"the record can't be opened: {str(error).splitlines()[0]}. Run `clearline doctor`")


def address(host: str, port: int) -> str:
    """Where a browser finds it; by its name on this machine, since passkeys know no numbers."""
    return f"http://{'localhost' if host in {'127.0.0.1', '::1'} else host}:{port}/"


def _answers(host: str, port: int) -> bool:
    """Whether somebody is there: two servers at one port would each get a part of what comes."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def serve(host: str, port: int) -> None:
    """Serves until it is told to stop."""
    if _answers(host, port):
        refuse(
            f"something listens at port {port} already, perhaps another Clearline: stop it, or choose another --port"
        )
    try:
        if settings_of(settings.HOME.path / SIPREC):
            installed.require()  # what is recorded here comes once, and would be lost
    except (SiprecError, NotInstalled) as error:
        refuse(str(error))
    prepare()
    ask_to_try(now() + SETTLED)  # and from then on each night
    ask_to_train(now() + SETTLED)  # and from then on every ten minutes
    faults = [fault for fault in judging().rulebook.faults if not fault.warning]
    for fault in faults:
        tell(str(fault))
    tell(f"Clearline is at {address(host, port)} (stop with Ctrl-C)")
    Granian(
        "clearline.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,
        workers=1,  # one writer
        log_access=False,
    ).serve()
