"""Events as they were stored, and the timelines they stand on."""

from django.db import models


class Timeline(models.Model):
    """All events of one subject. Its secret keys what the log holds of them: destroyed, the log says nothing any more."""

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=128)
    secret = models.BinaryField(max_length=32, null=True)  # null: erased
    erased = models.BigIntegerField(null=True)  # when content of its events was last taken away
    length = models.IntegerField(default=0)  # events; whoever watches it sees by this that others wrote to it
    first = models.BigIntegerField(null=True)  # instants, in microseconds
    last = models.BigIntegerField(null=True)
    ended = models.BigIntegerField(null=True)
    wakes = models.BigIntegerField(
        null=True, db_index=True
    )  # the next deadline, which the clock has to look at
    contact = models.ForeignKey(  # whose personal data its events hold
        "record.Contact", models.PROTECT, null=True, related_name="timelines"
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "subject"], name="one_timeline_a_subject"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Event(models.Model):
    """An event as it was accepted: masked, and never changed but by erasing its body."""

    source = models.CharField(max_length=128)
    name = models.CharField(max_length=128)  # the id that its source gave it
    type = models.CharField(max_length=64)
    at = models.BigIntegerField()
    seq = models.BigIntegerField(default=0)
    body = models.BinaryField(null=True)  # canonical JSON of the engine's event; null: erased
    owner = models.ForeignKey(Timeline, models.PROTECT, related_name="owned")  # whose secret keys it
    entry = models.BigIntegerField(unique=True)  # its index in the log
    received = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "name"], name="one_event_an_id"),)
        indexes = (models.Index(fields=["type", "at"]), models.Index(fields=["received"]))

    def __str__(self) -> str:
        return f"{self.type} {self.source}/{self.name}"


class EventOn(models.Model):
    """An event stands on a timeline."""

    timeline = models.ForeignKey(Timeline, models.PROTECT, related_name="standing")
    event = models.ForeignKey(Event, models.PROTECT, related_name="places")
    at = models.BigIntegerField()  # the event's, so that a part of a long timeline is found at once

    class Meta:
        constraints = (models.UniqueConstraint(fields=["timeline", "event"], name="once_on_a_timeline"),)
        indexes = (models.Index(fields=["timeline", "at"]),)
