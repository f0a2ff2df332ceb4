"""`clearline serve`: the database made ready, then the server."""

from django.core.management import call_command
from django.db import DatabaseError
from granian import Granian
from granian.constants import Interfaces, Loops

from clearline.cli.saying import refuse, tell
from clearline.record.judging import judging


def prepare() -> None:
    """Brings the database to the form that this version needs."""
    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        refuse(f"the record can't be opened: {str(error).splitlines()[0]}. Run `clearline doctor`")


def serve(host: str, port: int) -> None:
    """Serves until it is told to stop."""
    prepare()
    faults = [fault for fault in judging().rulebook.faults if not fault.warning]
    for fault in faults:
        tell(str(fault))
    tell(f"Clearline is at http://{host}:{port}/ (stop with Ctrl-C)")
    Granian(
        "clearline.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,
        workers=1,  # one writer
        log_access=False,
        websockets=False,
    ).serve()
