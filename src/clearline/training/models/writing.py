"""Courses that are written in the console."""

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class CourseDraft(models.Model):
    """The wording of a course at a time; the published one is what is taught."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        REPLACED = "replaced"
        REMOVED = "removed"

    uid = models.CharField(max_length=32, unique=True)
    slug = models.CharField(max_length=80)
    said = models.JSONField(default=dict)  # training.writing.files.Said
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    number = models.IntegerField(default=0)  # of its version, once it is published
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    made = models.BigIntegerField()
    changed = models.BigIntegerField()
    published = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(state="published"), name="a_course_is_published_once"
            ),
        )

    def __str__(self) -> str:
        return self.slug
