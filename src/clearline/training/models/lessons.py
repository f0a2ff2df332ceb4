"""Short lessons about one rule that somebody missed."""

from django.conf import settings
from django.db import models


class MicroLesson(models.Model):
    """A rule that was missed, on one page; the words stay in the record, and are looked up when it is read."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        WITHDRAWN = "withdrawn"

    uid = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="micro_lessons")
    rule = models.CharField(max_length=80)
    finding = models.CharField(max_length=64)  # uid
    raised = models.BigIntegerField()  # the finding
    given = models.BigIntegerField()
    due = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    ended = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    tries = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "rule"],
                condition=models.Q(state="open"),
                name="a_rule_is_taught_once_at_a_time",
            ),
            models.UniqueConstraint(fields=["finding"], name="a_finding_gives_one_lesson"),
        )

    def __str__(self) -> str:
        return self.rule


class Listened(models.Model):
    """Up to which of the record's findings somebody was given a lesson about them."""

    finding = models.BigIntegerField()
