"""Drafts of the shop's own rules, and what they would have found."""

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """A version of a rule of the shop's own, on its way into force; what it says is not changed once it is submitted."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SHADOW = "shadow"  # tried on each call that ends; nobody but its readers is told
        SUBMITTED = "submitted"
        APPROVED = "approved"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        REPLACED = "replaced"  # a later version was approved

    uid = models.CharField(max_length=32, unique=True)
    slug = models.CharField(max_length=60, db_index=True)
    said = models.JSONField()  # writing.Said
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made = models.BigIntegerField()
    changed = models.BigIntegerField()
    shadowed = models.BigIntegerField(null=True)  # since when it is tried in the shadow
    decided = models.BigIntegerField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)  # of who decided
    version = models.CharField(max_length=80, blank=True)  # of the rule, by its hash, once it is approved

    def __str__(self) -> str:
        return f"{self.slug} ({self.state})"


class BackTest(models.Model):
    """One run of a draft over calls that were; counts, and which calls it would have flagged."""

    uid = models.CharField(max_length=32, unique=True)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="back_tests")
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    against = models.CharField(
        max_length=80, blank=True
    )  # a rule in force, whose verdicts it is compared with
    asked = models.BigIntegerField()
    done = models.BigIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    version = models.CharField(max_length=80, blank=True)  # of the draft's rule that was tried
    told = models.JSONField(default=dict)  # back_testing.Result

    def __str__(self) -> str:
        return f"{self.draft.slug} from {self.since} to {self.until}"
