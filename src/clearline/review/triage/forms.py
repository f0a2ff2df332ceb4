"""What people type about a finding."""

from collections.abc import Sequence
from typing import Any

from django import forms

from clearline.people.models import Person
from clearline.record.models import Finding


class ReasonForm(forms.Form):
    """Why, in words."""

    words = forms.CharField(
        label="Why", max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class DisputeForm(forms.Form):
    """What an agent says against a finding."""

    words = forms.CharField(
        label="What is wrong about it",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Say what was said or done, and where. Somebody answers you within ten business days.",
    )


class AssignForm(forms.Form):
    """Who is to decide."""

    to = forms.ChoiceField(label="Who decides")

    def __init__(self, people: Sequence[Person], data: Any = None) -> None:
        super().__init__(data)
        self.fields["to"].choices = [(str(one.uid), one.name) for one in people]  # type: ignore[attr-defined] # a field of choices


class MergeForm(forms.Form):
    """Into which finding of the same call."""

    into = forms.ChoiceField(label="It says the same as")

    def __init__(self, others: Sequence[Finding], titles: dict[str, str], data: Any = None) -> None:
        super().__init__(data)
        self.fields["into"].choices = [(one.uid, titles.get(one.rule, one.rule)) for one in others]  # type: ignore[attr-defined] # a field of choices
