"""What a case handler does with a report: each deed needs the report's key, so that nobody acts on what they may not read."""

from typing import Final

from django.db import transaction

from clearline.culture.models import Letter, Report
from clearline.culture.speakup import keys, sealing
from clearline.culture.speakup.entering import of_report
from clearline.culture.speakup.sealing import LONGEST, Opened, Said
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.days import day_of
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches

SHORTEST: Final = 10  # characters
THANKS: Final = (
    "Thank you. Your report has arrived, and is being looked at. "
    "You will hear within three months what was done about it; look in again before that, we may have questions."
)


def acknowledged(by: Person, one: Opened, words: str, at: Instant, watches: Watches) -> None:
    """Says that it arrived."""
    with transaction.atomic():
        report = _locked(one)
        if report.state != Report.State.RECEIVED:
            raise RefusedError("it is acknowledged already")
        _write(one, Letter.By.HANDLERS, words, at)
        _enter(report, "acknowledged", Report.State.ACKNOWLEDGED, by, at, watches)


def answered(by: Person, one: Opened, words: str, at: Instant, watches: Watches) -> None:
    """Writes to the reporter: a question, or word of how it goes on."""
    with transaction.atomic():
        report = _locked(one)
        _acknowledged(report)
        _write(one, Letter.By.HANDLERS, words, at)
        _enter(report, "answered", Report.State(report.state), by, at, watches)


def fed_back(by: Person, one: Opened, words: str, at: Instant, watches: Watches) -> None:
    """Tells what was done, or will be, and why: that is what the law calls feedback."""
    with transaction.atomic():
        report = _locked(one)
        _acknowledged(report)
        _write(one, Letter.By.HANDLERS, words, at)
        _enter(report, "feedback", Report.State.ANSWERED, by, at, watches)


def closed(by: Person, one: Opened, at: Instant, watches: Watches) -> None:
    """It is over; the reporter can still read, and write."""
    with transaction.atomic():
        report = _locked(one)
        if report.state != Report.State.ANSWERED:
            raise RefusedError("nobody has told the reporter yet what was done about it")
        _enter(report, "closed", Report.State.CLOSED, by, at, watches)


def noted(one: Opened, words: str, at: Instant) -> None:
    """Keeps a note for those who may read it; the reporter does not see it, and the log knows nothing of it."""
    with transaction.atomic():
        _locked(one)
        _write(one, Letter.By.NOTE, words, at)


def kept_out(by: Person, one: Opened, person: Person, at: Instant, watches: Watches) -> None:
    """Somebody is named in it, or close to who is: the report's key is sealed anew without them, and nobody can see that."""
    if person.pk == by.pk:
        raise RefusedError("have another case handler keep you out, so that one who reads it remains")
    with transaction.atomic():
        report, inner = _locked(one), one.inner
        out = tuple(sorted({*inner.kept_out, str(person.uid)}))
        sealing.keep_inner(report, one.key, sealing.Inner(out, inner.watched, inner.since))
        report.save(update_fields=["inner"])
        sealing.seal(report, one.key, out)
        of_report(report, "handed", by, at, watches)


def watched(one: Opened, agent: str, at: Instant) -> None:
    """From now on it is looked at what happens to an agent who gave their name; empty: no longer. Only its readers know who."""
    with transaction.atomic():
        report, inner = _locked(one), one.inner
        since = day_of(at).isoformat() if agent else ""
        sealing.keep_inner(report, one.key, sealing.Inner(inner.kept_out, agent, since))
        report.save(update_fields=["inner"])


def _enter(report: Report, step: str, state: Report.State, by: Person, at: Instant, watches: Watches) -> None:
    report.state = state
    report.save(update_fields=["state"])
    of_report(report, step, by, at, watches)


def _acknowledged(report: Report) -> None:
    if report.state == Report.State.RECEIVED:
        raise RefusedError("acknowledge it first: the law counts from then")


def _write(one: Opened, by: Letter.By, words: str, at: Instant) -> None:
    if not SHORTEST <= len(words.strip()) <= LONGEST:
        raise RefusedError(f"write at least {SHORTEST} and at most {LONGEST:,} characters")
    key = keys.of_notes(one.key) if by == Letter.By.NOTE else keys.of_letters(one.key)
    sealing.write(one.report, key, by, Said(words.strip()), day_of(at))


def _locked(one: Opened) -> Report:
    """The row as it is now, which the opened one stands for."""
    report = Report.objects.select_for_update().get(pk=one.report.pk)
    if report.state == Report.State.POSTED:
        raise RefusedError("it lies in the box until the night")
    one.report.inner = report.inner
    return report
