"""What is asked of a file of leads."""

from typing import Final

from django import forms

from clearline.gate.attempts import Attempt
from clearline.gate.forms import PURPOSES, TECHNOLOGIES

LARGEST: Final = 1_000_000_000  # bytes of an upload; what is larger is gone through on the machine itself


class ScrubForm(forms.Form):
    """A file, and what the calls are for."""

    file = forms.FileField(
        label="Leads", help_text="CSV with a column called phone; zip, state, contact and line are read, too."
    )
    campaign = forms.CharField(max_length=128, required=False, help_text="Its id, as the dialer names it.")
    purpose = forms.ChoiceField(choices=PURPOSES)
    technology = forms.ChoiceField(choices=TECHNOLOGIES, label="How they are reached")

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                "This is too large for an upload: use clearline gate scrub on the machine."
            )
        return file

    @property
    def attempt(self) -> Attempt:
        """What all calls to these leads have in common."""
        told = self.cleaned_data
        return Attempt(campaign=told["campaign"], purpose=told["purpose"], technology=told["technology"])
