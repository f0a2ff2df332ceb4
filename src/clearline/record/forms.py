"""What people may type into pages of the record."""

from django import forms


class SearchForm(forms.Form):
    """What a contact is looked for by."""

    words = forms.CharField(
        label="Name, number or e-mail",
        min_length=2,
        max_length=120,
        help_text="The beginning is enough: of the name, the surname, the number or the address.",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
