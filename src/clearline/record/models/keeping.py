"""What the shop said of itself, how long it keeps what, and what may not be deleted."""

import uuid

from django.conf import settings
from django.db import models

from clearline.record.models.events import Timeline


class ShopAnswers(models.Model):
    """The shop's answers about itself; never changed, the newest hold."""

    answers = models.JSONField()  # question -> what was chosen
    at = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    secret = models.BinaryField(max_length=32)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name_plural = "shop answers"


class RetentionChoice(models.Model):
    """How long the shop keeps a class of record in an area, and why; the newest holds."""

    klass = models.CharField(max_length=20)
    area = models.CharField(max_length=8)
    span = models.CharField(max_length=8)  # as the engine writes spans: 6mo, 5y
    overruled = models.JSONField(default=list)  # limits of the law that it knowingly goes against
    reason = models.TextField()
    at = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    secret = models.BinaryField(max_length=32)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["klass", "area", "at"]),)


class Hold(models.Model):
    """Nothing in its scope is deleted or erased until it is released."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scope = models.CharField(max_length=12)  # contact, call, order, agent, period
    timeline = models.ForeignKey(  # of the subject; none: a period
        Timeline, models.PROTECT, null=True, related_name="holds"
    )
    since = models.BigIntegerField(null=True)
    until = models.BigIntegerField(null=True)
    reason = models.TextField()
    placed = models.BigIntegerField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released = models.BigIntegerField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_why = models.TextField(blank=True)
    secret = models.BinaryField(max_length=32, null=True)  # null: its contact was erased after the release
    entry = models.BigIntegerField(unique=True)
    released_entry = models.BigIntegerField(unique=True, null=True)

    class Meta:
        indexes = (models.Index(fields=["released", "scope"]),)


class Deletion(models.Model):
    """One batch of what was deleted because its time was over, or erased because somebody asked."""

    at = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=12)  # retention or erasure
    secret = models.BinaryField(max_length=32)
    entry = models.BigIntegerField(unique=True)


class Deleted(models.Model):
    """A class of record that is gone from a timeline."""

    batch = models.ForeignKey(Deletion, models.PROTECT, related_name="gone")
    timeline = models.ForeignKey(Timeline, models.PROTECT, related_name="deleted")
    klass = models.CharField(max_length=20)
    bodies = models.IntegerField()
    entry = models.BigIntegerField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["timeline", "klass"]),)
