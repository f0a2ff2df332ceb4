"""Who has to take which course, how tests went, and what was earned."""

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Assignment(models.Model):
    """Somebody has to pass a course by a day; of each course at most one is open."""

    class State(models.TextChoices):
        OPEN = "open"
        PASSED = "passed"
        WITHDRAWN = "withdrawn"

    class Because(models.TextChoices):
        ROLE = "role", "it goes with the role"
        HAND = "hand", "somebody asked for it"
        RULE = "rule", "a rule has changed"
        VERSION = "version", "the course has changed"
        EXPIRY = "expiry", "the certificate ends"

    uid = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="assignments")
    course = models.CharField(max_length=80)
    version = models.CharField(max_length=40, blank=True)  # of the course, when it was assigned
    because = models.CharField(max_length=8, choices=Because)
    told = models.CharField(max_length=200, blank=True)  # more of why: which rule, whose words
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")  # none: the house
    assigned = models.BigIntegerField()
    due = models.DateField()  # the last day, where the shop is
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    ended = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was withdrawn
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=models.Q(state="open"),
                name="a_course_is_assigned_once_at_a_time",
            ),
        )
        indexes = (models.Index(fields=["state", "due"]),)

    def __str__(self) -> str:
        return f"{self.course} by {self.due}"


class Attempt(models.Model):
    """One test: the questions that were drawn, and what was answered."""

    uid = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="attempts")
    course = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    drawn = models.JSONField(default=list)  # [question, its choices in the order in which they are shown]
    answers = models.JSONField(default=dict)  # question -> the choices that were taken
    began = models.BigIntegerField()
    finished = models.BigIntegerField(null=True)
    right = models.IntegerField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        indexes = (models.Index(fields=["person", "course", "-began"]),)

    def __str__(self) -> str:
        return f"{self.course}, {len(self.drawn)} questions"


class Certificate(models.Model):
    """A course that somebody has passed, and until when that counts; one for each event that says so."""

    uid = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="certificates")
    course = models.CharField(max_length=80)
    version = models.CharField(max_length=40, blank=True)  # empty: passed elsewhere
    title = models.CharField(max_length=160)  # as it was called then
    passed = models.BigIntegerField()
    until = models.BigIntegerField()
    right = models.IntegerField(null=True)
    asked = models.IntegerField(null=True)
    entry = models.BigIntegerField(unique=True)  # in the log

    class Meta:
        indexes = (models.Index(fields=["person", "course", "-until"]),)

    def __str__(self) -> str:
        return self.title


class Requirement(models.Model):
    """Agents sell only with this course; the gate learns it from events on their timelines."""

    course = models.CharField(max_length=80, unique=True)
    since = models.BigIntegerField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.course


class Seen(models.Model):
    """The version of a rule that was last looked at, so that a change of it is noticed."""

    rule = models.CharField(max_length=80, unique=True)
    version = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.rule
