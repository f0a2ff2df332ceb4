"""Who speaks up in the made-up shop, and who answers: three reports, one of them due."""

from typing import Final

from django.conf import settings

from clearline.culture.models import Holder, Report
from clearline.culture.speakup import codes, handling, holding, reporting
from clearline.culture.speakup.emptying import emptied
from clearline.culture.speakup.sealing import Opened, Said
from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person, Role
from clearline.record.watching import Watches

DAY: Final = 86_400 * SECOND
HOURS: Final = (
    "In the late shift we are told to end calls about refunds after four minutes, whatever the customer says. "
    "The notes then say that they were content. I have heard it asked for in three team meetings."
)
ABOUT: Final = (
    "Somebody who reads these reports has asked an agent for the name of a customer who complained about her, "
    "and rang that customer at home. I do not want her to read this."
)
NAMED: Final = (
    "I told my supervisor in June that the script leaves out the price of the second month. Since then my calls "
    "are picked out more often than those of others, or it seems so to me. I want somebody to look."
)


def speak_up(at: Instant, watches: Watches) -> None:
    """Two case handlers and a recovery holder, whose passphrase is the demo's password; and what was written to them."""
    found = (
        Person.objects.filter(role=role).order_by("pk").first()
        for role in (Role.OFFICER, Role.ANALYST, Role.SUPERVISOR)
    )
    officer, analyst, supervisor = found
    if officer is None or analyst is None or supervisor is None or Holder.objects.exists():
        return
    passphrase = (settings.HOME.keys / "demo-password").read_text(encoding="ascii")
    start = at - 60 * DAY
    first = _holds(officer, officer, Holder.Kind.HANDLER, passphrase, start, watches)
    _holds(officer, supervisor, Holder.Kind.RECOVERY, passphrase, start + SECOND, watches)
    second = _holds(officer, analyst, Holder.Kind.HANDLER, passphrase, start + 2 * SECOND, watches)
    private = holding.unlocked(first, passphrase)
    holding.let_in(first, private, second, start + 10 * SECOND, watches)
    for holder in (first, second):
        holding.looked(holder, at - 3_600 * SECOND, watches)
    _written(Said(HOURS), (), at - 41 * DAY, watches)
    one = _newest(first, private)
    handling.acknowledged(officer, one, handling.THANKS, at - 38 * DAY, watches)
    told = "You were right, and the four minutes are gone from the goals since Monday. Calls that were ended early are rung again."
    handling.fed_back(officer, one, told, at - 20 * DAY, watches)
    _written(Said(NAMED, name="Yuki, tents team"), (), at - 12 * DAY, watches)
    one = _newest(first, private)
    handling.acknowledged(officer, one, handling.THANKS, at - 10 * DAY, watches)
    agents = Person.objects.filter(role=Role.AGENT).exclude(agent=None).order_by("pk")
    handling.watched(one, agents[min(3, len(agents) - 1)].agent or "", at - 10 * DAY)
    _written(Said(ABOUT), (str(analyst.uid),), at - 5 * DAY, watches)


def _holds(
    by: Person, person: Person, kind: Holder.Kind, passphrase: str, at: Instant, watches: Watches
) -> Holder:
    made = holding.appointed(by, person, kind, at, watches)
    return holding.keyed(made, passphrase, at + 1, watches)


def _written(said: Said, kept_out: tuple[str, ...], at: Instant, watches: Watches) -> None:
    """Posted, and brought to its readers in the night after; the last receipt code is kept, so that somebody may try it."""
    code = codes.new()
    reporting.posted(code, said, kept_out, at)
    emptied(at + DAY, watches)
    path = settings.HOME.keys / "demo-receipt"
    if not path.exists():  # of the one that is answered
        path.write_text(code, encoding="ascii")
        path.chmod(0o600)


def _newest(holder: Holder, private: bytes) -> Opened:
    return next(one for one in holding.opened(holder, private) if one.report.state == Report.State.RECEIVED)
