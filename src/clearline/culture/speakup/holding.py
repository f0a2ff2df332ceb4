"""Who may open reports: appointed by an officer, with a passphrase of their own, and let in by somebody who holds a key already."""

from typing import Final

from django.db import transaction

from clearline.culture.models import Holder, Report, Wrap
from clearline.culture.speakup import keys, sealing
from clearline.culture.speakup.entering import of_holder
from clearline.culture.speakup.sealing import Opened
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches

SHORTEST: Final = 16  # characters of a passphrase
DEEDS: Final = {Holder.Kind.HANDLER: "handle reports", Holder.Kind.RECOVERY: "hold recovery"}


def appointed(by: Person, person: Person, kind: Holder.Kind, at: Instant, watches: Watches) -> Holder:
    """Names somebody; they choose a passphrase next."""
    _let(by)
    if not may(person, DEEDS[kind]):
        raise RefusedError(f"{person.name} can't be it: their role may not {DEEDS[kind]}")
    with transaction.atomic():
        if Holder.objects.select_for_update().filter(person=person, released=None).exists():
            raise RefusedError(f"{person.name} holds a key already; nobody holds two")
        holder = Holder.objects.create(person=person, kind=kind, appointed=at)
        of_holder(holder, "appointed", by, at, watches)
    return holder


def released(by: Person, holder: Holder, at: Instant, watches: Watches) -> None:
    """They open no reports from now on. Never the last one who could still open what lies here."""
    _let(by)
    with transaction.atomic():
        row = _locked(holder)
        others = [one for one in sealing.in_force() if one.pk != row.pk]
        if row.trusted is not None and Report.objects.exists() and not others:
            raise RefusedError("nobody else holds a key: appoint somebody first, and let them be let in")
        row.wraps.all().delete()
        row.released, row.private, row.salt = at, None, None
        row.save()
        of_holder(row, "released", by, at, watches)


def keyed(holder: Holder, passphrase: str, at: Instant, watches: Watches) -> Holder:
    """Makes a new pair of keys under their passphrase. It counts once another holder has let it in; the first of its kind at once.

    Whoever has lost the passphrase does the same: what was sealed to the old key stays shut for them until then.
    """
    made = keys.pair(_said(passphrase))
    with transaction.atomic():
        row = _locked(holder)
        row.wraps.all().delete()
        row.trusted = None
        _keep(row, made)
        of_holder(row, "keyed", row.person, at, watches, fingerprint=keys.fingerprint(made.public))
        if _is_first(row):
            row.trusted = at
            row.save()
            of_holder(row, "trusted", row.person, at, watches)
    return row


def passphrase_changed(holder: Holder, private: bytes, passphrase: str) -> None:
    """Another passphrase for the same keys."""
    with transaction.atomic():
        row = _locked(holder)
        _keep(row, keys.locked_anew(private, _said(passphrase)))


def unlocked(holder: Holder, passphrase: str) -> bytes:
    """Their private key; ShutError with a wrong passphrase."""
    if holder.private is None:
        raise RefusedError("choose a passphrase first")
    cost = keys.Cost(holder.passes, holder.memory)
    locked = keys.Locked(bytes(holder.public or b""), bytes(holder.private), bytes(holder.salt or b""), cost)
    return keys.unlocked(locked, passphrase)


def looked(holder: Holder, at: Instant, watches: Watches) -> None:
    """They have looked into the box; that there was something in it is not said."""
    of_holder(holder, "looked", holder.person, at, watches)


def let_in(by: Holder, private: bytes, holder: Holder, at: Instant, watches: Watches) -> int:
    """A holder vouches for another one's key, and seals to it what they can open and the other may read; how many reports."""
    with transaction.atomic():
        row = _locked(holder)
        if row.pk == by.pk or row.public is None or row.trusted is not None:
            raise RefusedError("there is no new key of theirs that waits")
        if by.trusted is None or by.released is not None:
            raise RefusedError("your own key does not count yet")
        row.trusted = at
        row.save()
        of_holder(row, "trusted", by.person, at, watches)
        return _share(by, private, row)


def shared(by: Holder, private: bytes, holder: Holder, at: Instant, watches: Watches) -> int:
    """Seals to another holder what this one can open and the other may read: whoever let them in may have been kept out of some."""
    with transaction.atomic():
        row = _locked(holder)
        if row.pk == by.pk or row.trusted is None or by.trusted is None:
            raise RefusedError("their key does not count yet: let it in first")
        of_holder(row, "shared", by.person, at, watches)
        return _share(by, private, row)


def opened(holder: Holder, private: bytes) -> list[Opened]:
    """All reports that this key opens, those still in the box too. Of the others it can't be told that they are others'."""
    found = []
    for wrap in holder.wraps.select_related("report").order_by("-report__day", "report"):
        key = keys.unsealed(private, bytes(wrap.sealed))
        if key is not None:
            found.append(Opened(wrap.report, key))
    return found


def holder_of(person: Person) -> Holder | None:
    """The key that somebody holds, or is to choose a passphrase for; none where their role may not hold it any more."""
    found = Holder.objects.filter(person=person, released=None).select_related("person").first()
    return found if found and may(person, DEEDS[Holder.Kind(found.kind)]) else None


def _is_first(row: Holder) -> bool:
    """Where nobody could let it in, and nothing lies there that it would open, a key counts at once."""
    others = (one for one in sealing.in_force() if one.pk != row.pk)
    return not Report.objects.exists() and all(one.kind != row.kind for one in others)


def _share(by: Holder, private: bytes, row: Holder) -> int:
    """A wrap of theirs for every report, a decoy where there is nothing to give: their number tells nothing."""
    mine, given = {one.report.pk: one for one in opened(by, private)}, 0
    for report in Report.objects.all():
        one = mine.get(report.pk)
        if one is not None and str(row.person.uid) not in one.inner.kept_out:
            sealed = keys.sealed_to(bytes(row.public or b""), one.key)
            Wrap.objects.update_or_create(report=report, holder=row, defaults={"sealed": sealed})
            given += 1
        else:
            Wrap.objects.get_or_create(report=report, holder=row, defaults={"sealed": keys.decoy()})
    return given


def _keep(row: Holder, made: keys.Locked) -> None:
    row.public, row.private, row.salt = made.public, made.private, made.salt
    row.passes, row.memory = made.cost
    row.save()


def _locked(holder: Holder) -> Holder:
    row = Holder.objects.select_for_update(of=("self",)).select_related("person").get(pk=holder.pk)
    if row.released is not None:
        raise RefusedError("their key was taken back")
    return row


def _let(by: Person) -> None:
    if not may(by, "appoint report holders"):
        raise RefusedError("your role may not appoint who opens reports")


def _said(passphrase: str) -> str:
    if len(passphrase) < SHORTEST:
        raise RefusedError(f"a passphrase has at least {SHORTEST} characters: five words that nobody guesses")
    return passphrase
