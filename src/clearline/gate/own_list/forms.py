"""What is asked where somebody wants no more calls."""

from django import forms

from clearline.formats.phones import number_in_full
from clearline.gate.own_list.actions import CHANNELS


class RequestForm(forms.Form):
    """A number, and how its owner said so."""

    number = forms.CharField(
        max_length=40,
        label="Number",
        help_text="In any notation; with its country code if it is not a number of your own country.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(
        choices=[(one, "in person" if one == "person" else f"by {one}") for one in CHANNELS],
        label="They said so",
    )

    def clean_number(self) -> str:
        number = number_in_full(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(
                "This is no telephone number that can exist: look at its digits again."
            )
        return number
