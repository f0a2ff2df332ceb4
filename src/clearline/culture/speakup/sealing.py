"""Reports as they lie in the tables: whom they are sealed to, and what is in them once somebody opened them."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final, NamedTuple

import msgspec
from django.db.models import Max

from clearline.culture.models import Holder, Letter, Report, Wrap
from clearline.culture.speakup import keys
from clearline.culture.speakup.attached import Attached

LONGEST: Final = 20_000  # characters of a letter


class Said(msgspec.Struct, frozen=True):
    """What a letter holds."""

    words: str
    name: str = ""  # of a reporter who gives one
    files: tuple[Attached, ...] = ()


class Inner(msgspec.Struct, frozen=True):
    """What only those who may read a report know of it."""

    kept_out: tuple[str, ...] = ()  # people by their uid
    watched: str = ""  # the telephony's id of an agent
    since: str = ""  # the day from which it is watched


class Opened(NamedTuple):
    """A report in the hands of somebody who can open it."""

    report: Report
    key: bytes

    @property
    def inner(self) -> Inner:
        told = keys.opened(keys.of_notes(self.key), bytes(self.report.inner), _place(self.report, "inner"))
        return msgspec.msgpack.decode(told, type=Inner)

    def says(self, letter: Letter) -> Said:
        """What a letter of it holds."""
        note = letter.by == Letter.By.NOTE
        key = keys.of_notes(self.key) if note else keys.of_letters(self.key)
        return read(letter, key)


def read(letter: Letter, key: bytes) -> Said:
    """What a letter holds, with the key of the letters or of the notes."""
    told = keys.opened(key, bytes(letter.sealed), _letter_place(letter))
    return msgspec.msgpack.decode(told, type=Said)


def write(report: Report, key: bytes, by: Letter.By, said: Said, day: date) -> Letter:
    """Adds a letter; the key is that of the letters, or of the notes for a note."""
    last = report.letters.aggregate(last=Max("number"))["last"] or 0
    letter = Letter(report=report, number=last + 1, by=by, day=day, waits=by == Letter.By.REPORTER)
    letter.sealed = keys.shut(key, msgspec.msgpack.encode(said), _letter_place(letter))
    letter.save(force_insert=True)
    return letter


def keep_inner(report: Report, key: bytes, inner: Inner) -> None:
    """Sets what only its readers know."""
    told = msgspec.msgpack.encode(inner)
    report.inner = keys.shut(keys.of_notes(key), told, _place(report, "inner"))


def reporter_keeps(report: Report, key: bytes, receipt: keys.Receipt) -> None:
    """Gives the reporter the key of the letters."""
    report.for_reporter = keys.shut(receipt.key, keys.of_letters(key), _place(report, "letters"))


def reporters(report: Report, receipt: keys.Receipt) -> bytes:
    """The key of the letters, for whoever has the receipt code."""
    return keys.opened(receipt.key, bytes(report.for_reporter), _place(report, "letters"))


def seal(report: Report, key: bytes, kept_out: Collection[str]) -> None:
    """Seals the report's key anew to everybody who holds one and may read it. All change, so that nobody sees whose did."""
    report.wraps.all().delete()
    Wrap.objects.bulk_create(
        Wrap(
            report=report,
            holder=holder,
            sealed=keys.sealed_to(bytes(holder.public or b""), key)
            if str(holder.person.uid) not in kept_out
            else keys.decoy(),
        )
        for holder in in_force()
    )


def in_force() -> Iterable[Holder]:
    """Those to whose keys reports are sealed."""
    rows = Holder.objects.filter(released=None, person__is_active=True).exclude(trusted=None)
    return rows.exclude(public=None).select_related("person").order_by("pk")


def _letter_place(letter: Letter) -> str:
    return f"{letter.report_id} {letter.uid} {letter.by} {letter.number} {letter.day.isoformat()}"


def _place(report: Report, what: str) -> str:
    return f"{report.uid} {what}"
