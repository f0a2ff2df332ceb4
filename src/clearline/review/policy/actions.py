"""Deeds with drafts: each is an event on the rule's own timeline, and changes the row in the same transaction."""

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import msgspec
from django.conf import settings
from django.db import transaction

from clearline.engine.events import SECOND, Event, Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record import jobs
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.judging import forget
from clearline.record.watching import Watches
from clearline.review.models import BackTest, Draft
from clearline.review.policy.trying import Tried, trial_of, write
from clearline.review.policy.writing import Said

SOURCE: Final = "clearline"
BACK_TEST: Final = "back-test"
WEEK: Final = 7 * 86_400 * SECOND
SHORTEST_REASON: Final = 10  # characters
_OPEN: Final = (Draft.State.DRAFT, Draft.State.SHADOW)


def drafted(by: Person, said: Said, at: Instant, watches: Watches, *, draft: Draft | None = None) -> Draft:
    """Keeps what somebody said of a rule: as a new draft, or as a new wording of one that is not submitted."""
    _let(by, "write own rules")
    with transaction.atomic():
        row = _locked(draft) if draft else Draft(uid=uuid4().hex, slug=said.slug, author=by, made=at)
        if row.state not in _OPEN:
            raise RefusedError("it was submitted, and so is not changed any more; make a new draft of it")
        if row.pk and row.author_id != by.pk:
            raise RefusedError("somebody else writes this draft; make one of your own")
        if row.pk and row.slug != said.slug:
            raise RefusedError("a rule keeps its name; make a new draft for another one")
        row.said, row.changed = msgspec.to_builtins(said), at
        if row.state == Draft.State.SHADOW:
            row.shadowed = at  # what was seen before was another wording
        _append(by, row, "drafted", {"said": row.said}, at, watches)
        row.save()
        back_test_asked(by, row, at - WEEK, at, at)
    return row


def shadowed(by: Person, draft: Draft, at: Instant, watches: Watches) -> Draft:
    """From now on it is tried on each call that ends, without a finding."""

    def step(row: Draft) -> None:
        _sound(row)
        row.state, row.shadowed = Draft.State.SHADOW, at

    return _step(by, draft, "shadowed", step, at, watches, within=(Draft.State.DRAFT,))


def submitted(by: Person, draft: Draft, at: Instant, watches: Watches) -> Draft:
    """Asks a second person to let it into force."""

    def step(row: Draft) -> None:
        _sound(row)
        row.state = Draft.State.SUBMITTED

    return _step(by, draft, "submitted", step, at, watches, within=_OPEN)


def withdrawn(by: Person, draft: Draft, at: Instant, watches: Watches) -> Draft:
    """Its author gives it up."""

    def step(row: Draft) -> None:
        row.state = Draft.State.WITHDRAWN

    return _step(by, draft, "withdrawn", step, at, watches, within=(*_OPEN, Draft.State.SUBMITTED))


def approved(by: Person, draft: Draft, reason: str, at: Instant, watches: Watches) -> Draft:
    """A second person lets it into force: calls from its first day on are judged by it."""
    with transaction.atomic():
        row = _decided(by, draft, reason, at)
        rule = _sound(row).rule
        row.state, row.version = Draft.State.APPROVED, rule.rule.version if rule else ""
        Draft.objects.filter(slug=row.slug, state=Draft.State.APPROVED).exclude(pk=row.pk).update(
            state=Draft.State.REPLACED
        )
        _append(
            by, row, "approved", {"reason": row.reason, "version": row.version, "said": row.said}, at, watches
        )
        row.save()
        transaction.on_commit(renewed)
    return row


def refused(by: Person, draft: Draft, reason: str, at: Instant, watches: Watches) -> Draft:
    """A second person says no, and why."""
    with transaction.atomic():
        row = _decided(by, draft, reason, at)
        row.state = Draft.State.REFUSED
        _append(by, row, "refused", {"reason": row.reason}, at, watches)
        row.save()
    return row


def back_test_asked(
    by: Person, draft: Draft, since: Instant, until: Instant, at: Instant, *, against: str = ""
) -> BackTest:
    """Leaves a job to try it on the calls of a period."""
    _let(by, "see own rules")
    if since >= until:
        raise RefusedError("the period ends before it begins")
    row = BackTest.objects.create(
        uid=uuid4().hex, draft=draft, since=since, until=until, against=against, asked=at
    )
    jobs.ask(BACK_TEST, {"back_test": row.uid}, at)
    return row


def renewed() -> None:
    """The files say what the approved drafts say, and whoever judges reads them anew."""
    write(settings.HOME.policy, _standing())
    forget()


def said(draft: Draft) -> Said:
    """What a draft says."""
    return msgspec.convert(draft.said, Said)


def tried(draft: Draft) -> Tried:
    """The draft beside all other rules of this installation."""
    return trial_of(said(draft), _standing(), (settings.HOME.packs,))


def _standing() -> list[Said]:
    """The shop's rules that are in force, or will be."""
    return [said(one) for one in Draft.objects.filter(state=Draft.State.APPROVED).order_by("slug")]


def _sound(row: Draft) -> Tried:
    found = tried(row)
    if not found.sound:
        raise RefusedError("it can't be used as it stands: mend what is said about it first")
    return found


def _decided(by: Person, draft: Draft, reason: str, at: Instant) -> Draft:
    _let(by, "approve own rules")
    row = _locked(draft)
    if row.state != Draft.State.SUBMITTED:
        raise RefusedError("nobody has submitted it, or it was decided already")
    if row.author_id == by.pk:
        raise RefusedError("it takes a second person: whoever wrote it does not decide")
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError("say why, so that an auditor can follow it")
    row.reason, row.decided, row.decided_by, row.changed = reason.strip(), at, by, at
    return row


def _step(
    by: Person,
    draft: Draft,
    name: str,
    step: Callable[[Draft], None],
    at: Instant,
    watches: Watches,
    *,
    within: tuple[Draft.State, ...],
) -> Draft:
    _let(by, "write own rules")
    with transaction.atomic():
        row = _locked(draft)
        if row.author_id != by.pk:
            raise RefusedError("only its author does that")
        if row.state not in within:
            raise RefusedError(f"it is {row.state} by now")
        step(row)
        row.changed = at
        _append(by, row, name, {}, at, watches)
        row.save()
    return row


def _locked(draft: Draft) -> Draft:
    return Draft.objects.select_for_update(of=("self",)).select_related("author").get(pk=draft.pk)


def _let(by: Person, deed: str) -> None:
    if not may(by, deed):
        raise RefusedError(f"your role may not {deed}")


def _append(by: Person, row: Draft, step: str, data: dict[str, Any], at: Instant, watches: Watches) -> None:
    event = Event(
        f"rule.{row.uid}.{step}.{at}",
        f"rule.{step}",
        at,
        {"rule": row.slug, "draft": row.uid, "by": str(by.uid), **data},
        {"rule": row.slug},
    )
    (answer,) = append([Received(SOURCE, event, str(by.uid))], at, watches)
    if answer.outcome is not Outcome.STORED:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")
