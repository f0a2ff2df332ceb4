"""What the engine says of timelines."""

from django.db import models

from clearline.record.models.events import Timeline

STANDING = models.Q(question=False, withdrawn=None)
ASKED = models.Q(question=True, withdrawn=None)


class Finding(models.Model):
    """A rule broken on a timeline, or a question to a person; a withdrawn one stays, and says since when."""

    uid = models.CharField(max_length=64)  # the same breach of the same version has the same
    timeline = models.ForeignKey(Timeline, models.PROTECT, related_name="findings")
    rule = models.CharField(max_length=80)
    version = models.CharField(max_length=80)
    pack = models.CharField(max_length=60)
    severity = models.CharField(max_length=12)
    question = models.BooleanField(default=False)
    at = models.BigIntegerField()
    agent = models.CharField(max_length=64, blank=True)
    body = models.BinaryField(null=True)  # reports.reviewed.Finding as canonical JSON, masked; null: erased
    raised = models.BigIntegerField()
    entry = models.BigIntegerField()
    withdrawn = models.BigIntegerField(null=True)
    withdrawn_entry = models.BigIntegerField(null=True)
    settled = models.BigIntegerField(
        null=True
    )  # since when people have decided; whoever reviews writes it here

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["uid"], condition=models.Q(withdrawn=None), name="a_breach_is_found_once"
            ),
        )
        indexes = (
            models.Index(fields=["rule", "at"]),
            models.Index(fields=["agent", "at"]),
            models.Index(fields=["at"]),
            models.Index(fields=["uid"]),
            # What pages add up and queues are read from, in the order of time and agent by agent.
            models.Index(fields=["at", "severity", "rule"], condition=STANDING, name="standing_findings"),
            models.Index(
                fields=["agent", "at", "severity", "rule"], condition=STANDING, name="standing_of_agents"
            ),
            models.Index(fields=["agent", "at"], condition=ASKED, name="open_questions"),
            models.Index(
                fields=["severity", "at"],
                condition=models.Q(withdrawn=None, settled=None),
                name="unsettled_findings",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} on {self.timeline}"


class Duty(models.Model):
    """A rule that is due on a timeline, as long as it is."""

    uid = models.CharField(max_length=64, unique=True)
    timeline = models.ForeignKey(Timeline, models.PROTECT, related_name="duties")
    rule = models.CharField(max_length=80)
    version = models.CharField(max_length=80)
    severity = models.CharField(max_length=12)
    since = models.BigIntegerField(null=True)  # of its trigger
    deadline = models.BigIntegerField(null=True)
    overdue = models.BooleanField(default=False)
    question = models.BooleanField(default=False)
    agent = models.CharField(max_length=64, blank=True)
    body = models.BinaryField(null=True)  # reports.reviewed.Duty as canonical JSON, masked

    class Meta:
        indexes = (
            models.Index(fields=["deadline"]),
            models.Index(fields=["rule"]),
            models.Index(fields=["agent", "deadline"]),
        )
