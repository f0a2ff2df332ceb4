"""Who works here: people with a role, in teams; their invitations and tokens; and what was done by and about them."""

import secrets
import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

SECRET_SIZE = 32
TOKEN_NAME = 80  # characters
PREFIX = "cl_"  # so that scanners for leaked secrets know a token when they see one


class Role(models.TextChoices):
    """What somebody is here for; it decides what they may see."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


def new_secret() -> bytes:
    """The key of the commitments about somebody."""
    return secrets.token_bytes(SECRET_SIZE)


class Team(models.Model):
    """Agents who work together, with those who supervise them."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
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
    # Keys the commitments about them in the log; without it these say nothing any more.
    secret = models.BinaryField(max_length=SECRET_SIZE, default=new_secret, null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = People()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(role__in=Role.values), name="a_known_role"),)

    def __str__(self) -> str:
        return self.name

    @cached_property
    def led(self) -> frozenset[int]:
        """The teams whose calls they see."""
        return frozenset(self.leads.values_list("pk", flat=True))

    @cached_property
    def led_agents(self) -> tuple[str, ...]:
        """The telephony's ids of the agents of these teams."""
        rows = Person.objects.filter(team__in=self.led, agent__isnull=False)
        return tuple(one.agent for one in rows.only("agent") if one.agent)


class Invitation(models.Model):
    """A way in that works once: whoever holds the code sets the password of that person."""

    person = models.OneToOneField(Person, models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the code, in hex
    expires = models.BigIntegerField()  # microseconds since 1970


class Proposal(models.Model):
    """A role that an administrator gave and an officer has to confirm; until then the person does not have it."""

    person = models.OneToOneField(Person, models.CASCADE)
    role = models.CharField(max_length=16, choices=Role)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.BigIntegerField()


class Token(models.Model):
    """What a machine shows in place of a password; it may do what its scopes and its owner's role both allow."""

    owner = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=TOKEN_NAME)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, in hex
    scopes = models.JSONField(default=list)
    made = models.BigIntegerField()
    expires = models.BigIntegerField()
    revoked = models.BigIntegerField(null=True)
    used_on = models.DateField(null=True)  # the day only: when it was used is nobody's business

    def __str__(self) -> str:
        return self.name


class Act(models.Model):
    """Something done by or about people, in the words that an entry of the evidence log commits to."""

    index = models.BigIntegerField(primary_key=True)  # of that entry
    at = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="acts")  # none: the command line
    about = models.ForeignKey(Person, models.PROTECT, null=True, related_name="acts_about")
    what = models.TextField()

    class Meta:
        indexes = (
            models.Index(fields=["kind", "-index"]),
            models.Index(fields=["about", "kind", "-index"]),
        )
