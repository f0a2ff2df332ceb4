"""What the switch says which calls there were, and what was stated of each day."""

from django.db import models


class SwitchCall(models.Model):
    """A call as the switch has it; said again with other figures, both stand and the later one counts."""

    call = models.CharField(max_length=128, unique=True)
    at = models.BigIntegerField(db_index=True)
    seconds = models.IntegerField(null=True)
    answered = models.BooleanField(null=True)
    agent = models.CharField(max_length=64, blank=True)
    direction = models.CharField(max_length=12, blank=True)
    numbers = models.CharField(max_length=160, blank=True)  # keyed hashes, until its day is settled
    matched = models.CharField(
        max_length=128, blank=True
    )  # the record's id for it, as it was when last stated
    source = models.CharField(max_length=80)
    received = models.BigIntegerField()
    times = models.IntegerField(default=1)  # it stands in one file
    contradicted = models.CharField(max_length=200, blank=True)  # by an earlier record of its own

    class Meta:
        indexes = (models.Index(fields=["received"], name="call_records_received"),)

    def __str__(self) -> str:
        return self.call


class Statement(models.Model):
    """What was stated of a day: the sum that balances; a later one of the same day stands for the earlier."""

    day = models.DateField()
    number = models.IntegerField()
    counts = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the day's lines
    stated = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "number"], name="stated_once"),)
