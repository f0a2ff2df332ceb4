"""What is asked where records are kept, held and deleted."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms

from clearline.engine.durations import instant_of
from clearline.engine.events import Instant
from clearline.record.retention.classes import Limit
from clearline.record.retention.holds import PERIOD, SUBJECTS

UNITS = [("d", "days"), ("mo", "months"), ("y", "years")]


class DecisionForm(forms.Form):
    """How long a class is kept, and why; each limit that it goes against is ticked."""

    amount = forms.IntegerField(min_value=1, max_value=100, label="Keep for")
    unit = forms.ChoiceField(choices=UNITS)
    overruled = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Against",
        help_text="Where your time goes against one of these, tick it: you decide so knowingly, and it stays on record.",
    )
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000)

    def __init__(self, *args: Any, limits: list[Limit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["overruled"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(one.id, f"{one.law} ({one.cite})") for one in limits if one.least or one.most]

    @property
    def span(self) -> str:
        return f"{self.cleaned_data['amount']}{self.cleaned_data['unit']}"


class HoldForm(forms.Form):
    """What is held, and why."""

    scope = forms.ChoiceField(choices=[(one, one.capitalize()) for one in (*SUBJECTS, PERIOD)])
    subject = forms.CharField(
        max_length=128, required=False, label="Its id", help_text="As its events name it."
    )
    first = forms.DateField(required=False, label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(required=False, label="Last day", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000)

    @property
    def period(self) -> tuple[Instant, Instant] | None:
        """From the beginning of the first day to the end of the last, in UTC."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        if first is None or last is None:
            return None
        return (
            instant_of(datetime.combine(first, time.min, UTC)),
            instant_of(datetime.combine(last, time.max, UTC)),
        )


class ReleaseForm(forms.Form):
    """Why a hold ends."""

    why = forms.CharField(max_length=500, label="Why it ends")


class DeleteForm(forms.Form):
    """The moment of which somebody has looked at what was due."""

    until = forms.IntegerField(widget=forms.HiddenInput)
