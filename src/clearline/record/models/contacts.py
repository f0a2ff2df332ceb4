"""The shop's customers: how they are reached, where they may be, and what they agreed to."""

from django.db import models

from clearline.record.models.searching import Folded, Surname


class Contact(models.Model):
    """A customer, or somebody who may become one."""

    subject = models.CharField(max_length=128, unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=16, blank=True)
    places = models.JSONField(default=list)  # every jurisdiction they may be in, as US-CA or DE
    zones = models.JSONField(default=list)  # every time zone they may be in
    erased = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(Folded("name"), name="contacts_by_name"),
            models.Index(Surname("name"), name="contacts_by_surname"),
        )

    def __str__(self) -> str:
        return self.name or self.subject


class ContactPoint(models.Model):
    """A number or an address that a contact is reached at."""

    class Kind(models.TextChoices):
        PHONE = "phone"
        EMAIL = "email"
        POST = "post"

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="points")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=200)  # phones in E.164
    places = models.JSONField(default=list)
    zones = models.JSONField(default=list)
    since = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["contact", "kind", "value"], name="a_point_once_a_contact"),
        )
        indexes = (
            models.Index(fields=["kind", "value"]),
            models.Index(Folded("value"), name="points_by_value"),
        )


class Consent(models.Model):
    """What a contact agreed to, in which words, and whether it still stands."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=40)  # prior express written, opt-in, soft opt-in, …
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    technology = models.CharField(
        max_length=40, blank=True
    )  # autodialer, prerecorded voice, artificial voice
    number = models.CharField(max_length=40, blank=True)
    seller = models.CharField(max_length=120, blank=True)
    wording = models.TextField(blank=True)  # as it was shown or read out
    event = models.CharField(max_length=260)  # the event that shows it
    granted = models.BigIntegerField()
    revoked = models.BigIntegerField(null=True)
    revoked_by = models.CharField(max_length=260, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["contact", "purpose", "granted"]),
            models.Index(fields=["-granted", "-id"], name="consents_by_time"),
        )


class Relationship(models.Model):
    """An established business relationship, derived from an order or an inquiry."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="relationships")
    basis = models.CharField(max_length=12)  # order or inquiry
    seller = models.CharField(max_length=120, blank=True)
    event = models.CharField(max_length=260)
    since = models.BigIntegerField()
    until = models.BigIntegerField()
