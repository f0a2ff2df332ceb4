"""Recordings of calls, and what became of each."""

from typing import Any, ClassVar

from django.db import models


class Recording(models.Model):
    """A recording that came; every one ends as heard, blocked or failed, and may be gone later. Its files lie in the home."""

    class State(models.TextChoices):
        WAITING = "waiting"
        HEARING = "hearing", "being heard"
        HEARD = "heard"
        BLOCKED = "blocked"  # heard, and its sound is not released
        FAILED = "failed"
        GONE = "gone"  # its sound was deleted

    class Original(models.TextChoices):
        """What became of the file as it came."""

        WAITS = "waits", "sealed until it is heard"
        SEALED = "sealed"
        NOT_KEPT = "not kept"
        DESTROYED = "destroyed", "destroyed because a security code or PIN was heard"

    uid = models.CharField(max_length=36, unique=True)
    call = models.CharField(max_length=128)  # by the telephony's id: a recording may come before the events
    sha256 = models.CharField(max_length=64)  # of what came
    size = models.BigIntegerField()
    received = models.BigIntegerField()
    began = models.BigIntegerField(null=True)  # the instant of its first sample
    speakers: "models.JSONField[Any]" = models.JSONField(default=list)  # who is on which channel
    agent = models.CharField(max_length=64, blank=True)  # whose call it is, where the sender says it
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=400, blank=True)  # why it was blocked, or failed
    seconds = models.FloatField(default=0)
    channels = models.SmallIntegerField(default=0)
    waveform = models.BinaryField(null=True)  # of each channel 800 peaks, a byte each
    hidden: "models.JSONField[Any]" = models.JSONField(
        default=list
    )  # [channel, start, end, kind] of what is muted
    kinds: "models.JSONField[Any]" = models.JSONField(
        default=list
    )  # of secrets that were heard, muted or not
    engine = models.CharField(max_length=200, blank=True)
    notes: "models.JSONField[Any]" = models.JSONField(default=list)
    words = models.IntegerField(default=0)  # utterances that came into the record with it
    muted = models.CharField(max_length=64, blank=True)  # SHA-256 of the muted copy; empty: there is none
    original = models.CharField(max_length=9, choices=Original, default=Original.WAITS)
    key = models.BinaryField(
        null=True
    )  # opens the sealed original, under the home's own; null: nothing opens it any more
    sealed_until = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "sha256"], name="a_recording_comes_once_a_call")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "received"]), models.Index(fields=["original"])]

    def __str__(self) -> str:
        return f"recording {self.uid}"
