"""What is stored of reports: sealed letters, their day, and who may open them. No row says who wrote, or at which hour."""

import uuid

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Holder(models.Model):
    """Somebody who may open reports, with a pair of keys whose private one lies under their own passphrase."""

    class Kind(models.TextChoices):
        HANDLER = "handler"  # reads reports and answers them
        RECOVERY = "recovery"  # lets new keys in when handlers have lost theirs

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    appointed = models.BigIntegerField()
    public = models.BinaryField(null=True)  # none: they have not chosen a passphrase yet
    private = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)
    passes = models.IntegerField(default=0)  # of Argon2id
    memory = models.BigIntegerField(default=0)
    trusted = models.BigIntegerField(null=True)  # since when reports are sealed to this key
    released = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(released=None), name="a_person_holds_one_key"
            ),
        )


class Report(models.Model):
    """One report. That it is there can be seen; what it says, whom it names and who may not read it can't."""

    class State(models.TextChoices):
        POSTED = "posted"  # lies in the box until the night
        RECEIVED = "received"
        ACKNOWLEDGED = "acknowledged"
        ANSWERED = "answered"  # with feedback
        CLOSED = "closed"

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4)
    lookup = models.BinaryField(unique=True)  # comes from the receipt code, and no code from it
    for_reporter = models.BinaryField()  # the key of the letters, under what comes from the receipt code
    inner = models.BinaryField()  # who may not read it, and who is watched: under the handlers' key
    day = models.DateField()  # on which it was posted
    state = models.CharField(max_length=12, choices=State, default=State.POSTED)


class Wrap(models.Model):
    """A report's key for one holder; for who may not read it a decoy, which looks the same."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="wraps")
    holder = models.ForeignKey(Holder, models.PROTECT, related_name="wraps")
    sealed = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["report", "holder"], name="a_key_once_a_holder"),)


class Letter(models.Model):
    """What the reporter wrote, what the handlers answered, or what handlers noted for themselves; padded and sealed."""

    class By(models.TextChoices):
        REPORTER = "reporter"
        HANDLERS = "handlers"
        NOTE = "note"

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4)
    report = models.ForeignKey(Report, models.CASCADE, related_name="letters")
    number = models.IntegerField()
    by = models.CharField(max_length=8, choices=By)
    day = models.DateField()
    sealed = models.BinaryField()
    waits = models.BooleanField(default=False)  # in the box, until the night

    class Meta:
        constraints = (models.UniqueConstraint(fields=["report", "number"], name="letters_are_counted"),)
        indexes = (models.Index(fields=["day"], condition=models.Q(waits=True), name="letters_in_the_box"),)
