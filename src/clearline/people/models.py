"""Who works here: people with a role, in teams."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What somebody is here for; it decides what they may see."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Team(models.Model):
    """Agents who work together, with those who supervise them."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Makes people."""

    def invited(self, *, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Somebody new; without a password they can only come in by the shop's own login."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who may log in."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # all that the log knows of them
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=16, choices=Role, default=Role.AGENT)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")
    leads = models.ManyToManyField(
        Team, blank=True, related_name="leaders"
    )  # supervisors: whose calls they see
    agent = models.CharField(  # the id that the telephony knows them by
        max_length=64, unique=True, null=True, blank=True
    )
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = People()

    def __str__(self) -> str:
        return self.name
