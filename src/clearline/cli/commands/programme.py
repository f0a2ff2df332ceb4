"""`clearline programme`: a file of evidence into the record, and the controls that it may name."""

import csv
import sys
from collections import Counter
from pathlib import Path

from clearline.audits.programme.adding import added
from clearline.audits.programme.reading import known, pieces
from clearline.cli.commands.serving import prepare
from clearline.cli.saying import refuse, tell
from clearline.engine.errors import ClearlineError
from clearline.record.actions.append import Outcome
from clearline.record.days import day_of
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.ui.clock import now

SHOWN = 40  # faults


def add(path: Path) -> None:
    """Enters all of it, or says what is wrong with each line and enters nothing."""
    prepare()
    at = now()
    found, wrong = pieces(path, judging().rulebook, day_of(at))
    for one in wrong[:SHOWN]:
        tell(f"{path}:{one.line}: {one.told}")
    if wrong:
        refuse(f"{len(wrong):,} faults, so nothing was entered")
    if not found:
        refuse(f"{path} holds no evidence")
    try:
        answers = Counter(one.outcome for one in added(None, found, at, Watches(judging)))
    except ClearlineError as error:
        refuse(str(error))
    tell(
        f"{len(found):,} pieces of evidence: {answers[Outcome.STORED]:,} entered, {answers[Outcome.KNOWN]:,} here before"
    )


def controls() -> None:
    """Each control with its kind, how long its evidence lasts, and what it is."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("control", "kind", "lasts", "title"))
    for _, one in sorted(known(judging().rulebook).items()):
        rows.writerow((one.id, one.kind, one.lasts, one.title))
