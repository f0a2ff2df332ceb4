"""What is asked of whoever connects a switch."""

from django import forms

from clearline.live.models import ConnectedSwitch
from clearline.live.switches.actions import SHORTEST


class SwitchForm(forms.Form):
    """A switch in place of the one that there was."""

    kind = forms.ChoiceField(choices=ConnectedSwitch.Kind.choices, label="What")
    address = forms.CharField(
        max_length=200,
        help_text="https://api.twilio.com for Twilio; http://10.0.0.5:8088 for ARI; 10.0.0.5:5038 for AMI; the address of your webhook.",
    )
    account = forms.CharField(
        max_length=120,
        required=False,
        help_text="Twilio's Account SID, or the user at Asterisk; nothing for a webhook.",
    )
    secret = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        min_length=SHORTEST,
        max_length=400,
        help_text="Twilio's auth token, the user's password at Asterisk, or what your webhook checks signatures with. It is kept sealed, and never shown again.",
    )
    recording = forms.CharField(
        max_length=120,
        required=False,
        initial="{call}",
        label="Name of a recording",
        help_text="For ARI only: how your dialplan names the recording of a call, with {call} for the id of the call.",
    )
