"""The job that tries a draft on calls that were."""

import msgspec

from clearline.record.jobs import Work
from clearline.record.judging import judging
from clearline.review.models import BackTest
from clearline.review.policy import actions
from clearline.review.policy.back_testing import Test, run
from clearline.rulebook.examples import trying


def back_testing(work: Work) -> None:
    """Runs it, unless it was done; a draft that has faults by now says so."""
    row = BackTest.objects.select_related("draft").filter(uid=work.args["back_test"]).first()
    if row is None or row.done is not None:
        return
    tried = actions.tried(row.draft)
    if tried.rule is None or tried.faults:
        with work.holding():
            row.done, row.error = work.clock(), "the draft has faults, so nothing was tried"
            row.save()
        return
    book = judging().rulebook
    other = book.rules.get(row.against)
    test = Test(
        tried.program(),
        {**tried.known, "shop": judging().known["shop"]},
        trying(book, [other]) if other else None,
    )
    result = run(test, row.since, row.until, work.hold)
    with work.holding():
        row.done, row.version = work.clock(), tried.rule.rule.version
        row.told = msgspec.to_builtins(result)
        row.save()
