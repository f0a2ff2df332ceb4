"""What is asked about requests."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms

from clearline.engine.durations import instant_of
from clearline.engine.events import Instant
from clearline.record.answers.questions import questions
from clearline.record.models import RightsRequest


class RequestForm(forms.Form):
    """A request that has come."""

    kind = forms.ChoiceField(choices=RightsRequest.Kind)
    places = forms.MultipleChoiceField(
        label="Where the person is",
        help_text="The law of that place sets the time. If in doubt, tick all that may be.",
    )
    asked = forms.DateField(
        label="Received on",
        help_text="By letter, mail or word of mouth.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["places"]
        if isinstance(field, forms.MultipleChoiceField):
            asked = next(one for one in questions().all if one.id == "customers")
            field.choices = [(one.value, one.label) for one in asked.choices if one.value != "others"]
            field.widget = forms.CheckboxSelectMultiple({"class": "many"}, field.choices)

    @property
    def codes(self) -> list[str]:
        """The codes of all places that were ticked."""
        return [code for one in self.cleaned_data["places"] for code in questions().expands[one]]

    def when(self, now: Instant) -> Instant:
        """The beginning of the day on which it came: the earliest, so that no deadline comes too late."""
        return min(instant_of(datetime.combine(self.cleaned_data["asked"], time.min, UTC)), now)


class AnswerForm(forms.Form):
    """How a request was answered."""

    outcome = forms.ChoiceField(
        choices=[("done", "Done as asked"), ("partly", "Done in part"), ("refused", "Refused")]
    )
    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=4_000,
        label="Reasons",
        help_text="Without names or numbers of the person: this outlives their data.",
    )
