"""What people ask about their data, what they were given, and what remains to honour an objection."""

import uuid

from django.conf import settings
from django.db import models

from clearline.record.models.contacts import Contact
from clearline.record.models.events import Timeline


class RightsRequest(models.Model):
    """A request of a contact about their own data. Its deadlines are duties on its timeline."""

    class Kind(models.TextChoices):
        ACCESS = "access"
        ERASURE = "erasure"
        RECTIFICATION = "rectification"
        OBJECTION = "objection"
        PORTABILITY = "portability"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    timeline = models.OneToOneField(Timeline, models.PROTECT, related_name="request")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=14, choices=Kind)
    places = models.JSONField(default=list)  # where the person is: the law of these sets the time
    received = models.BigIntegerField()
    confirmed = models.BigIntegerField(null=True)
    extended_to = models.BigIntegerField(null=True)
    answered = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=8, blank=True)  # done, partly, refused
    answer = models.TextField(blank=True)  # without data of the contact: it outlives them
    kept = models.JSONField(default=list)  # what an erasure had to leave, and why
    closed = models.BigIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["closed", "-received"]),)

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Export(models.Model):
    """All that is held of a contact, as a file; its bytes are gone once it is erased."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(RightsRequest, models.PROTECT, related_name="exports")
    made = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # SHA-256 of its bytes
    size = models.BigIntegerField()
    erased = models.BigIntegerField(null=True)


class Remnant(models.Model):
    """A keyed hash of what must be known again when it comes back: a number or address not to call, an erased subject."""

    kind = models.CharField(max_length=12)  # phone, email, or subject
    digest = models.BinaryField(max_length=32)  # HMAC-SHA256; the key lies in the home, not here
    at = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "digest"], name="one_remnant_a_value"),)
