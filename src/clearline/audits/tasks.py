"""What workers of audits do, by the kinds of jobs."""

from collections.abc import Mapping

from clearline.audits.actions.correcting import LOOK, looked_after
from clearline.audits.models import Action
from clearline.audits.programme.trying import TRY, trying
from clearline.record.jobs import Kind, Work
from clearline.record.judging import judging
from clearline.record.watching import Watches


def looking(work: Work) -> None:
    """Looks after one corrective action; what was done before is not done again."""
    with work.holding():
        row = Action.objects.filter(uid=work.args["action"]).first()
        if row is not None:
            looked_after(row, work.clock(), Watches(judging))


KINDS: Mapping[str, Kind] = {LOOK: looking, TRY: trying}
