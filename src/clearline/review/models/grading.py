"""Samples of calls, and how far they are graded. What was answered stands in the events that the rows point to."""

from django.db import models


class Sample(models.Model):
    """Calls of a period that are drawn by a seed which was logged before, so that nobody can choose."""

    uid = models.CharField(max_length=36, unique=True)
    card = models.CharField(max_length=80)
    version = models.CharField(max_length=16)
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    team = models.CharField(max_length=36, blank=True)  # its uid; all teams where empty
    size = models.IntegerField()
    twice = models.IntegerField()  # of these, how many two people grade
    due = models.CharField(max_length=10)  # the last day
    graders = models.JSONField(default=list)  # uids
    population = models.IntegerField()  # calls that may be drawn
    frame = models.CharField(max_length=64)  # SHA-256 of their ids
    seed = models.CharField(max_length=64)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    seeded = models.BigIntegerField()
    drawn = models.BigIntegerField(null=True)
    graded = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["-seeded"]),)


class Grade(models.Model):
    """A call as one or several people found it by a scorecard."""

    class Kind(models.TextChoices):
        SINGLE = "single"
        DOUBLE = "double"  # two, each apart from the other
        CALIBRATION = "calibration"  # several, who then meet over it

    uid = models.CharField(max_length=36, unique=True)
    call = models.ForeignKey("record.Call", models.PROTECT, related_name="+")
    agent = models.CharField(max_length=64, blank=True)  # as the call has it
    card = models.CharField(max_length=80)
    version = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, choices=Kind)
    blind = models.BooleanField(default=False)  # verdicts are hidden until all are done
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, related_name="grades")
    asked = models.BigIntegerField()
    done = models.BigIntegerField(null=True)  # when the last of them was
    agreed = models.ForeignKey("record.Event", models.PROTECT, null=True, related_name="+")
    released = models.BigIntegerField(null=True)  # since when the agent sees it
    released_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sample", "call"], name="a_call_is_drawn_once_a_sample"),
        )
        indexes = (
            models.Index(fields=["card", "-asked"], name="grades_by_card"),
            models.Index(fields=["agent", "-asked"], name="grades_by_agent"),
        )


class Grading(models.Model):
    """One person's answers about that call, or that they are asked for them."""

    grade = models.ForeignKey(Grade, models.CASCADE, related_name="gradings")
    grader = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    done = models.BigIntegerField(null=True)
    event = models.ForeignKey("record.Event", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["grade", "grader"], name="a_grader_once_a_call"),)
        indexes = (models.Index(fields=["grader", "done"], name="queues_of_graders"),)
