"""What the switch says which calls there were, and what was stated of each day."""

from django.db import models


class SwitchCall(models.Model):
    """A call as the switch has it; said again with other figures, both stand and the later one counts."""

    call = models.CharField(max_length=128, unique=True)
    at = models.BigIntegerField(db_index=True)
    seconds = models.IntegerField(null=True)
    answered = models.BooleanField(null=True)
    agent = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=80)
    received = models.BigIntegerField()
    times = models.IntegerField(default=1)  # it was said
    contradicted = models.CharField(max_length=200, blank=True)  # by an earlier record of its own


class Statement(models.Model):
    """What was stated of a day: the sum that balances; a later one of the same day stands for the earlier."""

    day = models.DateField()
    number = models.IntegerField()
    counts = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the day's lines
    stated = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "number"], name="stated_once"),)
