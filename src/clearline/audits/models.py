"""How audits and corrective actions stand: rows that pages read, written with the events that changed them."""

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Audit(models.Model):
    """One audit, from the plan to its conclusion."""

    class State(models.TextChoices):
        PLANNED = "planned"
        DRAWN = "drawn"
        CONCLUDED = "concluded"

    uid = models.CharField(max_length=20, unique=True)  # AU-2026-03
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    rules = models.JSONField(default=list)  # ids of the rules that are audited
    teams = models.JSONField(default=list)  # names; empty: all
    since = models.BigIntegerField()  # calls that began in this period
    until = models.BigIntegerField()
    due = models.DateField()  # the last day, where the shop is
    auditor = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    planned_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    planned = models.BigIntegerField()
    rate = models.FloatField()  # "fewer than this share is in breach …
    confidence = models.FloatField()  # … shown so surely …
    accepts = models.IntegerField(default=0)  # … by at most so many in the sample"
    by_risk = models.BooleanField(default=False)  # calls with findings are likelier to be drawn
    by_team = models.BooleanField(default=False)  # some of each team, shared out by their calls
    seed = models.CharField(max_length=64, blank=True)  # hexadecimal
    seeded = models.BigIntegerField(null=True)
    drawn = models.BigIntegerField(null=True)
    population = models.IntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the population's lines
    frame = models.BinaryField(null=True)  # these lines, deflated: the population as it was drawn from
    concluded = models.BigIntegerField(null=True)
    claim = models.TextField(blank=True)
    version = models.CharField(max_length=64, blank=True)  # of the audited rules, when it was drawn

    def __str__(self) -> str:
        return self.uid

    @property
    def how(self) -> str:
        """How its calls are drawn, in words."""
        if self.by_team:
            return "some of each team, shared out by how many calls each has"
        return "weighted by risk" if self.by_risk else "each call as likely as any other"


class Paper(models.Model):
    """A working paper: one call of the sample, and what the auditor says of it."""

    class Answer(models.TextChoices):
        CONFORMS = "conforming", "conforming"
        DOES_NOT = "nonconforming", "nonconforming"
        UNKNOWN = "cannot be judged", "cannot be judged"

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="papers")
    place = models.IntegerField()  # in the draw
    call = models.CharField(max_length=128)
    team = models.CharField(max_length=80, blank=True)
    likely = models.FloatField()  # how likely it was to be drawn
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    at = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["audit", "call"], name="a_call_is_drawn_once"),)


class Nonconformity(models.Model):
    """What an audit established."""

    class Grade(models.TextChoices):
        MINOR = "minor"
        MAJOR = "major"
        CRITICAL = "critical"

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="nonconformities")
    number = models.IntegerField()
    title = models.CharField(max_length=160)
    grade = models.CharField(max_length=10, choices=Grade)
    rule = models.CharField(max_length=80)
    cause = models.TextField(blank=True)  # root cause
    calls = models.JSONField(default=list)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    found = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["audit", "number"], name="numbered_once"),)


class Action(models.Model):
    """A corrective action, until it has helped."""

    class State(models.TextChoices):
        OPEN = "open"
        COMPLETED = "completed"  # its owner says so; somebody else has to agree
        APPROVED = "approved"  # and later it is looked at whether it helped
        CLOSED = "closed"

    uid = models.CharField(max_length=20, unique=True)  # CA-2026-07
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    cause = models.TextField(blank=True)
    steps = models.JSONField(default=list)  # [text, when it was done or null]
    rule = models.CharField(max_length=80, blank=True)  # whose findings it is to stop
    team = models.CharField(max_length=80, blank=True)  # whose calls count; empty: all
    owner = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    opened = models.BigIntegerField()
    due = models.DateField()
    nonconformity = models.ForeignKey(Nonconformity, models.PROTECT, null=True, related_name="actions")
    finding = models.CharField(max_length=64, blank=True)
    obligation = models.CharField(max_length=80, blank=True)
    evidence = models.TextField(blank=True)  # what shows that it was done
    completed = models.BigIntegerField(null=True)
    approved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    approved = models.BigIntegerField(null=True)
    check_by = models.DateField(null=True)
    checks = models.JSONField(default=list)  # checking.Check, the latest last
    times = models.IntegerField(default=1)  # it was opened
    escalated = models.BigIntegerField(null=True)
    closed = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.uid


class Trial(models.Model):
    """How often a rule came up lately, counted anew each night on timelines that were drawn; what a rule gives as evidence."""

    rule = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)  # of timeline
    there = models.IntegerField()  # timelines of the last 30 days
    looked = models.IntegerField()  # of these were drawn and replayed
    tried = models.IntegerField()  # in so many of those it came up
    last = models.BigIntegerField(null=True)  # when it was last seen to come up
    counted = models.BigIntegerField()

    def __str__(self) -> str:
        return self.rule
