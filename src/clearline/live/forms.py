"""What people may type during a call."""

from django import forms


class NoteForm(forms.Form):
    """A few words to the agent."""

    text = forms.CharField(
        label="Note to the agent",
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": "A few words; they see it at once"}
        ),
    )


class AsideForm(forms.Form):
    """Why a prompt does not apply in this call."""

    rule = forms.SlugField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why it does not apply here", max_length=200)
