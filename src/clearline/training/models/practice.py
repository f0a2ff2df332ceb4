"""When somebody is asked a question again."""

from django.conf import settings
from django.db import models


class Card(models.Model):
    """One question for one person, with what `fsrs` remembers of it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="cards")
    course = models.CharField(max_length=80)
    question = models.CharField(max_length=80)
    due = models.BigIntegerField()
    last = models.BigIntegerField()  # when it was answered
    first = models.BigIntegerField()
    state = models.JSONField(default=dict)
    answered = models.IntegerField(default=0)
    right = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "course", "question"], name="a_question_has_one_card"),
        )
        indexes = (models.Index(fields=["person", "due"]),)

    def __str__(self) -> str:
        return f"{self.course}/{self.question}"
