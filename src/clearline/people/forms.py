"""What is asked of people on their pages."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict

from clearline.people.models import TOKEN_NAME, Person, Role, Team
from clearline.people.permissions import SCOPES, may

DAYS = [(7, "a week"), (30, "30 days"), (90, "90 days"), (365, "a year")]


class InviteForm(forms.Form):
    """Somebody new."""

    name = forms.CharField(max_length=80)
    email = forms.EmailField(label="E-mail")
    role = forms.ChoiceField(choices=Role)
    team = forms.ModelChoiceField(Team.objects.order_by("name"), required=False, empty_label="no team")


class ChangeForm(forms.Form):
    """What an administrator may change of somebody else."""

    role = forms.ChoiceField(choices=Role)
    team = forms.ModelChoiceField(Team.objects.order_by("name"), required=False, empty_label="no team")
    leads = forms.ModelMultipleChoiceField(
        Team.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Leads these teams",
        help_text="A supervisor sees the calls of the teams they lead.",
    )
    agent = forms.CharField(
        max_length=64, required=False, label="Telephony id", help_text="The agent id that calls carry."
    )

    def __init__(self, sent: QueryDict | None = None, *, person: Person) -> None:
        initial = {
            "role": person.role,
            "team": person.team,
            "leads": person.leads.all(),
            "agent": person.agent,
        }
        super().__init__(sent, initial=initial)
        self.person = person

    def clean_agent(self) -> str | None:
        agent = self.cleaned_data["agent"] or None
        if agent and Person.objects.filter(agent=agent).exclude(pk=self.person.pk).exists():
            raise ValidationError("Somebody else has this telephony id.")
        return agent


class TeamForm(forms.Form):
    """A new team."""

    name = forms.CharField(max_length=80, label="Name of the team")


class WelcomeForm(forms.Form):
    """The password of somebody who was invited, and the code that lets them set it."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=64)
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=1024,
        help_text="At least 12 characters; four random words are good.",
    )

    def __init__(self, *args: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class TokenForm(forms.Form):
    """A new token, with no scope beyond its owner's role."""

    name = forms.CharField(
        max_length=TOKEN_NAME,
        help_text=f"What uses it, such as the shop system; at most {TOKEN_NAME} characters.",
        error_messages={
            "max_length": "The name has %(show_value)d characters; shorten it to %(limit_value)d or fewer."
        },
    )
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label="Lasts", choices=DAYS, coerce=int)

    def __init__(self, *args: Any, owner: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [(scope, f"{scope} ({deed})") for scope, deed in SCOPES.items() if may(owner, deed)]
        scopes = self.fields["scopes"]
        if isinstance(scopes, forms.MultipleChoiceField):
            scopes.choices = allowed
