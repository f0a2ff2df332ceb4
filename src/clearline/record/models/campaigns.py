"""Campaigns as their events tell them, and how many of their calls were placed, answered and abandoned, day by day."""

from django.db import models


class Campaign(models.Model):
    """Calls to many people for one end."""

    subject = models.CharField(max_length=128, unique=True)
    name = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=40, blank=True)
    technology = models.CharField(max_length=40, blank=True)
    seller = models.CharField(max_length=120, blank=True)
    caller_id = models.CharField(max_length=40, blank=True)
    started = models.BigIntegerField(null=True)
    ended = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["-started"]),)

    def __str__(self) -> str:
        return self.name or self.subject


class CampaignDay(models.Model):
    """The calls of a campaign on one day of UTC; only counts, so that they outlive the calls."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="days")
    day = models.IntegerField()  # since 1970
    placed = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)  # by a person
    abandoned = models.IntegerField(default=0)  # of these: nobody was free to speak to them

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "day"], name="one_row_a_campaigns_day"),)


class CampaignGone(models.Model):
    """An event that another one replaces or voids, whichever of them came first: it does not count, or no more."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="gone")
    event = models.CharField(max_length=260)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "event"], name="gone_once_a_campaign"),)
