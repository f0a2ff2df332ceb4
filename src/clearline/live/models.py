"""The switch of this installation: where it is, and how it knows us."""

import uuid

from django.db import models


class ConnectedSwitch(models.Model):
    """There is at most one. Its secret is kept so that the database alone does not show it; see people.sealing."""

    class Kind(models.TextChoices):
        TWILIO = "twilio", "Twilio"
        ARI = "ari", "Asterisk (REST interface, ARI)"
        AMI = "ami", "Asterisk (manager interface, AMI: MixMonitor)"
        MONITOR = "monitor", "Asterisk before 21 (manager interface, AMI: Monitor)"
        WEBHOOK = "webhook", "Another one (signed webhook)"

    only = models.BooleanField(unique=True, default=True)
    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=12, choices=Kind)
    address = models.CharField(max_length=200)  # https://…, or host:port
    account = models.CharField(max_length=120, blank=True)
    recording = models.CharField(max_length=120, default="{call}")  # its name for the recording of a call
    secret = models.BinaryField()  # sealed
    made = models.BigIntegerField()
    last = models.BigIntegerField(null=True)  # when it was last asked for a deed
    done = models.BigIntegerField(default=0)  # deeds
    failed = models.BigIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)  # what came of the last one that failed

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="one_switch"),)

    def __str__(self) -> str:
        return self.kind
