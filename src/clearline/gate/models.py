"""What the gate keeps: its decisions, overrides, snapshots of lists, copies at vendors, scrubbed files."""

from django.db import models


class Decision(models.Model):
    """One answer of the gate. What it says is in the body, which the secret commits to in the log."""

    class State(models.TextChoices):
        CHECKED = "checked"  # asked, nothing reserved
        REFUSED = "refused"  # denied or not before: nothing to reserve
        RESERVED = "reserved"  # allowed: the attempt counts from now on
        PLACED = "placed"  # the dialer confirmed it
        RELEASED = "released"  # the dialer did not dial

    uid = models.CharField(max_length=36, unique=True)
    at = models.BigIntegerField()  # the moment that was decided about
    asked = models.BigIntegerField()  # when; of a check, that may be another
    answer = models.CharField(max_length=10)
    not_before = models.BigIntegerField(null=True)
    rule = models.CharField(max_length=80, blank=True)  # of the weightiest reason
    number = models.CharField(max_length=20, blank=True)  # in E.164
    contact = models.CharField(max_length=128, blank=True)
    campaign = models.CharField(max_length=128, blank=True)
    agent = models.CharField(max_length=128, blank=True)
    purpose = models.CharField(max_length=20, blank=True)
    technology = models.CharField(max_length=40, blank=True)
    call = models.CharField(max_length=128, blank=True)
    state = models.CharField(max_length=10, choices=State)
    actor = models.CharField(max_length=64)
    body = models.BinaryField(null=True)  # a gate.attempts.Decision in canonical JSON; None once erased
    secret = models.BinaryField(null=True)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        indexes = (
            models.Index(fields=["-at", "-id"], name="decisions_by_time"),
            models.Index(fields=["answer", "-at", "-id"], name="decisions_by_answer"),
            models.Index(fields=["rule", "-at", "-id"], name="decisions_by_rule"),
            models.Index(fields=["campaign", "-at", "-id"], name="decisions_by_campaign"),
            models.Index(fields=["number", "-at"], name="decisions_by_number"),
            models.Index(fields=["contact", "-at"], name="decisions_by_contact"),
            models.Index(
                fields=["actor", "-asked"], condition=models.Q(state="checked"), name="checks_by_actor"
            ),
        )


class Override(models.Model):
    """Lifts named rules for one contact until a time; one person asks for it, another approves."""

    uid = models.CharField(max_length=36, unique=True)
    contact = models.CharField(max_length=128)
    rules = models.JSONField(default=list)
    reason = models.TextField()
    until = models.BigIntegerField()
    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked = models.BigIntegerField()
    approved_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", null=True)
    approved = models.BigIntegerField(null=True)
    refused = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("asked_by")),
                name="an_override_takes_two",
            ),
        )
        indexes = (models.Index(fields=["contact", "until"]),)


class Snapshot(models.Model):
    """A do-not-call list as it was at a time; of each list at most one is current."""

    class State(models.TextChoices):
        CURRENT = "current"
        HELD = "held"  # it shrank by more than is believable: a person has to confirm it
        PAST = "past"
        REFUSED = "refused"

    uid = models.CharField(max_length=36, unique=True)
    name = models.CharField(max_length=40)  # us-national, US-TX, litigators, …
    made = models.BigIntegerField()  # when the keeper of the list made it, or it was fetched
    loaded = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)  # of the file that was loaded
    numbers = models.BigIntegerField()
    bad = models.BigIntegerField(default=0)  # lines that hold no number
    subscription = models.CharField(max_length=40, blank=True)  # the registry's account number
    areas = models.JSONField(default=list)  # area codes that it covers; all where empty
    by = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State)
    note = models.TextField(blank=True)
    entry = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(state="current"), name="one_current_snapshot_a_list"
            ),
        )
        indexes = (models.Index(fields=["name", "-loaded"]),)


class DoNotCall(models.Model):
    """A line of the own do-not-call list: somebody who is reached at this number asked not to be called."""

    number = models.CharField(max_length=20)  # in E.164
    at = models.BigIntegerField()  # when they asked
    entry = models.BigIntegerField()  # of the request in the log

    class Meta:
        constraints = (models.UniqueConstraint(fields=["entry", "number"], name="a_line_once_a_request"),)
        indexes = (models.Index(fields=["number"]),)


class Vendor(models.Model):
    """Who holds a copy of the own do-not-call list, and must be told of each request."""

    name = models.CharField(max_length=80, unique=True)
    since = models.BigIntegerField()
    until = models.BigIntegerField(null=True)
    copied = models.BigIntegerField(default=-1)  # the last entry whose line they have confirmed


class Scrub(models.Model):
    """A file of numbers that is gone through before anything is dialled."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    uid = models.CharField(max_length=36, unique=True)
    name = models.CharField(max_length=200)
    campaign = models.CharField(max_length=128, blank=True)
    at = models.BigIntegerField()
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=8, choices=State)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # reason -> how many lines
    note = models.TextField(blank=True)
    entry = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["-at"]),)
