"""What a reporter does: post a report, read what was answered, add to it. Nothing here knows who they are."""

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length

from clearline.culture.models import Holder, Letter, Report
from clearline.culture.speakup import codes, keys, sealing
from clearline.culture.speakup.sealing import LONGEST, Said
from clearline.engine.events import Instant
from clearline.record.days import day_of

SHORTEST: Final = 10  # characters
A_DAY: Final = 200  # letters that the box takes on one day,
OF_A_DAY: Final = 500 * 1024 * 1024  # and bytes


class NotTakenError(keys.SpeakUpError):
    """A letter can't be taken as it is; the message says why, and what to do."""


class Answers(NamedTuple):
    """What a reporter gets to see: the days of their own letters, and the answers."""

    report: Report
    letters: list[tuple[Letter, Said | None]]


def is_open() -> bool:
    """Whether reports are taken: there is somebody to read them, and somebody who could let others in."""
    kinds = {one.kind for one in sealing.in_force()}
    return kinds == set(Holder.Kind)


def posted(code: str, said: Said, kept_out: Collection[str], at: Instant) -> Report:
    """Puts a report into the box, sealed; the same form sent twice is one report."""
    receipt = keys.receipt(codes.plain(code))
    _check(said)
    with transaction.atomic():
        known = Report.objects.filter(lookup=receipt.lookup).first()
        if known is not None:
            return known
        readers = [one for one in sealing.in_force() if str(one.person.uid) not in kept_out]
        if not is_open() or not any(one.kind == Holder.Kind.HANDLER for one in readers):
            raise NotTakenError(
                "Nobody would be left to read it. Leave one of the names open, or turn to an authority outside"
            )
        key, day = keys.new(), day_of(at)
        _make_room(day)
        report = Report(lookup=receipt.lookup, day=day)
        sealing.reporter_keeps(report, key, receipt)
        sealing.keep_inner(report, key, sealing.Inner(kept_out=tuple(sorted(kept_out))))
        report.save(force_insert=True)
        sealing.seal(report, key, kept_out)
        sealing.write(report, keys.of_letters(key), Letter.By.REPORTER, said, day)
    return report


def answers(code: str) -> Answers | None:
    """What stands under a receipt code; none where there is no such report."""
    found = _found(code)
    if found is None:
        return None
    report, key = found
    letters = report.letters.exclude(by=Letter.By.NOTE).order_by("number")
    told = [(one, sealing.read(one, key) if one.by == Letter.By.HANDLERS else None) for one in letters]
    return Answers(report, told)


def added(code: str, said: Said, at: Instant) -> Report | None:
    """Adds a letter to one's own report; none where there is no such report."""
    _check(said)
    found = _found(code)
    if found is None:
        return None
    report, key = found
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        _make_room(day_of(at))
        sealing.write(report, key, Letter.By.REPORTER, said, day_of(at))
    return report


def _found(code: str) -> tuple[Report, bytes] | None:
    receipt = keys.receipt(codes.plain(code))
    report = Report.objects.filter(lookup=receipt.lookup).first()
    return (report, sealing.reporters(report, receipt)) if report else None


def _check(said: Said) -> None:
    if not SHORTEST <= len(said.words.strip()) <= LONGEST:
        raise NotTakenError(f"Write at least {SHORTEST} and at most {LONGEST:,} characters")


def _make_room(day: date) -> None:
    """A flood ends at the walls of the box, without anybody being counted."""
    waiting = Letter.objects.filter(waits=True, day=day)
    held = waiting.aggregate(bytes=Sum(Length("sealed")))["bytes"] or 0
    if waiting.count() >= A_DAY or held >= OF_A_DAY:
        raise NotTakenError("The box is full for today. Come again tomorrow; nothing was taken")
