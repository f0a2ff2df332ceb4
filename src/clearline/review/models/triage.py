"""What people made of findings."""

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Triage(models.Model):
    """How a finding stands with people; none: nobody has touched it. It is told by the finding's uid, so that it outlives a withdrawal."""

    class State(models.TextChoices):
        OPEN = "open"
        PROPOSED = "dismissal proposed"  # of a critical finding: it takes a second person
        CONFIRMED = "confirmed"
        DISMISSED = "dismissed"
        MERGED = "merged"  # into another finding of the same call

    finding = models.CharField(max_length=64, unique=True)
    agent = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    assigned = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    decided = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    into = models.CharField(max_length=64, blank=True, db_index=True)
    disputed = models.BigIntegerField(null=True)
    words = models.TextField(blank=True)  # of the agent
    answered = models.BigIntegerField(null=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)
    steps = models.IntegerField(default=0)  # that were taken, by which deeds have their ids

    class Meta:
        indexes = (
            models.Index(fields=["state", "decided"]),
            models.Index(
                fields=["disputed"], condition=models.Q(answered=None), name="disputes_without_an_answer"
            ),
            models.Index(fields=["agent", "state"]),
        )

    def __str__(self) -> str:
        return f"{self.finding} ({self.state})"
