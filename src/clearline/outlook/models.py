"""What was reckoned, as pages read it: trends are made anew each night, forecasts stay as they were said."""

from django.db import models


class Trend(models.Model):
    """One rule on the calls of everybody, a team or a campaign, week by week, and whether it drifts."""

    rule = models.CharField(max_length=80)
    scope = models.CharField(max_length=16)  # see weeks.Scope
    name = models.CharField(max_length=128, blank=True)  # of the team, by its uid, or of the campaign
    made = models.BigIntegerField()
    first = models.BigIntegerField()  # the Monday of the first week
    hits = models.JSONField()  # calls with a breach, by week
    calls = models.JSONField()  # evaluated calls, by week
    base_weeks = models.IntegerField()  # what is usual comes from so many of them, the first
    spread = models.FloatField()  # how much weeks scatter beside coins
    path = models.JSONField()  # of the chart, by week after the base
    limit = models.FloatField()
    rate = models.FloatField()  # of false alarms, over the whole path
    chance = models.FloatField()
    alarm = models.BigIntegerField(null=True)  # the Monday of the first week over the limit
    drifts = models.BooleanField(default=False)  # stands out among all that are watched
    change = models.JSONField(null=True)  # statistics.drift.Change, its weeks as Mondays

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["rule", "scope", "name"], name="one_trend_of_a_rule_and_scope"),
        )


class Forecast(models.Model):
    """What was said about a coming week or period, by what was known before it, and what came."""

    class Kind(models.TextChoices):
        BREACH = "breach"  # the rule is broken on at least one call of that week
        ABANDONED = "abandoned"  # the campaign's share passes its limit in that period

    uid = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    rule = models.CharField(max_length=80)
    scope = models.CharField(max_length=16)
    name = models.CharField(max_length=128, blank=True)
    known = models.BigIntegerField()  # nothing later than this was used
    made = (
        models.BigIntegerField()
    )  # when it was reckoned; weeks after `known` where it was reckoned afterwards
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    said = models.FloatField()  # the probability
    expected = models.FloatField(null=True)  # calls with a breach
    low = models.IntegerField(null=True)  # four in five of such weeks lie between these
    high = models.IntegerField(null=True)
    calls = models.FloatField(null=True)  # as many are expected
    when = models.BigIntegerField(null=True)  # the day by which it is more likely than not
    settled = models.BigIntegerField(null=True)
    came = models.BooleanField(null=True)
    count = models.IntegerField(null=True)  # calls with a breach that there were

    class Meta:
        indexes = (
            models.Index(fields=["settled", "until"]),
            models.Index(fields=["kind", "since"]),
        )
