"""What is asked where a list is brought."""

from typing import Final

from django import forms

from clearline.gate.list_heads import ListError
from clearline.gate.lists.names import full_name
from clearline.gate.registry import AREAS

LARGEST: Final = 2_000_000_000  # bytes of an upload; what is larger is loaded on the machine itself


class LoadForm(forms.Form):
    """A file, which list it is, and when it was fetched."""

    name = forms.CharField(
        max_length=40,
        label="List",
        help_text="us-national (or ftc), gb-national, a state like US-TX, litigators, or litigators-NAME.",
    )
    file = forms.FileField(help_text="Flat or XML, the whole list or its changes, zipped or not.")
    made = forms.DateTimeField(
        label="Fetched",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="When it was fetched from whoever keeps the list: its age counts from then.",
    )
    subscription = forms.CharField(
        max_length=40, required=False, label="Subscription number", help_text="By which it was fetched."
    )
    areas = forms.CharField(
        max_length=4_000,
        required=False,
        label="Area codes",
        help_text="Those that were asked for, as 202, 303; those with a number on the list count by themselves.",
    )

    def clean_name(self) -> str:
        try:
            return full_name(self.cleaned_data["name"])
        except ListError as reason:
            raise forms.ValidationError(str(reason)) from None

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                "This is too large for an upload: use clearline gate lists load on the machine."
            )
        return file

    def clean_areas(self) -> list[int]:
        told = self.cleaned_data["areas"].replace(",", " ").split()
        if not all(one.isdecimal() and int(one) in AREAS for one in told):
            raise forms.ValidationError("Area codes have three digits, as 202.")
        return sorted({int(one) for one in told})


class VendorForm(forms.Form):
    """Who has a copy of the own list."""

    name = forms.CharField(
        max_length=80, label="Vendor", help_text="A dialer, an agency, whoever calls for you."
    )
