"""Calls and orders as their events tell them, and what is still to be done behind the scenes."""

from django.db import models

from clearline.record.models.contacts import Contact
from clearline.record.models.events import Timeline


class Call(models.Model):
    """One call; every one ends as evaluated, excluded or failed."""

    class State(models.TextChoices):
        RUNNING = "running"
        EVALUATED = "evaluated"
        EXCLUDED = "excluded"
        FAILED = "failed"

    timeline = models.OneToOneField(Timeline, models.PROTECT, related_name="call")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="calls")
    agent = models.CharField(max_length=64, blank=True)
    agent_kind = models.CharField(max_length=12, blank=True)
    campaign = models.CharField(max_length=128, blank=True)
    direction = models.CharField(max_length=12, blank=True)
    purpose = models.CharField(max_length=40, blank=True)
    places = models.JSONField(default=list)
    recorded = models.BooleanField(null=True)
    started = models.BigIntegerField()
    answered = models.BigIntegerField(null=True)
    ended = models.BigIntegerField(null=True)
    legs = models.JSONField(default=list)  # who was in it from when to when
    utterances = models.IntegerField(default=0)
    findings = models.IntegerField(default=0)
    questions = models.IntegerField(default=0)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    reason = models.CharField(max_length=200, blank=True)  # why it was excluded or failed

    class Meta:
        indexes = (
            models.Index(fields=["-started"]),
            models.Index(fields=["agent", "-started"]),
            models.Index(  # holds all that says whose a contact is to see, so that no call is read for it
                fields=["contact", "-started", "agent"], name="calls_of_contacts"
            ),
            models.Index(fields=["state", "-started"]),
        )


class Order(models.Model):
    """One order as it stands."""

    timeline = models.OneToOneField(Timeline, models.PROTECT, related_name="order")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="orders")
    status = models.CharField(max_length=20, blank=True)
    total = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    placed = models.BigIntegerField(null=True)
    closed = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["contact", "-placed"]),)


class Job(models.Model):
    """Work behind the scenes, leased to one worker at a time; a lease's number fences late ones off."""

    kind = models.CharField(max_length=40)
    args = models.JSONField(default=dict)
    run_after = models.BigIntegerField()
    attempts = models.IntegerField(default=0)
    lease = models.BigIntegerField(default=0)
    leased_until = models.BigIntegerField(null=True)
    done = models.BigIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True)
    progress = models.FloatField(default=0)

    class Meta:
        indexes = (models.Index(fields=["done", "run_after"]),)


class Notice(models.Model):
    """The transactional outbox: what changed, in order, for whoever listens from a place on."""

    at = models.BigIntegerField()
    topic = models.CharField(
        max_length=40
    )  # finding.raised, finding.withdrawn, duty.due, duty.met, call.started, …
    timeline = models.ForeignKey(Timeline, models.CASCADE, related_name="notices")
    body = models.JSONField(default=dict)
