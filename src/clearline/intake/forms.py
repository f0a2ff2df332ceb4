"""What is asked of whoever connects a shop or a desk."""

from django import forms
from django.core.validators import RegexValidator

from clearline.intake.actions import SHORTEST
from clearline.intake.models import Connection


class SecretForm(forms.Form):
    """The words that a sender signs with."""

    secret = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        min_length=SHORTEST,
        max_length=400,
        label="Signing secret",
        help_text="As the sender shows it. It is kept sealed, and never shown again.",
    )


class ConnectionForm(SecretForm):
    """A new connection."""

    kind = forms.ChoiceField(choices=Connection.Kind.choices, label="What")
    name = forms.SlugField(
        max_length=40, help_text="Small letters and digits, such as shop-de. Its events are stored under it."
    )
    before_ids = forms.CharField(
        label="Prefix",
        max_length=20,
        required=False,
        validators=[RegexValidator(r"^[A-Za-z0-9_-]*$", "Letters, digits, - and _ only.")],
        help_text="Before its ids of customers and orders, such as de-. Leave it empty where your dialer uses the shop's own ids.",
    )
    seller = forms.CharField(
        max_length=120,
        required=False,
        help_text="As your dialer names it to the gate, where it names one: a relationship is one with a seller.",
    )
    field_order = ("kind", "name", "before_ids", "seller", "secret")
