"""What people type to enter a piece of evidence."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms

from clearline.audits.programme.controls import Control

DAY: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
WHO: Final = {"training": "Who has passed it", "person": "Who answers for it"}


class EvidenceForm(forms.Form):
    """A piece of evidence for one control."""

    on = forms.DateField(label="Since", widget=DAY)
    who = forms.ChoiceField(label="Who")
    until = forms.DateField(
        label="Young enough until",
        required=False,
        widget=DAY,
        help_text="Empty: as long as evidence of this control lasts.",
    )
    title = forms.CharField(label="What it is called", max_length=160)
    version = forms.CharField(label="Version", max_length=40, required=False)
    link = forms.URLField(label="Where it can be read", required=False, assume_scheme="https", max_length=300)

    def __init__(
        self, control: Control, people: Sequence[tuple[str, str]], today: date, data: Any = None
    ) -> None:
        super().__init__(
            data, initial={"on": today, "title": "" if control.kind == "document" else control.title}
        )
        self.today = today
        if control.kind == "document":
            del self.fields["who"]
        else:
            field = self.fields["who"]
            assert isinstance(field, forms.ChoiceField)
            field.label, field.choices = WHO[control.kind], people
        if control.kind == "training":
            del self.fields["until"], self.fields["version"]

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError("That day has not come yet.")
        return day


class WithdrawForm(forms.Form):
    """Why it stands no more."""

    reason = forms.CharField(label="Why it stands no more", max_length=300)
