"""Saves what the shop says of itself."""

from django.db import transaction

from clearline.engine.events import Instant
from clearline.evidence.actions import lock
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record import deeds
from clearline.record.answers.facts import newest
from clearline.record.answers.questions import Answers, questions
from clearline.record.errors import RefusedError
from clearline.record.models import ShopAnswers


def answered(by: Person, answers: Answers, at: Instant, *, after: int | None) -> ShopAnswers:
    """A new version of the answers; `after` is the version that it was made from, which must still be the newest."""
    if not may(by, "answer shop questions"):
        raise RefusedError("only an officer or an administrator answers for the shop")
    faults = questions().faults(answers)
    if faults:
        raise RefusedError(" ".join(faults))
    told = {name: sorted(given) for name, given in answers.items() if given}
    with transaction.atomic():
        lock()
        found = newest()
        if (found.pk if found else None) != after:
            raise RefusedError(
                "somebody else has changed the answers meanwhile; look at theirs, then save again"
            )
        if found and found.answers == told:
            return found
        made = ShopAnswers(answers=told, at=at, by=by, secret=deeds.new_secret())
        made.entry = deeds.enter(deeds.answered(made)).start
        made.save(force_insert=True)
        return made
